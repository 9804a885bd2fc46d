/* guide_wave.c - the step of the guided diffusion for the paths of a wave. */
#include "cpu/guide_wave.h"

#include <math.h>

/* Path `from` of the wave becomes path `to`: what it carries from one piece to the next, and the
 * piece itself where it is not finished yet. */
static void path_copy(const qfpi_guide_view *g, guide_wave *w, size_t to, size_t from)
{
    w->sequence[to] = w->sequence[from];
    w->at[to] = w->at[from];
    w->left[to] = w->left[from];
    w->h[to] = w->h[from];
    for (int j = 0; j < g->modes; ++j) {
        wave_store(&w->alpha[j], to, wave_load(&w->alpha[j], from));
        wave_store(&w->rest[j], to, wave_load(&w->rest[j], from));
        wave_store(&w->b[j], to, wave_load(&w->b[j], from));
        wave_store(&w->ahead[j], to, wave_load(&w->ahead[j], from));
        w->magnitude[j][to] = w->magnitude[j][from];
    }
    for (int k = 0; k < g->modes * g->modes && g->coupled; ++k)
        wave_store(&w->noise[k], to, wave_load(&w->noise[k], from));
}

static void width_fill(const qfpi_guide_view *g, guide_wave *w)
{
    w->width = (w->count + WAVE_GROUP - 1) / WAVE_GROUP * WAVE_GROUP;
    for (size_t i = w->count; i < w->width; ++i)
        path_copy(g, w, i, 0);
}

static void increments_draw(const qfpi_guide_view *g, const qfpi_guided_step *s, int j,
                            guide_wave *w)
{
    const double fine = s->duration / s->merge;
    const uint64_t seed = s->seed;
    wave_complex *rest = &w->rest[j];
    for (size_t i = 0; i < w->width; ++i)
        rest->re[i] = rest->im[i] = 0.0;
    for (int m = 0; m < s->merge && g->lambda > 0.0; ++m) {
        const uint64_t step = s->step + (uint64_t)m;
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i) {
            qfpi_complex dzeta = qfpi_fine_increment(seed, w->sequence[i], step, j, fine);
            rest->re[i] += dzeta.re;
            rest->im[i] += dzeta.im;
        }
    }
}

static void wave_begin(const qfpi_guide_view *g, const qfpi_guided_step *s, size_t paths,
                       uint64_t first_path, size_t first, size_t count, const double *x,
                       guide_wave *w)
{
    w->count = count;
    for (size_t i = 0; i < count; ++i) {
        w->sequence[i] = first_path + first + i;
        w->at[i] = 0.0;
        for (int j = 0; j < g->modes; ++j) {
            w->alpha[j].re[i] = x[2 * (size_t)j * paths + first + i];
            w->alpha[j].im[i] = x[(2 * (size_t)j + 1) * paths + first + i];
        }
    }
    width_fill(g, w);
    for (int j = 0; j < g->modes; ++j)
        increments_draw(g, s, j, w);
}

/* How far every path may go with its next piece; NaN: it cannot go on. */
static void pieces_choose(const qfpi_guide_view *g, double duration, int may_go_on, guide_wave *w)
{
    const double lambda = g->lambda, fastest = may_go_on ? 1e300 : -1.0;
#pragma omp simd
    for (size_t i = 0; i < w->width; ++i) {
        w->left[i] = duration - w->at[i];
        double h = qfpi_piece_length(lambda, w->rate[i], w->left[i]);
        w->h[i] = w->rate[i] <= fastest ? h : NAN;
    }
}

static void add_scaled(size_t width, double factor, const double *h, const wave_complex *k,
                       const wave_complex *from, wave_complex *to)
{
#pragma omp simd
    for (size_t i = 0; i < width; ++i) {
        double by = factor * h[i];
        to->re[i] = from->re[i] + by * k->re[i];
        to->im[i] = from->im[i] + by * k->im[i];
    }
}

/* λ = 0: qfpi_guided_flow of every path; b is k1 on entry. */
static void pieces_flow(const qfpi_guide_view *g, double duration, guide_wave *w)
{
    static const double node[4] = {0.0, 0.5, 0.5, 1.0}, weight[4] = {1.0, 2.0, 2.0, 1.0};
    for (int j = 0; j < g->modes; ++j)
        w->sum[j] = w->b[j];
    for (int r = 1; r < 4; ++r) {
        for (int j = 0; j < g->modes; ++j)
            add_scaled(w->width, node[r], w->h, &w->b[j], &w->alpha[j], &w->ahead[j]);
        for (size_t i = 0; i < w->width; ++i)
            w->tau[i] = (w->at[i] + node[r] * w->h[i]) / duration;
        cpu_guide_wave_drift(g, 0, w->ahead, w);
        for (int j = 0; j < g->modes; ++j)
            for (size_t i = 0; i < w->width; ++i) {
                w->sum[j].re[i] += weight[r] * w->b[j].re[i];
                w->sum[j].im[i] += weight[r] * w->b[j].im[i];
            }
    }
    for (int j = 0; j < g->modes; ++j)
        for (size_t i = 0; i < w->width; ++i) {
            w->ahead[j].re[i] = w->alpha[j].re[i] + w->h[i] / 6.0 * w->sum[j].re[i];
            w->ahead[j].im[i] = w->alpha[j].im[i] + w->h[i] / 6.0 * w->sum[j].im[i];
        }
}

/* ahead ← α + b h + √λ M^{1/2} dζ. */
static void pieces_move(const qfpi_guide_view *g, const wave_complex *dzeta, guide_wave *w)
{
    const double lambda = g->lambda;
    for (int j = 0; j < g->modes && !g->coupled; ++j) {
        const wave_complex *b = &w->b[j], *by = &dzeta[j], *from = &w->alpha[j];
        wave_complex *to = &w->ahead[j];
        const double *magnitude = w->magnitude[j];
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i)
            wave_store(to, i,
                       qfpi_mode_move(lambda, w->h[i], wave_load(b, i), magnitude[i],
                                      wave_load(by, i), wave_load(from, i)));
    }
    for (size_t i = 0; i < w->count && g->coupled; ++i) {
        qfpi_complex alpha[QFP_MAX_MODES], b[QFP_MAX_MODES], by[QFP_MAX_MODES];
        qfpi_complex noise[QFPI_NOISE_ENTRIES];
        for (int j = 0; j < g->modes; ++j) {
            alpha[j] = wave_load(&w->alpha[j], i);
            b[j] = wave_load(&w->b[j], i);
            by[j] = wave_load(&dzeta[j], i);
        }
        for (int k = 0; k < g->modes * g->modes; ++k)
            noise[k] = wave_load(&w->noise[k], i);
        qfpi_guided_move(g, w->h[i], b, NULL, noise, by, alpha);
        for (int j = 0; j < g->modes; ++j)
            wave_store(&w->ahead[j], i, alpha[j]);
    }
}

/* Stores the paths that arrive with this piece, whose new place is `ahead`, and those that cannot
 * go on; the others close ranks.  Returns how many are lost. */
static size_t arrivals_store(const qfpi_guide_view *g, size_t paths, uint64_t first_path, double *x,
                             guide_wave *w)
{
    size_t kept = 0, lost = 0;
    for (size_t i = 0; i < w->count; ++i) {
        int moves = !isnan(w->h[i]);
        if (moves && w->h[i] != w->left[i]) {
            if (kept != i)
                path_copy(g, w, kept, i);
            ++kept;
            continue;
        }
        lost += !moves;
        size_t path = (size_t)(w->sequence[i] - first_path);
        for (int j = 0; j < g->modes; ++j) {
            x[2 * (size_t)j * paths + path] = moves ? w->ahead[j].re[i] : NAN;
            x[(2 * (size_t)j + 1) * paths + path] = moves ? w->ahead[j].im[i] : NAN;
        }
    }
    w->count = kept;
    if (kept > 0)
        width_fill(g, w);
    return lost;
}

/* The part of `rest` that the pieces of all paths take. */
static void increments_split(const qfpi_guide_view *g, const qfpi_guided_step *s, int piece,
                             guide_wave *w)
{
    const qfpi_guided_step here = *s;
    const int modes = g->modes;
    for (int j = 0; j < modes; ++j) {
        wave_complex *rest = &w->rest[j], *part = &w->sum[j];
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i) {
            qfpi_complex now = qfpi_piece_increment(&here, w->sequence[i], piece, modes, j, w->h[i],
                                                    w->left[i], wave_load(rest, i));
            wave_store(part, i, now);
            rest->re[i] -= now.re;
            rest->im[i] -= now.im;
        }
    }
}

size_t cpu_guide_wave_advance(const qfpi_guide_view *g, const qfpi_guided_step *s, size_t paths,
                              uint64_t first_path, size_t first, size_t count, double *x,
                              guide_wave *w)
{
    size_t lost = 0;
    wave_begin(g, s, paths, first_path, first, count, x, w);
    for (int piece = 1; w->count > 0; ++piece) {
        for (size_t i = 0; i < w->width; ++i)
            w->tau[i] = w->at[i] / s->duration;
        cpu_guide_wave_drift(g, piece == 1, w->alpha, w);
        pieces_choose(g, s->duration, piece <= s->substeps_most, w);
        if (g->lambda == 0.0)
            pieces_flow(g, s->duration, w);
        else
            pieces_move(g, w->rest, w); /* counts for those that arrive */
        lost += arrivals_store(g, paths, first_path, x, w);
        if (w->count > 0 && g->lambda > 0.0) {
            increments_split(g, s, piece, w);
            pieces_move(g, w->sum, w);
        }
        for (int j = 0; j < g->modes; ++j)
            w->alpha[j] = w->ahead[j];
        for (size_t i = 0; i < w->width; ++i)
            w->at[i] += w->h[i];
    }
    return lost;
}
