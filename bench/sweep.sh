#!/bin/bash
# sweep.sh BUILD_DIR [RUNS] - a sweep of 1000 points of 20 levels against a process for every point.
#
# They take turns, RUNS times each (default 3): the sweep with one process and with one per core, and 1000 runs one
# after the other, of one thread each.  Prints the middle of the seconds per point as Markdown, CPU seconds with those
# of all children; on a machine where others work these say more than the clock.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1/qfp" ]; then
    echo "usage: bench/sweep.sh BUILD_DIR [RUNS]; BUILD_DIR holds qfp" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
qfp=$(cd "$1" && pwd)/qfp
runs=${2:-3}
points=1000
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C
cd "$scratch"
cp "$here/sweep.yaml" sweep.yaml
grep -v -e '^sweep:' -e '^  U: {from' sweep.yaml > one.yaml

sweep() { # PROCESSES
    OMP_NUM_THREADS=$1 "$qfp" sweep sweep.yaml -o sweep.h5 --force --quiet
}
processes() {
    local i
    for ((i = 0; i < points; i++)); do
        OMP_NUM_THREADS=1 "$qfp" run one.yaml -o "one$i.h5" --force --quiet \
            --set "hamiltonian.parameters.U=$i*2/999"
    done
}
seconds_of() { # NAME COMMAND...: adds "wall cpu" to the file NAME
    local name=$1 TIMEFORMAT='%R %U %S'
    shift
    { time "$@" > /dev/null 2> "$scratch/error" || { cat "$scratch/error" >&2; exit 1; }; } 2> "$scratch/time"
    awk '{print $1, $2 + $3}' "$scratch/time" >> "$scratch/$name"
}
middle() { # NAME COLUMN
    sort -g -k "$2,$2" "$scratch/$1" | awk -v c="$2" '{v[NR] = $c} END {print v[int((NR + 1) / 2)]}'
}

cores=$(nproc)
load=$(cut -d' ' -f1-3 /proc/loadavg)
for ((r = 0; r < runs; r++)); do
    echo "sweep.sh: turn $((r + 1)) of $runs" >&2
    seconds_of alone sweep 1
    seconds_of crew sweep "$cores"
    seconds_of processes processes
done
echo "1000 points of 20 levels, ms a point, middle of $runs turns; $cores cores, load before $load"
echo
echo "| | wall | CPU | processes over it, wall | CPU |"
echo "|---|---|---|---|---|"
for name in alone crew processes; do
    awk -v n="$name" -v w="$(middle $name 1)" -v c="$(middle $name 2)" -v pw="$(middle processes 1)" \
        -v pc="$(middle processes 2)" -v points=$points -v cores="$cores" 'BEGIN {
            what["alone"] = "sweep, one process"; what["crew"] = "sweep, " cores " processes"
            what["processes"] = "a process for every point, in turn"
            printf "| %s | %.2f | %.2f | %.0f | %.0f |\n", what[n], w * 1000 / points, c * 1000 / points, pw / w, pc / c
        }'
done
