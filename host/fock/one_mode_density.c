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

/* |ρ_mn| row after row: row m + 1 needs row m only.  Long doubles hold e^{−|α|²} for |α| < 100. */
typedef struct thermal_rows {
    long double t, mu; /* n̄/(1+n̄), |α|/(1+n̄) */
    int levels;
    long double *row;
} thermal_rows;

static qfp_status first_row(double size, double nbar, int levels, thermal_rows *r)
{
    *r = (thermal_rows){.t = nbar / (1.0L + nbar), .mu = size / (1.0L + nbar), .levels = levels};
    QFP_TRY(QFP_ALLOCATE(r->row, levels, "a thermal state"));
    r->row[0] = expl(-r->mu * size) / (1.0L + nbar);
    for (int n = 0; n + 1 < levels; n++) /* m = 0, by symmetry */
        r->row[n + 1] = r->mu * r->row[n] / sqrtl(n + 1.0L);
    return QFP_OK;
}

/* From row m to row m + 1. */
static void next_row(thermal_rows *r, int m)
{
    for (int n = r->levels - 1; n >= 0; n--)
        r->row[n] = (r->mu * r->row[n] + (n > 0 ? r->t * sqrtl(n) * r->row[n - 1] : 0.0L)) /
                    sqrtl(m + 1.0L);
}

/* D(α) ρ_thermal D†(α): with t = n̄/(1+n̄) and μ = α/(1+n̄) the recurrence
 *     √(m+1) ρ_{m+1,n} = μ ρ_mn + t √n ρ_{m,n−1},   ρ_00 = e^{−|α|²/(1+n̄)}/(1+n̄),
 * whose terms all have the phase of ρ_{m+1,n}: nothing cancels.  rho [levels][levels]. */
static qfp_status displaced_thermal(double complex alpha, double nbar, int levels,
                                    double complex *rho)
{
    double angle = carg(alpha);
    thermal_rows r;
    QFP_TRY(first_row(cabs(alpha), nbar, levels, &r));
    for (int m = 0; m < levels; m++) {
        for (int n = 0; n < levels; n++)
            rho[(size_t)m * (size_t)levels + (size_t)n] =
                (double)r.row[n] * cexp(I * angle * (m - n));
        next_row(&r, m);
    }
    free(r.row);
    return QFP_OK;
}

qfp_status qfp_fock_one_mode_populations(const qfp_state *state, int mode, int levels,
                                         double *population)
{
    if (state->nbar[mode] > 0.0) {
        thermal_rows r;
        QFP_TRY(first_row(cabs(state->alpha[mode]), state->nbar[mode], levels, &r));
        for (int n = 0; n < levels; n++) {
            population[n] = (double)r.row[n];
            next_row(&r, n);
        }
        free(r.row);
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
    if (state->nbar[mode] > 0.0)
        return displaced_thermal(state->alpha[mode], state->nbar[mode], levels, rho);
    double complex *ket = NULL;
    QFP_TRY(QFP_ALLOCATE(ket, levels, "a ket"));
    qfp_status status = qfp_fock_one_mode_ket(state, mode, levels, ket);
    size_t d = (size_t)levels;
    for (size_t m = 0; status == QFP_OK && m < d; m++)
        for (size_t n = 0; n < d; n++)
            rho[m * d + n] = ket[m] * conj(ket[n]);
    free(ket);
    return status;
}
