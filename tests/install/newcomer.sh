#!/bin/bash
# newcomer.sh [SUITE] [FOLDER] - as root, with debootstrap, a Debian mirror and PyPI: what a newcomer types, in a clean root of
# SUITE (bookworm or trixie) with a clone of what is committed here: README's ./run.sh, every block of the tutorial and of
# docs/scope.md, the Python package and the Python of README.  The root is made in a new folder below FOLDER (/var/tmp),
# 3 GB, and removed.  QFP_MIRROR: another mirror; PIP_CERT: certificates, as pip takes them, where the network has its own.
set -euo pipefail
suite=${1:-bookworm}
project=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${2:-/var/tmp}/qfp-newcomer-XXXXXX")
root=$scratch/root
finish() {
    umount "$root/proc" 2>/dev/null || true
    rm -rf --one-file-system "$scratch"
}
trap finish EXIT
say() { printf '\n== %s\n' "$*"; }
# inside COMMAND: with its own environment only.
inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root \
        ${PIP_CERT:+PIP_CERT=/root/certificates} \
        bash -euo pipefail -c "$1"
}

say "a root of $suite"
debootstrap --variant=minbase "$suite" "$root" "${QFP_MIRROR:-http://deb.debian.org/debian}" >"$scratch/log" 2>&1 ||
    { tail -n 20 "$scratch/log"; exit 1; }
mount -t proc proc "$root/proc"
git clone -q "$project" "$root/root/qfp"
[ -z "${PIP_CERT:-}" ] || cp "$PIP_CERT" "$root/root/certificates"

say "./run.sh"
inside 'cd /root/qfp && ./run.sh 2>&1 | tail -n 60'
[ -s "$root/root/qfp/results/kerr.png" ] && [ -s "$root/root/qfp/results/dimer.h5" ]

say "./run.sh audit configs/kerr.yaml"
inside 'cd /root/qfp && ./run.sh audit configs/kerr.yaml | head -n 5'

say "the tutorial and docs/scope.md, as they are typed"
inside 'apt-get install -y -qq --no-install-recommends python3 python3-venv >/root/apt.log 2>&1 || { tail /root/apt.log; exit 1; }
    cd /root/qfp && python3 -B tests/cli/typed_pages.py build/qfp docs/tutorial.md docs/scope.md'

say "the Python package and the Python of README"
inside 'python3 -m venv /root/venv && /root/venv/bin/pip install -q /root/qfp/python
    cd /root && PATH=/root/qfp/build:$PATH OMP_NUM_THREADS=1
    export PATH
    sed -n "/^\`\`\`python$/,/^\`\`\`$/p" qfp/README.md | grep -v "^\`\`\`" >typed.py && [ -s typed.py ]
    /root/venv/bin/python typed.py'

say "$suite: done"
