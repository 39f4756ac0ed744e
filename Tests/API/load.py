#!/usr/bin/env python3
"""Measures joblog-server: requests by wrk, and how long lines take to many open streams.

    Tests/API/load.py --server .build/release/joblog-server --baseline .build/release/HTTPBaseline [--rounds 5] [--streams 500]
        [--seconds 12]

Needs redis-server and wrk; everything is in a temporary folder. Each answer of joblog-server is set against a server of the same
library that gives the same bytes from memory, and looks at no token: by turns, so that what else the machine does meets both.
A log of 100 entries and one job both are behind a token and are read from Redis for each request.
"""
import argparse, asyncio, json, os, re, secrets, shutil, statistics, subprocess, tempfile, time, urllib.request


def command(*words):
    words = [word.encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]) / 1024


class Load:
    def __init__(self, options, folder):
        self.options, self.folder, self.delays = options, folder, []
        self.environment = {**os.environ, "JWT_SECRET": secrets.token_urlsafe(48), "REDIS_URL": f"unix://{folder}/redis.sock"}

    async def run(self):
        subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", f"{self.folder}/redis.sock", "--save", ""], cwd=self.folder,
            stdout=subprocess.DEVNULL)
        while not os.path.exists(f"{self.folder}/redis.sock"):
            await asyncio.sleep(0.05)
        self.reader, self.writer = await asyncio.open_unix_connection(f"{self.folder}/redis.sock")
        server = subprocess.Popen(
            [self.options.server, "--port", "0", "--rate", "100000000"], env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        try:
            self.port = int(server.stdout.readline().rsplit(":", 1)[1])
            self.token = subprocess.run(
                [self.options.server, "token", "--user", "ann", "--expires", "1h"], env=self.environment, text=True,
                stdout=subprocess.PIPE, check=True).stdout.strip()
            await self.requests()
            await self.streams(server.pid)
        finally:
            server.terminate()
            self.writer.write(command("SHUTDOWN", "NOSAVE"))
            await self.writer.drain()

    async def ask(self, *words):
        self.writer.write(command(*words))
        await self.reader.readline()

    async def requests(self):
        await self.ask("SET", "job:state:job", '{"jobId":"job","userId":"ann","status":"running"}')
        for number in range(100):
            await self.ask("RPUSH", "job:logs:job", json.dumps({
                "timestamp": 1734470400000 + number, "type": "info", "message": f"Searching sources, step number {number}",
                "metadata": {"worker": "w1"}, "id": f"w-{number:010d}"}, separators=(",", ":")))
        for path in ("api/jobs/job/logs", "api/jobs/job"):
            self.against_baseline(path)

    def against_baseline(self, path):
        ours = f"http://127.0.0.1:{self.port}/{path}"
        request = urllib.request.Request(ours, headers={"Authorization": f"Bearer {self.token}"})
        body = urllib.request.urlopen(request).read()
        baseline = subprocess.Popen(
            [self.options.baseline], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            baseline.stdin.write(body + b"\n")
            baseline.stdin.close()
            plain = "http://127.0.0.1:%d/" % int(baseline.stdout.readline().rsplit(b":", 1)[1])
            assert urllib.request.urlopen(plain).read() == body
            rounds = [(self.wrk(ours), self.wrk(plain)) for _ in range(self.options.rounds)]
        finally:
            baseline.terminate()
            baseline.wait()
        print(f"{path}, {len(body)} bytes, medians of {len(rounds)} rounds:")
        for name, which in (("joblog-server", 0), ("from memory", 1)):
            rate, late = (statistics.median(round[which][part] for round in rounds) for part in (0, 1))
            print(f"  {name:14} {rate:8.0f} requests/s, 99 % within {late:.2f} ms")
        rate = statistics.median(mine[0] / plain[0] for mine, plain in rounds)
        late = statistics.median(mine[1] / plain[1] for mine, plain in rounds)
        print(f"  ratio          {rate:8.2f} of the requests/s, {late:.2f} times the 99 %", flush=True)

    def wrk(self, url):
        text = subprocess.run(
            ["wrk", "-t1", "-c16", f"-d{self.options.turn}s", "--latency", "-H", f"Authorization: Bearer {self.token}", url],
            text=True, stdout=subprocess.PIPE, check=True).stdout
        assert "Non-2xx" not in text and "Socket errors" not in text, text
        late, unit = re.search(r"99%\s+([\d.]+)(\w+)", text).groups()
        return float(re.search(r"Requests/sec:\s+(\S+)", text)[1]), float(late) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]

    async def stream(self, number):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        writer.write(
            f"GET /api/jobs/stream-{number}/logs/stream?limit=1 HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self.token}\r\n\r\n".encode())
        # Its first bytes say that it is heard.
        await reader.readuntil(b":\n")
        self.open.release()
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.delays.append(time.time() * 1e3 - json.loads(line[6:])["timestamp"])

    async def streams(self, pid):
        count, before = self.options.streams, memory(pid)
        for number in range(count):
            await self.ask("SET", f"job:state:stream-{number}", json.dumps({"jobId": f"stream-{number}", "userId": "ann", "status": "running"}))
        self.open = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(self.stream(number)) for number in range(count)]
        for _ in tasks:
            await self.open.acquire()
        sent, end = 0, time.monotonic() + self.options.seconds
        while time.monotonic() < end:
            for number in range(count):
                await self.ask("RPUSH", f"job:logs:stream-{number}", json.dumps({
                    "timestamp": int(time.time() * 1e3), "type": "info", "message": "line"}))
                sent += 1
                await asyncio.sleep(0.9 / count)
        deadline = time.monotonic() + 10
        while len(self.delays) < sent and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        delays = sorted(self.delays)
        print(f"{count} streams: {sent} lines sent, {len(delays)} came, half within {delays[len(delays) // 2]:.1f} ms, "
              f"99 % within {delays[len(delays) * 99 // 100]:.1f} ms, {(memory(pid) - before) * 1024 / count:.0f} KB a stream")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=os.path.abspath)
    parser.add_argument("--baseline", required=True, type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turn", type=int, default=4, help="seconds of one measurement by wrk")
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=12)
    folder = tempfile.mkdtemp(prefix="joblog-load.")
    try:
        asyncio.run(Load(parser.parse_args(), folder).run())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
