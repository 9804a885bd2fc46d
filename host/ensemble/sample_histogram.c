/* sample_histogram.c - histograms of the trajectories, and Q on the same cells. */
#include <math.h>
#include <stdlib.h>

#include "core/ranks.h"
#include "ensemble/chi_squared.h"
#include "ensemble/sampler.h"

/* Gauss-Legendre points and weights of [-1, 1]; the weights for a mean. */
static const double gauss_node[QFP_CELL_POINTS] = {-0.7745966692414834, 0.0, 0.7745966692414834};
static const double gauss_weight[QFP_CELL_POINTS] = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};

qfp_status qfpi_sampler_exact_marginal(qfp_sampler *s, int mode)
{
    size_t n = (size_t)s->config->husimi_points, at = (size_t)mode * n;
    return qfp_reference_husimi(s->reference, mode, n, s->axis_Q + at, n, s->axis_P + at,
                                s->marginals[mode]);
}

/* Its integral over the cells around them (Gauss-Legendre), times the number of trajectories. */
static qfp_status expect_counts(qfp_sampler *s, int mode, double cell_q, double cell_p)
{
    const qfp_config *config = s->config;
    size_t n = (size_t)config->husimi_points, m = QFP_CELL_POINTS * n;
    double *q = NULL, *p = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(q, m, "output axes"));
    QFP_TRY_GOTO(QFP_ALLOCATE(p, m, "output axes"));
    for (size_t i = 0; i < n; i++)
        for (size_t g = 0; g < QFP_CELL_POINTS; g++) {
            q[QFP_CELL_POINTS * i + g] =
                s->axis_Q[(size_t)mode * n + i] + 0.5 * cell_q * gauss_node[g];
            p[QFP_CELL_POINTS * i + g] =
                s->axis_P[(size_t)mode * n + i] + 0.5 * cell_p * gauss_node[g];
        }
    QFP_TRY_GOTO(qfp_reference_husimi(s->reference, mode, m, q, m, p, s->density));
    double measure = 0.5 * cell_q * cell_p * s->weight; /* d²α = dQ dP/2 */
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0.0;
            for (size_t g = 0; g < QFP_CELL_POINTS; g++)
                for (size_t h = 0; h < QFP_CELL_POINTS; h++)
                    sum += gauss_weight[g] * gauss_weight[h] *
                           s->density[(QFP_CELL_POINTS * i + g) * m + QFP_CELL_POINTS * k + h];
            s->expected[i * n + k] = measure * sum;
        }
done:
    free(q);
    free(p);
    return status;
}

qfp_status qfpi_sampler_histogram(qfp_sampler *s, int mode, size_t row)
{
    const qfp_config *config = s->config;
    qfp_sample_result *r = s->result;
    size_t n = (size_t)config->husimi_points, at = row * (size_t)r->modes + (size_t)mode;
    const double *q = s->axis_Q + (size_t)mode * n, *p = s->axis_P + (size_t)mode * n;
    double cell_q = q[1] - q[0], cell_p = p[1] - p[0];
    const double bounds[4] = {q[0] - 0.5 * cell_q, q[n - 1] + 0.5 * cell_q, p[0] - 0.5 * cell_p,
                              p[n - 1] + 0.5 * cell_p};
    QFP_TRY(s->engine.backend->paths->histogram(s->engine.context, &s->set, mode, n, bounds,
                                                s->fine, s->ensemble.weights, s->counts));
    QFP_TRY(qfpi_ranks_add(s->counts, n * n));
    QFP_TRY(qfpi_sampler_exact_marginal(s, mode));
    QFP_TRY(expect_counts(s, mode, cell_q, cell_p));
    /* counts of signs have another variance than their mean: no χ² then */
    qfp_chi_squared chi = {.probability = NAN};
    if (s->ensemble.weights == NULL)
        chi = qfp_chi_squared_of(n * n, s->counts, s->expected, (double)s->share.batches.paths);
    r->chi2[at] = chi.value;
    r->chi2_cells[at] = chi.degrees;
    r->chi2_probability[at] = chi.probability;
    for (size_t i = 0; i < n * n; i++) /* counts → density */
        s->counts[i] /= 0.5 * cell_q * cell_p * s->weight;
    return s->snapshot != NULL ? qfp_snapshot_append_histogram(s->snapshot, mode, s->counts)
                               : QFP_OK;
}
