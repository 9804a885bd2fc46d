#include "fock/fock_generator.h"

#include <stdlib.h>

#include "fock/fock_terms.h"

struct qfp_fock_generator {
    qfp_linear_map map;
    qfp_fock_space space;
    qfp_stencil *stencil;
    bool diagonal;
    qfp_fock_cost cost;
};

static qfp_status apply(void *self, qfp_buffer *u, qfp_buffer *y)
{
    qfp_fock_generator *g = self;
    return g->map.backend->stencil->apply(g->stencil, u, y);
}

/* L + Lᵀ = 0 at the ordering of the Wigner function. */
static qfp_status is_skew(const qfp_polynomial *generator, bool *skew)
{
    qfp_polynomial wigner, symmetric;
    qfp_polynomial_init(&wigner, generator->variables);
    qfp_polynomial_init(&symmetric, generator->variables);
    qfp_status status = qfp_generator_gauge(generator, 0.5, &wigner);
    if (status == QFP_OK)
        status = qfp_generator_symmetric_part(&wigner, &symmetric);
    *skew = symmetric.count == 0;
    qfp_polynomial_destroy(&wigner);
    qfp_polynomial_destroy(&symmetric);
    return status;
}

static void count_cost(qfp_fock_generator *g, const qfp_fock_space *space,
                       const qfp_fock_terms *terms)
{
    double entries = 0.5 * (double)space->count;
    g->cost =
        (qfp_fock_cost){.terms = terms->count,
                        .bytes = 16.0 * (double)space->count,
                        .flops = 10.0 * (double)terms->count * entries,
                        .table_bytes = 24.0 * (double)terms->count * (double)space->dimension};
    g->diagonal = true;
    for (size_t t = 0; t < terms->count; t++)
        g->diagonal =
            g->diagonal && terms->terms[t].row_shift == 0 && terms->terms[t].column_shift == 0;
}

qfp_status qfp_fock_generator_set(qfp_fock_generator *g, const qfp_polynomial *generator)
{
    const qfp_backend *b = g->map.backend;
    qfp_fock_terms terms = {0};
    qfp_stencil *stencil = NULL;
    qfp_status status = qfp_fock_terms_create(&g->space, generator, &terms);
    if (status == QFP_OK)
        status = b->stencil->create(g->map.context, g->space.dimension, terms.count, terms.terms,
                                    &stencil);
    if (status == QFP_OK) {
        count_cost(g, &g->space, &terms);
        b->stencil->destroy(g->stencil);
        g->stencil = stencil;
    }
    qfp_fock_terms_destroy(&terms);
    return status;
}

qfp_status qfp_fock_generator_create(const qfp_backend *backend, qfp_context *context,
                                     const qfp_fock_space *space, const qfp_polynomial *generator,
                                     qfp_fock_generator **out)
{
    qfp_fock_generator *g = NULL;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(g, 1, "a generator in the Fock basis"));
    g->space = *space;
    g->map = (qfp_linear_map){
        .backend = backend, .context = context, .count = space->count, .self = g, .apply = apply};
    qfp_status status = is_skew(generator, &g->map.skew);
    if (status == QFP_OK)
        status = qfp_fock_generator_set(g, generator);
    if (status != QFP_OK) {
        qfp_fock_generator_destroy(g);
        return status;
    }
    *out = g;
    return QFP_OK;
}

void qfp_fock_generator_destroy(qfp_fock_generator *g)
{
    if (g == NULL)
        return;
    g->map.backend->stencil->destroy(g->stencil);
    free(g);
}

qfp_linear_map *qfp_fock_generator_map(qfp_fock_generator *g)
{
    return &g->map;
}

bool qfp_fock_generator_is_diagonal(const qfp_fock_generator *g)
{
    return g->diagonal;
}

qfp_status qfp_fock_generator_evolve_diagonal(const qfp_fock_generator *g, double t, qfp_buffer *u)
{
    return g->map.backend->stencil->exponential(g->stencil, t, u);
}

void qfp_fock_generator_cost(const qfp_fock_generator *g, qfp_fock_cost *out)
{
    *out = g->cost;
}
