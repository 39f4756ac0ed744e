#!/usr/bin/env bash
# Looks by libFuzzer for inputs that break what must hold: Tests/Fuzz/run.sh [SECONDS [NAME…]]
# SECONDS for each (600), NAME of Entry, TerminalText, TextWidth, RedisURL, EventStream, YAML. What it finds stands in .build-fuzz/NAME/, and belongs
# into a test. A corpus that has grown there is gone on with.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
shift $(($# > 0 ? 1 : 0))
names=("$@")
((${#names[@]} > 0)) || names=(Entry TerminalText TextWidth RedisURL EventStream YAML)

core=Sources/JobLogCore
declare -A sources=(
    [Entry]="$core/Model/JSON*.swift $core/Model/JavaScriptNumber.swift $core/Model/LogEntry.swift $core/Model/LogHead.swift $core/Model/LogScanner.swift
        $core/Model/LogLevel.swift $core/Model/UnixTime.swift $core/Text/[!P]*.swift $core/Text/PlainText.swift $core/Model/EntryID.swift
        $core/Logs/LogLine.swift $core/Jobs/Timestamp.swift"
    [TerminalText]="$core/Text/TerminalText.swift $core/Text/UTF8Sequence.swift $core/Text/ASCII.swift"
    [TextWidth]="Sources/TerminalUI/Text/*.swift Sources/TerminalUI/Buffer/*.swift $core/Text/TerminalText.swift
        $core/Text/UTF8Sequence.swift $core/Text/ASCII.swift"
    [RedisURL]="Sources/RedisClient/RedisURL*.swift Sources/RedisClient/RedisError.swift
        Sources/RedisClient/RedisError+Reply.swift Sources/RedisClient/RedisPassword.swift"
    [EventStream]="Sources/JobLogAPI/Events/*.swift"
    [YAML]="-I Sources/CYAML Sources/YAMLReader/*.swift"
)

# What the inputs begin with.
seeds() {
    case $1 in
    Entry) head -n 40 Tests/Fixtures/typescript-agent-job.jsonl
        printf '%s\n' '{"timestamp":17,"type":"warn","message":"\u00e9\n\ud83d\ude00","metadata":{"k":[1,true,null,-1.5e3]},"id":"w-1"}' \
            ' { "type" : "debug" , "message" : "" , "metadata" : "s" } ' '{"message":"a","message":"b"}' 'no JSON' ;;
    TerminalText) printf '\033]52;c;cm0=\007\n\302\233 31m\n\342\200\256rtl\342\201\246\n\363\240\201\201tag\na\314\200\314\201\n' ;;
    TextWidth) printf '\ta\314\200\314\201 b\n\013\346\227\245\346\234\254 \360\237\230\200\342\200\215\360\237\230\200 word word\n(\033\t\177\n' ;;
    RedisURL) printf '%s\n' 'redis://me:p%40ss@[::1]:6380/3' 'rediss://h?db=4' 'unix:///run/a%20b.sock?db=7' \
            'redis+sentinel://a:1,[::1],c/main?db=3' 'rediss+cluster://:secret@a:7000,b/0' ;;
    YAML) printf '%s\n' 'profiles: {prod: {url: "redis://h", tls: {min: "1.3"}}}' '- [a, {b: ~}]' 'a: "\x41\u00e9"' '? b' '%YAML 1.1' '--- &a *a !t' ;;
    EventStream) printf 'event: log\nid: 1-2\ndata: {"a":1}\n\n:\n\nevent: x\r\ndata:y\r\ndata\r\n\r\nretry: 5\rid\r\r' ;;
    esac
}

for name in "${names[@]}"; do
    [[ -n ${sources[$name]:-} ]] || { echo "there is no fuzzer $name: Entry, TerminalText, TextWidth, RedisURL, EventStream, YAML" >&2; exit 64; }
    folder=.build-fuzz/$name
    mkdir -p "$folder/corpus"
    number=0
    while IFS= read -r line; do printf '%s' "$line" >"$folder/corpus/seed-$((number++))"; done < <(seeds "$name")
    # The module is one of its own, so that what is internal can be reached. -O: a frame of the parser is 8 KB without.
    # shellcheck disable=SC2086
    swiftc -parse-as-library -O -sanitize=fuzzer,address -enable-upcoming-feature ExistentialAny -package-name joblog \
        -module-name "${name}Fuzz" -o "$folder/fuzz" ${sources[$name]} "Tests/Fuzz/${name}Fuzz.swift"
    printf '== %s, %s s\n' "$name" "$seconds"
    # Swift's crash reports would take longer than the search; leaks cannot be looked for in every container.
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$folder/fuzz" -max_total_time="$seconds" -max_len=2048 -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="$folder/" "$folder/corpus" 2>&1 | sed "/Recommended dictionary/,/End of recommended/d"
done
echo "nothing was found"
