#!/bin/bash
# gpu_scripts.sh SOURCE QFP BENCH - the scripts for a GPU machine, executed where there is none:
# nvidia-smi, nvcc, ncu, compute-sanitizer, cmake and ctest are stand-ins, qfp is the true program.
set -u
source_dir=$1 qfp=$2 bench=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
has() {
    grep -qF -- "$2" "$1" || {
        echo "missing in $(basename "$1"): $2"
        wrong=1
    }
}
lacks() {
    if grep -qF -- "$2" "$1"; then
        echo "not expected in $(basename "$1"): $2"
        wrong=1
    fi
}
stand_in() { # NAME, body from stdin
    { echo '#!/bin/bash'; cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# ---- profile.sh: units, commas, several launches of one kernel, names with commas and templates
cat >"$work/ncu.csv" <<'CSV'
==PROF== Connected to process 4242
"ID","Process ID","Kernel Name","Context","Metric Name","Metric Unit","Metric Value"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","gpu__time_duration.sum","ns","2,500.00"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","dram__bytes.sum.per_second","Tbyte/s","1.50"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","dram__throughput.avg.pct_of_peak_sustained_elapsed","%","75.00"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","sm__throughput.avg.pct_of_peak_sustained_elapsed","%","20.00"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","sm__warps_active.avg.pct_of_peak_sustained_active","%","88.10"
"1000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","launch__registers_per_thread","register/thread","32"
"2000","1","void k_combine<double>(unsigned long, combination<T1>, T1 *)","1","gpu__time_duration.sum","us","1.25"
"3000","1","k_tree(unsigned long, const double *, double *)","1","gpu__time_duration.sum","ms","1.5"
"3000","1","k_tree(unsigned long, const double *, double *)","1","dram__bytes.sum.per_second","Gbyte/s","40"
"3000","1","k_tree(unsigned long, const double *, double *)","1","sm__throughput.avg.pct_of_peak_sustained_elapsed","%","11"
CSV
QFP_PROFILE_CSV=$work/ncu.csv "$source_dir/bench/profile.sh" none "$work/table.md" || wrong=1
has "$work/table.md" "| k_combine<double> | 2.5 | 1500.0 | 75.0 | 20.0 | 75.0 | 88.1 | 32 |"
has "$work/table.md" "| k_tree | 1500.0 | 40.0 | 0.0 | 11.0 | 11.0 | 0.0 | 0 |"
echo "==ERROR== ERR_NVGPUCTRPERM" >"$work/none.csv"
if QFP_PROFILE_CSV=$work/none.csv "$source_dir/bench/profile.sh" none "$work/t" 2>"$work/error"; then
    echo "profile.sh accepts a file without kernels"
    wrong=1
fi
has "$work/error" "no kernel in the output of ncu"

# ---- gpu.sh
mkdir -p "$work/bin" "$work/prefix" "$work/build/tests/gpu" "$work/build/bench"
cp "$work/ncu.csv" "$work/bin/"
printf '#!/bin/sh\necho suite\n' >"$work/build/tests/gpu/gpu_test_one"
chmod +x "$work/build/tests/gpu/gpu_test_one"
# Parity of files: both backends answered by the CPU.
printf '#!/bin/sh\nfor a; do shift; [ "$a" = cuda ] && a=cpu; set -- "$@" "$a"; done\nexec "%s" "$@"\n' \
    "$qfp" >"$work/build/qfp"
printf '#!/bin/sh\nexec "%s" cpu 4\n' "$bench" >"$work/build/bench/qfp_bench_gpu"
chmod +x "$work/build/qfp" "$work/build/bench/qfp_bench_gpu"
echo 'echo "NVIDIA H100 80GB HBM3, 550.54.15, 81559 MiB"' | stand_in nvidia-smi
echo 'echo "Build cuda_13.0.r13.0/compiler.36260728_0"' | stand_in nvcc
echo 'echo "cmake $*"' | stand_in cmake
echo 'echo "QFP_REQUIRE_GPU=$QFP_REQUIRE_GPU"' | stand_in ctest
stand_in compute-sanitizer <<'BODY'
echo "========= COMPUTE-SANITIZER"
[ "${FINDING:-}" = "$2" ] && { echo "========= ERROR SUMMARY: 1 error"; exit 9; }
echo "========= ERROR SUMMARY: 0 errors"
BODY
echo 'exit 1' | stand_in python3
cat >"$work/tiny.yaml" <<'YAML'
hamiltonian:
  modes: 1
  operator: "0.5*ad^2*a^2"
initial: {coherent: [1.0]}
output:
  times: [0, 0.1]
  husimi: {from: -3.0, to: 3.0, points: 11}
YAML
run() { # REPORT, then assignments
    local report=$1
    shift
    env PATH="$work/bin:$PATH" QFP_GPU_BUILD="$work/build" QFP_GPU_PARITY="$work/tiny.yaml" "$@" \
        "$source_dir/bench/gpu.sh" "$work/prefix" "$report" >"$work/out" 2>&1
}
run "$work/good.md" || {
    echo "gpu.sh failed:"
    cat "$work/out"
    wrong=1
}
has "$work/good.md" "NVIDIA H100 80GB HBM3, 550.54.15, 81559 MiB"
has "$work/good.md" "QFP_REQUIRE_GPU=1"
has "$work/good.md" "## memcheck-gpu_test_one"
has "$work/good.md" "## racecheck-gpu_test_one"
has "$work/good.md" "ERROR SUMMARY: 0 errors"
has "$work/good.md" "| Bose-Hubbard dimer 4^4 |"
has "$work/good.md" "NOT RUN: python3 has neither torch nor cupy here."
has "$work/good.md" "Every step passed."
if run "$work/bad.md" FINDING=racecheck; then
    echo "gpu.sh passes with a finding"
    wrong=1
fi
has "$work/bad.md" "FAILED: exit status 9"
has "$work/bad.md" "SOME STEPS FAILED."
lacks "$work/bad.md" "Every step passed."
if run "$work/late.md" QFP_GPU_SECONDS=0; then
    echo "gpu.sh passes without time"
    wrong=1
fi
has "$work/late.md" "NOT RUN: the 0 s of this call were used up."
"$source_dir/bench/gpu.sh" /nonexistent 2>/dev/null
[ $? -eq 2 ] || { echo "gpu.sh accepts a prefix that is not there"; wrong=1; }
exit $wrong
