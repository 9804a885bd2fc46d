#!/bin/bash
# rehearse.sh [SUITE] [FOLDER] - as root, with debootstrap and a mirror: the packages are built in a root of
# SUITE (bookworm, trixie, jammy or noble) from the files of this checkout, installed in a clean one, and used there as their
# users would: a run, its picture, a program of theirs, and the removal.  With QFP_CUDA=ON also qfp-cuda, by the toolkit of
# the distribution (non-free or multiverse, 2 GB), for the one kind of card that CUDAARCHS (90) names.  Roots are made in a
# new folder below FOLDER (/var/tmp), 4 GB, with CUDA 12, and removed; the packages stay in build-SUITE/.  QFP_MIRROR:
# another mirror.
set -euo pipefail
suite=${1:-bookworm}
project=$(cd "$(dirname "$0")/../.." && pwd)
source "$project/tests/install/root.sh"
source "$project/cmake/packages.sh"
scratch=$(mktemp -d "${2:-/var/tmp}/qfp-rehearsal-XXXXXX")
clean=$scratch/clean building=$scratch/building
cuda=${QFP_CUDA:-OFF}
finish() {
    umount "$scratch"/{building,clean}/proc 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT
say() { printf '== %s: %s\n' "$(date +%T)" "$*"; }

say "roots of $suite"
make_root "$suite" "$clean"
mkdir "$building"
tar -C "$clean" --one-file-system -cf - . | tar -C "$building" -xf -
mount -t proc proc "$building/proc"

say "the packages"
components=contrib,non-free
[[ $suite != jammy && $suite != noble ]] || components=restricted,multiverse
[ "$cuda" = OFF ] || sed -i "s/ main\b/ main ${components/,/ }/" "$clean/etc/apt/sources.list" "$building/etc/apt/sources.list"
for root in "$clean" "$building"; do inside "$root" 'apt-get update -qq'; done
install_in "$building" "${build_packages[@]}" file
[ "$cuda" = OFF ] || install_in "$building" nvidia-cuda-toolkit
mkdir "$building/project"
git -C "$project" ls-files -z -co --exclude-standard | tar -C "$project" -cf - --null -T - --ignore-failed-read 2>/dev/null |
    tar -C "$building/project" -xf -
commit=$(git -C "$project" describe --always --dirty --exclude '*' --abbrev=12)
inside "$building" "cd /project && {
    cmake --preset package -DQFP_GIT_COMMIT=$commit -DQFP_CUDA=$cuda -DCMAKE_CUDA_ARCHITECTURES=${CUDAARCHS:-90} &&
    cmake --build build-package -j $(nproc) && cd build-package && cpack; } >/root/log 2>&1 || { tail -n 30 /root/log; exit 1; }"
packages=$project/build-$suite
mkdir -p "$packages"
rm -f "$packages"/*.deb
cp "$building"/project/build-package/*.deb "$packages/"
for package in "$packages"/*.deb; do
    dpkg-deb --show --showformat='${Package} ${Version} ${Architecture}, ${Installed-Size} KB, needs ${Depends}\n' "$package"
done

say "the program, in a clean root"
mkdir "$clean/packages"
cp "$packages"/*.deb "$clean/packages/"
install_in "$clean" /packages/qfp_*.deb /packages/qfp-doc_*.deb gnuplot-nox
inside "$clean" 'cd /root; doc=/usr/share/doc/qfp
    qfp version | grep -v unknown
    qfp run $doc/configs/kerr.yaml -o kerr.h5 2>/dev/null | tail -n 3
    qfp run $doc/configs/kerr.yaml --quiet --basis reference -o exact.h5 >/dev/null
    qfp compare kerr.h5 exact.h5 --tol 1e-6 | tail -n 1
    qfp plot kerr.h5 && [ "$(head -c 4 kerr.png | tail -c 3)" = PNG ]
    zcat /usr/share/man/man1/qfp.1.gz | grep "^.SH NAME" >/dev/null
    bash -n /usr/share/bash-completion/completions/qfp
    qfp devices | grep "^cuda.*there is no libqfp_cuda.so"'

say "a program of a user, in C and in C++"
install_in "$clean" /packages/qfp-dev_*.deb gcc g++ libc6-dev pkg-config cmake make
inside "$clean" 'cd /root && cp -r /usr/share/doc/qfp/examples/library example && cd example
    cc kerr.c $(pkg-config --cflags --libs qfp) -lm -o kerr && ./kerr | tail -n 1
    cmake -B build . >/dev/null && cmake --build build >/dev/null && build/kerr_cpp 2>/dev/null | tail -n 1'
suggested=$(inside "$clean" 'dpkg-query -W -f "\${Suggests}" qfp-dev')
install_in "$clean" "${suggested//,/}"
inside "$clean" 'cd /root/example && cmake --build build --target kerr_static >/dev/null && build/kerr_static | tail -n 1'

if [ "$cuda" != OFF ]; then
    say "the CUDA backend, where there is no card"
    install_in "$clean" /packages/qfp-cuda_*.deb
    inside "$clean" 'cd /root; doc=/usr/share/doc/qfp status=0
        qfp devices | grep "^cuda 0 *not available.*no NVIDIA driver"
        qfp run $doc/configs/kerr.yaml --backend cuda -o cuda.h5 || status=$?
        [ $status = 5 ] && [ ! -e cuda.h5 ]
        qfp run $doc/configs/kerr.yaml --basis fourier -o auto.h5 2>&1 >/dev/null | grep "^qfp: backend auto is the CPU"
        qfp compare auto.h5 exact.h5 --tol 1e-6 | tail -n 1'
fi

say "the removal"
inside "$clean" 'dpkg --purge $(dpkg-query -W -f "\${Package} " "qfp*") >/dev/null 2>&1
    ! find /usr/bin /usr/lib /usr/include /usr/share -path "*qfp*" | grep .'
say "$suite: installed, used and removed"
