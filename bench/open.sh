#!/bin/bash
# open.sh BUILD_DIR [REPORT.md] - a master equation and a pulse: qfp and QuTiP 5.
#
# lossy_dimer.yaml (20 x 20 levels) beside mesolve, pulse.yaml (30 levels) beside sesolve with a string
# coefficient, on one thread.  Both programs take turns, RUNS times each; the medians count.  Errors of both are
# against QuTiP's dop853 at rtol 1e-12 on the same levels.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1/qfp" ]; then
    echo "usage: bench/open.sh BUILD_DIR [REPORT.md]; BUILD_DIR holds qfp" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
report=${2:-$here/results/$(date +%Y-%m-%d)-cpu-open.md}
runs=5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 LC_ALL=C
commit=$(git -C "$here" rev-parse --short=12 HEAD 2> /dev/null || echo unknown)
if ! git -C "$here" diff --quiet HEAD -- . ../host ../kernels > /dev/null 2>&1; then
    commit="$commit, sources changed since"
fi
python=${PYTHON:-python3}
if ! "$python" -c 'import h5py, qutip; assert int(qutip.__version__[0]) >= 5' 2> /dev/null; then
    echo "open.sh: $python has no h5py or no qutip >= 5; pip install qutip h5py, or set PYTHON" >&2
    exit 2
fi

median() { sort -g | awk '{v[NR] = $1} END {printf "%.3f", v[int((NR + 1) / 2)]}'; }
TIMEFORMAT='%U %S'

# row PROBLEM CONFIG SOLVER RTOL: a line of the table
row() {
    local problem=$1 config=$2 solver=$3 rtol=$4 name="$1-$4" i qfp theirs error_theirs error_qfp
    for ((i = 0; i < runs; i++)); do
        echo "open.sh: $problem, rtol $rtol, run $((i + 1)) of $runs" >&2
        rm -f "$scratch/$name.h5"
        { time "$build/qfp" run "$here/$config" -o "$scratch/$name.h5" > /dev/null 2>&1; } 2>> "$scratch/$name.qfp"
        "$python" "$here/peers/open.py" run "$problem" "$rtol" "$scratch/$name.npz" >> "$scratch/$name.qutip"
    done
    read -r error_theirs error_qfp < \
        <("$python" "$here/peers/open.py" errors "$scratch/$problem.npz" "$scratch/$name.npz" "$scratch/$name.h5")
    qfp=$(awk '{print $1 + $2}' "$scratch/$name.qfp" | median)
    theirs=$(median < "$scratch/$name.qutip")
    echo "| $config | $qfp | $error_qfp | $solver, rtol $rtol | $theirs | $error_theirs |" \
        "$(awk -v a="$theirs" -v b="$qfp" 'BEGIN {printf "%.2g", a / b}') |"
}

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
for problem in dimer pulse; do
    "$python" "$here/peers/open.py" exact "$problem" "$scratch/$problem.npz" > "$scratch/$problem.exact"
done
mkdir -p "$(dirname "$report")"
{
    echo "# qfp and QuTiP, a master equation and a pulse"
    echo
    echo "- date: $(date -u +'%Y-%m-%d %H:%M') UTC"
    echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores;" \
        "load average $load_before before"
    echo "- qfp: commit $commit, build type $(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt")," \
        "QFP_STRICT $(sed -n 's/^QFP_STRICT:[A-Z]*=//p' "$build/CMakeCache.txt")," \
        "CMAKE_C_FLAGS '$(sed -n 's/^CMAKE_C_FLAGS:[A-Z]*=//p' "$build/CMakeCache.txt")'"
    echo "- QuTiP $("$python" -W ignore -c 'import qutip; print(qutip.__version__)')"
    echo "- command: \`bench/open.sh BUILD_DIR\`; one thread, $runs runs of each in turn, medians of CPU seconds"
    echo
    echo "| configuration | qfp run, s | its error | QuTiP | s | its error | CPU time over qfp's |"
    echo "|---|---|---|---|---|---|---|"
    row dimer lossy_dimer.yaml 'mesolve (adams)' 1e-6
    row dimer lossy_dimer.yaml 'mesolve (adams)' 1e-8
    row pulse pulse.yaml 'sesolve (adams)' 1e-6
    row pulse pulse.yaml 'sesolve (adams)' 1e-8
    echo
    echo "qfp's time is user and system time of the whole process (configuration, evolution, Q and observables," \
        "file); QuTiP's is that of the call alone.  QuTiP's other methods: dop853 at rtol 1e-12, which gives the" \
        "exact values here, took $(cat "$scratch/dimer.exact") s for the dimer and" \
        "$(cat "$scratch/pulse.exact") s for the pulse."
} > "$report"
echo "$report"
