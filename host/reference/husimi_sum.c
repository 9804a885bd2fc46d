#include "reference/husimi_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "reference/reference.h"

#define FEW_KETS 4
#define STEP_EXPONENT 256      /* of the running scale; far from both ends of the range of double */
#define EIGENVALUE_FLOOR 1e-18 /* of a reduced density matrix: below rounding of its trace */

/* Walks ⟨α|n⟩ upwards from e^{-|α|²/2}, which may underflow: the value is term · 2^(256 deficit)
 * and `scale` is that power of two, or 0 where it lies outside the range of double. */
typedef struct bra_walk {
    double re, im; /* term */
    double conjugate_re, conjugate_im;
    double scale;
    int deficit;
} bra_walk;

static double power_of_scale(int deficit)
{
    return deficit >= -3 ? ldexp(1.0, STEP_EXPONENT * deficit) : 0.0;
}

static bra_walk bra_first(double complex alpha)
{
    long double x = (long double)creal(alpha) * creal(alpha);
    x += (long double)cimag(alpha) * cimag(alpha);
    long double exponent = -0.5L * x / logl(2.0L);
    bra_walk w = {.conjugate_re = creal(alpha), .conjugate_im = -cimag(alpha)};
    /* beyond this |α| the weight of every level a machine can hold is 0 */
    w.deficit = exponent > -1e9L ? (int)floorl(exponent / STEP_EXPONENT) : -1000000;
    w.re =
        exponent > -1e9L ? (double)exp2l(exponent - (long double)STEP_EXPONENT * w.deficit) : 0.0;
    w.scale = power_of_scale(w.deficit);
    return w;
}

static void bra_next(bra_walk *w, double inverse_root)
{
    double step_re = w->conjugate_re * inverse_root, step_im = w->conjugate_im * inverse_root;
    double re = w->re * step_re - w->im * step_im;
    w->im = w->re * step_im + w->im * step_re;
    w->re = re;
    if (w->deficit < 0 && fabs(w->re) + fabs(w->im) > 0x1p200) {
        w->re *= 0x1p-256;
        w->im *= 0x1p-256;
        w->scale = power_of_scale(++w->deficit);
    }
}

double complex qfp_reference_amplitude(size_t levels, const double complex *c, double complex alpha)
{
    double re = 0.0, im = 0.0;
    bra_walk w = bra_first(alpha);
    for (size_t n = 0; n < levels; n++) {
        double a = w.re * w.scale, b = w.im * w.scale;
        re += a * creal(c[n]) - b * cimag(c[n]);
        im += a * cimag(c[n]) + b * creal(c[n]);
        bra_next(&w, 1.0 / sqrt((double)(n + 1)));
    }
    return CMPLX(re, im);
}

void qfp_coherent_bra(size_t levels, double complex alpha, double complex *bra)
{
    bra_walk w = bra_first(alpha);
    for (size_t n = 0; n < levels; n++) {
        bra[n] = CMPLX(w.re * w.scale, w.im * w.scale);
        bra_next(&w, 1.0 / sqrt((double)(n + 1)));
    }
}

double qfp_husimi_at(const qfp_ket_set *set, double complex alpha, double complex *bra)
{
    double sum = 0.0;
    qfp_coherent_bra(set->dim, alpha, bra);
    for (size_t k = 0; k < set->count; k++) {
        const double complex *c = set->ket + k * set->dim;
        double re = 0.0, im = 0.0;
        for (size_t n = 0; n < set->dim; n++) {
            re += creal(bra[n]) * creal(c[n]) - cimag(bra[n]) * cimag(c[n]);
            im += creal(bra[n]) * cimag(c[n]) + cimag(bra[n]) * creal(c[n]);
        }
        sum += set->weight[k] * (re * re + im * im);
    }
    return sum / M_PI;
}

/* out += w (what a ket has in one mode, where the others hold the same), of a product that is cut. */
static qfp_status add_fibres(const qfp_ket_set *kets, const qfp_kept *kept, int mode,
                             double complex *out)
{
    size_t levels = (size_t)kept->levels[mode], *place = NULL;
    int n[QFP_MAX_MODES] = {0};
    QFP_TRY(QFP_ALLOCATE(place, levels, "a reduced density matrix"));
    for (size_t i = 0; i < kept->dim; i++, qfp_kept_next(kept, n)) {
        size_t count = n[mode] == 0 ? qfp_kept_fibre(kept, n, mode, place) : 0;
        for (size_t k = 0; k < kets->count; k++)
            for (size_t a = 0; a < count; a++)
                for (size_t b = 0; b <= a; b++) {
                    double complex x = kets->ket[k * kets->dim + place[a]];
                    double complex y = kets->ket[k * kets->dim + place[b]];
                    out[a * levels + b] +=
                        CMPLX(kets->weight[k] * (creal(x) * creal(y) + cimag(x) * cimag(y)),
                              kets->weight[k] * (cimag(x) * creal(y) - creal(x) * cimag(y)));
                }
    }
    free(place);
    return QFP_OK;
}

/* The same of the whole product. */
static void add_blocks(const qfp_ket_set *kets, const qfp_kept *kept, int mode, double complex *out)
{
    size_t n = (size_t)kept->levels[mode], inner = 1, outer = 1;
    for (int j = 0; j < kept->modes; j++)
        *(j < mode ? &outer : &inner) *= j == mode ? 1 : (size_t)kept->levels[j];
    for (size_t k = 0; k < kets->count; k++)
        for (size_t o = 0; o < outer; o++) {
            const double complex *block = kets->ket + k * kets->dim + o * n * inner;
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b <= a; b++) {
                    const double complex *x = block + a * inner, *y = block + b * inner;
                    double re = 0.0, im = 0.0;
                    for (size_t i = 0; i < inner; i++) {
                        re += creal(x[i]) * creal(y[i]) + cimag(x[i]) * cimag(y[i]);
                        im += cimag(x[i]) * creal(y[i]) - creal(x[i]) * cimag(y[i]);
                    }
                    out[a * n + b] += kets->weight[k] * CMPLX(re, im);
                }
        }
}

/* Tr_{others} ρ of one mode, [levels][levels], rows m: ⟨m|ρ|n⟩. */
static qfp_status reduced_density(const qfp_ket_set *kets, const qfp_kept *kept, int mode,
                                  double complex *out)
{
    size_t n = (size_t)kept->levels[mode];
    memset(out, 0, n * n * sizeof *out);
    if (kept->is_cut)
        QFP_TRY(add_fibres(kets, kept, mode, out));
    else
        add_blocks(kets, kept, mode, out);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++)
            out[b * n + a] = conj(out[a * n + b]);
    return QFP_OK;
}

qfp_status qfp_density_kets(size_t n, double complex *rho, qfp_ket_set *out)
{
    double *eigenvalue = NULL;
    size_t count = 0;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(eigenvalue, n, "eigenvalues"));
    QFP_TRY_GOTO(qfpi_hermitian_eigen(n, rho, eigenvalue));
    while (count < n && eigenvalue[n - 1 - count] > EIGENVALUE_FLOOR)
        count++;
    QFP_TRY_GOTO(qfp_ket_set_allocate(count, n, out));
    for (size_t k = 0; k < count; k++) {
        out->weight[k] = eigenvalue[n - 1 - k];
        for (size_t i = 0; i < n; i++)
            out->ket[k * n + i] = rho[(n - 1 - k) * n + i];
    }
done:
    free(eigenvalue);
    return status;
}

qfp_status qfp_marginal_kets(const qfp_ket_set *kets, const qfp_kept *kept, int mode,
                             qfp_ket_set *out)
{
    if (kept->modes == 1 && kets->count <= FEW_KETS) {
        QFP_TRY(qfp_ket_set_allocate(kets->count, kets->dim, out));
        memcpy(out->weight, kets->weight, kets->count * sizeof *kets->weight);
        memcpy(out->ket, kets->ket, kets->count * kets->dim * sizeof *kets->ket);
        return QFP_OK;
    }
    size_t n = (size_t)kept->levels[mode];
    double complex *rho = NULL;
    QFP_TRY(QFP_ALLOCATE(rho, n * n, "a reduced density matrix"));
    qfp_status status = reduced_density(kets, kept, mode, rho);
    if (status == QFP_OK)
        status = qfp_density_kets(n, rho, out);
    free(rho);
    return status;
}
