#include "fock/one_mode_density.h"

#include <math.h>
#include <stdlib.h>

#include "state/one_mode.h"

static qfp_status make_ket(const qfp_state *s, int mode, qfp_one_mode_ket *out)
{
    switch (s->kind) {
    case QFP_STATE_COHERENT: /* a squeezed state with r = 0 */
        return qfp_one_mode_squeezed(s->alpha[mode], 0.0, 0.0, out);
    case QFP_STATE_FOCK:
        return qfp_one_mode_number(s->level[mode], out);
    case QFP_STATE_SQUEEZED:
        return qfp_one_mode_squeezed(s->alpha[mode], s->r[mode], s->phi[mode], out);
    default:
        return QFP_FAIL(QFP_CONFIG, "initial: only coherent, fock and squeezed states can be "
                                    "superposed");
    }
}

qfp_status qfp_fock_one_mode_ket(const qfp_state *state, int mode, int levels, double complex *c)
{
    qfp_one_mode_ket ket = {0};
    QFP_TRY(make_ket(state, mode, &ket));
    for (int n = 0; n < levels; n++)
        c[n] = n < ket.levels ? ket.fock[n] : 0.0;
    qfp_one_mode_ket_destroy(&ket);
    return QFP_OK;
}

/* |ρ_mn| row after row: row m + 1 needs row m only.  Long doubles hold e^{−|α|²} for |α| < 100. */
qfp_status qfp_fock_displaced_thermal(double complex alpha, double nbar, int levels,
                                      double complex *rho)
{
    long double size = cabsl(alpha), t = nbar / (1.0L + nbar), mu = size / (1.0L + nbar);
    double angle = carg(alpha);
    long double *row = NULL;
    QFP_TRY(QFP_ALLOCATE(row, levels, "a thermal state"));
    row[0] = expl(-size * size / (1.0L + nbar)) / (1.0L + nbar);
    for (int n = 0; n + 1 < levels; n++) /* m = 0, by symmetry */
        row[n + 1] = mu * row[n] / sqrtl(n + 1.0L);
    for (int m = 0; m < levels; m++) {
        for (int n = 0; n < levels; n++)
            rho[m * levels + n] = (double)row[n] * cexp(I * angle * (m - n));
        for (int n = levels - 1; n >= 0; n--)
            row[n] = (mu * row[n] + (n > 0 ? t * sqrtl(n) * row[n - 1] : 0.0L)) / sqrtl(m + 1.0L);
    }
    free(row);
    return QFP_OK;
}

qfp_status qfp_fock_one_mode_density(const qfp_state *state, int mode, int levels,
                                     double complex *rho)
{
    if (state->kind == QFP_STATE_THERMAL || state->kind == QFP_STATE_DISPLACED_THERMAL) {
        double complex alpha = state->kind == QFP_STATE_THERMAL ? 0.0 : state->alpha[mode];
        return qfp_fock_displaced_thermal(alpha, state->nbar[mode], levels, rho);
    }
    double complex *ket = NULL;
    QFP_TRY(QFP_ALLOCATE(ket, levels, "a ket"));
    qfp_status status = qfp_fock_one_mode_ket(state, mode, levels, ket);
    for (int m = 0; status == QFP_OK && m < levels; m++)
        for (int n = 0; n < levels; n++)
            rho[m * levels + n] = ket[m] * conj(ket[n]);
    free(ket);
    return status;
}
