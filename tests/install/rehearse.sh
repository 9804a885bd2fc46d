#!/bin/bash
# rehearse.sh [SUITE] [FOLDER] - as root, with debootstrap and a Debian mirror: the packages are built in a root of
# SUITE (bookworm or trixie) from the files of this checkout, installed in a clean one, and used there as their users
# would: a run, its picture, a program of theirs, and the removal.  Roots are made in a new folder below FOLDER (/var/tmp),
# 4 GB, and removed; the packages stay in build-SUITE/.  QFP_MIRROR: another mirror.
set -euo pipefail
suite=${1:-bookworm}
project=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${2:-/var/tmp}/qfp-rehearsal-XXXXXX")
mirror=${QFP_MIRROR:-http://deb.debian.org/debian}
finish() {
    umount "$scratch"/{building,clean}/proc 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT
say() { printf '%s\n' "$*"; }
# in ROOT COMMAND: with its own environment only.
inside() {
    chroot "$scratch/$1" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root \
        DEBIAN_FRONTEND=noninteractive OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" \
        OPENBLAS_CORETYPE="${OPENBLAS_CORETYPE:-}" bash -euo pipefail -c "$2"
}
install_in() { inside "$1" "apt-get install -y -qq --no-install-recommends $2 >/root/apt.log 2>&1 ||
    { tail -n 20 /root/apt.log; exit 1; }"; }

say "Roots of $suite"
debootstrap --variant=minbase "$suite" "$scratch/clean" "$mirror" >"$scratch/log" 2>&1 ||
    { tail -n 20 "$scratch/log"; exit 1; }
cp -a "$scratch/clean" "$scratch/building"
for root in clean building; do mount -t proc proc "$scratch/$root/proc"; done

say "Packages"
# shellcheck source=cmake/packages.sh
source "$project/cmake/packages.sh"
inside building 'apt-get update -qq'
install_in building "${build_packages[*]} dpkg-dev file"
mkdir "$scratch/building/project"
git -C "$project" ls-files -z -co --exclude-standard | tar -C "$project" -cf - --null -T - --ignore-failed-read 2>/dev/null |
    tar -C "$scratch/building/project" -xf -
commit=$(git -C "$project" describe --always --dirty --exclude '*' --abbrev=12)
inside building "cd /project && cmake --preset package -DQFP_GIT_COMMIT=$commit >/root/log"
inside building 'cd /project && cmake --build build-package -j "$(nproc)" >>/root/log 2>&1 &&
    cd build-package && cpack >>/root/log 2>&1 || { tail -n 20 /root/log; exit 1; }'
mkdir -p "$project/build-$suite"
cp "$scratch"/building/project/build-package/*.deb "$project/build-$suite/"
(cd "$project/build-$suite" && ls -l -- *.deb)

say "The program, in a clean root"
mkdir "$scratch/clean/packages"
cp "$project/build-$suite"/*.deb "$scratch/clean/packages/"
inside clean 'apt-get update -qq'
install_in clean '/packages/qfp_*.deb /packages/qfp-doc_*.deb gnuplot-nox'
inside clean 'cd /root; doc=/usr/share/doc/qfp
    qfp version | grep -v unknown
    qfp run $doc/configs/kerr.yaml -o kerr.h5 2>/dev/null | tail -n 3
    qfp run $doc/configs/kerr.yaml --quiet --basis reference -o exact.h5 >/dev/null
    qfp compare kerr.h5 exact.h5 --tol 1e-6 | tail -n 1
    qfp plot kerr.h5 && [ "$(head -c 4 kerr.png | tail -c 3)" = PNG ]
    zcat /usr/share/man/man1/qfp.1.gz | grep "^.SH NAME" >/dev/null
    bash -n /usr/share/bash-completion/completions/qfp
    qfp devices | grep "^cuda.*there is no libqfp_cuda.so"'

say "A program of a user, in C and in C++"
install_in clean '/packages/qfp-dev_*.deb gcc g++ libc6-dev pkg-config cmake make'
inside clean 'cd /root && cp -r /usr/share/doc/qfp/examples/library example && cd example
    cc kerr.c $(pkg-config --cflags --libs qfp) -lm -o kerr && ./kerr | tail -n 1
    sed -i /kerr_static/d CMakeLists.txt # needs the -dev packages that qfp-dev suggests
    cmake -B build . >/dev/null && cmake --build build >/dev/null && build/kerr_cpp 2>/dev/null | tail -n 1
    cd / && dpkg --purge qfp-dev qfp-doc qfp >/dev/null 2>&1
    ! find /usr/bin /usr/lib /usr/include /usr/share/man -path "*qfp*" | grep .'
say "$suite: installed, used and removed"
