#!/bin/bash
# profile.sh BUILD [REPORT.md] - Nsight Compute on every kernel of the device tests and of one
# benchmark: microseconds, bandwidth, occupancy, registers and the share of the roofline, as a
# Markdown table, the slowest launch of each kernel.  Needs ncu and leave to read the counters.
# QFP_PROFILE_CSV=FILE prints the table of a file that `ncu --csv` wrote, and runs nothing.
set -eu
[ $# -ge 1 ] || {
    echo "usage: bench/profile.sh BUILD [REPORT.md]" >&2
    exit 2
}
build=$1
report=${2:-/dev/stdout}
metrics=gpu__time_duration.sum,dram__bytes.sum.per_second
metrics+=,dram__throughput.avg.pct_of_peak_sustained_elapsed
metrics+=,sm__throughput.avg.pct_of_peak_sustained_elapsed
metrics+=,sm__warps_active.avg.pct_of_peak_sustained_active
metrics+=,launch__registers_per_thread

# table < CSV: one row per kernel.  The columns are found by their names, and numbers may carry
# commas; a value may come in any of the units ncu writes.
table() {
    awk '
    function fields(line,    n, quoted, i, c, cell) {
        n = 0; quoted = 0; cell = ""
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            if (c == "\"") quoted = !quoted
            else if (c == "," && !quoted) { f[++n] = cell; cell = "" }
            else cell = cell c
        }
        f[++n] = cell
        return n
    }
    BEGIN {
        scale["ns"] = scale["nsecond"] = 1e-3; scale["us"] = scale["usecond"] = 1
        scale["ms"] = scale["msecond"] = 1e3; scale["s"] = scale["second"] = 1e6
        scale["byte/s"] = scale["byte/second"] = 1e-9
        scale["Kbyte/s"] = scale["Kbyte/second"] = 1e-6
        scale["Mbyte/s"] = scale["Mbyte/second"] = 1e-3
        scale["Gbyte/s"] = scale["Gbyte/second"] = 1
        scale["Tbyte/s"] = scale["Tbyte/second"] = 1e3
    }
    /^"ID"/ { n = fields($0); for (i = 1; i <= n; i++) column[f[i]] = i; next }
    /^"[0-9]+"/ && ("Kernel Name" in column) {
        fields($0)
        id = f[column["ID"]]; name = f[column["Kernel Name"]]
        metric = f[column["Metric Name"]]; unit = f[column["Metric Unit"]]
        v = f[column["Metric Value"]]; gsub(",", "", v)
        sub(/\(.*/, "", name); sub(/^void /, "", name)
        v *= (unit in scale) ? scale[unit] : 1
        kernel[id] = name; value[id, metric] = v
    }
    END {
        print "| kernel | us | GB/s | of peak DRAM % | of peak SM % | roofline % | occupancy % | registers |"
        print "|---|---|---|---|---|---|---|---|"
        for (id in kernel) {
            k = kernel[id]
            if (!(k in slowest) ||
                value[id, "gpu__time_duration.sum"] > value[slowest[k], "gpu__time_duration.sum"])
                slowest[k] = id
        }
        for (k in slowest) {
            id = slowest[k]
            dram = value[id, "dram__throughput.avg.pct_of_peak_sustained_elapsed"]
            sm = value[id, "sm__throughput.avg.pct_of_peak_sustained_elapsed"]
            printf "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %d |\n", k,
                value[id, "gpu__time_duration.sum"], value[id, "dram__bytes.sum.per_second"], dram,
                sm, (dram > sm ? dram : sm),
                value[id, "sm__warps_active.avg.pct_of_peak_sustained_active"],
                value[id, "launch__registers_per_thread"] | "sort"
            rows++
        }
        close("sort")
        if (!rows) { print "profile.sh: no kernel in the output of ncu" > "/dev/stderr"; exit 1 }
    }'
}

if [ -n "${QFP_PROFILE_CSV:-}" ]; then
    table <"$QFP_PROFILE_CSV" >"$report"
    exit
fi
number=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "$build/bench/qfp_bench_gpu cuda 64" "$build"/tests/gpu/gpu_test_suite_*; do
    # word splitting wanted: program and its arguments
    # shellcheck disable=SC2086
    ncu --csv --metrics "$metrics" --target-processes all --kernel-name regex:. \
        --launch-count "${QFP_PROFILE_LAUNCHES:-300}" $program >>"$log.part" 2>&1 ||
        { cat "$log.part" >&2; rm -f "$log.part"; exit 1; }
    # numbers of launches start anew in every program
    sed -E "s|^\"([0-9]+)\"|\"\1$((++number))000\"|" "$log.part" >>"$log"
    rm -f "$log.part"
done
table <"$log" >"$report"
