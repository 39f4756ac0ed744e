#!/usr/bin/env python3
"""What viewers cost the server: Redis' processor time, commands and bytes by the number of jobs and of viewers.

A writer changes jobs at a steady rate, as workers do, while so many screens are open at the list. Linux only.
"""
import argparse
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time

from ptybench import Redis

HOUR = 3_600_000


def now():
    return int(time.time() * 1_000)


def entry(number):
    return json.dumps({"timestamp": now(), "type": "info", "message": f"Processing batch {number} (50%)"})


def state(name, at):
    return json.dumps({
        "jobId": name, "userId": f"u{len(name)}", "type": "import", "status": "running", "progress": 50,
        "step": "Processing", "createdAt": at - HOUR, "startedAt": at - HOUR, "updatedAt": at})


def fill(redis, jobs):
    redis.call("FLUSHALL")
    at = now()
    for first in range(0, jobs, 1_000):
        commands = []
        for number in range(first, min(jobs, first + 1_000)):
            name = f"job-{number}"
            commands += [["SET", f"job:state:{name}", state(name, at - number)],
                         ["RPUSH", f"job:logs:{name}", entry(number)],
                         ["ZADD", "job:index", str(at - number), name]]
        redis.pipe(commands)


class Writer(threading.Thread):
    """Appends, publishes and notes the activity of one job after the other."""

    def __init__(self, address, jobs, rate):
        super().__init__(daemon=True)
        self.redis, self.jobs, self.rate = Redis(address), jobs, rate
        self.ends = threading.Event()

    def run(self):
        number, begun = 0, time.monotonic()
        while not self.ends.is_set():
            commands = []
            while number < (time.monotonic() - begun) * self.rate:
                name = f"job-{number * 7_919 % self.jobs}"
                event = json.dumps({"type": "progress", "jobId": name, "progress": number % 100, "timestamp": now()})
                commands += [["RPUSH", f"job:logs:{name}", entry(number)], ["PUBLISH", f"job:event:{name}", event],
                             ["ZADD", "job:index", str(now()), name]]
                number += 1
            if commands:
                self.redis.pipe(commands)
            time.sleep(0.01)


class Viewer:
    """A screen at the list, whose output is read and thrown away."""

    def __init__(self, command, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(env)
            os.execv(command, [command, "--no-state"])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            while os.read(self.fd, 65_536):
                pass
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def drain(viewers, seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([viewer.fd for viewer in viewers], [], [], min(left, 0.2))
        for fd in ready:
            os.read(fd, 65_536)


def figures(redis):
    info = redis.info()
    return [float(info[name]) for name in
            ("used_cpu_user_main_thread", "used_cpu_sys_main_thread", "total_commands_processed",
             "total_net_output_bytes")]


def measure(redis, address, arguments, jobs, count):
    env = {"TERM": "xterm-256color", "REDIS_URL": f"unix://{address[5:]}"}
    viewers = [Viewer(os.path.abspath(arguments.joblog), env) for _ in range(count)]
    drain(viewers, arguments.settle) if viewers else None
    writer = Writer(address, jobs, arguments.rate)
    writer.start()
    drain(viewers, 2) if viewers else time.sleep(2)
    before, begun = figures(redis), time.monotonic()
    drain(viewers, arguments.seconds) if viewers else time.sleep(arguments.seconds)
    passed = time.monotonic() - begun
    user, system, commands, sent = [(b - a) / passed for a, b in zip(before, figures(redis))]
    writer.ends.set()
    writer.join()
    for viewer in viewers:
        viewer.end()
    return {"jobs": jobs, "viewers": count, "cpu_ms_s": (user + system) * 1_000, "commands_s": commands,
            "bytes_s": sent}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--joblog", default=".build/release/joblog")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--viewers", type=int, nargs="+", default=[0, 1, 10, 50])
    parser.add_argument("--rate", type=int, default=200, help="changed jobs a second")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--settle", type=float, default=6, help="seconds until the list is complete")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:{folder}/redis.sock"
        server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", address[5:], "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL)
        try:
            while not os.path.exists(address[5:]):
                time.sleep(0.01)
            redis = Redis(address)
            print("| jobs | viewers | Redis, ms of processor a second | commands a second | bytes out a second |")
            print("|---|---|---|---|---|")
            for jobs in arguments.jobs:
                fill(redis, jobs)
                for count in arguments.viewers:
                    row = measure(redis, address, arguments, jobs, count)
                    print(f"| {jobs:,} | {count} | {row['cpu_ms_s']:.1f} | {row['commands_s']:,.0f} | "
                          f"{row['bytes_s']:,.0f} |", flush=True)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
