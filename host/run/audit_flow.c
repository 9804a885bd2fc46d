#include <math.h>
#include <stdlib.h>

#include "state/local_flow.h"
#include "run/audit_measurements.h"

enum { POINTS = 64 };

static double random_coordinate(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return 6.0 * ((double)(*state >> 11) * 0x1p-53) - 3.0;
}

/* One point: D, its eigenvalues (descending) and eigenvectors (rows). */
static void judge_point(const qfp_audit_facts *f, const double *z, const double *D,
                        const double *value, const double *vector, qfp_audit_numbers *out)
{
    int n = f->modes, axes = 2 * n;
    double trace = 0.0, contraction = 0.0, size_h = 0.0, size_d = 0.0;
    for (int a = 0; a < axes; a++) {
        trace += D[a * axes + a];
        for (int b = 0; b < axes; b++) {
            double complex point[QFP_AUDIT_AXES];
            for (int v = 0; v < axes; v++)
                point[v] = z[v];
            double h = creal(qfp_polynomial_value(&f->hessian[a][b], point));
            out->asymmetry = fmax(out->asymmetry, fabs(D[a * axes + b] - D[b * axes + a]));
            contraction += D[a * axes + b] * h;
            size_h = fmax(size_h, fabs(h));
            size_d = fmax(size_d, fabs(D[a * axes + b]));
        }
    }
    out->trace = fmax(out->trace, fabs(trace));
    if (size_d * size_h > 0.0)
        out->contraction = fmax(out->contraction, fabs(contraction) / (size_d * size_h));
    for (int i = 0; i < n; i++) {
        const double *v = vector + i * axes;
        out->pairing = fmax(out->pairing, fabs(value[i] + value[axes - 1 - i]));
        for (int a = 0; a < axes; a++) { /* (D + λ) J v */
            double sum = 0.0, own = a < n ? v[a + n] : -v[a - n];
            for (int b = 0; b < axes; b++)
                sum += D[a * axes + b] * (b < n ? v[b + n] : -v[b - n]);
            out->partners = fmax(out->partners, fabs(sum + value[i] * own));
        }
    }
}

qfp_status qfpi_audit_measure_points(const qfp_config *config, const qfp_audit_facts *f,
                                     qfp_context *context, qfp_audit_numbers *out)
{
    const qfp_backend *b = qfp_backend_cpu();
    size_t axes = 2 * (size_t)f->modes;
    double *z = NULL, *D = NULL, *values = NULL, *vectors = NULL, largest = 0.0;
    uint64_t state = 7;
    qfp_flow *flow = NULL;
    qfp_status status;
    QFP_TRY_GOTO(qfp_local_flow_create(b, context, &f->real, config->kappa, f->C, &flow));
    QFP_TRY_GOTO(QFP_ALLOCATE(z, POINTS * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(D, POINTS * axes * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(values, POINTS * axes, "points"));
    QFP_TRY_GOTO(QFP_ALLOCATE(vectors, POINTS * axes * axes, "points"));
    for (size_t i = 0; i < POINTS * axes; i++)
        z[i] = random_coordinate(&state);
    QFP_TRY_GOTO(b->flow->evaluate(flow, POINTS, z, NULL, D, values, vectors));
    for (size_t i = 0; i < POINTS; i++)
        judge_point(f, z + i * axes, D + i * axes * axes, values + i * axes,
                    vectors + i * axes * axes, out);
    for (size_t i = 0; i < POINTS * axes * axes; i++)
        largest = fmax(largest, fabs(D[i]));
    if (largest > 0.0) {
        out->asymmetry /= largest;
        out->trace /= largest;
        out->pairing /= largest;
        out->partners /= largest;
    }
done:
    b->flow->destroy(flow);
    free(z);
    free(D);
    free(values);
    free(vectors);
    return status;
}

/* The quadratic part of H_Weyl in the coordinates of lengths times `stretch`: Q → stretch Q and
 * P → P/stretch in the symbol. */
static qfp_status free_symbol(const qfp_audit_facts *f, double stretch, qfp_polynomial *out)
{
    int axes = 2 * f->modes;
    for (int a = 0; a < axes; a++)
        for (int b = 0; b < axes; b++) {
            uint8_t power[QFP_MAX_VARIABLES] = {0};
            double scale =
                (a < f->modes ? stretch : 1.0 / stretch) * (b < f->modes ? stretch : 1.0 / stretch);
            power[a]++;
            power[b]++;
            QFP_TRY(qfp_polynomial_add_term(out, 0.5 * scale * f->free_hessian[a][b], power));
        }
    return QFP_OK;
}

/* D of a quadratic Hamiltonian is the same everywhere; it is asked for away from the origin. */
static qfp_status free_diffusion(const qfp_config *config, const qfp_audit_facts *f,
                                 qfp_context *context, double stretch, double *largest)
{
    int axes = 2 * f->modes;
    double z[QFP_AUDIT_AXES], D[QFP_AUDIT_AXES * QFP_AUDIT_AXES];
    uint64_t state = 3;
    qfp_flow *flow = NULL;
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, axes);
    qfp_status status;
    QFP_TRY_GOTO(free_symbol(f, stretch, &symbol));
    QFP_TRY_GOTO(
        qfp_local_flow_create(qfp_backend_cpu(), context, &symbol, config->kappa, f->C, &flow));
    for (int a = 0; a < axes; a++)
        z[a] = random_coordinate(&state);
    QFP_TRY_GOTO(qfp_backend_cpu()->flow->evaluate(flow, 1, z, NULL, D, NULL, NULL));
    *largest = 0.0;
    for (int ab = 0; ab < axes * axes; ab++)
        *largest = fmax(*largest, fabs(D[ab]));
done:
    qfp_backend_cpu()->flow->destroy(flow);
    qfp_polynomial_destroy(&symbol);
    return status;
}

/* The same by hand, from the blocks of H'': D = (C/2κ) [[−B−Bᵀ, A−E], [A−E, B+Bᵀ]] for
 * H'' = [[A, B], [Bᵀ, E]]. */
static double free_closed_form(const qfp_config *config, const qfp_audit_facts *f, double stretch)
{
    int n = f->modes;
    double largest = 0.0;
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++) {
            double qq = f->free_hessian[a][b] * stretch * stretch;
            double pp = f->free_hessian[n + a][n + b] / (stretch * stretch);
            double qp = f->free_hessian[a][n + b] + f->free_hessian[n + a][b];
            largest = fmax(largest, fmax(fabs(qq - pp), fabs(qp)));
        }
    return 0.5 * fabs(f->C) * largest / config->kappa;
}

qfp_status qfpi_audit_measure_free_part(const qfp_config *config, const qfp_audit_facts *f,
                                        qfp_context *context, qfp_audit_numbers *out)
{
    const double stretches[2] = {1.0, 1.5};
    double *const results[2] = {&out->free_part, &out->free_part_stretched};
    for (int i = 0; i < 2; i++) {
        double expected = free_closed_form(config, f, stretches[i]);
        QFP_TRY(free_diffusion(config, f, context, stretches[i], results[i]));
        out->free_part_error =
            fmax(out->free_part_error, fabs(*results[i] - expected) / fmax(expected, 1.0));
    }
    return QFP_OK;
}
