#include "run/audit_facts.h"

#include <math.h>

/* Cancellations of sums of a few products of coefficients leave a few units in the last place. */
#define ROUNDING 1e-12

/* J has one entry per row: J_{a, partner(a)} = sign(a). */
static int partner(const qfp_audit_facts *f, int axis)
{
    return axis < f->modes ? axis + f->modes : axis - f->modes;
}

static double sign(const qfp_audit_facts *f, int axis)
{
    return axis < f->modes ? 1.0 : -1.0;
}

/* out = s a + t b */
static qfp_status combine(double s, const qfp_polynomial *a, double t, const qfp_polynomial *b,
                          qfp_polynomial *out)
{
    qfp_polynomial zero;
    qfp_polynomial_init(&zero, a->variables);
    QFP_TRY(qfp_polynomial_add(&zero, s, a, out));
    return qfp_polynomial_add(out, t, b, out);
}

static void initialise(const qfp_config *config, qfp_audit_facts *f)
{
    int axes = 2 * config->modes;
    *f = (qfp_audit_facts){.modes = config->modes};
    f->C = config->theory.order == 1 ? 0.0 : config->theory.C;
    qfp_polynomial_init(&f->weyl, axes);
    qfp_polynomial_init(&f->real, axes);
    qfp_polynomial_init(&f->odd_in_p, axes);
    for (int a = 0; a < axes; a++) {
        qfp_polynomial_init(&f->drift[a], axes);
        for (int b = 0; b < axes; b++) {
            qfp_polynomial_init(&f->hessian[a][b], axes);
            qfp_polynomial_init(&f->diffusion[a][b], axes);
        }
    }
}

static qfp_status find_symbols(const qfp_config *config, qfp_audit_facts *f)
{
    QFP_TRY(qfp_equation_create(config, &f->equation));
    QFP_TRY(qfp_symbol_exp_laplacian(f->equation.wick, -0.5, &f->weyl));
    QFP_TRY(qfp_symbol_to_real(&f->equation.antiwick, &f->real));
    for (size_t t = 0; t < f->real.count; t++) {
        qfp_term *term = &f->real.terms[t];
        term->coefficient = creal(term->coefficient);
        int order = 0;
        for (int j = 0; j < f->modes; j++)
            order += term->power[f->modes + j];
        if (order % 2 == 1)
            QFP_TRY(qfp_polynomial_add_term(&f->odd_in_p, term->coefficient, term->power));
    }
    return qfp_classify(&f->equation.antiwick, f->modes, &f->class);
}

static qfp_status find_drift_and_diffusion(double kappa, qfp_audit_facts *f)
{
    int axes = 2 * f->modes;
    double floor = ROUNDING * qfp_polynomial_norm(&f->real) * fabs(f->C) / kappa;
    for (int a = 0; a < axes; a++) {
        QFP_TRY(qfp_polynomial_differentiate(&f->real, partner(f, a), &f->drift[a]));
        for (size_t t = 0; t < f->drift[a].count; t++)
            f->drift[a].terms[t].coefficient *= sign(f, a) / kappa;
        for (int b = 0; b < axes; b++) {
            QFP_TRY(qfp_polynomial_differentiate(&f->real, a, &f->hessian[a][b]));
            QFP_TRY(qfp_polynomial_differentiate(&f->hessian[a][b], b, &f->hessian[a][b]));
        }
    }
    /* (H''J)_ab = −sign(b) H_{a, partner(b)},  (JH'')_ab = sign(a) H_{partner(a), b} */
    for (int a = 0; a < axes; a++)
        for (int b = 0; b < axes; b++) {
            double factor = f->C / (2.0 * kappa);
            QFP_TRY(combine(-factor * sign(f, b), &f->hessian[a][partner(f, b)],
                            -factor * sign(f, a), &f->hessian[partner(f, a)][b],
                            &f->diffusion[a][b]));
            qfp_polynomial_drop(&f->diffusion[a][b], floor);
        }
    return QFP_OK;
}

static double largest(qfp_polynomial matrix[QFP_AUDIT_AXES][QFP_AUDIT_AXES], int axes)
{
    double norm = 0.0;
    for (int a = 0; a < axes; a++)
        for (int b = 0; b < axes; b++)
            norm = fmax(norm, qfp_polynomial_norm(&matrix[a][b]));
    return norm;
}

/* Σ_a D_aa = 0 */
static qfp_status check_trace(const qfp_audit_facts *f, double size, bool *holds)
{
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, 2 * f->modes);
    qfp_status status = QFP_OK;
    for (int a = 0; a < 2 * f->modes && status == QFP_OK; a++)
        status = qfp_polynomial_add(&sum, 1.0, &f->diffusion[a][a], &sum);
    *holds = qfp_polynomial_norm(&sum) <= ROUNDING * size;
    qfp_polynomial_destroy(&sum);
    return status;
}

/* Σ_ab D_ab H_ab = 0 */
static qfp_status check_energy(const qfp_audit_facts *f, double size, bool *holds)
{
    int axes = 2 * f->modes;
    qfp_polynomial sum, product;
    qfp_polynomial_init(&sum, axes);
    qfp_polynomial_init(&product, axes);
    qfp_status status = QFP_OK;
    for (int ab = 0; ab < axes * axes; ab++) {
        int a = ab / axes, b = ab % axes;
        QFP_TRY_GOTO(qfp_polynomial_multiply(&f->diffusion[a][b], &f->hessian[a][b], &product));
        QFP_TRY_GOTO(qfp_polynomial_add(&sum, 1.0, &product, &sum));
    }
    *holds = qfp_polynomial_norm(&sum) <= ROUNDING * size;
done:
    qfp_polynomial_destroy(&sum);
    qfp_polynomial_destroy(&product);
    return status;
}

/* (JD + DJ)_ab = sign(a) D_{partner(a), b} − sign(b) D_{a, partner(b)} = 0 */
static qfp_status check_commutator_form(const qfp_audit_facts *f, double size, bool *holds)
{
    qfp_polynomial sum;
    qfp_polynomial_init(&sum, 2 * f->modes);
    qfp_status status = QFP_OK;
    *holds = true;
    for (int a = 0; a < 2 * f->modes && status == QFP_OK; a++)
        for (int b = 0; b < 2 * f->modes && status == QFP_OK; b++) {
            status = combine(sign(f, a), &f->diffusion[partner(f, a)][b], -sign(f, b),
                             &f->diffusion[a][partner(f, b)], &sum);
            *holds = *holds && qfp_polynomial_norm(&sum) <= ROUNDING * size;
        }
    qfp_polynomial_destroy(&sum);
    return status;
}

/* The quadratic part is that of the Weyl symbol: x⁴ as an operator is Q⁴ there, without the x² that
 * its reordering would add.  The commutator [H₀'', J] must vanish. */
static qfp_status check_free_part(qfp_audit_facts *f, bool *holds)
{
    int axes = 2 * f->modes;
    qfp_polynomial real;
    qfp_polynomial_init(&real, axes);
    qfp_status status = qfp_symbol_to_real(&f->weyl, &real);
    double norm = qfp_polynomial_norm(&real);
    for (size_t t = 0; t < real.count; t++) {
        int found[2] = {0}, degree = 0;
        for (int v = 0; v < axes; v++)
            for (int k = 0; k < real.terms[t].power[v]; k++, degree++)
                if (degree < 2)
                    found[degree] = v;
        if (degree != 2)
            continue;
        double value = creal(real.terms[t].coefficient);
        f->free_hessian[found[0]][found[1]] += value;
        f->free_hessian[found[1]][found[0]] += value;
    }
    *holds = true;
    for (int a = 0; a < axes; a++)
        for (int b = 0; b < axes; b++) {
            double commutator = -sign(f, b) * f->free_hessian[a][partner(f, b)] -
                                sign(f, a) * f->free_hessian[partner(f, a)][b];
            *holds = *holds && fabs(commutator) <= ROUNDING * norm;
        }
    qfp_polynomial_destroy(&real);
    return status;
}

static qfp_status decide_constraints(qfp_audit_facts *f)
{
    int axes = 2 * f->modes;
    double d = largest(f->diffusion, axes), h = largest(f->hessian, axes);
    bool traceless;
    f->holds[QFP_C1_CLASSICAL_LIMIT] = true;
    f->holds[QFP_C2_FOKKER_PLANCK_FORM] = f->equation.is_fokker_planck;
    f->holds[QFP_C3_LOCAL_HAMILTONIAN] = true;
    QFP_TRY(check_trace(f, d, &traceless));
    f->holds[QFP_C4_TIME_REVERSAL] = traceless && f->odd_in_p.count == 0 && !f->equation.is_open;
    QFP_TRY(check_energy(f, d * h, &f->holds[QFP_C5_ENERGY]));
    QFP_TRY(check_commutator_form(f, d, &f->holds[QFP_C6_MINIMALITY]));
    return check_free_part(f, &f->holds[QFP_C7_FREE_PART]);
}

qfp_status qfp_audit_facts_create(const qfp_config *config, qfp_audit_facts *out)
{
    qfp_status status;
    initialise(config, out);
    QFP_TRY_GOTO(find_symbols(config, out));
    QFP_TRY_GOTO(find_drift_and_diffusion(config->kappa, out));
    status = decide_constraints(out);
done:
    if (status != QFP_OK)
        qfp_audit_facts_destroy(out);
    return status;
}

void qfp_audit_facts_destroy(qfp_audit_facts *f)
{
    if (f == NULL)
        return;
    qfp_equation_destroy(&f->equation);
    qfp_polynomial_destroy(&f->weyl);
    qfp_polynomial_destroy(&f->real);
    qfp_polynomial_destroy(&f->odd_in_p);
    for (int a = 0; a < 2 * f->modes; a++) {
        qfp_polynomial_destroy(&f->drift[a]);
        for (int b = 0; b < 2 * f->modes; b++) {
            qfp_polynomial_destroy(&f->hessian[a][b]);
            qfp_polynomial_destroy(&f->diffusion[a][b]);
        }
    }
    qfp_hamiltonian_class_destroy(&f->class);
}
