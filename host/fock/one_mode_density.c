#include "fock/one_mode_density.h"

#include <math.h>
#include <stdlib.h>

#include "state/one_mode.h"

qfp_status qfp_fock_one_mode_ket(const qfp_state *state, int mode, int levels, double complex *c)
{
    qfp_one_mode_ket any = {0}, ket = {0};
    qfp_status status;
    QFP_TRY_GOTO(qfp_one_mode_ket_of(state, mode, &any));
    QFP_TRY_GOTO(qfp_one_mode_in_fock(&any, &ket));
    for (int n = 0; n < levels; n++)
        c[n] = n < ket.levels ? ket.fock[n] : 0.0;
done:
    qfp_one_mode_ket_destroy(&any);
    qfp_one_mode_ket_destroy(&ket);
    return status;
}

/* ρ = D(α) S(ξ) ρ_thermal S† D† row after row.  With the normally ordered moments about α,
 * N = (n̄ + ½) cosh 2r − ½ and M = −(n̄ + ½) e^{iφ} sinh 2r, and Δ = (N + 1)² − |M|²,
 *     √(m+1) ρ_{m+1,n} = d ρ_mn + a √m ρ_{m−1,n} + t √n ρ_{m,n−1},
 *     a = M/Δ,  d = ((N + 1) α − M α*)/Δ,  t = n̄ (n̄ + 1)/Δ,
 *     ρ_00 = exp(−((N + 1)|α|² − Re M* α²)/Δ)/√Δ.
 * Without squeezing all terms have the phase of ρ_{m+1,n}: nothing cancels.  Long doubles hold
 * e^{−|α|²} for |α| < 100. */
typedef struct gaussian_rows {
    long double complex a, d;
    long double t;
    int levels;
    long double complex *row, *before; /* m and m − 1 */
} gaussian_rows;

static void rows_destroy(gaussian_rows *g)
{
    free(g->row);
    free(g->before);
}

static qfp_status first_row(const qfp_state *state, int mode, int levels, gaussian_rows *g)
{
    long double nbar = state->nbar[mode], r = state->r[mode];
    long double complex alpha = state->alpha[mode];
    long double complex m =
        -(nbar + 0.5L) * sinhl(2.0L * r) * cexpl(I * (long double)state->phi[mode]);
    long double n1 = (nbar + 0.5L) * coshl(2.0L * r) + 0.5L;
    long double delta = nbar * (nbar + 1.0L) + n1; /* (N + 1)² − |M|² without the difference */
    long double form = n1 * creall(alpha * conjl(alpha)) - creall(conjl(m) * alpha * alpha);
    *g = (gaussian_rows){.a = m / delta,
                         .d = (n1 * alpha - m * conjl(alpha)) / delta,
                         .t = nbar * (nbar + 1.0L) / delta,
                         .levels = levels};
    qfp_status status = QFP_ALLOCATE(g->row, levels, "a thermal state");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(g->before, levels, "a thermal state");
    if (status != QFP_OK) {
        rows_destroy(g);
        return status;
    }
    g->row[0] = expl(-form / delta) / sqrtl(delta);
    for (int n = 0; n + 1 < levels; n++) /* m = 0, by symmetry */
        g->row[n + 1] =
            (conjl(g->d) * g->row[n] + (n > 0 ? conjl(g->a) * sqrtl(n) * g->row[n - 1] : 0.0L)) /
            sqrtl(n + 1.0L);
    return QFP_OK;
}

/* From row m to row m + 1. */
static void next_row(gaussian_rows *g, int m)
{
    long double complex *next = g->before;
    for (int n = 0; n < g->levels; n++)
        next[n] = (g->d * g->row[n] + g->a * sqrtl(m) * g->before[n] +
                   (n > 0 ? g->t * sqrtl(n) * g->row[n - 1] : 0.0L)) /
                  sqrtl(m + 1.0L);
    g->before = g->row;
    g->row = next;
}

qfp_status qfp_fock_one_mode_populations(const qfp_state *state, int mode, int levels,
                                         double *population)
{
    if (state->nbar[mode] > 0.0) {
        gaussian_rows g;
        QFP_TRY(first_row(state, mode, levels, &g));
        for (int n = 0; n < levels; n++) {
            population[n] = (double)creall(g.row[n]);
            next_row(&g, n);
        }
        rows_destroy(&g);
        return QFP_OK;
    }
    double complex *ket = NULL;
    QFP_TRY(QFP_ALLOCATE(ket, levels, "a ket"));
    qfp_status status = qfp_fock_one_mode_ket(state, mode, levels, ket);
    for (int n = 0; status == QFP_OK && n < levels; n++)
        population[n] = creal(ket[n] * conj(ket[n]));
    free(ket);
    return status;
}

qfp_status qfp_fock_one_mode_density(const qfp_state *state, int mode, int levels,
                                     double complex *rho)
{
    size_t d = (size_t)levels;
    if (state->nbar[mode] > 0.0) {
        gaussian_rows g;
        QFP_TRY(first_row(state, mode, levels, &g));
        for (size_t m = 0; m < d; m++) {
            for (size_t n = 0; n < d; n++)
                rho[m * d + n] = (double complex)g.row[n];
            next_row(&g, (int)m);
        }
        rows_destroy(&g);
        return QFP_OK;
    }
    double complex *ket = NULL;
    QFP_TRY(QFP_ALLOCATE(ket, levels, "a ket"));
    qfp_status status = qfp_fock_one_mode_ket(state, mode, levels, ket);
    for (size_t m = 0; status == QFP_OK && m < d; m++)
        for (size_t n = 0; n < d; n++)
            rho[m * d + n] = ket[m] * conj(ket[n]);
    free(ket);
    return status;
}
