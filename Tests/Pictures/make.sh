#!/bin/sh
# Makes the pictures and the recording of README.md and docs/guide.md anew: the real screens, on the jobs of `joblog demo`.
#
#     Tests/Pictures/make.sh [JOBLOG [FOLDER]]
#
# JOBLOG is the program (.build/release/joblog unless given), FOLDER where the pictures go (docs/images unless given).
# Needs redis-server, python3 and its module pillow.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
joblog=${1:-$root/.build/release/joblog}
folder=${2:-$root/docs/images}

[ -x "$joblog" ] || {
    echo "make.sh: $joblog cannot be run; build it, or name the program: make.sh JOBLOG" >&2
    exit 1
}
python3 -c 'import PIL' 2>/dev/null || {
    echo "make.sh: python3 has no module pillow, which draws the pictures; install python3-pil" >&2
    exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
unset NO_COLOR
export TERM=xterm-256color TZ=UTC XDG_CONFIG_HOME="$scratch"

# picture NAME PATTERN [KEYS…]: waits until PATTERN is on the screen, types KEYS one group after the other, and keeps
# the picture only: ptybench also writes the screen as text, which says nothing that the picture does not.
picture() {
    name=$1 pattern=$2
    shift 2
    set -- "$@" end-of-keys
    while [ "$1" != end-of-keys ]; do
        set -- "$@" --keys "$1"
        shift
    done
    shift
    python3 "$root/Tests/ScreenBench/ptybench.py" shot --size 120x34 --wait "$pattern" "$@" \
        --png "$scratch/$name.png" -- "$joblog" demo --rate 40 >"$scratch/$name.screen"
    [ -s "$scratch/$name.png" ] || {
        echo "make.sh: no picture of $name" >&2
        exit 1
    }
    mkdir -p "$folder"
    mv "$scratch/$name.png" "$folder/$name.png"
    echo "$folder/$name.png"
}

# A job has failed by the time the first picture is taken, so that errors are there to look at.
failed='failed +[1-9]'
picture guide-jobs "$failed" e
picture guide-log "$failed" e g '<Enter>'
picture guide-search "$failed" e g '<Enter>' '/' 'timeout|503' '<Enter>'
picture guide-levels "$failed" e g '<Enter>' 3
picture guide-merged "$failed" e g x x L
picture guide-compare "$failed" e g =
picture guide-search-all "$failed" S 'timeout' '<Enter>'
picture guide-help "$failed" '?'

# From a failed job to its cause, one picture after each key.
python3 "$root/Tests/ScreenBench/ptybench.py" film --size 100x28 --wait "$failed" --pause 1600 \
    --keys j --keys j --keys e --keys g --keys '<Enter>' --keys e --keys '<Enter>' --keys / --keys timeout \
    --keys '<Enter>' --keys n --keys 3 --keys 1 --keys G --keys q --gif "$folder/recording.gif" \
    -- "$joblog" demo --rate 40
echo "$folder/recording.gif"
