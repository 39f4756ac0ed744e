#!/usr/bin/env bash
# Makes a tarball of the programs and all that goes with them, to be unpacked to a prefix: .packaging/tarball.sh
# BUILD is the folder of the programs; unless it is given, they are built.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -n ${BUILD:-} ]] || .packaging/build.sh
export BUILD=${BUILD:-.build/release}
name=joblog-$("$BUILD/joblog" --version)-linux-$(uname -m)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Installed for /usr/local, which is where the unit looks for the program.
DESTDIR=$work/root .packaging/install.sh /usr/local
mv "$work/root/usr/local" "$work/$name"
strip --strip-unneeded "$work/$name/bin/joblog" "$work/$name/bin/joblog-server"
mkdir -p .build/packages
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -czf ".build/packages/$name.tar.gz" "$name"
echo ".build/packages/$name.tar.gz"
