"""Hooks of Tests/API/schemathesis.sh: every other call meets a job in the state that its operation is for, and which operations
have succeeded is noted.

schemathesis makes up ids that no job has: an action would only ever be seen to fail.
"""
import collections, json, os, socket, time

import schemathesis

STATES = {"pause": "running", "resume": "paused", "restart": "failed", "cancel": "running"}
calls, succeeded, operations = collections.Counter(), set(), set()
redis = socket.socket(socket.AF_UNIX)
redis.connect(os.environ["JOBLOG_REDIS_SOCKET"])
replies = redis.makefile("rb")


def tell(*words):
    """Sends a command whose reply is one line."""
    words = [str(word).encode() for word in words]
    redis.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    answer = replies.readline()
    assert answer[:1] in (b"+", b":"), answer


def reset(job, state):
    now = int(time.time() * 1000)
    tell("SET", f"job:state:{job}", json.dumps({
        "jobId": job, "userId": "ann", "status": state, "type": "t", "progress": 40, "updatedAt": now}))
    tell("ZADD", "job:index:ann", now, job)
    for key in (f"checkpoint:{job}", f"checkpoint:archive:{job}:1"):
        tell("SET", key, json.dumps({"jobId": job, "userId": "ann", "sequence": 1, "step": "S", "progress": 40}))
    tell("DEL", f"job:logs:{job}")
    tell("RPUSH", f"job:logs:{job}", json.dumps({"timestamp": now, "type": "info", "message": "line"}), "no JSON")


def name(case):
    return case.operation.definition.raw["operationId"]


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = name(case)
    operations.add(operation)
    calls[operation] += 1
    if "jobId" in (case.path_parameters or {}) and calls[operation] % 2:
        reset("job-seeded", STATES.get(operation, "paused"))
        case.path_parameters["jobId"] = "job-seeded"
        if "sequence" in case.path_parameters:
            case.path_parameters["sequence"] = 1


@schemathesis.hook
def after_call(context, case, response):
    if 200 <= response.status_code < 300:
        succeeded.add(name(case))
    with open(os.environ["JOBLOG_SUCCEEDED"], "w") as file:
        json.dump({"succeeded": sorted(succeeded), "failed": sorted(operations - succeeded)}, file)
