/* command_bench.c - qfp bench: a table of operations against a copy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"

/* Large enough to leave the caches: 24 MB in both bases. */
static const char dimer[] = "title: Bose-Hubbard dimer\n"
                            "hamiltonian:\n"
                            "  model: {name: bose_hubbard, sites: 2, J: 1.0, U: 0.5}\n"
                            "initial: {coherent: [1.0, 0.0]}\n"
                            "solver:\n"
                            "  grid: {points: 42, extent: 11.0}\n"
                            "  levels: 42\n"
                            "  tolerance: 1e-4\n"
                            "output: {times: [0, 1]}\n";

static void print_text(const qfp_bench *b, const char *before)
{
    double copy = b->operation[0].bytes / b->operation[0].seconds;
    const qfp_bench_operation *last = &b->operation[b->count - 1];
    printf("%s%s; one array %.4g MB; %s\n\n", before, b->problem, b->bytes / 1e6, b->device);
    printf("%-30s %12s %9s %9s %9s\n", "operation", "ms", "GB/s", "of copy", "Gflop/s");
    for (size_t i = 0; i < b->count; i++) {
        const qfp_bench_operation *o = &b->operation[i];
        double rate = o->bytes / o->seconds;
        printf("%-30s %12.4g %9.3g %8.0f%%", o->name, 1e3 * o->seconds, 1e-9 * rate,
               100.0 * rate / copy);
        if (o->flops > 0.0)
            printf(" %9.3g", 1e-9 * o->flops / o->seconds);
        printf("\n");
    }
    printf("\n%.4g applications per second; one read and one write of the state, the floor of "
           "each, would take %.3g ms: %.2g%% of the time\n",
           1.0 / last->seconds, 1e3 * b->floor_bytes / copy,
           100.0 * b->floor_bytes / copy / last->seconds);
}

static json_t *document(const qfp_bench *b)
{
    json_t *operations = json_array();
    for (size_t i = 0; i < b->count; i++) {
        const qfp_bench_operation *o = &b->operation[i];
        operations = qfpi_json_append(
            operations, json_pack("{s:o, s:o, s:o, s:o}", "name", qfpi_json_text(o->name),
                                  "seconds", qfpi_json_number(o->seconds), "bytes",
                                  qfpi_json_number(o->bytes), "flops", qfpi_json_number(o->flops)));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "problem", qfpi_json_text(b->problem), "device",
                     qfpi_json_text(b->device), "bytes", qfpi_json_number(b->bytes), "floor_bytes",
                     qfpi_json_number(b->floor_bytes), "operations", operations);
}

static qfp_status measure(const arguments *a, const char *basis, qfp_bench *bench)
{
    const char **overrides;
    size_t count = 0;
    qfp_config *config = NULL;
    QFP_TRY(QFP_ALLOCATE(overrides, a->override_count + 1, "the overrides"));
    if (basis != NULL)
        overrides[count++] = basis;
    for (size_t i = 0; i < a->override_count; i++)
        overrides[count++] = a->overrides[i];
    qfp_status status = a->positional_count > 0
                            ? read_config(a, false, overrides, count, &config)
                            : qfp_config_parse(dimer, strlen(dimer), "the dimer of qfp bench",
                                               overrides, count, &config);
    if (status == QFP_OK)
        status = qfp_bench_measure(config, bench);
    qfp_config_destroy(config);
    free(overrides);
    return status;
}

qfp_status command_bench(const arguments *a)
{
    const char *bases[2] = {"solver.basis=fourier", "solver.basis=fock"};
    bool one = a->positional_count > 0 || a->value[OPTION_BASIS] != NULL;
    bool json = a->value[OPTION_JSON] != NULL;
    json_t *whole = json && !one ? json_array() : NULL; /* of one basis its object alone */
    qfp_status status = QFP_OK;
    for (int i = 0; i < (one ? 1 : 2) && status == QFP_OK; i++) {
        qfp_bench bench;
        status = measure(a, one ? NULL : bases[i], &bench);
        if (status == QFP_OK && json)
            whole = one ? document(&bench) : qfpi_json_append(whole, document(&bench));
        else if (status == QFP_OK)
            print_text(&bench, i > 0 ? "\n" : "");
    }
    if (status == QFP_OK && json)
        return print_json(whole);
    json_decref(whole);
    return status;
}
