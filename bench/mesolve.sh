#!/bin/bash
# mesolve.sh BUILD_DIR [REPORT.md] - a mixed two-mode state without loss: qfp and QuTiP's mesolve.
#
# dimer_mixed.yaml, 20 x 20 levels, on one thread.  qfp and mesolve take turns, RUNS times each; the
# medians count.  Errors of both are against the exponential of the same truncated Hamiltonian.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1/qfp" ]; then
    echo "usage: bench/mesolve.sh BUILD_DIR [REPORT.md]; BUILD_DIR holds qfp" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
report=${2:-$here/results/$(date +%Y-%m-%d)-cpu-mesolve.md}
runs=5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 LC_ALL=C
commit=$(git -C "$here" rev-parse --short=12 HEAD 2> /dev/null || echo unknown)
if ! git -C "$here" diff --quiet HEAD -- . ../host ../kernels > /dev/null 2>&1; then
    commit="$commit, sources changed since"
fi
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import h5py, qutip' 2> /dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "mesolve.sh: no python3 with qutip and h5py; install python3-qutip and python3-h5py" >&2
    exit 2
fi

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
TIMEFORMAT='%U %S'
for ((i = 0; i < runs; i++)); do
    echo "mesolve.sh: run $((i + 1)) of $runs" >&2
    rm -f "$scratch/qfp.h5"
    { time "$build/qfp" run "$here/dimer_mixed.yaml" -o "$scratch/qfp.h5" > /dev/null 2>&1; } \
        2>> "$scratch/qfp.times"
    "$python" "$here/peers/mesolve.py" run "$scratch/mesolve.npz" >> "$scratch/mesolve.times"
done
read -r error_mesolve error_qfp < \
    <("$python" "$here/peers/mesolve.py" errors "$scratch/mesolve.npz" "$scratch/qfp.h5")
median() { sort -g | awk '{v[NR] = $1} END {printf "%.3f", v[int((NR + 1) / 2)]}'; }
qfp=$(awk '{print $1 + $2}' "$scratch/qfp.times" | median)
mesolve=$(median < "$scratch/mesolve.times")

mkdir -p "$(dirname "$report")"
{
    echo "# qfp and QuTiP's mesolve, a mixed two-mode state without loss"
    echo
    echo "- date: $(date -u +'%Y-%m-%d %H:%M') UTC"
    echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores;" \
        "load average $load_before before and $(cut -d' ' -f1-3 /proc/loadavg) after"
    echo "- qfp: commit $commit, build type $(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt")," \
        "QFP_STRICT $(sed -n 's/^QFP_STRICT:[A-Z]*=//p' "$build/CMakeCache.txt")"
    echo "- QuTiP $("$python" -c 'import qutip; print(qutip.__version__)')"
    echo "- command: \`bench/mesolve.sh BUILD_DIR\`; one thread, $runs runs of each in turn"
    echo
    echo "| program | CPU s, median | largest error of n₁, Re a₁, Im a₁, Re a₂ | CPU time over qfp's |"
    echo "|---|---|---|---|"
    echo "| qfp run bench/dimer_mixed.yaml | $qfp | $error_qfp | 1 |"
    echo "| mesolve, rtol 1e-6, atol 1e-8 | $mesolve | $error_mesolve |" \
        "$(awk -v a="$mesolve" -v b="$qfp" 'BEGIN {printf "%.1f", a / b}') |"
    echo
    echo "qfp's time is user and system time of the whole process (configuration, evolution, Q and" \
        "observables, file); mesolve's is that of the call alone.  qfp diagonalises the occupied blocks" \
        "of this Hamiltonian once, so its error does not depend on its tolerance: to be as inaccurate as" \
        "mesolve would save it nothing."
} > "$report"
echo "$report"
