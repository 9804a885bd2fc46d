#!/bin/bash
# visit.sh CALL [OUTDIR [STEP...]] - on a machine with a GPU: one of three calls, each useful alone.
# 1: what the machine is, and whether the programs compute right.  2: speeds, counters, sanitizers.
# 3: reruns of STEPs, or of those that did not pass, and the figure of 64^4.
# OUTDIR (bench/gpu/out) gets call-N.md, the report, and call-N.tar.gz, one log per step; while a step
# runs, call-N.running.log.  A call that is killed leaves all that was written so far.
# QFP_VISIT_SECONDS: for the whole call (200, 260, 140).  Exit status 0 only if every step passed.
set -u
usage() {
    echo "usage: bench/gpu/visit.sh 1|2|3 [OUTDIR [STEP...]]" >&2
    exit 2
}
case ${1:-} in
1) limit=200 title="what the machine is, and whether it computes right" ;;
2) limit=260 title="speeds, counters, sanitizers" ;;
3) limit=140 title="reruns" ;;
*) usage ;;
esac
call=$1
[ $# -le 2 ] || [ "$call" = 3 ] || usage
limit=${QFP_VISIT_SECONDS:-$limit}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/bench/gpu/unpacked
mkdir -p "${2:-$root/bench/gpu/out}" "$work" || exit 1
out=$(cd "${2:-$root/bench/gpu/out}" && pwd)
report=$out/call-$call.md
archive=$out/call-$call.tar.gz
running=$out/call-$call.running.log
logs=$work/logs-$call
rm -rf "$logs" "$report" "$archive" "$archive.part" "$running"
mkdir -p "$logs"
cd "$root" || exit 1
# shellcheck source=bench/gpu/report.sh
. bench/gpu/report.sh
# shellcheck source=bench/gpu/place.sh
. bench/gpu/place.sh
# shellcheck source=bench/gpu/steps.sh
. bench/gpu/steps.sh

row() { say "| $1 | $2 |"; }

card() {
    local path
    path=$(have nvidia-smi) || { echo "unknown: nvidia-smi is absent"; return; }
    timeout 20 "$path" --format=csv,noheader --query-gpu="$1" 2>&1 | head -n 1
}

machine() {
    local path
    say "# Visit to a GPU, call $call: $title" "" "| | |" "|---|---|"
    row date "$(date -u '+%F %T') UTC"
    row "commit, packed, toolkit" "$(for key in commit packed toolkit; do
        manifest $key 2>/dev/null
    done | paste -sd , | sed 's/,/, /g')"
    row "card, driver, memory" "$(card name,driver_version,memory.total)"
    [ "$call" = 1 ] && row "clocks now and at most, power limit" \
        "$(card clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,power.limit)"
    row system "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), glibc $(
        getconf GNU_LIBC_VERSION | cut -d' ' -f2)"
    row processor "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(
        awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    place
    row "cuFFT taken" "${cufft:-not looked for}"
    row "cuRAND (its library is not needed)" "$curand"
    for path in ncu compute-sanitizer python3; do
        row "$path" "$(have $path || echo absent)"
    done
    [ -z "$problem" ] || say "" "No program of the pack can run: $problem."
}

# Without a device the tests fail, rather than pass as skipped.
export QFP_REQUIRE_GPU=1 OPENBLAS_NUM_THREADS=1
# steps PERCENT STEP...: keeping PERCENT of the call's seconds for those after them.
steps() {
    local name
    reserve=$((limit * $1 / 100))
    shift
    for name; do
        perform "$name"
    done
}

machine
case $call in
1)
    mapfile -t tests < <(ls tests/suite/test_suite_*.c tests/parity/test_parity_*.c |
        sed -nE '/parity_generator/d; s/.*\/test_([a-z_]+)\.c/test-\1/p')
    steps 60 devices yardstick
    steps 30 "${tests[@]}"
    steps 7 parity-kerr parity-dimer parity-open_fock parity-open_grid
    steps 0 bench-64
    ;;
2)
    steps 35 bench-sizes bench-largest twin-torch twin-cupy bench-paths bench-open_fock bench-open_grid
    steps 20 ncu-grid ncu-run ncu-fock ncu-guided ncu-doubled
    steps 0 memcheck-suite_plane racecheck-suite_plane memcheck-suite_vector racecheck-suite_vector
    ;;
3)
    if [ $# -gt 2 ]; then
        mapfile -t chosen < <(printf '%s\n' "${@:3}" | grep -vx bench-64)
    else
        mapfile -t chosen < <(awk '$2 != "passed" && $1 != "bench-64" { print $1 }' "$work/results" \
            2>/dev/null)
        say "" "Steps that did not pass before: ${chosen[*]:-none is on record here}."
    fi
    steps 10 "${chosen[@]}"
    steps 0 bench-64
    ;;
esac
finish
exit $failed
