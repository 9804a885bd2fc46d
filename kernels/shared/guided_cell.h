/* guided_cell.h - the score-guided diffusion of one trajectory.
 *
 *   dα_i = b_i dt + √λ Σ_j [M^{1/2}]_ij dζ_j,   E|dζ_i|² = dt, E dζ_i² = 0                  (Ito)
 *   b_i  = A_i − (i/2) Σ_j (∂S_ij/∂α_j + S_ij ∂L/∂α_j) + (λ/2) Σ_j (∂M_ij/∂α*_j + M_ij ∂L/∂α*_j)
 *   A_i  = −(i/κ) ∂H_aW/∂α*_i,   S_ij = (1/κ) ∂²H_aW/∂α*_i∂α*_j,   M = (S S†)^{1/2},   L = ln Q
 *
 * for Hamiltonians of the class (64), where S depends on α alone.  Where S_ij = 0 for i ≠ j, M is
 * |S_i| mode by mode and ∂|S_i|/∂α*_i = S_i (∂S_i/∂α_i)* / 2|S_i|; else guided_noise_cell.h.
 * Started from Q(0), the density of α at any one time is Q(t), whatever λ ≥ 0 (Anderson's time
 * reversal of the backward half of D; DeWitt and Feintzeig 2025); λ = 0 is the deterministic flow.
 */
#ifndef QFPI_SHARED_GUIDED_CELL_H
#define QFPI_SHARED_GUIDED_CELL_H

#include "shared/guided_noise_cell.h"
#include "shared/guided_score_cell.h"
#include "shared/philox.h"

enum { QFPI_GUIDE_LEVELS = 512 }; /* of every mode but the last */

/* One of the lists of a guide at α. */
static inline QFP_HD qfpi_complex qfpi_guide_list(const qfpi_guide_view *g, int list,
                                                  const qfpi_complex *alpha,
                                                  const qfpi_complex *conjugate)
{
    return qfpi_path_polynomial(g->modes, g->first[list], g->first[list + 1], g->terms, alpha,
                                conjugate);
}

/* Σ_j ∂S_ij/∂α_j, and with noise Σ_j ∂M_ij/∂α*_j. */
static inline QFP_HD void
qfpi_coupled_divergence(const qfpi_guide_view *g, const qfpi_complex *alpha,
                        const qfpi_complex *conjugate, const qfpi_complex *V, const double *m,
                        const qfpi_complex *rotated, qfpi_complex *of_S, qfpi_complex *of_M)
{
    int n = g->modes;
    for (int i = 0; i < n; ++i)
        of_S[i].re = of_S[i].im = of_M[i].re = of_M[i].im = 0.0;
    for (int j = 0; j < n; ++j) {
        qfpi_complex slope[QFPI_NOISE_ENTRIES];
        for (int k = 0; k < n * n; ++k)
            slope[k] = qfpi_guide_list(g, n + n * n + j * n * n + k, alpha, conjugate);
        for (int i = 0; i < n; ++i) {
            of_S[i].re += slope[i * n + j].re;
            of_S[i].im += slope[i * n + j].im;
        }
        if (g->lambda > 0.0)
            qfpi_noise_slope(n, j, V, m, rotated, slope, of_M);
    }
}

/* b and M^{1/2} of a guide whose noise couples modes. */
static inline QFP_HD double qfpi_coupled_drift(const qfpi_guide_view *g, const qfpi_complex *alpha,
                                               const qfpi_complex *score, qfpi_complex *b,
                                               qfpi_complex *noise)
{
    int n = g->modes;
    qfpi_complex conjugate[QFP_MAX_MODES], of_S[QFP_MAX_MODES], of_M[QFP_MAX_MODES];
    qfpi_complex S[QFPI_NOISE_ENTRIES], V[QFPI_NOISE_ENTRIES], rotated[QFPI_NOISE_ENTRIES];
    double m[QFP_MAX_MODES], rate = 0.0, steep = 0.0;
    for (int j = 0; j < n; ++j) {
        conjugate[j].re = alpha[j].re;
        conjugate[j].im = -alpha[j].im;
        m[j] = 0.0;
    }
    for (int k = 0; k < n * n; ++k)
        S[k] = qfpi_guide_list(g, n + k, alpha, conjugate);
    if (g->lambda > 0.0)
        qfpi_noise_spectrum(n, S, V, m, rotated);
    qfpi_coupled_divergence(g, alpha, conjugate, V, m, rotated, of_S, of_M);
    qfpi_complex *M = rotated; /* no longer needed */
    if (g->lambda > 0.0)
        qfpi_noise_function(n, V, m, M);
    for (int i = 0; i < n; ++i) {
        qfpi_complex a = qfpi_guide_list(g, i, alpha, conjugate), back = of_S[i], on = of_M[i];
        qfpi_complex pull = {0.0, 0.0};
        for (int j = 0; j < n; ++j) {
            qfpi_complex s_bar = qfpi_times_bar(S[i * n + j], score[j]);
            back.re += s_bar.re;
            back.im += s_bar.im;
            if (g->lambda > 0.0) {
                qfpi_complex ms = qfpi_times(M[i * n + j], score[j]);
                pull.re += ms.re;
                pull.im += ms.im;
            }
        }
        b[i].re = a.re + 0.5 * back.im + 0.5 * g->lambda * (on.re + pull.re);
        b[i].im = a.im - 0.5 * back.re + 0.5 * g->lambda * (on.im + pull.im);
        steep += pull.re * score[i].re + pull.im * score[i].im; /* s† M s */
        double speed = sqrt(b[i].re * b[i].re + b[i].im * b[i].im) /
                       (0.5 + sqrt(alpha[i].re * alpha[i].re + alpha[i].im * alpha[i].im));
        rate = speed > rate ? speed : rate;
    }
    for (int j = 0; j < n; ++j)
        m[j] = sqrt(m[j]);
    if (g->lambda > 0.0)
        qfpi_noise_function(n, V, m, noise);
    return steep > rate ? steep : rate;
}

typedef struct qfpi_mode_rates {
    qfpi_complex b;
    double magnitude, rate; /* |S|; the largest rate at which something changes */
} qfpi_mode_rates;

/* What moves mode j where its noise does not couple it, from A_j, S_j, ∂S_j/∂α_j and the score. */
static inline QFP_HD qfpi_mode_rates qfpi_mode_drift(double lambda, qfpi_complex alpha,
                                                     qfpi_complex score, qfpi_complex a,
                                                     qfpi_complex s, qfpi_complex ds)
{
    qfpi_complex bar = {score.re, -score.im}, ds_bar = {ds.re, -ds.im}, b;
    qfpi_complex s_bar = qfpi_times(s, bar), slope = qfpi_times(s, ds_bar);
    double size = sqrt(s.re * s.re + s.im * s.im);
    double half = size > 0.0 ? 0.5 / size : 0.0; /* S = 0 counts as without a slope */
    slope.re *= half;
    slope.im *= half;
    /* −(i/2)(x + iy) = y/2 − ix/2 */
    b.re = a.re + 0.5 * (ds.im + s_bar.im) + 0.5 * lambda * (slope.re + size * score.re);
    b.im = a.im - 0.5 * (ds.re + s_bar.re) + 0.5 * lambda * (slope.im + size * score.im);
    double steep = size * (score.re * score.re + score.im * score.im);
    double speed =
        sqrt(b.re * b.re + b.im * b.im) / (0.5 + sqrt(alpha.re * alpha.re + alpha.im * alpha.im));
    qfpi_mode_rates r = {b, size, speed > steep ? speed : steep};
    return r;
}

/* b, and |S| or, of a coupled guide, M^{1/2}; the largest rate at which something changes: what
 * limits the step. */
static inline QFP_HD double qfpi_guided_drift(const qfpi_guide_view *g, double tau,
                                              const qfpi_complex *alpha, qfpi_complex *b,
                                              double *magnitude, qfpi_complex *noise)
{
    qfpi_complex score[QFP_MAX_MODES], conjugate[QFP_MAX_MODES];
    double rate = 0.0;
    qfpi_score(g, qfpi_parabola_at(tau), alpha, score);
    if (g->coupled)
        return qfpi_coupled_drift(g, alpha, score, b, noise);
    for (int j = 0; j < g->modes; ++j) {
        conjugate[j].re = alpha[j].re;
        conjugate[j].im = -alpha[j].im;
    }
    for (int j = 0; j < g->modes; ++j) {
        qfpi_mode_rates r = qfpi_mode_drift(g->lambda, alpha[j], score[j],
                                            qfpi_guide_list(g, 3 * j, alpha, conjugate),
                                            qfpi_guide_list(g, 3 * j + 1, alpha, conjugate),
                                            qfpi_guide_list(g, 3 * j + 2, alpha, conjugate));
        b[j] = r.b;
        magnitude[j] = r.magnitude;
        rate = r.rate > rate ? r.rate : rate;
    }
    return rate;
}

/* The step of one trajectory, cut where it changes fast. */
typedef struct qfpi_guided_step {
    double duration;
    uint64_t seed, step; /* increments of the fine steps `step` … `step + merge − 1` are added */
    int merge;
    int substeps_most;
} qfpi_guided_step;

enum { QFPI_STEP_BITS = 24 }; /* 2^24 blocks of random numbers for every step */

/* λ = 0: classical Runge-Kutta. */
static inline QFP_HD void qfpi_guided_flow(const qfpi_guide_view *g, double duration, double at,
                                           double h, qfpi_complex *alpha, qfpi_complex *k1)
{
    const double node[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1.0, 2.0, 2.0, 1.0};
    qfpi_complex stage[QFP_MAX_MODES], k[QFP_MAX_MODES], sum[QFP_MAX_MODES];
    double ignored[QFP_MAX_MODES];
    qfpi_complex no_noise[QFPI_NOISE_ENTRIES];
    for (int j = 0; j < g->modes; ++j) {
        k[j] = k1[j];
        sum[j] = k1[j];
    }
    for (int r = 1; r < 4; ++r) {
        for (int j = 0; j < g->modes; ++j) {
            stage[j].re = alpha[j].re + node[r] * h * k[j].re;
            stage[j].im = alpha[j].im + node[r] * h * k[j].im;
        }
        (void)qfpi_guided_drift(g, (at + node[r] * h) / duration, stage, k, ignored, no_noise);
        for (int j = 0; j < g->modes; ++j) {
            sum[j].re += weight[r] * k[j].re;
            sum[j].im += weight[r] * k[j].im;
        }
    }
    for (int j = 0; j < g->modes; ++j) {
        alpha[j].re += h / 6.0 * sum[j].re;
        alpha[j].im += h / 6.0 * sum[j].im;
    }
}

/* α_j + b_j h + √(λ|S_j|) w_j. */
static inline QFP_HD qfpi_complex qfpi_mode_move(double lambda, double h, qfpi_complex b,
                                                 double magnitude, qfpi_complex w,
                                                 qfpi_complex alpha)
{
    double root = sqrt(lambda * magnitude);
    alpha.re += b.re * h + root * w.re;
    alpha.im += b.im * h + root * w.im;
    return alpha;
}

/* α + b h + √λ M^{1/2} w. */
static inline QFP_HD void qfpi_guided_move(const qfpi_guide_view *g, double h,
                                           const qfpi_complex *b, const double *magnitude,
                                           const qfpi_complex *noise, const qfpi_complex *w,
                                           qfpi_complex *alpha)
{
    int n = g->modes;
    for (int i = 0; i < n && !g->coupled; ++i)
        alpha[i] = qfpi_mode_move(g->lambda, h, b[i], magnitude[i], w[i], alpha[i]);
    for (int i = 0; i < n && g->coupled; ++i) {
        qfpi_complex sum = {0.0, 0.0};
        for (int j = 0; j < n; ++j) {
            qfpi_complex x = qfpi_times(noise[i * n + j], w[j]);
            sum.re += x.re;
            sum.im += x.im;
        }
        double root = sqrt(g->lambda);
        alpha[i].re += b[i].re * h + root * sum.re;
        alpha[i].im += b[i].im * h + root * sum.im;
    }
}

/* dζ of fine step `step`, for mode j of a path. */
static inline QFP_HD qfpi_complex qfpi_fine_increment(uint64_t seed, uint64_t sequence,
                                                      uint64_t step, int j, double fine)
{
    double x, y, root = sqrt(0.5 * fine);
    qfpi_normal2(seed, sequence, (step << QFPI_STEP_BITS) + (uint64_t)j, &x, &y);
    qfpi_complex w = {root * x, root * y};
    return w;
}

/* How long the next piece may be: it may change things by `accuracy`, whose square is its weak
 * error. */
static inline QFP_HD double qfpi_piece_length(double lambda, double rate, double left)
{
    const double accuracy = lambda > 0.0 ? 0.05 : 0.2;
    return rate * left > accuracy ? accuracy / rate : left;
}

/* What a piece h < left takes of the increment that is still to come for mode j (Brownian
 * bridge). */
static inline QFP_HD qfpi_complex qfpi_piece_increment(const qfpi_guided_step *s, uint64_t sequence,
                                                       int piece, int modes, int j, double h,
                                                       double left, qfpi_complex rest)
{
    double x, y, root = sqrt(0.5 * h * (left - h) / left);
    qfpi_normal2(s->seed, sequence,
                 (s->step << QFPI_STEP_BITS) + (uint64_t)piece * (uint64_t)modes + (uint64_t)j +
                     ((uint64_t)(s->merge - 1) << (QFPI_STEP_BITS - 1)),
                 &x, &y);
    qfpi_complex w = {rest.re * h / left + root * x, rest.im * h / left + root * y};
    return w;
}

/* Moves α through one step; 0 when more than substeps_most pieces were needed or α left the
 * numbers.  kernels/cpu/guide_wave.c takes the same pieces with many paths at once. */
static inline QFP_HD int qfpi_guided_cell(const qfpi_guide_view *g, const qfpi_guided_step *s,
                                          uint64_t sequence, qfpi_complex *alpha)
{
    qfpi_complex rest[QFP_MAX_MODES], b[QFP_MAX_MODES]; /* Brownian increment still to come */
    qfpi_complex now[QFP_MAX_MODES], noise[QFPI_NOISE_ENTRIES];
    double magnitude[QFP_MAX_MODES], at = 0.0, fine = s->duration / s->merge;
    for (int j = 0; j < g->modes; ++j) {
        rest[j].re = rest[j].im = 0.0;
        for (int m = 0; m < s->merge && g->lambda > 0.0; ++m) {
            qfpi_complex w = qfpi_fine_increment(s->seed, sequence, s->step + (uint64_t)m, j, fine);
            rest[j].re += w.re;
            rest[j].im += w.im;
        }
    }
    for (int piece = 1; at < s->duration; ++piece) {
        double left = s->duration - at;
        double rate = qfpi_guided_drift(g, at / s->duration, alpha, b, magnitude, noise);
        double h = qfpi_piece_length(g->lambda, rate, left);
        if (piece > s->substeps_most || !(rate <= 1e300))
            return 0;
        if (g->lambda == 0.0)
            qfpi_guided_flow(g, s->duration, at, h, alpha, b);
        for (int j = 0; j < g->modes && g->lambda > 0.0; ++j) {
            now[j] = h < left
                         ? qfpi_piece_increment(s, sequence, piece, g->modes, j, h, left, rest[j])
                         : rest[j];
            rest[j].re -= now[j].re;
            rest[j].im -= now[j].im;
        }
        if (g->lambda > 0.0)
            qfpi_guided_move(g, h, b, magnitude, noise, now, alpha);
        at = h == left ? s->duration : at + h;
    }
    return 1;
}

#endif
