#!/bin/bash
# paths.sh BUILD_DIR [REPORT.md] - guided trajectories: qfp_bench_paths and the same step in NumPy.
#
# One thread.  The two take turns, RUNS times each; the medians count.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1/bench/qfp_bench_paths" ]; then
    echo "usage: bench/paths.sh BUILD_DIR [REPORT.md]; BUILD_DIR holds bench/qfp_bench_paths" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
report=${2:-$here/results/$(date +%Y-%m-%d)-cpu-paths.md}
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
    if "$candidate" -c 'import numpy' 2> /dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "paths.sh: no python3 with numpy; install python3-numpy" >&2
    exit 2
fi

load_before=$(cut -d' ' -f1-3 /proc/loadavg)
for ((i = 0; i < runs; i++)); do
    echo "paths.sh: run $((i + 1)) of $runs" >&2
    "$build/bench/qfp_bench_paths" >> "$scratch/qfp"
    "$python" "$here/rivals/guided_numpy.py" >> "$scratch/numpy"
done
median() { sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
# rate NAME: paths x steps per second; the row `| NAME | RATE | ...`
rate() { awk -F'|' -v name=" $1 " '$2 == name {print $3}' "$scratch/qfp" | median; }
peer() { sed -n "s/^guided, $1 levels: \([^ ]*\) .*/\1/p" "$scratch/numpy" | median; }
gflops=$(sed -n 's/.*multiply-add in registers \([0-9.]*\) .*/\1/p' "$scratch/qfp" | median)

mkdir -p "$(dirname "$report")"
{
    echo "# Guided trajectories, qfp and NumPy"
    echo
    echo "- date: $(date -u +'%Y-%m-%d %H:%M') UTC"
    echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores;" \
        "load average $load_before before and $(cut -d' ' -f1-3 /proc/loadavg) after"
    echo "- qfp: commit $commit, build type $(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt")," \
        "flags $(sed -n 's/^CMAKE_C_FLAGS:[A-Z]*=//p' "$build/CMakeCache.txt")," \
        "QFP_STRICT $(sed -n 's/^QFP_STRICT:[A-Z]*=//p' "$build/CMakeCache.txt")"
    echo "- NumPy $("$python" -c 'import numpy; print(numpy.__version__)')"
    echo "- command: \`bench/paths.sh BUILD_DIR\`; one thread, $runs runs of each in turn, medians of CPU time"
    echo "- multiply-add in registers, same runs: $gflops Gflop/s"
    echo
    echo "| method | qfp, paths × steps per second | NumPy | qfp over NumPy | Horner flops per step |" \
        "their floor, ns | qfp, ns | floor over qfp |"
    echo "|---|---|---|---|---|---|---|---|"
    for levels in 24 64; do
        awk -v levels="$levels" -v qfp="$(rate "guided, $levels levels")" -v peer="$(peer "$levels")" \
            -v gflops="$gflops" 'BEGIN {
                flops = 20 * (levels - 1); floor = flops / gflops; ns = 1e9 / qfp
                printf "| guided, %d levels | %.3g | %.3g | %.1f | %d | %.1f | %.1f | %.2f |\n",
                    levels, qfp, peer, qfp / peer, flops, floor, ns, floor / ns }'
    done
    awk -v qfp="$(rate positive_p)" 'BEGIN {
        printf "| positive_p | %.3g | - | - | - | - | %.1f | - |\n", qfp, 1e9 / qfp }'
    echo
    echo "The floor counts Horner's rule for F and F' alone, twenty flops per level above the lowest, at" \
        "the speed of independent multiply-adds; as it is written eight of the twenty are in none.  A" \
        "step also draws two normal numbers and evaluates A, S and ∂S, which does not depend on the" \
        "number of levels.  NumPy takes the same step without looking at its length."
} > "$report"
echo "$report"
