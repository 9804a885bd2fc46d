/* flow_stage.c - see flow_stage.h. */
#include "staging/flow_stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/flow_cell.h"

static qfp_status copy_polynomial(const qfp_real_polynomial *from, qfp_real_polynomial *to)
{
    qfp_symbol_term *terms = NULL;
    QFP_TRY(QFP_ALLOCATE(terms, from->term_count, "the gradient and Hessian of a Hamiltonian"));
    if (from->term_count > 0)
        memcpy(terms, from->terms, from->term_count * sizeof *terms);
    to->term_count = from->term_count;
    to->terms = terms;
    return QFP_OK;
}

qfp_status qfpi_flow_stage_create(int modes, double kappa, double C,
                                  const qfp_real_polynomial *gradient,
                                  const qfp_real_polynomial *hessian, qfpi_flow_stage *stage)
{
    *stage = (qfpi_flow_stage){.modes = modes, .kappa = kappa, .C = C};
    if (modes < 1 || modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a flow of %d modes: 1 to %d are possible", modes,
                        QFP_MAX_MODES);
    if (!(kappa > 0.0) || !isfinite(kappa) || !isfinite(C))
        return QFP_FAIL(QFP_INTERNAL, "a flow with kappa = %g and C = %g", kappa, C);
    int count = qfpi_flow_polynomials(modes);
    qfp_status status = QFP_ALLOCATE(stage->polynomial, (size_t)count, "a flow");
    for (int k = 0; status == QFP_OK && k < count; ++k)
        status = copy_polynomial(k < 2 * modes ? &gradient[k] : &hessian[k - 2 * modes],
                                 &stage->polynomial[k]);
    if (status != QFP_OK)
        qfpi_flow_stage_free(stage);
    return status;
}

void qfpi_flow_stage_free(qfpi_flow_stage *stage)
{
    int count = stage->polynomial != NULL ? qfpi_flow_polynomials(stage->modes) : 0;
    for (int k = 0; k < count; ++k)
        free((void *)stage->polynomial[k].terms);
    free(stage->polynomial);
    *stage = (qfpi_flow_stage){0};
}

/* Appends weight · polynomial to a term list. */
static size_t append(const qfp_real_polynomial *polynomial, double weight, qfp_symbol_term *to)
{
    for (size_t t = 0; t < polynomial->term_count; ++t) {
        to[t] = polynomial->terms[t];
        to[t].re *= weight;
        to[t].im = 0.0;
    }
    return polynomial->term_count;
}

qfp_status qfpi_flow_entry(const qfpi_flow_stage *flow, int a, int b, size_t *count,
                           qfp_symbol_term **terms)
{
    int size = 2 * flow->modes;
    *terms = NULL;
    if (a < 0 || a >= size || b < -1 || b >= size)
        return QFP_FAIL(QFP_INTERNAL, "entry (%d, %d) of a flow of %d modes", a, b, flow->modes);
    const qfp_real_polynomial *first, *second = NULL;
    double weight[2] = {0.0, 0.0};
    if (b < 0) {
        qfpi_drift_entry drift = qfpi_drift_cell(flow->modes, flow->kappa, a);
        first = &flow->polynomial[drift.component];
        weight[0] = drift.weight;
    } else {
        qfpi_diffusion_entry d = qfpi_diffusion_cell(flow->modes, flow->kappa, flow->C, a, b);
        first = &flow->polynomial[2 * flow->modes + d.entry[0]];
        second = &flow->polynomial[2 * flow->modes + d.entry[1]];
        weight[0] = d.weight[0];
        weight[1] = d.weight[1];
    }
    size_t capacity = first->term_count + (second != NULL ? second->term_count : 0);
    QFP_TRY(QFP_ALLOCATE(*terms, capacity, "an entry of the diffusion matrix"));
    *count = append(first, weight[0], *terms);
    if (second != NULL)
        *count += append(second, weight[1], *terms + *count);
    return QFP_OK;
}
