#!/usr/bin/env bash
# Prints the version that is being packaged: 0.1.0 where the commit has the tag v0.1.0, else that and what has come since,
# 0.1.0-12-gabc1234, with -dirty where files were changed. Without git's data it is what Sources/CVersion/version.c says.
set -euo pipefail
cd "$(dirname "$0")/.."
base=$(sed -n 's/^#define JOBLOG_VERSION "\(.*\)"$/\1/p' Sources/CVersion/version.c)
# A checkout may belong to somebody else, in a container for one; a tarball may have been unpacked inside of another repository.
git=(git -c "safe.directory=*")
if [[ ! -e .git ]] || ! "${git[@]}" rev-parse --quiet --verify HEAD >/dev/null 2>&1; then
    echo "$base"
    exit
fi
if described=$("${git[@]}" describe --tags --match 'v[0-9]*' --dirty 2>/dev/null); then
    echo "${described#v}"
else
    dirty=$("${git[@]}" diff-index --quiet HEAD -- || echo -dirty)
    echo "$base-$("${git[@]}" rev-list --count HEAD)-g$("${git[@]}" rev-parse --short HEAD)$dirty"
fi
