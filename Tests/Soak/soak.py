#!/usr/bin/env python3
"""Runs the demo at full speed for a long time, and looks for memory that grows and for lines that are lost.

    Tests/Soak/soak.py --joblog .build/release/joblog [--minutes 30] [--rate 5000] [--bulk 2000] [--jobs 100]
        [--size 200x60]

Needs redis-server and Python's standard library; everything is in a temporary folder. Ends with 1 when a line was lost
or doubled, when a process ended, or when memory has grown.

Who takes part:
- `joblog demo` with its screen, in a pseudo-terminal: its workers write RATE steps a second to ever new jobs;
- one more job with a numbered line every 10 ms, with its log open on a second screen and followed by `joblog logs -f`;
- twenty jobs with BULK numbered lines a second between them, which cost their writer little: the demo's own lines come
  with states, checkpoints and events, and two cores are not enough for five thousand of those beside all who look on;
- time itself, sped up: jobs that nothing has happened to for 15 s are deleted, as Redis does after seven days. Before
  that the numbers of all entries of each job are checked: those of a writer must be 1, 2, 3 and so on.
"""
import argparse, fcntl, glob, json, os, pty, re, shutil, signal, socket, statistics, struct, subprocess, sys, tempfile
import termios, threading, time

COUNTED = "soak-counted"
BULKY = [f"soak-bulk-{number}" for number in range(20)]
# After so many ms without a sign of life a job is deleted.
REST = 15_000
# What a line of an open log may take in memory: its 90 bytes, and what is known of it.
LINE = 600
# What redis-server may take for each key that it remembers for viewers (`tracking_total_keys`): those that were read and
# never had a value stay until it has tracking-table-max-keys of them.
TRACKED = 130

# Looks through the entries of jobs that have rested, and deletes those jobs as expiry would.
# KEYS[1]: the index; ARGV: the time, Unix ms, before which they rested; how many at once.
FORGET = r"""
local jobs = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
local lines, lost, example, forgotten = 0, 0, '', 0
for _, job in ipairs(jobs) do
  if string.sub(job, 1, 5) ~= 'soak-' then
    local last = {}
    for _, entry in ipairs(redis.call('LRANGE', 'job:logs:' .. job, 0, -1)) do
      lines = lines + 1
      local writer, number = string.match(entry, '"id":"([^"]-)%-(%d+)"')
      if writer then
        number = tonumber(number)
        if number ~= (last[writer] or 0) + 1 then lost = lost + 1; example = job .. ' after ' .. (last[writer] or 0) .. ': ' .. entry .. ' in ' .. table.concat(redis.call('LRANGE', 'job:logs:' .. job, 0, -1), '\n') end
        last[writer] = number
      else
        lost = lost + 1; example = job .. ': ' .. entry
      end
    end
    local keys = {'job:logs:' .. job, 'job:state:' .. job, 'checkpoint:' .. job, 'job:reasoning:' .. job, 'job:seq:' .. job}
    for number = 1, 99 do table.insert(keys, 'checkpoint:archive:' .. job .. ':' .. number) end
    local state = redis.call('GET', 'job:state:' .. job)
    local owner = state and string.match(state, '"userId":"([^"]*)"')
    if owner then redis.call('ZREM', 'job:index:' .. owner, job) end
    redis.call('DEL', unpack(keys))
    redis.call('HDEL', 'job:archive', job)
    forgotten = forgotten + 1
  end
  redis.call('ZREM', KEYS[1], job)
end
return {forgotten, lines, lost, example}
"""


class Redis:
    """A connection that sends one command and waits for its answer."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def send(self, *words):
        self.sendall([words])
        return self.reply()

    def sendall(self, commands):
        data = b""
        for words in commands:
            words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
            data += b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
        self.socket.sendall(data)

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        raise RuntimeError(f"redis-server says {line!r}")


class Screen:
    """A program in a pseudo-terminal whose output is read and counted."""

    def __init__(self, command, size, environment):
        columns, rows = size
        self.bytes, self.recent = 0, b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        while True:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            if not data:
                return
            self.bytes += len(data)
            self.recent = (self.recent + data)[-65536:]

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def end(self, seconds=10):
        """Leaves by its key; the exit status, or a sentence."""
        for _ in range(4):
            self.type("Q")
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    return os.waitstatus_to_exitcode(status)
                time.sleep(0.05)
        os.kill(self.pid, signal.SIGKILL)
        return "had to be killed"


def memory(pid):
    """Resident memory in MB, and the largest it has been; None when the process has ended."""
    try:
        text = open(f"/proc/{pid}/status").read()
    except OSError:
        return None
    values = dict(re.findall(r"(Vm(?:RSS|HWM)):\s+(\d+) kB", text))
    return (int(values["VmRSS"]) / 1024, int(values["VmHWM"]) / 1024) if "VmRSS" in values else None


def processor(pid):
    """Seconds of processor time so far."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(of):
    """All descendants, with their command lines."""
    parents, names = {}, {}
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            pid = int(folder[6:])
            parents[pid] = int(open(folder + "/stat").read().rsplit(")", 1)[1].split()[1])
            names[pid] = open(folder + "/cmdline", "rb").read().replace(b"\0", b" ").decode()
        except OSError:
            continue
    found, rest = {}, [of]
    while rest:
        parent = rest.pop()
        for pid, its in parents.items():
            if its == parent:
                found[pid] = names[pid]
                rest.append(pid)
    return found


class Soak:
    def __init__(self, options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="joblog-soak.")
        self.environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "USER", "LD_LIBRARY_PATH")},
            "TMPDIR": self.folder, "XDG_STATE_HOME": self.folder, "XDG_CONFIG_HOME": self.folder,
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TZ": "UTC",
        }
        self.problems = []
        self.written = self.followed = self.appends = self.appended = 0
        self.forgotten = self.checked = 0
        self.delays = []
        self.stopping = threading.Event()

    def run(self):
        options = self.options
        self.demo = Screen(
            [options.joblog, "demo", "--jobs", str(options.jobs), "--rate", str(options.rate)], options.size,
            self.environment)
        pattern = self.folder + "/joblog-demo.*/redis.sock"
        deadline = time.monotonic() + 20
        while not glob.glob(pattern) or b"Online" not in self.demo.recent:
            if time.monotonic() > deadline:
                sys.exit(f"the demo did not start: {self.demo.recent[-500:]!r}")
            time.sleep(0.05)
        self.socket = glob.glob(pattern)[0]
        url = f"unix://{self.socket}"
        self.redis = Redis(self.socket)
        self.write_line(self.redis)
        self.log = Screen([options.joblog, "browse", "--url", url, COUNTED], options.size, self.environment)
        self.follower = subprocess.Popen(
            [options.joblog, "logs", "--url", url, "-f", "--keep", "-n", "1", "-o", "jsonl", COUNTED],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
        threads = [threading.Thread(target=work, daemon=True) for work in (self.write, self.follow, self.forget)]
        for thread in threads:
            thread.start()
        self.watch()
        self.stopping.set()
        for thread in (threads[0], threads[2]):
            thread.join(10)
        deadline = time.monotonic() + 10
        while self.followed < self.written and time.monotonic() < deadline:
            time.sleep(0.05)
        self.finish()

    def write_line(self, redis):
        self.written += 1
        self.append(redis, COUNTED, [self.written])

    def append(self, redis, job, numbers):
        now = int(time.time() * 1000)
        entries = [
            json.dumps(
                {"timestamp": now, "type": "info", "message": f"line {number}", "id": f"soak-{number:010d}"},
                separators=(",", ":")) for number in numbers]
        key = f"job:logs:{job}"
        commands = [("RPUSH", key, *entries), ("LTRIM", key, -200, -1), ("EXPIRE", key, 604800), ("ZADD", "job:index", now, job)]
        redis.sendall(commands)
        for _ in commands:
            redis.reply()
        self.appends += 1
        self.appended += len(numbers)

    def write(self):
        redis = Redis(self.socket)
        due = time.monotonic()
        bulk = {job: 0 for job in BULKY}
        turn, owed = 0, 0.0
        while not self.stopping.is_set():
            self.write_line(redis)
            owed += self.options.bulk / 100
            job, count = BULKY[turn % len(BULKY)], int(owed)
            if count:
                self.append(redis, job, range(bulk[job] + 1, bulk[job] + count + 1))
                bulk[job] += count
                owed -= count
                turn += 1
            due = max(due + 0.01, time.monotonic() - 0.1)
            time.sleep(max(0, due - time.monotonic()))
        for job, count in bulk.items():
            numbers = [int(json.loads(entry)["message"].split()[1]) for entry in redis.send("LRANGE", f"job:logs:{job}", 0, -1)]
            if numbers != list(range(max(1, count - 199), count + 1)):
                self.problems.append(f"{job} ends with {numbers[-3:]}, and {count} lines were written")

    def follow(self):
        """Every line that was written must come, once and in order."""
        for line in self.follower.stdout:
            try:
                entry = json.loads(line)
                number = int(entry["message"].split()[1])
            except (ValueError, KeyError, IndexError):
                self.problems.append(f"the follower printed {line[:200]!r}")
                continue
            if number != self.followed + 1 and self.followed:
                self.problems.append(f"the follower printed line {number} after line {self.followed}")
            self.followed = number

    def forget(self):
        redis = Redis(self.socket)
        while not self.stopping.wait(0.5):
            while not self.stopping.is_set():
                before = int(time.time() * 1000) - REST
                jobs, lines, lost, example = redis.send("EVAL", FORGET, 1, "job:index", before, 50)
                self.forgotten += jobs
                self.checked += lines
                if lost:
                    self.problems.append(f"{lost} entries do not follow on the one before, as {example.decode()[:6000]}")
                if jobs == 0:
                    break

    def watch(self):
        """Looks at all processes every ten seconds."""
        options = self.options
        time.sleep(1)
        names = {"demo screen": self.demo.pid, "log screen": self.log.pid, "follower": self.follower.pid}
        for pid, name in children(self.demo.pid).items():
            for part in ("redis-server", "demo-worker --index"):
                if part in name:
                    index = re.search(r"--index (\d+)", name)
                    names["redis-server" if part == "redis-server" else f"worker {index[1]}"] = pid
        self.samples = {name: [] for name in names}
        self.names = names
        self.held = []
        self.tracked = []
        began = time.monotonic()
        writes = self.entries()
        print("minute  lines/s  jobs kept    held in it  " + "  ".join(f"{name:>12}" for name in names), flush=True)
        ticks = max(6, round(options.minutes * 6))
        for tick in range(1, ticks + 1):
            time.sleep(max(0, began + tick * options.minutes * 60 / ticks - time.monotonic()))
            for name, pid in names.items():
                sample = memory(pid)
                if sample is None:
                    self.problems.append(f"{name} has ended")
                    return
                self.samples[name].append(sample)
            self.tracked.append(self.info("stats", "tracking_total_keys"))
            if tick % max(1, ticks // 30) == 0:
                seconds = time.monotonic() - began
                lines = (self.entries() - writes) / seconds
                kept = self.redis.send("ZCARD", "job:index")
                self.held.append(self.info("memory", "used_memory") / 1e6)
                row = "  ".join(f"{self.samples[name][-1][0]:9.1f} MB" for name in names)
                print(f"{seconds / 60:6.1f}  {lines:7.0f}  {kept:9d}  {self.held[-1]:7.1f} MB  {row}", flush=True)
        self.seconds = time.monotonic() - began
        self.lines = self.entries() - writes

    def info(self, section, field):
        """A number that redis-server says of itself."""
        return int(re.search(rf"\b{field}:(\d+)", self.redis.send("INFO", section).decode())[1])

    def entries(self):
        """How many entries were appended so far: those of the demo come one with each command."""
        text = self.redis.send("INFO", "commandstats").decode()
        calls = sum(int(n) for n in re.findall(r"cmdstat_rpushx?:calls=(\d+)", text))
        return calls - self.appends + self.appended

    def finish(self):
        options = self.options
        if not self.problems:
            if self.followed != self.written:
                self.problems.append(f"{self.written} lines were written, the follower's last is {self.followed}")
            self.look_at_log()
        figures = {
            "minutes": round(self.seconds / 60, 1), "lines a second": round(self.lines / self.seconds),
            "lines": self.lines, "lines checked in Redis": self.checked, "jobs": self.forgotten,
            "lines followed": self.followed,
        } if hasattr(self, "lines") else {}
        for name, pid in self.names.items():
            if memory(pid):
                figures[f"{name}: processor s"] = round(processor(pid), 1)
        self.follower.terminate()
        self.follower.wait(timeout=20)
        words = self.follower.stderr.read().decode()
        if words:
            self.problems.append(f"the follower said: {words[:300]}")
        # The demo ends last: the server is its own.
        for name, screen in (("log screen", self.log), ("demo screen", self.demo)):
            status = screen.end()
            if status != 0:
                self.problems.append(f"{name} ended with {status}: {screen.recent[-300:]!r}")
        print()
        for name, value in figures.items():
            print(f"{name:28} {value:>12}")
        for name, samples in self.samples.items():
            sizes = [size for size, _ in samples]
            fifth = max(1, len(sizes) // 5)
            early, late = middle(sizes)
            print(f"{name:28} {early:8.1f} MB, at the end {late:8.1f} MB, peak {max(peak for _, peak in samples):8.1f} MB")
            # A log that is open keeps its lines.
            lines = self.lines_between(len(sizes) // 5 * 1.5, len(sizes) - fifth / 2) if name == "log screen" else 0
            if lines:
                print(f"{'':28} {(late - early) * 1e6 / lines:8.0f} bytes for each new line of the open log")
            allowed = lines * LINE
            if name == "redis-server":
                before, after = middle(self.tracked)
                print(f"{'':28} {after - before:8.0f} more keys are remembered for viewers, {after:.0f} in all")
                allowed = (after - before) * TRACKED
            if late > early * 1.1 + 1 + allowed / 1e6:
                self.problems.append(f"{name} has grown from {early:.1f} to {late:.1f} MB")
        shutil.rmtree(self.folder, ignore_errors=True)
        for problem in self.problems[:20]:
            print("PROBLEM", problem)
        sys.exit(1 if self.problems else 0)

    def lines_between(self, first, last):
        """How many numbered lines came between two samples."""
        return max(0, self.written * (last - first) / max(1, len(self.samples["log screen"])))

    def look_at_log(self):
        """The second screen must hold the last line."""
        last = f"line {self.written}"
        deadline = time.monotonic() + 10
        # Painted anew, so that the line stands in one piece in what is written.
        self.log.type("G")
        while time.monotonic() < deadline:
            self.log.type("\x0c")
            time.sleep(0.2)
            if last.encode() in self.log.recent:
                break
        else:
            self.problems.append(f"the log screen does not show {last}")
        for mark in (b"lines were trimmed", b"log was cleared", b"Reconnecting"):
            if mark in self.log.recent:
                self.problems.append(f"the log screen shows {mark.decode()}")


def middle(samples):
    """The medians of the second fifth and of the last: the first is for growing up."""
    fifth = max(1, len(samples) // 5)
    return statistics.median(samples[fifth:2 * fifth]), statistics.median(samples[-fifth:])


def size(text):
    columns, rows = text.split("x")
    return int(columns), int(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--joblog", required=True, type=os.path.abspath)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--bulk", type=float, default=2000)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--size", type=size, default=(200, 60), metavar="COLUMNSxROWS")
    Soak(parser.parse_args()).run()
