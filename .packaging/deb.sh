#!/usr/bin/env bash
# Makes a package for Debian and Ubuntu: .packaging/deb.sh
# BUILD is the folder of the programs; unless it is given, they are built.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ -n ${BUILD:-} ]] || .packaging/build.sh
export BUILD=${BUILD:-.build/release}
for tool in dpkg-deb dpkg-shlibdeps strip; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install dpkg-dev binutils" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
# mktemp's folder is its owner's alone, and the root's mode is that of / where it is unpacked.
install -d -m 755 "$root"
DESTDIR=$root ZSH_COMPLETIONS=share/zsh/vendor-completions .packaging/install.sh /usr
strip --strip-unneeded "$root/usr/bin/joblog" "$root/usr/bin/joblog-server"

# What git describes has hyphens, which for dpkg part a version from its revision; ~ and + stand in the order of versions.
version=$("$BUILD/joblog" --version)
version=$(sed 's/-dirty$/.dirty/; s/-/+/; s/-/./g' <<<"$version")
architecture=$(dpkg --print-architecture)

# dpkg-shlibdeps wants the folder of a source package.
mkdir "$work/debian"
printf 'Source: joblog\n\nPackage: joblog\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/joblog root/usr/bin/joblog-server 2>"$work/warnings") || {
    cat "$work/warnings" >&2
    exit 1
}

mkdir "$root/DEBIAN"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<CONTROL
Package: joblog
Version: $version
Architecture: $architecture
Maintainer: ${DEBFULLNAME:-joblog} <${DEBEMAIL:-joblog@localhost}>
Installed-Size: $(du -k -s "$root/usr" | cut -f1)
Depends: ${depends#shlibs:Depends=}
Recommends: ca-certificates
Suggests: redis-server
Section: admin
Priority: optional
Description: terminal for background jobs in Redis
 Workers write their log lines, progress and checkpoints to Redis; joblog shows
 what a job is doing and why it failed, live, on a screen and by commands for
 scripts. joblog-server serves the same over HTTP; it is not started.
CONTROL
mkdir -p .build/packages
package=.build/packages/joblog_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
