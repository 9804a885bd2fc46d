#!/bin/bash
# pack_prefix.sh FOLDER - on a machine with network, of the distribution of the GPU machine: unpacks
# the Debian/Ubuntu packages qfp needs, and what they need, into FOLDER for bench/gpu.sh.  Needs no
# root.  What every GPU machine has (libc, compiler, cmake, the CUDA toolkit) is left out.
set -eu
[ $# -eq 1 ] || {
    echo "usage: bench/pack_prefix.sh FOLDER" >&2
    exit 2
}
mkdir -p "$1"
prefix=$(cd "$1" && pwd)
# shellcheck source=cmake/packages.sh
. "$(dirname "$0")/../cmake/packages.sh"
wanted=(libcriterion-dev libgit2-dev)
for package in "${build_packages[@]}"; do
    case $package in
    build-essential | cmake | git) ;;
    *) wanted+=("$package") ;;
    esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/status" # as if nothing were installed: the solver names all that is needed, once
apt-get -s -qq --no-install-recommends -o Dir::State::status="$work/status" \
    install "${wanted[@]}" | awk '/^Inst / { print $2 }' | sed 's/:.*//' | sort -u |
    grep -vE '^(libc6|libc-bin|libc-dev-bin|linux-libc-dev|dpkg|debconf|perl|gcc|g\+\+|cpp|base-)' |
    grep -vE '^(libgcc|libstdc\+\+|debianutils|tar$|install-info|libcrypt)' >"$work/names"
cd "$work"
xargs apt-get download -qq <names
for file in ./*.deb; do
    dpkg-deb -x "$file" "$prefix"
done
# Links of the alternatives system, which only an installation would make.
lib=$prefix/usr/lib/$(uname -m)-linux-gnu
for name in libblas.so.3 libblas.so liblapack.so.3 liblapack.so; do
    [ -e "$lib/openblas-pthread/$name" ] && ln -sf "openblas-pthread/$name" "$lib/$name"
done
du -sh "$prefix"
