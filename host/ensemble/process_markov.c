/* process_markov.c - drift and noise as the user gives them (Eqs. 2 to 5), beside the density. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/process_density.h"

typedef struct markov {
    const qfp_backend *backend;
    const qfp_process_settings *settings;
    qfp_ito_spec spec;
    qfp_process_density density;
} markov;

/* A real polynomial as the term list of the seam, `terms` to be freed. */
static qfp_status process_terms(const qfp_polynomial *p, qfp_process_polynomial *out)
{
    qfp_process_term *terms = NULL;
    QFP_TRY(QFP_ALLOCATE(terms, p->count, "a polynomial"));
    for (size_t t = 0; t < p->count; t++) {
        terms[t].coefficient = creal(p->terms[t].coefficient);
        for (int v = 0; v < QFPI_PROCESS_VARIABLES; v++)
            terms[t].power[v] = p->terms[t].power[v];
    }
    *out = (qfp_process_polynomial){.count = p->count, .terms = terms};
    return QFP_OK;
}

double qfp_process_value(const qfp_polynomial *p, double x, double y)
{
    const double complex at[QFP_MAX_VARIABLES_OF_PROCESS] = {x, y};
    return creal(qfp_polynomial_value(p, at));
}

static void destroy(void *self)
{
    markov *m = self;
    if (m == NULL)
        return;
    for (int i = 0; i < QFPI_PROCESS_VARIABLES; i++) {
        free((void *)m->spec.drift[i].terms);
        for (int k = 0; k < QFPI_PROCESS_VARIABLES; k++)
            free((void *)m->spec.noise[i][k].terms);
    }
    qfp_process_density_destroy(&m->density);
    free(m);
}

static void draw(void *self, int preparation, const qfp_process_set *set, double *x)
{
    const markov *m = self;
    const qfp_preparation *q = &m->settings->preparations[preparation];
    m->backend->process->draw_gaussian(set, q->mean, q->deviation, x);
}

static void prepare(void *self, double h)
{
    (void)self;
    (void)h;
}

static void advance(void *self, const qfp_process_set *set, double h, uint64_t step, double *x,
                    double *coarse)
{
    const markov *m = self;
    for (uint64_t k = 0; k < 2; k++) {
        const qfp_process_step fine = {.duration = h, .step = step + k, .merge = 1};
        m->backend->process->ito_advance(&m->spec, set, &fine, x);
    }
    const qfp_process_step both = {.duration = h, .step = step, .merge = 2};
    m->backend->process->ito_advance(&m->spec, set, &both, coarse);
}

static qfp_status follow(void *self, double duration)
{
    return qfp_process_density_advance(&((markov *)self)->density, duration);
}

static void density(const void *self, int preparation, int variable, double *out)
{
    qfp_process_density_marginal(&((const markov *)self)->density, preparation, variable, out);
}

static void figures(const void *self, int preparation, double *out)
{
    qfp_process_density_figures(&((const markov *)self)->density, preparation, out);
}

static void joint(const void *self, int preparation, double *out)
{
    qfp_process_density_joint(&((const markov *)self)->density, preparation, out);
}

static size_t density_size(const markov *m)
{
    return m->density.size * m->density.columns;
}

static size_t carried_count(const void *self)
{
    const markov *m = self;
    return (size_t)m->density.preparations * density_size(m);
}

static qfp_status save(const void *self, double *out)
{
    const markov *m = self;
    for (int k = 0; k < m->density.preparations && out != NULL; k++, out += density_size(m))
        memcpy(out, m->density.p[k], density_size(m) * sizeof *out);
    return QFP_OK;
}

static void load(void *self, const double *from)
{
    markov *m = self;
    for (int k = 0; k < m->density.preparations; k++, from += density_size(m))
        memcpy(m->density.p[k], from, density_size(m) * sizeof *from);
}

static qfp_status copy_terms(markov *m)
{
    const qfp_process_settings *s = m->settings;
    m->spec.variables = s->variables;
    m->spec.noises = s->noises;
    for (int i = 0; i < s->variables; i++) {
        QFP_TRY(process_terms(&s->drift[i], &m->spec.drift[i]));
        for (int k = 0; k < s->noises; k++)
            QFP_TRY(process_terms(&s->noise[i][k], &m->spec.noise[i][k]));
    }
    return QFP_OK;
}

qfp_status qfp_markov_create(const qfp_config *config, const qfp_backend *backend,
                             const qfp_process_cells *cells, qfp_process *out)
{
    markov *m = NULL;
    QFP_TRY(QFP_ALLOCATE(m, 1, "a process"));
    m->backend = backend;
    m->settings = &config->process;
    *out = (qfp_process){.self = m,
                         .density_name = "the Fokker-Planck equation",
                         .variables = config->process.variables,
                         .preparations = config->process.preparation_count,
                         .draw = draw,
                         .prepare = prepare,
                         .advance = advance,
                         .follow = follow,
                         .density = density,
                         .figures = figures,
                         .joint = config->process.variables == 1 ? joint : NULL,
                         .carried = {carried_count, save, load},
                         .destroy = destroy};
    snprintf(out->statement, sizeof out->statement,
             "Markov process dx = a(x) dt + c(x) dW (Ito); its density obeys the Fokker-Planck "
             "equation with D = c c^T, and its kernel forward in time knows nothing of the "
             "preparation");
    QFP_TRY(copy_terms(m));
    return qfp_process_density_create(&config->process, backend, cells, &m->density);
}
