#!/bin/bash
# newcomer.sh [SUITE] [FOLDER] - as root, with debootstrap, a mirror and PyPI: what a newcomer types, in a clean root of SUITE
# (bookworm, trixie, jammy, noble), from what is committed here: the tutorial with its installation, README, docs/scope.md and
# python/README.md from top to bottom in one session, then what docs/library.md, docs/python.md, docs/coming-from.md and
# others show, by the tests that hold them.  All of it but README's ./test.sh, which builds and runs everything twice.
# The root is made in a new folder below FOLDER (/var/tmp), 4 GB, and removed.  QFP_MIRROR: another mirror; PIP_CERT:
# certificates, as pip takes them, where the network has its own.
set -euo pipefail
suite=${1:-bookworm}
project=$(cd "$(dirname "$0")/../.." && pwd)
source "$project/tests/install/root.sh"
scratch=$(mktemp -d "${2:-/var/tmp}/qfp-newcomer-XXXXXX")
root=$scratch/root
finish() {
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT
say() { printf '\n== %s: %s\n' "$(date +%T)" "$*"; }

say "a root of $suite, with what the pages ask for"
make_root "$suite" "$root"
git clone -q --bare "$project" "$root/root/repository"
git clone -q "$root/root/repository" "$scratch/pages"
inside "$root" 'apt-get update -qq'
install_in "$root" git python3-venv

say "the pages, typed"
cd "$scratch/pages"
PIP_CERT=${PIP_CERT:+/root/certificates} python3 -B tests/cli/typed_pages.py --root "$root" --repository /root/repository \
    --without ./test.sh docs/tutorial.md README.md docs/scope.md python/README.md docs/library.md
[ -s "$root/root/qfp/results/kerr.png" ] && [ -s "$root/root/qfp/results/dimer.h5" ]

say "the pages whose Python and C stand in tests"
inside "$root" 'cd /root/qfp; root=$PWD; mkdir /root/scratch
    bash tests/python/run.sh "$root/build/qfp" "$root" /root/scratch/python
    bash tests/install/consume.sh "$root/build" "$root" /root/scratch/consume'
say "a driver and no toolkit: ./run.sh says what it leaves out"
inside "$root" 'mkdir /root/driver && ln -s /bin/true /root/driver/nvidia-smi
    cd /root/qfp && PATH=/root/driver:$PATH ./run.sh version 2>&1 | grep "CUDA backend: left out, for no toolkit"'

say "$suite: done"
