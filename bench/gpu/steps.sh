# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with visit.sh
# steps.sh - sourced by visit.sh: what each step runs, and for how many seconds at most.
metrics=gpu__time_duration.sum,dram__bytes.sum.per_second
metrics+=,dram__throughput.avg.pct_of_peak_sustained_elapsed
metrics+=,sm__throughput.avg.pct_of_peak_sustained_elapsed
metrics+=,sm__warps_active.avg.pct_of_peak_sustained_active
metrics+=,launch__registers_per_thread

# runnable NAME: whether programs of the pack run here; the report gets the reason why not.
runnable() {
    [ -z "$problem" ] && return
    not_run "$1" "$problem"
    return 1
}

# own NAME MOST SHOWN PROGRAM...: a program of the pack, every line of its output at once.
own() {
    runnable "$1" || return
    local lines=()
    command -v stdbuf >/dev/null 2>&1 && lines=(stdbuf -oL -eL)
    step "${@:1:3}" "${lines[@]}" "${@:4}"
}

# tool NAME MOST SHOWN TOOL ARGUMENTS...: a tool of the toolkit, with a program of the pack.
tool() {
    local path
    if ! path=$(have "$4"); then
        not_run "$1" "$4 is absent: it is neither on PATH nor in the toolkit"
        return
    fi
    runnable "$1" && step "$1" "$2" "$3" "$path" "${@:5}"
}

# The same right-hand side in the array library $2, if python3 has it.
twin() {
    local python # asked without an import, which may take as long as a step
    for python in python3 /opt/*/.venv/bin/python3; do
        timeout 10 "$python" -c "from importlib.util import find_spec
raise SystemExit(not (find_spec('$2') and find_spec('numpy')))" 2>/dev/null || continue
        step "$1" 60 table "$python" -u "$root/bench/rivals/right_hand_side.py" --device cuda \
            --library "$2" 32 42 48 60 64 80 96
        return
    done
    not_run "$1" "no python3 with $2 and numpy is here"
}

# Of what ncu printed; where it has no kernel, ncu's own sentence.
kernel_table() {
    awk -f "$root/bench/gpu/ncu_table.awk" "$1" && return
    grep -m 1 '^==ERROR==' "$1"
    return 1
}

# Kernels of this project and of cuFFT, whether ncu matches or searches.
ours='^(k_.*|.*fft.*)$'

# $1: name, $2: kernels, $3: launches, then the program.  Clocks stay as they are.
counters() {
    tool "$1" 40 kernel_table ncu --clock-control none --csv --metrics "$metrics" \
        --target-processes all --kernel-name "regex:$2" --launch-count "$3" "${@:4}"
}

# What Criterion says of a program: failed and skipped tests and the sum, in which there must be tests.
tested() {
    grep -E '^\[(FAIL|SKIP)\]' "$1" | sed 's/^/    /'
    grep -E 'Synthesis: Tested: [1-9]' "$1" | sed 's/^/    /; s/ *$//' | grep . && return
    echo "Criterion found no test"
    return 1
}

# The same, with the summaries of all processes.
sanitized() {
    tested "$1" || return
    grep -oE '(ERROR|RACECHECK) SUMMARY: .*' "$1" | sort | uniq -c | grep . && return
    echo "the sanitizer printed no summary"
    return 1
}

# Criterion runs every test in a process of its own; the sanitizer has to follow them.
sanitizer() {
    tool "$1" 60 sanitized compute-sanitizer --tool "$2" --target-processes all --print-limit 20 \
        --error-exitcode 9 "$work/strict/gpu_test_$3" --jobs=4
}

# Master equations in the Fock basis and, by squares, on a grid; else one of configs/.
config_of() {
    case $1 in
    open_fock) echo "$root/bench/lossy_dimer.yaml" ;;
    open_grid) echo "$root/bench/gpu/open_grid.yaml" ;;
    *) echo "$root/configs/$1.yaml" ;;
    esac
}

perform() {
    case $1 in
    devices) own "$1" 20 10 "$work/release/qfp" devices ;;
    yardstick) own "$1" 30 table "$work/release/qfp_yardstick" ;;
    test-*) own "$1" 60 tested env OMP_NUM_THREADS=1 "$work/strict/gpu_test_${1#test-}" --jobs=8 ;;
    parity-*)
        own "$1" 60 20 "$root/bench/gpu/parity.sh" "$work/strict/qfp" \
            "$(config_of "${1#parity-}")" "$work/${1#parity-}"
        ;;
    bench-open_*)
        own "$1" 60 30 "$root/bench/gpu/open.sh" "$work/release/qfp" "$(config_of "${1#bench-}")"
        ;;
    bench-64) own "$1" 30 table "$work/release/qfp_bench_gpu" cuda 64 ;;
    bench-sizes) own "$1" 60 table "$work/release/qfp_bench_gpu" cuda 32 42 48 60 64 80 96 ;;
    bench-largest) own "$1" 40 table "$work/release/qfp_bench_gpu" cuda --largest ;;
    bench-paths) own "$1" 30 table "$work/release/qfp_bench_paths" cuda ;;
    twin-*) twin "$1" "${1#twin-}" ;;
    ncu-grid) counters "$1" "$ours" 40 "$work/release/qfp_bench_gpu" cuda 64 ;;
    ncu-run) counters "$1" "$ours" 150 "$work/release/qfp" run "$root/configs/dimer.yaml" \
        --backend cuda -o "$work/ncu.h5" ;;
    ncu-fock) counters "$1" '^k_stencil.*' 4 "$work/release/qfp_bench_gpu" cuda 64 ;;
    ncu-guided) counters "$1" '^k_guide.*' 6 "$work/release/qfp_bench_paths" cuda ;;
    ncu-doubled) counters "$1" '^k_doubled.*' 4 "$work/release/qfp_bench_paths" cuda ;;
    memcheck-* | racecheck-*) sanitizer "$1" "${1%%-*}" "${1#*-}" ;;
    *)
        heading "$1"
        say "There is no step of this name."
        failed=1
        ;;
    esac
}
