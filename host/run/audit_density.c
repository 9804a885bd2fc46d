#include "run/audit_density.h"

#include <math.h>
#include <string.h>

enum { POINTS = 200 };

/* f ← ∂_v f − s (z̄_v − centre) f for variable v of 2N: ∂_j for v < N, ∂̄_j for v ≥ N. */
static qfp_status differentiate(const qfp_audit_density *d, int v, qfp_polynomial *f)
{
    int n = d->modes, partner = v < n ? v + n : v - n;
    double complex centre = v < n ? conj(d->centre[v]) : d->centre[v - n];
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial factor, product;
    qfp_polynomial_init(&factor, 2 * n);
    qfp_polynomial_init(&product, 2 * n);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&factor, d->s * centre, power));
    power[partner] = 1;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&factor, -d->s, power));
    QFP_TRY_GOTO(qfp_polynomial_multiply(f, &factor, &product));
    QFP_TRY_GOTO(qfp_polynomial_differentiate(f, v, f));
    status = qfp_polynomial_add(f, 1.0, &product, f);
done:
    qfp_polynomial_destroy(&factor);
    qfp_polynomial_destroy(&product);
    return status;
}

/* One word ∂^p ∂̄^q α^k α*^l: the letters act first. */
static qfp_status apply_word(const qfp_audit_density *d, const qfp_term *word,
                             const qfp_polynomial *f, qfp_polynomial *out)
{
    int n = d->modes;
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial letters;
    memcpy(power, word->power + 2 * n, 2 * (size_t)n);
    qfp_polynomial_init(&letters, 2 * n);
    qfp_status status = qfp_polynomial_add_term(&letters, word->coefficient, power);
    if (status == QFP_OK)
        status = qfp_polynomial_multiply(&letters, f, out);
    for (int v = 0; v < 2 * n && status == QFP_OK; v++)
        for (int k = 0; k < word->power[v] && status == QFP_OK; k++)
            status = differentiate(d, v, out);
    qfp_polynomial_destroy(&letters);
    return status;
}

qfp_status qfp_audit_density_apply(const qfp_audit_density *density,
                                   const qfp_polynomial *generator, const qfp_polynomial *f,
                                   qfp_polynomial *out)
{
    qfp_polynomial sum, part;
    qfp_polynomial_init(&sum, 2 * density->modes);
    qfp_polynomial_init(&part, 2 * density->modes);
    qfp_status status = QFP_OK;
    for (size_t t = 0; t < generator->count; t++) {
        QFP_TRY_GOTO(apply_word(density, &generator->terms[t], f, &part));
        QFP_TRY_GOTO(qfp_polynomial_add(&sum, 1.0, &part, &sum));
    }
    status = qfp_polynomial_copy(&sum, out);
done:
    qfp_polynomial_destroy(&sum);
    qfp_polynomial_destroy(&part);
    return status;
}

/* The same points for every density: centre + ξ/√s with fixed ξ of the law e^{−|ξ|²}. */
static void point(const qfp_audit_density *d, uint64_t *state, double complex *z)
{
    for (int j = 0; j < d->modes; j++) {
        double u[2];
        for (int k = 0; k < 2; k++) {
            *state = *state * 6364136223846793005u + 1442695040888963407u;
            u[k] = ((double)(*state >> 11) + 0.5) * 0x1p-53;
        }
        double complex xi = sqrt(-log(u[0])) * cexp(2.0 * M_PI * I * u[1]);
        z[j] = d->centre[j] + xi / sqrt(d->s);
        z[d->modes + j] = conj(z[j]);
    }
}

qfp_status qfp_audit_density_distance(const qfp_audit_density *density, const qfp_polynomial *a,
                                      const qfp_polynomial *b, double *distance)
{
    const uint8_t zero[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial one, of_a, of_b;
    double difference = 0.0, size = 0.0;
    uint64_t state = 1;
    qfp_polynomial_init(&one, 2 * density->modes);
    qfp_polynomial_init(&of_a, 2 * density->modes);
    qfp_polynomial_init(&of_b, 2 * density->modes);
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&one, 1.0, zero));
    QFP_TRY_GOTO(qfp_audit_density_apply(density, a, &one, &of_a));
    QFP_TRY_GOTO(qfp_audit_density_apply(density, b, &one, &of_b));
    for (int i = 0; i < POINTS; i++) {
        double complex z[2 * QFP_MAX_MODES];
        point(density, &state, z);
        double complex at_a = qfp_polynomial_value(&of_a, z), at_b = qfp_polynomial_value(&of_b, z);
        difference += creal((at_a - at_b) * conj(at_a - at_b));
        size += creal(at_b * conj(at_b));
    }
    *distance = size > 0.0 ? sqrt(difference / size) : 0.0;
done:
    qfp_polynomial_destroy(&one);
    qfp_polynomial_destroy(&of_a);
    qfp_polynomial_destroy(&of_b);
    return status;
}
