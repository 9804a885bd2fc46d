/* command_bench.c - qfp bench: a table of operations against a copy. */
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"
#include "io/config_load.h"

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

static void print_text(const qfp_bench *b)
{
    double copy = b->operation[0].bytes / b->operation[0].seconds;
    const qfp_bench_operation *last = &b->operation[b->count - 1];
    printf("%s; one array %.4g MB; %s\n\n", b->problem, b->bytes / 1e6, b->device);
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

static void print_json(const qfp_bench *b)
{
    printf("{\"problem\": ");
    print_json_string(b->problem);
    printf(", \"device\": ");
    print_json_string(b->device);
    printf(", \"bytes\": %.17g, \"floor_bytes\": %.17g, \"operations\": [", b->bytes,
           b->floor_bytes);
    for (size_t i = 0; i < b->count; i++) {
        printf("%s{\"name\": ", i > 0 ? ", " : "");
        print_json_string(b->operation[i].name);
        printf(", \"seconds\": %.17g, \"bytes\": %.17g, \"flops\": %.17g}", b->operation[i].seconds,
               b->operation[i].bytes, b->operation[i].flops);
    }
    printf("]}");
}

/* `before` goes ahead of the table: nothing is printed of what failed. */
static qfp_status bench_one(const arguments *a, const char *basis, const char *before)
{
    const char *overrides[OVERRIDES_MOST + 1];
    size_t count = 0;
    qfp_config *config = NULL;
    qfp_bench bench;
    qfp_status status;
    if (basis != NULL)
        overrides[count++] = basis;
    for (size_t i = 0; i < a->override_count; i++)
        overrides[count++] = a->overrides[i];
    if (a->positional_count > 0)
        QFP_TRY(qfp_config_load(a->positional[0], overrides, count, &config));
    else
        QFP_TRY(qfp_config_parse("the dimer of qfp bench", dimer, overrides, count, &config));
    status = qfp_bench_measure(config, &bench);
    if (status == QFP_OK) {
        fputs(before, stdout);
        (a->json ? print_json : print_text)(&bench);
    }
    qfp_config_destroy(config);
    return status;
}

int command_bench(int argc, char **argv)
{
    arguments a;
    qfp_status status =
        arguments_parse("bench", argc, argv, TAKES_CONFIG_OPTIONS | MAY_LACK_POSITIONAL, 1,
                        "CONFIG.yaml or nothing, which means a Bose-Hubbard dimer", &a);
    if (status != QFP_OK)
        return report(status);
    if (a.positional_count > 0 || a.basis_override[0] != '\0') {
        status = bench_one(&a, NULL, "");
        fputs(status == QFP_OK && a.json ? "\n" : "", stdout);
        return report(status);
    }
    status = bench_one(&a, "solver.basis=fourier", a.json ? "[" : "");
    if (status == QFP_OK)
        status = bench_one(&a, "solver.basis=fock", a.json ? ",\n" : "\n");
    fputs(status == QFP_OK && a.json ? "]\n" : "", stdout);
    return report(status);
}
