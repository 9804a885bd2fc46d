/* The inverse of a master equation without its jumps, against the product of dense matrices. */
#include "../support/operators.h"

#include <complex.h>
#include <stdlib.h>

#include "fock/jump_free.h"

/* More states than LAPACK is given at once, of two modes. */
enum { LEVELS_1 = 11, LEVELS_2 = 7, D = LEVELS_1 * LEVELS_2 };

typedef double complex matrix[D][D];

static const double kappa = 0.7, loss = 0.4, dephasing = 0.3;

/* A = −(i/κ)H − ½ Σ γ c†c of H = a₁†a₂ + a₂†a₁ + ½a₁†²a₁², c = a₁ and n₂, element by element. */
static void make(matrix a)
{
    memset(a, 0, sizeof(matrix));
    for (int n = 0; n < D; n++) {
        double n1 = n / LEVELS_2, n2 = n % LEVELS_2;
        a[n][n] = -I / kappa * 0.5 * n1 * (n1 - 1.0) - 0.5 * (loss * n1 + dephasing * n2 * n2);
        if (n1 + 1.0 < LEVELS_1 && n2 > 0.0)
            a[n + LEVELS_2 - 1][n] = -I / kappa * sqrt((n1 + 1.0) * n2);
        if (n2 + 1.0 < LEVELS_2 && n1 > 0.0)
            a[n - LEVELS_2 + 1][n] = -I / kappa * sqrt(n1 * (n2 + 1.0));
    }
}

static double noise(void)
{
    static uint64_t state = 3;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-52 - 1.0;
}

/* The largest element of A X + X A† − s X − R, both of the unknowns: the upper triangle, √2 off the diagonal. */
static double residual(matrix a, double s, const double *x, const double *r)
{
    static matrix full, wanted;
    double worst = 0.0;
    size_t at = 0;
    for (int m = 0; m < D; m++)
        for (int n = m; n < D; n++) {
            double scale = n > m ? M_SQRT1_2 : 1.0;
            full[m][n] = scale * CMPLX(x[at], n > m ? x[at + 1] : 0.0);
            wanted[m][n] = scale * CMPLX(r[at], n > m ? r[at + 1] : 0.0);
            full[n][m] = conj(full[m][n]);
            at += n > m ? 2 : 1;
        }
    for (int m = 0; m < D; m++)
        for (int n = m; n < D; n++) {
            double complex sum = -s * full[m][n] - wanted[m][n];
            for (int k = 0; k < D; k++)
                sum += a[m][k] * full[k][n] + full[m][k] * conj(a[n][k]);
            worst = fmax(worst, cabs(sum));
        }
    return worst;
}

Test(jump_free, is_inverted)
{
    static matrix a;
    static double r[D * D], x[D * D];
    const int levels[] = {LEVELS_1, LEVELS_2};
    const double shifts[] = {1e-3, 2.0, 0.5};
    qfp_fock_space space;
    qfp_jump_free *j = NULL;
    qfp_lindblad system;
    qfp_polynomial first = wick_of("a[1]", 2), second = wick_of("n[2]", 2);
    qfp_polynomial h = wick_of("hc(ad[1]*a[2]) + 0.5*ad[1]^2*a[1]^2", 2);
    qfp_lindblad_init(&system, 2);
    MUST(qfp_polynomial_copy(&h, &system.wick));
    MUST(qfp_lindblad_add(&system, loss, &first));
    MUST(qfp_lindblad_add(&system, dephasing, &second));
    MUST(qfp_fock_space_set(2, levels, &space));
    MUST(qfp_jump_free_create(&space, &system, kappa, &j));
    make(a);
    for (int i = 0; i < 3; i++) { /* one shift after another */
        for (int k = 0; k < D * D; k++)
            r[k] = x[k] = noise();
        MUST(qfp_jump_free_solve(j, shifts[i], x));
        /* the vacuum does not decay, so that X is as large as 1/s; A has elements up to 80 */
        double allowed = 1e-12 * (1.0 + 1.0 / shifts[i]);
        cr_assert(lt(dbl, residual(a, shifts[i], x, r), allowed), "%g at %g",
                  residual(a, shifts[i], x, r), shifts[i]);
    }
    qfp_jump_free_destroy(j);
    qfp_lindblad_destroy(&system);
    qfp_polynomial_destroy(&first);
    qfp_polynomial_destroy(&second);
    qfp_polynomial_destroy(&h);
}
