#!/usr/bin/env bash
# Prints the licences of all that is linked into the programs, each text once: .packaging/notices.sh
# Read from where they were built from: the packages' checkouts, the C libraries' packages of Debian, and the toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."
checkouts=${CHECKOUTS:-.build/checkouts}
declare -A owners texts
order=()

# notice OWNER FILE
notice() {
    local sum
    sum=$(sha256sum "$2" | cut -d' ' -f1)
    [[ -n ${texts[$sum]:-} ]] || order+=("$sum")
    texts[$sum]=$2
    owners[$sum]="${owners[$sum]:-}${owners[$sum]:+, }$1"
}

missing() {
    echo "There is no licence of $1 in $2." >&2
    exit 1
}

while IFS= read -r package; do
    found=
    # Packages that carry others' code have their licences further down.
    while IFS= read -r file; do
        notice "$package" "$checkouts/$package/$file"
        found=1
    done < <(cd "$checkouts/$package" 2>/dev/null && find . -maxdepth 4 -type f \
        \( -iname 'license' -o -iname 'license.*' -o -iname 'notice' -o -iname 'notice.*' -o -iname 'copying*' \) \
        -not -path '*/Tests/*' -not -path '*/.*/*' -not -name '*.swift' | sort)
    [[ -n $found ]] || missing "$package" "$checkouts/$package"
done < <(sed -n 's|^ *"location" : ".*/\([^/"]*\)",\{0,1\}$|\1|p' Package.resolved | sed 's/\.git$//' | sort)

for library in libhiredis-dev libncurses-dev libyaml-dev zlib1g; do
    file=/usr/share/doc/$library/copyright
    [[ -r $file ]] || missing "$library" "$file"
    notice "$library" "$file"
done

swift=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/share/swift/LICENSE.txt
[[ -r $swift ]] || missing Swift "$swift"
notice "Swift's libraries" "$swift"

echo "joblog and joblog-server hold, or are linked with, the work of others, whose licences and notices follow."
for sum in "${order[@]}"; do
    printf '\n%s\n%s\n\n' "$(printf '=%.0s' {1..80})" "${owners[$sum]}"
    cat "${texts[$sum]}"
done
