#!/bin/bash
# ncu_table.sh AWK - bench/gpu/ncu_table.awk on what ncu is documented to print: units, commas, several
# launches of one kernel, names with commas and templates; and on a refusal.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0
has() {
    grep -qF -- "$2" "$1" || {
        echo "missing: $2"
        wrong=1
    }
}
combine='"void k_combine<double>(unsigned long, combination<T1>, T1 *)","1"'
tree='"k_tree(unsigned long, const double *, double *)","1"'
cat >"$work/ncu.csv" <<CSV
==PROF== Connected to process 4242
"ID","Process ID","Kernel Name","Context","Metric Name","Metric Unit","Metric Value"
"0","1",$combine,"gpu__time_duration.sum","ns","2,500.00"
"0","1",$combine,"dram__bytes.sum.per_second","Tbyte/s","1.50"
"0","1",$combine,"dram__throughput.avg.pct_of_peak_sustained_elapsed","%","75.00"
"0","1",$combine,"sm__throughput.avg.pct_of_peak_sustained_elapsed","%","20.00"
"0","1",$combine,"sm__warps_active.avg.pct_of_peak_sustained_active","%","88.10"
"0","1",$combine,"launch__registers_per_thread","register/thread","32"
"1","1",$combine,"gpu__time_duration.sum","us","1.25"
"2","1",$tree,"gpu__time_duration.sum","ms","1.5"
"2","1",$tree,"dram__bytes.sum.per_second","Gbyte/s","40"
"2","1",$tree,"sm__throughput.avg.pct_of_peak_sustained_elapsed","%","11"
CSV
awk -f "$1" "$work/ncu.csv" >"$work/table.md" || wrong=1
has "$work/table.md" "| k_combine<double> | 2.5 | 1500.0 | 75.0 | 20.0 | 75.0 | 88.1 | 32 |"
has "$work/table.md" "| k_tree | 1500.0 | 40.0 | 0.0 | 11.0 | 11.0 | 0.0 | 0 |"
echo "==ERROR== ERR_NVGPUCTRPERM" >"$work/none.csv"
if awk -f "$1" "$work/none.csv" >/dev/null 2>"$work/error"; then
    echo "a file without kernels is accepted"
    wrong=1
fi
has "$work/error" "no kernel in the output of ncu"
exit $wrong
