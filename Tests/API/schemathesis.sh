#!/bin/bash
# Has schemathesis (pip install schemathesis) ask joblog-server all that its own description allows, and more: no answer may
# be a failure of the server, or another than described. Over a Redis of its own with a few jobs of every kind. Of the
# 20 operations 18 must have been seen to succeed, too: all but the streams. hooks.py brings jobs into the states for that.
#
#   swift build --product joblog-server && Tests/API/schemathesis.sh [EXAMPLES]
set -euo pipefail
cd "$(dirname "$0")/../.."
examples=${1:-100}
server=${JOBLOG_SERVER:-.build/debug/joblog-server}
folder=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$folder"' EXIT

redis-server --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" >"$folder/redis.log" 2>&1 &
pids+=($!)
redis() { timeout 10 redis-cli -s "$folder/redis.sock" "$@"; }
until redis ping >/dev/null 2>&1; do sleep 0.1; done

now=$(date +%s)000
for state in created running paused completed failed cancelled; do
    redis set "job:state:job-$state" \
        "{\"jobId\":\"job-$state\",\"userId\":\"ann\",\"status\":\"$state\",\"type\":\"t\",\"progress\":40,\"updatedAt\":$now}"
    redis zadd job:index:ann "$now" "job-$state"
    redis set "checkpoint:job-$state" "{\"jobId\":\"job-$state\",\"userId\":\"ann\",\"sequence\":1,\"step\":\"S\",\"progress\":40}"
    redis set "checkpoint:archive:job-$state:1" "{\"jobId\":\"job-$state\",\"userId\":\"ann\",\"sequence\":1}"
    for number in 1 2 3; do
        redis rpush "job:logs:job-$state" "{\"timestamp\":$now,\"type\":\"info\",\"message\":\"line $number\"}"
    done
    redis rpush "job:logs:job-$state" "no JSON"
done >/dev/null
redis set job:state:theirs '{"jobId":"theirs","userId":"bob","status":"running"}' >/dev/null

JWT_SECRET=$(openssl rand -base64 48)
export JWT_SECRET
token=$("$server" token --user ann --expires 1h)
REDIS_URL="unix://$folder/redis.sock" "$server" --port 0 --rate 100000 >"$folder/out" 2>"$folder/log" &
pids+=($!)
until grep -q "listens on" "$folder/out" "$folder/log"; do sleep 0.1; done
url=$(grep -oh "http://[^ ]*" "$folder/out" "$folder/log" | head -1)

export JOBLOG_REDIS_SOCKET=$folder/redis.sock JOBLOG_SUCCEEDED=$folder/succeeded.json
export SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$PWD/Tests/API PYTHONDONTWRITEBYTECODE=1

# The two streams do not end by themselves. One worker: a job is not brought into two states at once.
schemathesis run "$url/openapi.json" --url "$url" --header "Authorization: Bearer $token" \
    --exclude-operation-id logStream --exclude-operation-id events --max-examples "$examples" --seed 1 --workers 1 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,unsupported_method,ignored_auth \
    --suppress-health-check all --no-color

python3 - "$JOBLOG_SUCCEEDED" <<'END'
import json, sys
seen = json.load(open(sys.argv[1]))
count, all = len(seen["succeeded"]), len(seen["succeeded"]) + len(seen["failed"])
print(f"{count} of {all} operations have succeeded" + (f"; never: {', '.join(seen['failed'])}" if seen["failed"] else ""))
sys.exit(count < 18)
END
