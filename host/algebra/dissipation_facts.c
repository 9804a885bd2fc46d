#include "algebra/dissipation_facts.h"

#include <math.h>
#include <string.h>

/* Cancellations of sums of a few products of coefficients leave a few units in the last place. */
#define ROUNDING 1e-12

static void initialise(int modes, qfp_dissipation_facts *f)
{
    *f = (qfp_dissipation_facts){.modes = modes};
    qfp_polynomial_init(&f->trace, 2 * modes);
    qfp_polynomial_init(&f->beyond, 4 * modes);
    for (int a = 0; a < 2 * modes; a++) {
        qfp_polynomial_init(&f->drift[a], 2 * modes);
        for (int b = 0; b < 2 * modes; b++)
            qfp_polynomial_init(&f->diffusion[a][b], 2 * modes);
    }
}

/* ∂_j = (∂_Q − i∂_P)/√2 and ∂̄_j = (∂_Q + i∂_P)/√2: the component along axis a of variable v. */
static double complex component(int v, int a, int modes)
{
    if (v % modes != a % modes)
        return 0.0;
    return a < modes ? M_SQRT1_2 : (v < modes ? -I : I) * M_SQRT1_2;
}

/* The coordinates of a term as a symbol in Q and P. */
static qfp_status symbol_of(const qfp_term *term, int modes, qfp_polynomial *real)
{
    qfp_polynomial symbol;
    qfp_polynomial_init(&symbol, 2 * modes);
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    memcpy(power, term->power + 2 * modes, 2 * (size_t)modes);
    qfp_status status = qfp_polynomial_add_term(&symbol, term->coefficient, power);
    if (status == QFP_OK)
        status = qfp_symbol_to_real(&symbol, real);
    qfp_polynomial_destroy(&symbol);
    return status;
}

static qfp_status add_term(const qfp_term *term, qfp_dissipation_facts *f)
{
    int modes = f->modes, axes = 2 * modes, letter[2] = {0}, order = 0;
    for (int v = 0; v < axes; v++)
        for (int k = 0; k < term->power[v]; k++, order++)
            if (order < 2)
                letter[order] = v;
    f->order = order > f->order ? order : f->order;
    if (order > 2)
        return qfp_polynomial_add_term(&f->beyond, term->coefficient, term->power);
    qfp_polynomial real;
    qfp_polynomial_init(&real, axes);
    qfp_status status;
    QFP_TRY_GOTO(symbol_of(term, modes, &real));
    for (int a = 0; a < axes; a++) {
        double complex along = component(letter[0], a, modes);
        if (order == 1)
            QFP_TRY_GOTO(qfp_polynomial_add(&f->drift[a], -along, &real, &f->drift[a]));
        for (int b = 0; b < axes && order == 2; b++) {
            double complex both = along * component(letter[1], b, modes) +
                                  component(letter[0], b, modes) * component(letter[1], a, modes);
            QFP_TRY_GOTO(qfp_polynomial_add(&f->diffusion[a][b], both, &real, &f->diffusion[a][b]));
        }
    }
done:
    qfp_polynomial_destroy(&real);
    return status;
}

/* Sums of conjugate pairs are real. */
static void clean(qfp_polynomial *p, double floor)
{
    for (size_t t = 0; t < p->count; t++)
        p->terms[t].coefficient = creal(p->terms[t].coefficient);
    qfp_polynomial_drop(p, floor);
}

qfp_status qfp_dissipation_facts_create(const qfp_lindblad *lindblad, int order,
                                        qfp_dissipation_facts *out)
{
    int modes = lindblad->wick.variables / 2;
    qfp_polynomial all;
    initialise(modes, out);
    qfp_polynomial_init(&all, 4 * modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_lindblad_dissipation(lindblad, &all));
    double floor = ROUNDING * qfp_polynomial_norm(&all);
    qfp_generator_truncate(&all, order);
    for (size_t t = 0; t < all.count; t++)
        QFP_TRY_GOTO(add_term(&all.terms[t], out));
    for (int a = 0; a < 2 * modes; a++) {
        clean(&out->drift[a], floor);
        for (int b = 0; b < 2 * modes; b++)
            clean(&out->diffusion[a][b], floor);
        QFP_TRY_GOTO(qfp_polynomial_add(&out->trace, 1.0, &out->diffusion[a][a], &out->trace));
    }
    clean(&out->trace, floor);
done:
    qfp_polynomial_destroy(&all);
    return status;
}

static double value_at(const qfp_polynomial *p, const double z[2])
{
    double sum = 0.0;
    for (size_t t = 0; t < p->count; t++) {
        double product = creal(p->terms[t].coefficient);
        for (int v = 0; v < 2; v++)
            for (int k = 0; k < p->terms[t].power[v]; k++)
                product *= z[v];
        sum += product;
    }
    return sum;
}

qfp_spreading qfp_spreading_at(const qfp_dissipation_facts *f, const double z[2],
                               const double gradient[2])
{
    double qq = value_at(&f->diffusion[0][0], z), qp = value_at(&f->diffusion[0][1], z);
    double pp = value_at(&f->diffusion[1][1], z), trace = qq + pp;
    double q = gradient[0], p = gradient[1];
    return (qfp_spreading){.trace = trace,
                           .largest = 0.5 * (fabs(trace) + hypot(qq - pp, 2.0 * qp)),
                           .production = 0.5 * (q * q * qq + 2.0 * q * p * qp + p * p * pp)};
}

void qfp_dissipation_facts_destroy(qfp_dissipation_facts *f)
{
    for (int a = 0; a < 2 * f->modes; a++) {
        qfp_polynomial_destroy(&f->drift[a]);
        for (int b = 0; b < 2 * f->modes; b++)
            qfp_polynomial_destroy(&f->diffusion[a][b]);
    }
    qfp_polynomial_destroy(&f->trace);
    qfp_polynomial_destroy(&f->beyond);
    *f = (qfp_dissipation_facts){0};
}
