#!/usr/bin/env bash
# Builds what is packaged, as a release with Swift's libraries linked in: .packaging/build.sh
set -euo pipefail
cd "$(dirname "$0")/.."
JOBLOG_VERSION=${JOBLOG_VERSION:-$(.packaging/version.sh)}
export JOBLOG_VERSION
for product in joblog joblog-server ManualPages; do
    swift build -c release --static-swift-stdlib --product "$product"
done
