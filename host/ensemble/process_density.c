#include "ensemble/process_density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void qfp_process_density_destroy(qfp_process_density *d)
{
    for (int v = 0; v < 2; v++) {
        free(d->up[v]);
        free(d->down[v]);
    }
    free(d->cross);
    for (int k = 0; k < d->preparations; k++)
        free(d->p[k]);
}

/* w/(e^w − 1), whose series holds where the quotient loses digits. */
static double bernoulli(double w)
{
    if (fabs(w) < 1e-4)
        return 1.0 - 0.5 * w + w * w / 12.0;
    return w / expm1(w);
}

/* D_ij(x) = Σ_k c_ik c_jk */
static double diffusion(const qfp_process_settings *s, int i, int j, const double *x)
{
    double sum = 0.0;
    for (int k = 0; k < s->noises; k++)
        sum += qfp_process_value(&s->noise[i][k], x[0], x[1]) *
               qfp_process_value(&s->noise[j][k], x[0], x[1]);
    return sum;
}

/* The coefficients of the face above the cell with centre x, in direction v. */
static void face(const qfp_process_settings *s, double h, int v, const double *x, double *up,
                 double *down)
{
    double at[2] = {x[0], x[1]}, below[2] = {x[0], x[1]}, above[2] = {x[0], x[1]};
    at[v] += 0.5 * h;
    above[v] += h;
    double d = diffusion(s, v, v, at);
    double slope = (diffusion(s, v, v, above) - diffusion(s, v, v, below)) / h;
    double a = qfp_process_value(&s->drift[v], at[0], at[1]) - 0.5 * slope;
    double w = d > 0.0 ? 2.0 * a * h / d : INFINITY;
    if (fabs(w) > 500.0) { /* no diffusion to speak of: upwind */
        *up = fmax(a, 0.0) / h;
        *down = fmax(-a, 0.0) / h;
        return;
    }
    *up = 0.5 * d / (h * h) * bernoulli(-w);
    *down = 0.5 * d / (h * h) * bernoulli(w);
}

static void centre(const qfp_process_density *d, size_t cell, double *x)
{
    size_t first = d->variables == 2 ? cell / d->n : cell;
    x[0] = d->first + d->width * ((double)first + 0.5);
    x[1] = d->variables == 2 ? d->first + d->width * ((double)(cell % d->n) + 0.5) : 0.0;
}

static qfp_status make_coefficients(const qfp_process_settings *s, qfp_process_density *d)
{
    double most = 0.0, largest_cross = 0.0;
    for (int v = 0; v < d->variables; v++) {
        QFP_TRY(QFP_ALLOCATE(d->up[v], d->size, "a density"));
        QFP_TRY(QFP_ALLOCATE(d->down[v], d->size, "a density"));
    }
    if (d->variables == 2)
        QFP_TRY(QFP_ALLOCATE(d->cross, d->size, "a density"));
    for (size_t cell = 0; cell < d->size; cell++) {
        double x[2], out = 0.0;
        centre(d, cell, x);
        for (int v = 0; v < d->variables; v++) {
            face(s, d->width, v, x, &d->up[v][cell], &d->down[v][cell]);
            out += d->up[v][cell] + d->down[v][cell];
        }
        most = fmax(most, out);
        if (d->cross != NULL) {
            d->cross[cell] = 0.5 * diffusion(s, 0, 1, x);
            largest_cross = fmax(largest_cross, fabs(d->cross[cell]));
        }
    }
    if (!isfinite(most) || !isfinite(largest_cross))
        return QFP_FAIL(QFP_TOLERANCE,
                        "drift or noise overflow on the output axis; narrow output.husimi");
    d->fastest = 2.0 * most + 4.0 * largest_cross / (d->width * d->width);
    if (largest_cross == 0.0) {
        free(d->cross);
        d->cross = NULL;
    }
    return QFP_OK;
}

/* Probability of cell i of the Gaussian. */
static double gaussian_mass(const qfp_process_density *d, double mean, double deviation, size_t i)
{
    double low = (d->first + d->width * (double)i - mean) / (sqrt(2.0) * deviation);
    double high = low + d->width / (sqrt(2.0) * deviation);
    if (low > 0.0)
        return 0.5 * (erfc(low) - erfc(high));
    return 0.5 * (erfc(-high) - erfc(-low));
}

static qfp_status begin(const qfp_preparation *q, qfp_process_density *d, double **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, d->size * d->columns, "a density"));
    for (size_t cell = 0; cell < d->size; cell++) {
        size_t i = d->variables == 2 ? cell / d->n : cell;
        size_t column = d->columns > 1 ? i / d->refine : 0;
        double mass = gaussian_mass(d, q->mean[0], q->deviation[0], i);
        if (d->variables == 2)
            mass *= gaussian_mass(d, q->mean[1], q->deviation[1], cell % d->n);
        (*out)[cell * d->columns + column] = mass;
    }
    return QFP_OK;
}

qfp_status qfp_process_density_create(const qfp_process_settings *process,
                                      const qfp_backend *backend, const qfp_process_cells *cells,
                                      qfp_process_density *out)
{
    const size_t fine = process->variables == 2 ? 96 : 240; /* errors below a thousandth */
    *out = (qfp_process_density){.backend = backend,
                                 .cells = *cells,
                                 .variables = process->variables,
                                 .refine = (fine + cells->n - 1) / cells->n,
                                 .first = cells->first};
    out->n = out->refine * cells->n;
    out->width = cells->width / (double)out->refine;
    out->size = process->variables == 2 ? out->n * out->n : out->n;
    out->columns = process->variables == 2 ? 1 : cells->n;
    QFP_TRY(make_coefficients(process, out));
    for (int k = 0; k < process->preparation_count; k++) {
        out->preparations = k + 1;
        QFP_TRY(begin(&process->preparations[k], out, &out->p[k]));
    }
    return QFP_OK;
}

static double cell_mass(const qfp_process_density *d, int preparation, size_t cell)
{
    double sum = 0.0;
    for (size_t c = 0; c < d->columns; c++)
        sum += d->p[preparation][cell * d->columns + c];
    return sum;
}

static qfp_status check_edges(const qfp_process_density *d)
{
    const double most = 1e-3;
    double *mass = NULL;
    QFP_TRY(QFP_ALLOCATE(mass, d->cells.n, "a density"));
    double worst = 0.0;
    for (int k = 0; k < d->preparations; k++)
        for (int v = 0; v < d->variables; v++) {
            double inside = 0.0;
            qfp_process_density_marginal(d, k, v, mass);
            for (size_t i = 1; i + 1 < d->cells.n; i++)
                inside += mass[i];
            worst = fmax(worst, 1.0 - inside);
        }
    free(mass);
    if (worst > most || !isfinite(worst))
        return QFP_FAIL(QFP_TOLERANCE,
                        "%.2g of the probability is in the outermost cells of output.husimi or "
                        "beyond; the density equation needs a wider axis",
                        worst);
    return QFP_OK;
}

qfp_status qfp_process_density_advance(qfp_process_density *d, double duration)
{
    const double stable = 2.5, most_steps = 1e7; /* Runge-Kutta: 2.78 on the negative axis */
    double steps = ceil(duration * d->fastest / stable);
    const qfp_density_spec spec = {.variables = d->variables,
                                   .n = d->n,
                                   .spacing = {d->width, d->width},
                                   .up = {d->up[0], d->up[1]},
                                   .down = {d->down[0], d->down[1]},
                                   .cross = d->cross};
    if (steps > most_steps)
        return QFP_FAIL(QFP_TOLERANCE,
                        "the density equation needs %.2g steps; take fewer output.husimi.points or "
                        "a narrower axis",
                        steps);
    for (int k = 0; k < d->preparations && duration > 0.0; k++)
        QFP_TRY(d->backend->density->advance(&spec, d->columns, duration,
                                             steps < 1.0 ? 1 : (size_t)steps, d->p[k]));
    return check_edges(d);
}

void qfp_process_density_marginal(const qfp_process_density *d, int preparation, int variable,
                                  double *out)
{
    memset(out, 0, d->cells.n * sizeof *out);
    for (size_t cell = 0; cell < d->size; cell++) {
        size_t i = d->variables == 1 ? cell : variable == 0 ? cell / d->n : cell % d->n;
        out[i / d->refine] += cell_mass(d, preparation, cell);
    }
}

void qfp_process_density_figures(const qfp_process_density *d, int preparation, double *out)
{
    double sum[QFPI_PROCESS_MOMENTS] = {0.0}, all = 0.0;
    for (size_t cell = 0; cell < d->size; cell++) {
        double x[2], mass = cell_mass(d, preparation, cell);
        centre(d, cell, x);
        const double value[QFPI_PROCESS_MOMENTS] = {x[0], x[1], x[0] * x[0], x[0] * x[1],
                                                    x[1] * x[1]};
        for (int m = 0; m < QFPI_PROCESS_MOMENTS; m++)
            sum[m] += mass * value[m];
        all += mass;
    }
    /* masses of cells spread by width²/12 more than what is in them (Sheppard 1898) */
    double grouped = d->width * d->width / 12.0;
    out[QFP_MEAN_1] = sum[0] / all;
    out[QFP_MEAN_2] = sum[1] / all;
    out[QFP_VAR_1] = sum[2] / all - out[0] * out[0] - grouped;
    out[QFP_COV] = sum[3] / all - out[0] * out[1];
    out[QFP_VAR_2] = sum[4] / all - out[1] * out[1] - grouped;
}

void qfp_process_density_joint(const qfp_process_density *d, int preparation, double *out)
{
    size_t n = d->cells.n;
    memset(out, 0, n * n * sizeof *out);
    for (size_t cell = 0; cell < d->size; cell++)
        for (size_t c = 0; c < n; c++)
            out[c * n + cell / d->refine] += d->p[preparation][cell * d->columns + c];
}
