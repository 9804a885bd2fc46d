# ncu_table.awk - the slowest launch of each kernel as Markdown, from what `ncu --csv` prints: columns
# are found by their names, numbers may carry commas and any of the units that ncu writes.  Roofline is
# the larger share of DRAM and SM throughput.
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
    if (!rows) { print "no kernel in the output of ncu" > "/dev/stderr"; exit 1 }
}
