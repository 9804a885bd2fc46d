/* guide_wave.h - many guided paths at once, piece after piece, for the vector registers of a CPU.
 *
 * A wave holds the paths of a part of the ensemble that are still on their way through a step, one
 * array per quantity.  Every path takes the pieces of qfpi_guided_cell with the same operations in
 * the same order; paths that arrive make room, so that short and long ones share no work.
 */
#ifndef QFPI_CPU_GUIDE_WAVE_H
#define QFPI_CPU_GUIDE_WAVE_H

#include "shared/guided_cell.h"

enum {
    WAVE_PATHS =
        128,        /* one array of a mode is 1 KiB: what one mode needs stays in the first cache */
    WAVE_GROUP = 16 /* loops run over whole groups: no path is left to scalar code that may fuse
                       its products otherwise, so a path is the same in any company */
};

typedef struct wave_complex {
    double re[WAVE_PATHS], im[WAVE_PATHS];
} wave_complex;

typedef struct guide_wave {
    size_t count, width;           /* paths; the same rounded up to groups, with copies of path 0 */
    uint64_t sequence[WAVE_PATHS]; /* of the random numbers: the number of the path */
    double at[WAVE_PATHS], left[WAVE_PATHS], h[WAVE_PATHS], rate[WAVE_PATHS], tau[WAVE_PATHS];
    double weight[WAVE_PATHS]; /* Σ_k w_k |F_k|² */
    wave_complex alpha[QFP_MAX_MODES], rest[QFP_MAX_MODES], b[QFP_MAX_MODES];
    wave_complex score[QFP_MAX_MODES], ahead[QFP_MAX_MODES], sum[QFP_MAX_MODES];
    wave_complex list[3];                     /* A_j, S_j, ∂S_j/∂α_j */
    wave_complex value, slope[QFP_MAX_MODES]; /* F_k, ∂_jF_k */
    wave_complex inner, inner_slope, product; /* of one row of amplitudes; of powers */
    wave_complex power[QFP_MAX_MODES], below[QFP_MAX_MODES]; /* z^n/√n!, z^{n−1}/√(n−1)! */
    wave_complex noise[QFPI_NOISE_ENTRIES];
    double magnitude[QFP_MAX_MODES][WAVE_PATHS];
} guide_wave;

static inline qfpi_complex wave_load(const wave_complex *from, size_t i)
{
    qfpi_complex c = {from->re[i], from->im[i]};
    return c;
}

static inline void wave_store(wave_complex *to, size_t i, qfpi_complex c)
{
    to->re[i] = c.re;
    to->im[i] = c.im;
}

/* score of all paths at `alpha`. */
void cpu_guide_wave_score(const qfpi_guide_view *g, int begin, const wave_complex *alpha,
                          guide_wave *w);

/* b, the magnitude or noise and the rate of all paths of the wave at `alpha`, which is wave->alpha
 * or wave->ahead.  begin: all are at τ = 0; else τ is wave->tau. */
void cpu_guide_wave_drift(const qfpi_guide_view *g, int begin, const wave_complex *alpha,
                          guide_wave *w);

/* Moves `count` paths of the set, `first` on, at most WAVE_PATHS, through a step; returns how many
 * could not be moved: they are set to NaN. */
size_t cpu_guide_wave_advance(const qfpi_guide_view *g, const qfpi_guided_step *s, size_t paths,
                              uint64_t first_path, size_t first, size_t count, double *x,
                              guide_wave *w);

#endif
