/* process_cell.h - one step of one trajectory in real variables: Eq. (2), and Eq. (6). */
#ifndef QFPI_SHARED_PROCESS_CELL_H
#define QFPI_SHARED_PROCESS_CELL_H

#include <math.h>

#include "backend.h"
#include "shared/common.h"
#include "shared/philox.h"

static inline QFP_HD double qfpi_process_polynomial(const qfp_process_polynomial *p,
                                                    const double *x, int variables)
{
    double sum = 0.0;
    for (size_t t = 0; t < p->count; ++t) {
        double value = p->terms[t].coefficient;
        for (int v = 0; v < variables; ++v)
            for (int k = 0; k < p->terms[t].power[v]; ++k)
                value *= x[v];
        sum += value;
    }
    return sum;
}

/* Wiener increments of the step, those of the fine steps added. */
static inline QFP_HD void qfpi_process_noise(uint64_t seed, uint64_t sequence,
                                             const qfp_process_step *step, double *dw)
{
    double root = sqrt(step->duration);
    dw[0] = dw[1] = 0.0;
    for (int m = 0; m < step->merge; ++m) {
        double a, b;
        qfpi_normal2(seed, sequence, (step->step + (uint64_t)m + 1) << 24, &a, &b);
        dw[0] += root * a;
        dw[1] += root * b;
    }
}

static inline QFP_HD void qfpi_ito_cell(const qfp_ito_spec *spec, uint64_t seed, uint64_t sequence,
                                        const qfp_process_step *step, double *x)
{
    double dw[2], move[QFPI_PROCESS_VARIABLES], time = step->duration * step->merge;
    qfpi_process_noise(seed, sequence, step, dw);
    for (int i = 0; i < spec->variables; ++i) {
        move[i] = time * qfpi_process_polynomial(&spec->drift[i], x, spec->variables);
        for (int k = 0; k < spec->noises; ++k)
            move[i] += dw[k] * qfpi_process_polynomial(&spec->noise[i][k], x, spec->variables);
    }
    for (int i = 0; i < spec->variables; ++i)
        x[i] += move[i];
}

/* ∇S/m + (ħ/2m) ∇ln|ψ|² = rate (Re + Im)(ψ′/ψ) with rate = ħ/m, the drift of Eq. (6); ψ and ψ′
 * by Lagrange's cubic.  Close to a node of ψ it is without bound, where a path is with a
 * probability that falls as the cube of the distance: there it is cut at `most`. */
static inline QFP_HD double qfpi_nelson_drift(const qfp_wave_view *wave, const double *values,
                                              double rate, double most, double x)
{
    double at = (x - wave->first) / wave->spacing, low = floor(at), t = at - low;
    double n = (double)wave->n, f[4] = {0.0, 0.0, 0.0, 0.0};
    double weight[4] = {-t * (t - 1.0) * (t - 2.0) / 6.0, (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
                        -(t + 1.0) * t * (t - 2.0) / 2.0, (t + 1.0) * t * (t - 1.0) / 6.0};
    for (int k = 0; k < 4; ++k) {
        double cell = low + (double)(k - 1);
        cell -= n * floor(cell / n);
        size_t i = cell >= 0.0 && cell < n ? (size_t)cell : 0;
        for (int c = 0; c < 4; ++c)
            f[c] += weight[k] * values[4 * i + (size_t)c];
    }
    double square = f[0] * f[0] + f[1] * f[1];
    double re = f[0] * f[2] + f[1] * f[3], im = f[0] * f[3] - f[1] * f[2];
    double b = square > 0.0 ? rate * (re + im) / square : 0.0;
    return fmax(-most, fmin(most, b));
}

static inline QFP_HD void qfpi_nelson_cell(const qfp_wave_view *wave, double rate, uint64_t seed,
                                           uint64_t sequence, const qfp_process_step *step,
                                           double *x)
{
    double dw[2], time = step->duration * step->merge, most = 4.0 * sqrt(rate / time);
    qfpi_process_noise(seed, sequence, step, dw);
    double kick = sqrt(rate) * dw[0];
    double before = qfpi_nelson_drift(wave, wave->begin, rate, most, *x);
    double after = qfpi_nelson_drift(wave, wave->end, rate, most, *x + time * before + kick);
    *x += 0.5 * time * (before + after) + kick;
}

#endif
