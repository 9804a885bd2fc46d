/* flow.c - drift and diffusion as multipliers on the grid, and at single points. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/grid_plan.h"
#include "cpu/slots.h"
#include "shared/axis.h"
#include "shared/eigen_cell.h"
#include "shared/flow_cell.h"

struct qfp_flow {
    const qfp_context *context;
    int modes;
    double kappa, C;
    qfp_real_polynomial *polynomial; /* gradient[2N], then hessian[2N][2N]; owns the term lists */
};

static int polynomial_count(int modes)
{
    return 2 * modes + 4 * modes * modes;
}

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

qfp_status cpu_flow_create(qfp_context *context, int modes, double kappa, double C,
                           const qfp_real_polynomial *gradient, const qfp_real_polynomial *hessian,
                           qfp_flow **out)
{
    *out = NULL;
    if (modes < 1 || modes > QFPI_MAX_MODES)
        return QFP_FAIL(QFP_INTERNAL, "a flow of %d modes: 1 to %d are possible", modes,
                        QFPI_MAX_MODES);
    if (!(kappa > 0.0) || !isfinite(kappa) || !isfinite(C))
        return QFP_FAIL(QFP_INTERNAL, "a flow with kappa = %g and C = %g", kappa, C);
    qfp_flow *flow = NULL;
    QFP_TRY(QFP_ALLOCATE(flow, 1, "a flow"));
    flow->context = context;
    flow->modes = modes;
    flow->kappa = kappa;
    flow->C = C;
    qfp_status status = QFP_ALLOCATE(flow->polynomial, (size_t)polynomial_count(modes), "a flow");
    for (int k = 0; status == QFP_OK && k < polynomial_count(modes); ++k)
        status = copy_polynomial(k < 2 * modes ? &gradient[k] : &hessian[k - 2 * modes],
                                 &flow->polynomial[k]);
    if (status != QFP_OK) {
        cpu_flow_destroy(flow);
        return status;
    }
    *out = flow;
    return QFP_OK;
}

void cpu_flow_destroy(qfp_flow *flow)
{
    if (flow == NULL)
        return;
    for (int k = 0; flow->polynomial != NULL && k < polynomial_count(flow->modes); ++k)
        free((void *)flow->polynomial[k].terms);
    free(flow->polynomial);
    free(flow);
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

/* The entry a (b < 0) or D_ab as one polynomial, to be freed. */
static qfp_status entry_terms(const qfp_flow *flow, int a, int b, size_t *count,
                              qfp_symbol_term **terms)
{
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

qfp_status cpu_flow_multiply(const qfp_flow *flow, qfp_grid_plan *plan, int a, int b,
                             const qfp_buffer *x, qfp_buffer *y)
{
    int size = 2 * flow->modes;
    if (flow->modes != plan->grid.modes || a < 0 || a >= size || b < -1 || b >= size)
        return QFP_FAIL(QFP_INTERNAL, "entry (%d, %d) of a flow of %d modes on a grid of %d", a, b,
                        flow->modes, plan->grid.modes);
    qfp_symbol_spec spec = {.space = QFP_SPACE_Z};
    qfp_symbol_term *terms = NULL;
    qfp_symbol *symbol = NULL;
    qfp_status status = entry_terms(flow, a, b, &spec.term_count, &terms);
    spec.terms = terms;
    if (status == QFP_OK)
        status = cpu_symbol_create(plan, &spec, &symbol);
    if (status == QFP_OK)
        status = cpu_symbol_multiply(symbol, 1.0, (qfp_buffer *)x, y, 0);
    cpu_symbol_destroy(symbol);
    free(terms);
    return status;
}

static double evaluate(const qfp_real_polynomial *polynomial, int variables, const double *z)
{
    double sum = 0.0;
    for (size_t t = 0; t < polynomial->term_count; ++t) {
        double product = polynomial->terms[t].re;
        for (int v = 0; v < variables; ++v)
            product *= qfpi_power_cell(z[v], polynomial->terms[t].power[v]);
        sum += product;
    }
    return sum;
}

static void drift_at(const qfp_flow *flow, const double *z, double *drift)
{
    for (int a = 0; a < 2 * flow->modes; ++a) {
        qfpi_drift_entry entry = qfpi_drift_cell(flow->modes, flow->kappa, a);
        drift[a] = entry.weight * evaluate(&flow->polynomial[entry.component], 2 * flow->modes, z);
    }
}

static void diffusion_at(const qfp_flow *flow, const double *z, double *D)
{
    int size = 2 * flow->modes;
    double hessian[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX];
    for (int k = 0; k < size * size; ++k)
        hessian[k] = evaluate(&flow->polynomial[size + k], size, z);
    for (int a = 0; a < size; ++a)
        for (int b = 0; b < size; ++b) {
            qfpi_diffusion_entry d = qfpi_diffusion_cell(flow->modes, flow->kappa, flow->C, a, b);
            D[a * size + b] = d.weight[0] * hessian[d.entry[0]] + d.weight[1] * hessian[d.entry[1]];
        }
}

qfp_status cpu_flow_evaluate(const qfp_flow *flow, size_t count, const double *z, double *drift,
                             double *diffusion, double *eigenvalues, double *eigenvectors)
{
    size_t size = 2 * (size_t)flow->modes, square = size * size;
    int matrices = diffusion != NULL || eigenvalues != NULL || eigenvectors != NULL;
    int threads = cpu_threads_for(flow->context, count * square * size);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < count; ++i) {
        double D[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX], value[QFPI_EIGEN_MAX];
        double vector[QFPI_EIGEN_MAX * QFPI_EIGEN_MAX];
        if (drift != NULL)
            drift_at(flow, z + i * size, drift + i * size);
        if (!matrices)
            continue;
        diffusion_at(flow, z + i * size, D);
        if (diffusion != NULL)
            memcpy(diffusion + i * square, D, square * sizeof *D);
        if (eigenvalues == NULL && eigenvectors == NULL)
            continue;
        qfpi_eigen_cell(flow->modes, D, value, vector);
        if (eigenvalues != NULL)
            memcpy(eigenvalues + i * size, value, size * sizeof *value);
        if (eigenvectors != NULL)
            memcpy(eigenvectors + i * square, vector, square * sizeof *vector);
    }
    return QFP_OK;
}
