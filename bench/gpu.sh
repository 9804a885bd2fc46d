#!/bin/bash
# gpu.sh PREFIX [REPORT.md] - everything that needs a GPU, in one call without network: build, tests,
# compute-sanitizer, parity of files, benchmarks.  One Markdown report; exit status 0 only if every
# step passed.  PREFIX is a folder made by bench/pack_prefix.sh, or / for the system's libraries.
# QFP_GPU_SECONDS bounds the whole call (570); a step that does not fit is reported as not run.
set -u
if [ $# -lt 1 ] || [ ! -d "$1" ]; then
    echo "usage: bench/gpu.sh PREFIX [REPORT.md]" >&2
    exit 2
fi
prefix=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
report=$(realpath -m "${2:-$root/bench/results/$(date +%F)-gpu.md}")
build=${QFP_GPU_BUILD:-$root/build-gpu}
limit=${QFP_GPU_SECONDS:-570}
failed=0
mkdir -p "$(dirname "$report")" "$build"
cd "$root" || exit 1
# shellcheck source=bench/prefix.sh
. bench/prefix.sh "$prefix"

say() { printf '%s\n' "$*" | tee -a "$report"; }
left() { echo $((limit - SECONDS)); }

# step NAME MOST COMMAND...: runs it for MOST seconds at most; the report gets the command, the
# status, the seconds and the last lines of the output, the log all of it.
step() {
    local name=$1 most=$2 status=0 start=$SECONDS log=$build/log-$1.txt
    shift 2
    [ "$(left)" -lt "$most" ] && most=$(left)
    say "" "## $name" "" "    $*" ""
    if [ "$most" -le 0 ]; then
        failed=1
        say "NOT RUN: the $limit s of this call were used up."
        return 1
    fi
    timeout "$most" "$@" >"$log" 2>&1 || status=$?
    case $status in
    0) say "passed, $((SECONDS - start)) s" ;;
    124) say "FAILED: stopped after $most s" ;;
    *) say "FAILED: exit status $status, $((SECONDS - start)) s" ;;
    esac
    [ $status -eq 0 ] || failed=1
    say "" '```'
    tail -n "${tail_lines:-15}" "$log" | tee -a "$report"
    say '```'
    return $status
}

# table NAME MOST COMMAND...: as step, with the Markdown the command prints set into the report.
table() {
    local name=$1 log=$build/log-$1.txt
    tail_lines=0 step "$@"
    grep -E '^(\||Backend|$)' "$log" >>"$report"
}

: >"$report"
say "# GPU report" "" "- date: $(date -u '+%F %T') UTC" \
    "- commit: $(git describe --always --dirty 2>/dev/null || cat .commit 2>/dev/null || echo unknown)" \
    "- GPU, driver, memory: $(nvidia-smi --query-gpu=name,driver_version,memory.total \
        --format=csv,noheader 2>&1 | head -n 1)" \
    "- toolkit: $(nvcc --version 2>&1 | tail -n 1)" \
    "- processor: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) cores" \
    "- prefix: $prefix"

step configure 60 cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DQFP_STRICT=ON -DQFP_CUDA=ON \
    -DQFP_TESTS="${QFP_GPU_TESTS:-ON}" "-DCMAKE_PREFIX_PATH=$prefix;$prefix/usr" || exit 1
step build 240 cmake --build "$build" -j "$(nproc)" || exit 1
step devices 20 "$build/qfp" devices

export QFP_REQUIRE_GPU=1
mapfile -t programs < <(find "$build/tests/gpu" -maxdepth 1 -type f -name 'gpu_test_*' -executable \
    2>/dev/null | sort)
if [ ${#programs[@]} -eq 0 ]; then
    failed=1
    say "" "## tests" "" "NOT RUN: no test programs were built (is Criterion in the prefix?)."
else
    step tests 120 ctest --test-dir "$build" -L gpu --output-on-failure
fi
for tool in memcheck racecheck; do
    for program in "${programs[@]}"; do
        # Criterion forks one process per test; the sanitizer has to follow them.
        step "$tool-$(basename "$program")" 60 compute-sanitizer --tool "$tool" \
            --target-processes all --error-exitcode 9 "$program"
    done
done

# The same configuration on both backends; what `qfp compare` finds too far apart fails the step.
parity() {
    local config name
    for config in ${QFP_GPU_PARITY:-configs/kerr.yaml configs/dimer.yaml}; do
        name=$build/$(basename "$config" .yaml)
        "$build/qfp" run "$config" --backend cpu -o "$name-cpu.h5" &&
            "$build/qfp" run "$config" --backend cuda -o "$name-cuda.h5" &&
            "$build/qfp" compare "$name-cpu.h5" "$name-cuda.h5" || return 1
    done
}
export build
export -f parity
tail_lines=60 step parity 90 bash -c parity

table bench-cuda 60 "$build/bench/qfp_bench_gpu" cuda
table bench-largest 60 "$build/bench/qfp_bench_gpu" cuda --largest
table bench-cpu 60 "$build/bench/qfp_bench_gpu" cpu 32
if python3 -c 'import torch' 2>/dev/null || python3 -c 'import cupy' 2>/dev/null; then
    table peer 60 python3 bench/peers/right_hand_side.py --device cuda 32 48 64
else
    say "" "## peer" "" "NOT RUN: python3 has neither torch nor cupy here."
fi

say "" "Total $SECONDS s. $([ $failed -eq 0 ] && echo 'Every step passed.' || echo 'SOME STEPS FAILED.')"
exit $failed
