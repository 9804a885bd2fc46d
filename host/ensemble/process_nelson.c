/* process_nelson.c - paths guided by ψ (Nelson and Fényes, Eq. 6), beside |ψ|². */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/process.h"

typedef struct nelson {
    const qfp_backend *backend;
    qfp_process_cells cells;
    qfp_wave *wave;
    size_t n;
    double first, spacing, rate; /* ħ/m */
    double *values[3];           /* ψ and ψ′ at the begin, middle and end of two fine steps */
    double *mass_until;          /* [n], of the cells around the points */
} nelson;

static void destroy(void *self)
{
    nelson *w = self;
    if (w == NULL)
        return;
    w->backend->wave->destroy(w->wave);
    for (int k = 0; k < 3; k++)
        free(w->values[k]);
    free(w->mass_until);
    free(w);
}

static double square(const nelson *w, size_t i)
{
    const double *v = w->values[2] + 4 * i; /* the latest */
    return v[0] * v[0] + v[1] * v[1];
}

/* ∫|ψ|² up to the upper edge of every cell around a point. */
static void accumulate(nelson *w)
{
    double sum = 0.0;
    for (size_t i = 0; i < w->n; i++) {
        sum += w->spacing * square(w, i);
        w->mass_until[i] = sum;
    }
}

static void draw(void *self, int preparation, const qfp_process_set *set, double *x)
{
    nelson *w = self;
    (void)preparation;
    w->backend->process->draw_cells(set, w->n, w->first - 0.5 * w->spacing, w->spacing,
                                    w->mass_until, x);
}

static void prepare(void *self, double h)
{
    nelson *w = self;
    memcpy(w->values[0], w->values[2], 4 * w->n * sizeof *w->values[0]);
    for (int k = 1; k < 3; k++) {
        w->backend->wave->advance(w->wave, h);
        w->backend->wave->values(w->wave, w->values[k]);
    }
}

static void advance(void *self, const qfp_process_set *set, double h, uint64_t step, double *x,
                    double *coarse)
{
    const nelson *w = self;
    qfp_wave_view view = {.n = w->n, .first = w->first, .spacing = w->spacing};
    for (int k = 0; k < 2; k++) {
        const qfp_process_step fine = {.duration = h, .step = step + (uint64_t)k, .merge = 1};
        view.begin = w->values[k];
        view.end = w->values[k + 1];
        w->backend->process->nelson_advance(&view, w->rate, set, &fine, x);
    }
    const qfp_process_step both = {.duration = h, .step = step, .merge = 2};
    view.begin = w->values[0];
    view.end = w->values[2];
    w->backend->process->nelson_advance(&view, w->rate, set, &both, coarse);
}

static qfp_status check_edges(const nelson *w)
{
    const double most = 1e-6;
    size_t margin = w->n / 32 > 0 ? w->n / 32 : 1;
    double outside = 0.0;
    for (size_t i = 0; i < margin; i++)
        outside += w->spacing * (square(w, i) + square(w, w->n - 1 - i));
    if (outside > most)
        return QFP_FAIL(QFP_TOLERANCE,
                        "|psi|^2 reaches the edges of its periodic grid (%.2g of it is there); "
                        "raise ensemble.grid.extent",
                        outside);
    return QFP_OK;
}

static qfp_status follow(void *self, double duration)
{
    nelson *w = self;
    (void)duration; /* ψ goes ahead of the paths, in prepare */
    accumulate(w);
    return check_edges(w);
}

/* ∫|ψ|² up to x: |ψ|² is taken as constant around every point of the grid, whose error averages
 * out to the second order in its spacing. */
static double mass_below(const nelson *w, double x)
{
    double at = (x - w->first) / w->spacing + 0.5, low = floor(at);
    if (low < 0.0)
        return 0.0;
    if (low >= (double)w->n)
        return w->mass_until[w->n - 1];
    size_t i = (size_t)low;
    double before = i > 0 ? w->mass_until[i - 1] : 0.0;
    return before + (at - low) * (w->mass_until[i] - before);
}

static void density(const void *self, int preparation, int variable, double *out)
{
    const nelson *w = self;
    (void)preparation;
    (void)variable;
    for (size_t i = 0; i < w->cells.n; i++) {
        double low = w->cells.first + w->cells.width * (double)i;
        out[i] = mass_below(w, low + w->cells.width) - mass_below(w, low);
    }
}

static void figures(const void *self, int preparation, double *out)
{
    const nelson *w = self;
    double sum[3] = {0.0};
    (void)preparation;
    for (size_t i = 0; i < w->n; i++) {
        double x = w->first + w->spacing * (double)i, mass = w->spacing * square(w, i);
        sum[0] += mass;
        sum[1] += mass * x;
        sum[2] += mass * x * x;
    }
    memset(out, 0, QFPI_PROCESS_MOMENTS * sizeof *out);
    out[QFP_MEAN_1] = sum[1] / sum[0];
    out[QFP_VAR_1] = sum[2] / sum[0] - out[QFP_MEAN_1] * out[QFP_MEAN_1];
}

static qfp_status begin(const qfp_config *config, nelson *w)
{
    const qfp_process_settings *s = &config->process;
    double *potential = NULL, *psi = NULL, largest = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(potential, w->n, "a potential"));
    QFP_TRY_GOTO(QFP_ALLOCATE(psi, 2 * w->n, "a wave function"));
    for (size_t i = 0; i < w->n; i++) {
        double x = w->first + w->spacing * (double)i;
        double complex sum = 0.0;
        for (int k = 0; k < s->packet_count; k++) {
            const qfp_packet *p = &s->packets[k];
            double u = (x - p->centre) / (2.0 * p->deviation);
            double root = pow(2.0 * acos(-1.0) * p->deviation * p->deviation, -0.25);
            sum += p->weight * root * exp(-u * u) * cexp(I * (p->momentum * x / config->kappa));
        }
        potential[i] = qfp_process_value(&s->potential, x, 0.0);
        psi[2 * i] = creal(sum);
        psi[2 * i + 1] = cimag(sum);
        largest = fmax(largest, cabs(sum));
    }
    if (!(largest > 1e-12) || !isfinite(largest)) {
        status = QFP_FAIL(QFP_CONFIG,
                          "%s: ensemble.packets: psi vanishes or overflows on its grid: the "
                          "packets cancel or lie outside",
                          config->path);
        goto done;
    }
    status = w->backend->wave->create(w->n, w->first, w->spacing, config->kappa, s->mass, potential,
                                      psi, &w->wave);
done:
    free(potential);
    free(psi);
    return status;
}

/* ψ; its other values at the beginning of a step are those of the step before. */
static size_t carried_count(const void *self)
{
    return 4 * ((const nelson *)self)->n;
}

static qfp_status save(const void *self, double *out)
{
    if (out != NULL)
        memcpy(out, ((const nelson *)self)->values[2], carried_count(self) * sizeof *out);
    return QFP_OK;
}

static void load(void *self, const double *from)
{
    nelson *w = self;
    memcpy(w->values[2], from, carried_count(self) * sizeof *from);
    w->backend->wave->load(w->wave, from);
}

qfp_status qfp_nelson_create(const qfp_config *config, const qfp_backend *backend,
                             const qfp_process_cells *cells, qfp_process *out)
{
    const qfp_process_settings *s = &config->process;
    nelson *w = NULL;
    QFP_TRY(QFP_ALLOCATE(w, 1, "a process"));
    double axis = cells->width * (double)cells->n,
           extent = s->extent > 0.0 ? s->extent : 2.0 * axis;
    w->backend = backend;
    w->cells = *cells;
    w->n = (size_t)s->points;
    w->spacing = extent / (double)w->n;
    w->first = cells->first + 0.5 * (axis - extent);
    w->rate = config->kappa / s->mass;
    *out = (qfp_process){.self = w,
                         .density_name = "|psi|^2",
                         .variables = 1,
                         .preparations = 1,
                         .draw = draw,
                         .prepare = prepare,
                         .advance = advance,
                         .follow = follow,
                         .density = density,
                         .figures = figures,
                         .carried = {carried_count, save, load},
                         .destroy = destroy};
    snprintf(out->statement, sizeof out->statement,
             "Nelson's process guided by psi(x, t); its density at any one time is |psi|^2, and "
             "its drift is a property of psi, which is thereby law-like");
    for (int k = 0; k < 3; k++)
        QFP_TRY(QFP_ALLOCATE(w->values[k], 4 * w->n, "a wave function"));
    QFP_TRY(QFP_ALLOCATE(w->mass_until, w->n, "a wave function"));
    QFP_TRY(begin(config, w));
    backend->wave->values(w->wave, w->values[2]);
    accumulate(w);
    return check_edges(w);
}
