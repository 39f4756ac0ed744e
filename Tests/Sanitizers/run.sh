#!/usr/bin/env bash
# Runs the suite under a sanitizer: Tests/Sanitizers/run.sh thread|address [OPTION OF swift test…]
# For example: Tests/Sanitizers/run.sh thread --filter RedisClientTests
# What the sanitizer says of a program that a test starts makes that program fail, and with it the test.
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=${1:-}
shift $(($# > 0 ? 1 : 0))
# The program's own handlers of fatal signals are what some tests look at.
signals="handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0:handle_sigfpe=0:handle_sigtrap=0:use_sigaltstack=0"
case $kind in
thread)
    # Without this, locks that were waited for look like none: the file says why.
    mkdir -p .build-thread
    clang -O1 -shared -fPIC -o .build-thread/mutex.so Tests/Sanitizers/mutex.c -ldl
    export TSAN_OPTIONS="${TSAN_OPTIONS:-exitcode=66:$signals}"
    preload=$PWD/.build-thread/mutex.so
    ;;
address)
    # What is still held at the end is no fault, and leaks cannot be looked for in every container.
    export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=0:$signals}"
    preload=
    ;;
*)
    echo "usage: Tests/Sanitizers/run.sh thread|address [OPTION OF swift test…]" >&2
    exit 64
    ;;
esac
# Everything takes many times as long, and some tests measure what a sanitizer's own threads do.
export JOBLOG_TEST_PATIENCE="${JOBLOG_TEST_PATIENCE:-20}" JOBLOG_TEST_SANITIZER=$kind
swift build --build-tests --sanitize="$kind" --scratch-path ".build-$kind"
LD_PRELOAD=$preload swift test --skip-build --sanitize="$kind" --scratch-path ".build-$kind" "$@"
