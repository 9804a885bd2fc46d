/* bench_fock.c - qfp_bench_fock: one application of a generator in the Fock basis.
 *
 * Prints Markdown: seconds, bytes per second of one read and one write of the packed ρ against a
 * copy of as many bytes in this process, flops, and how the cost moves with modes and levels.
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "algebra/lindblad.h"
#include "expression/expression.h"
#include "fock/fock_generator.h"
#include "measure.h"

typedef struct fock_system {
    const char *name, *hamiltonian;
    int modes, levels;
    int order;   /* of the theory */
    double loss; /* rate of D[a_j] of every mode */
} fock_system;

#define CHAIN "-sum(j, 1, %d, hc(ad[j]*a[j+1])) + sum(j, 0.5*ad[j]^2*a[j]^2)"

typedef struct fock_rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_generator *generator;
    qfp_buffer *u, *y;
    qfp_fock_space space;
} fock_rig;

static void rig_destroy(fock_rig *rig)
{
    rig->backend->vector->destroy(rig->u);
    rig->backend->vector->destroy(rig->y);
    qfp_fock_generator_destroy(rig->generator);
    rig->backend->device->context_destroy(rig->context);
}

static qfp_status wick_of(const char *text, int modes, qfp_polynomial *out)
{
    qfp_node *node = NULL;
    QFP_TRY(qfp_expression_parse(text, modes, NULL, 0, NULL, &node));
    qfp_status status = qfp_wick_from_operator(node, modes, out);
    qfp_node_destroy(node);
    return status;
}

static qfp_status add_loss(const fock_system *s, qfp_lindblad *l)
{
    qfp_status status = QFP_OK;
    for (int j = 0; j < s->modes && s->loss > 0.0 && status == QFP_OK; j++) {
        qfp_polynomial wick;
        char text[16];
        snprintf(text, sizeof text, "a[%d]", j + 1);
        QFP_TRY(wick_of(text, s->modes, &wick));
        status = qfp_lindblad_add(l, s->loss, &wick);
        qfp_polynomial_destroy(&wick);
    }
    return status;
}

static qfp_status make_generator(const fock_system *s, qfp_polynomial *out)
{
    const qfp_theory theory = {.order = s->order, .C = 1.0, .kappa = 1.0};
    qfp_lindblad l = {0};
    char text[256];
    snprintf(text, sizeof text, s->hamiltonian, s->modes - 1);
    qfp_status status = wick_of(text, s->modes, &l.wick);
    if (status == QFP_OK)
        status = add_loss(s, &l);
    if (status == QFP_OK)
        status = qfp_lindblad_generator(&l, &theory, out);
    qfp_lindblad_destroy(&l);
    return status;
}

static qfp_status rig_create(const fock_system *s, fock_rig *rig)
{
    int levels[QFP_MAX_MODES];
    qfp_polynomial generator;
    *rig = (fock_rig){.backend = qfp_backend_cpu()};
    for (int j = 0; j < s->modes; j++)
        levels[j] = s->levels;
    qfp_polynomial_init(&generator, 4 * s->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_fock_space_set(s->modes, levels, &rig->space));
    QFP_TRY_GOTO(make_generator(s, &generator));
    QFP_TRY_GOTO(rig->backend->device->context_create(0, &rig->context));
    QFP_TRY_GOTO(qfp_fock_generator_create(rig->backend, rig->context, &rig->space, &generator,
                                           &rig->generator));
    QFP_TRY_GOTO(rig->backend->vector->create(rig->context, rig->space.count, &rig->u));
    QFP_TRY_GOTO(rig->backend->vector->create(rig->context, rig->space.count, &rig->y));
    QFP_TRY_GOTO(rig->backend->vector->combine(rig->space.count, 0.0, rig->u, 0, NULL, NULL));
    status = rig->backend->vector->combine(rig->space.count, 0.0, rig->y, 0, NULL, NULL);
done:
    qfp_polynomial_destroy(&generator);
    return status;
}

static qfp_status run_apply(void *data)
{
    fock_rig *rig = data;
    return qfp_linear_map_apply(qfp_fock_generator_map(rig->generator), rig->u, rig->y);
}

static qfp_status print_system(const fock_system *s)
{
    fock_rig rig;
    qfp_fock_cost cost;
    double seconds = 0.0, copy = 0.0;
    qfp_status status = rig_create(s, &rig);
    if (status == QFP_OK)
        status = bench_seconds(run_apply, &rig, &seconds);
    if (status == QFP_OK)
        status = bench_copy_rate(8 * rig.space.count, omp_get_max_threads(), &copy);
    if (status == QFP_OK) {
        qfp_fock_generator_cost(rig.generator, &cost);
        printf("| %s | %d × %d | %zu | %.3g | %zu | %.3g | %.2f | %.2f | %.2f | %.2f |\n", s->name,
               s->modes, s->levels, rig.space.dimension, 8e-6 * (double)rig.space.count, cost.terms,
               1e6 * seconds, 1e-9 * cost.bytes / seconds, 1e-9 * copy, cost.bytes / seconds / copy,
               1e-9 * cost.flops / seconds);
        fflush(stdout);
    }
    rig_destroy(&rig);
    return status;
}

int main(void)
{
    static const fock_system systems[] = {
        {"Kerr, driven", "0.5*ad^2*a^2 + 0*%d*n + x", 1, 100, QFP_ORDER_EXACT, 0.0},
        {"Kerr, driven", "0.5*ad^2*a^2 + 0*%d*n + x", 1, 1600, QFP_ORDER_EXACT, 0.0},
        {"Kerr, driven", "0.5*ad^2*a^2 + 0*%d*n + x", 1, 4096, QFP_ORDER_EXACT, 0.0},
        {"n + 0.1 x^4, M = 2", "n + 0.1*x^4 + 0*%d*n", 1, 100, 2, 0.0},
        {"dimer", CHAIN, 2, 10, QFP_ORDER_EXACT, 0.0},
        {"dimer", CHAIN, 2, 20, QFP_ORDER_EXACT, 0.0},
        {"dimer", CHAIN, 2, 40, QFP_ORDER_EXACT, 0.0},
        {"dimer", CHAIN, 2, 64, QFP_ORDER_EXACT, 0.0},
        {"chain", CHAIN, 3, 6, QFP_ORDER_EXACT, 0.0},
        {"chain", CHAIN, 3, 12, QFP_ORDER_EXACT, 0.0},
        {"chain", CHAIN, 4, 6, QFP_ORDER_EXACT, 0.0},
        {"chain", CHAIN, 6, 3, QFP_ORDER_EXACT, 0.0},
        {"chain", CHAIN, 6, 4, QFP_ORDER_EXACT, 0.0},
        {"dimer, loss", CHAIN, 2, 20, QFP_ORDER_EXACT, 0.1},
        {"dimer, loss", CHAIN, 2, 64, QFP_ORDER_EXACT, 0.1},
        {"chain, loss", CHAIN, 8, 3, QFP_ORDER_EXACT, 0.1},
    };
    printf("%d threads\n\n", omp_get_max_threads());
    printf("| system | modes × levels | D | MB of ρ | terms | µs | GB/s | copy GB/s | of copy | "
           "Gflop/s |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof systems / sizeof *systems; i++)
        if (print_system(&systems[i]) != QFP_OK) {
            fprintf(stderr, "qfp_bench_fock: %s: %s\n", systems[i].name, qfp_last_error());
            return 1;
        }
    return 0;
}
