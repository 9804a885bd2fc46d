/* process_kernel.c - kernels forward and backward between the first and the last time.
 *
 * From the joint probability J(i, k) of being in cell i first and in cell k last, forward
 * J(i, k)/Σ_k J and, by Bayes' theorem (1), backward J(i, k)/Σ_i J. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "ensemble/chi_squared.h"
#include "ensemble/process_pass.h"

/* Element (condition, outcome): of the transposed matrix for the backward kernel. */
static double element(const double *joint, size_t n, bool backward, size_t condition,
                      size_t outcome)
{
    return backward ? joint[outcome * n + condition] : joint[condition * n + outcome];
}

static double total(const double *joint, size_t n, bool backward, size_t condition)
{
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += element(joint, n, backward, condition, k);
    return sum;
}

/* ½ Σ_k |K_1(k) − K_2(k)| under one condition. */
static double variation(const double *a, const double *b, size_t n, bool backward, size_t condition)
{
    double of_a = total(a, n, backward, condition), of_b = total(b, n, backward, condition);
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += fabs(element(a, n, backward, condition, k) / of_a -
                    element(b, n, backward, condition, k) / of_b);
    return 0.5 * sum;
}

/* Its mean for counts drawn from one kernel q: ½ Σ √(2 q(1 − q)(1/N_1 + 1/N_2)/π). */
static double noise(const double *joint, const double *a, const double *b, size_t n, bool backward,
                    size_t condition)
{
    double all = total(joint, n, backward, condition), sum = 0.0;
    double spread = 1.0 / total(a, n, backward, condition) + 1.0 / total(b, n, backward, condition);
    for (size_t k = 0; k < n; k++) {
        double q = element(joint, n, backward, condition, k) / all;
        sum += sqrt(fmax(q * (1.0 - q), 0.0) * spread * 2.0 / acos(-1.0));
    }
    return 0.5 * sum;
}

/* Over the conditions that both ensembles meet often enough for a kernel to show. */
static qfp_kernel_distance distance(const qfp_process_pass *s, size_t other, bool backward)
{
    const double least = 200.0;
    size_t n = s->cells.n;
    const double *j1 = s->joint[0], *j2 = s->joint[other];
    const double *c1 = s->counts[0], *c2 = s->counts[other];
    qfp_kernel_distance d = {0.0, 0.0, 0.0};
    double weights = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (total(c1, n, backward, i) < least || total(c2, n, backward, i) < least)
            continue;
        double weight = sqrt(total(j1, n, backward, i) * total(j2, n, backward, i));
        d.solved += weight * variation(j1, j2, n, backward, i);
        d.sampled += weight * variation(c1, c2, n, backward, i);
        d.noise += weight * noise(j1, c1, c2, n, backward, i);
        weights += weight;
    }
    if (weights == 0.0)
        return (qfp_kernel_distance){NAN, NAN, NAN};
    return (qfp_kernel_distance){d.solved / weights, d.sampled / weights, d.noise / weights};
}

static qfp_status compare_counts(const qfp_process_pass *s, size_t k, qfp_chi_squared *out)
{
    size_t cells = s->cells.n * s->cells.n;
    double paths = (double)s->share.batches.paths, *expected = NULL;
    QFP_TRY(QFP_ALLOCATE(expected, cells, "a histogram"));
    for (size_t i = 0; i < cells; i++)
        expected[i] = paths * s->joint[k][i];
    *out = qfp_chi_squared_of(cells, s->counts[k], expected, paths);
    free(expected);
    return QFP_OK;
}

qfp_status qfpi_process_kernels(qfp_process_pass *s)
{
    size_t n = s->cells.n;
    char *statement = s->result->statement;
    double least = 1.0;
    if (s->process.joint == NULL)
        return QFP_OK;
    for (size_t k = 0; k < s->ensembles; k++) {
        qfp_chi_squared chi;
        QFP_TRY(QFP_ALLOCATE(s->joint[k], n * n, "a kernel"));
        QFP_TRY(QFP_ALLOCATE(s->counts[k], n * n, "a kernel"));
        s->process.joint(s->process.self, (int)k, s->joint[k]);
        s->backend->process->histogram(s->sets[k].paths, n, s->cells.first, s->cells.width,
                                       s->start[k], s->fine[k], s->counts[k]);
        QFP_TRY(qfpi_ranks_add(s->counts[k], n * n));
        QFP_TRY(compare_counts(s, k, &chi));
        least = fmin(least, chi.probability);
    }
    size_t used = strlen(statement), room = sizeof s->result->statement - used;
    snprintf(statement + used, room, "; (first, last) pairs against it: p = %.3g", least);
    if (s->ensembles < 2)
        return QFP_OK;
    s->forward = distance(s, 1, false);
    s->backward = distance(s, 1, true);
    used = strlen(statement);
    snprintf(statement + used, sizeof s->result->statement - used,
             "; kernels of preparations 1 and 2 differ by (total variation, equation; paths; "
             "noise): forward %.3g; %.3g; %.3g, backward %.3g; %.3g; %.3g",
             s->forward.solved, s->forward.sampled, s->forward.noise, s->backward.solved,
             s->backward.sampled, s->backward.noise);
    return QFP_OK;
}
