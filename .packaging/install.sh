#!/usr/bin/env bash
# Installs what .packaging/build.sh has built: .packaging/install.sh PREFIX
# DESTDIR stands in front of every path that is written; BUILD is the folder of the programs; ZSH_COMPLETIONS and DOCS are folders
# below PREFIX for those who package for a system that has them elsewhere.
set -euo pipefail
if (($# != 1)) || [[ $1 != /* ]]; then
    echo "usage: $0 PREFIX, an absolute path such as /usr/local" >&2
    exit 64
fi
prefix=${1%/}
cd "$(dirname "$0")/.."
build=${BUILD:-.build/release}
for program in joblog joblog-server ManualPages; do
    [[ -x $build/$program ]] || { echo "$build/$program is missing: run .packaging/build.sh first." >&2; exit 1; }
done
to=${DESTDIR:-}$prefix
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# put FILE MODE PATH: installs a file below the prefix.
put() { install -D -m "$2" "$1" "$to/$3"; }

put "$build/joblog" 755 bin/joblog
put "$build/joblog-server" 755 bin/joblog-server

sed "s|/usr/local/bin|$prefix/bin|" .packaging/joblog-server.service >"$work/joblog-server.service"
put "$work/joblog-server.service" 644 lib/systemd/system/joblog-server.service

for program in joblog joblog-server; do
    for shell in bash zsh fish; do "$build/$program" --generate-completion-script $shell >"$work/$program.$shell"; done
    [[ $program != joblog ]] || cat .packaging/completions.bash >>"$work/$program.bash"
    put "$work/$program.bash" 644 "share/bash-completion/completions/$program"
    put "$work/$program.zsh" 644 "${ZSH_COMPLETIONS:-share/zsh/site-functions}/_$program"
    put "$work/$program.fish" 644 "share/fish/vendor_completions.d/$program.fish"
    "$build/$program" --experimental-dump-help >"$work/$program.json"
done

# The pages bear the date of the last commit, so that the same sources give the same pages.
seconds=${SOURCE_DATE_EPOCH:-$(git -c "safe.directory=*" log -1 --format=%ct 2>/dev/null || date +%s)}
"$build/joblog" keys --config none -o markdown >"$work/keys.md"
mkdir "$work/pages"
"$build/ManualPages" "$work" .packaging/manual "$work/pages" "$("$build/joblog" --version)" \
    "$(LC_ALL=C date -u -d "@$seconds" '+%B %-d, %Y')"
for page in "$work"/pages/*; do
    gzip -9 -n "$page"
    put "$page.gz" 644 "share/man/man${page##*.}/$(basename "$page").gz"
done

docs=${DOCS:-share/doc/joblog}
CHECKOUTS=$(readlink -f "$build")/../../checkouts .packaging/notices.sh >"$work/copyright"
put "$work/copyright" 644 "$docs/copyright"
put README.md 644 "$docs/README.md"
while IFS= read -r file; do put "$file" 644 "$docs/$file"; done < <(find docs -type f | sort)
