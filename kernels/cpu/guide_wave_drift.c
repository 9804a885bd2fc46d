/* guide_wave_drift.c - the drift of the guided diffusion for the paths of a wave. */
#include "cpu/guide_wave.h"

/* Σ over one list of terms, factor after factor as in qfpi_path_polynomial, paths innermost. */
static void polynomial(const qfpi_guide_view *g, int list, size_t width, const wave_complex *alpha,
                       wave_complex *restrict value, wave_complex *restrict sum)
{
    for (size_t i = 0; i < width; ++i)
        sum->re[i] = sum->im[i] = 0.0;
    for (size_t t = g->first[list]; t < g->first[list + 1]; ++t) {
        const qfpi_complex factor = {g->terms[t].re, g->terms[t].im};
        for (size_t i = 0; i < width; ++i)
            wave_store(value, i, factor);
        for (int j = 0; j < 2 * g->modes; ++j) {
            const wave_complex *z = &alpha[j % g->modes];
            double sign = j < g->modes ? 1.0 : -1.0; /* α, then α* */
            for (int p = 0; p < g->terms[t].power[j]; ++p) {
#pragma omp simd
                for (size_t i = 0; i < width; ++i) {
                    qfpi_complex c = {z->re[i], sign * z->im[i]};
                    wave_store(value, i, qfpi_times(wave_load(value, i), c));
                }
            }
        }
#pragma omp simd
        for (size_t i = 0; i < width; ++i) {
            sum->re[i] += value->re[i];
            sum->im[i] += value->im[i];
        }
    }
}

/* F and F' of ket k: all paths at the first ket of the step … */
static void rows_begin(const qfpi_guide_view *g, size_t k, size_t width, const wave_complex *alpha,
                       wave_complex *restrict value, wave_complex *restrict slope)
{
    const qfpi_ket_row row = qfpi_ket_row_at(g, k);
    const qfpi_parabola w = {1.0, 0.0, 0.0, 0};
#pragma omp simd
    for (size_t i = 0; i < width; ++i) {
        qfpi_complex z = {alpha->re[i], -alpha->im[i]};
        qfpi_bargmann_value f = qfpi_bargmann_row(row, w, z);
        wave_store(value, i, f.value);
        wave_store(slope, i, f.slope);
    }
}

/* … and each at a time of its own. */
static void rows_between(const qfpi_guide_view *g, size_t k, size_t width,
                         const wave_complex *alpha, const double *tau, wave_complex *restrict value,
                         wave_complex *restrict slope)
{
    const qfpi_ket_row row = qfpi_ket_row_at(g, k);
#pragma omp simd
    for (size_t i = 0; i < width; ++i) {
        qfpi_complex z = {alpha->re[i], -alpha->im[i]};
        qfpi_parabola w = qfpi_parabola_at(tau[i]);
        w.only = -1; /* the same number from all three kets, without a question */
        qfpi_bargmann_value f = qfpi_bargmann_row(row, w, z);
        wave_store(value, i, f.value);
        wave_store(slope, i, f.slope);
    }
}

/* One mode: qfpi_score with the paths innermost. */
static void score_one(const qfpi_guide_view *g, int begin, const wave_complex *alpha, guide_wave *w)
{
    wave_complex *value = &w->list[0], *slope = &w->list[1], *score = w->score;
    for (size_t i = 0; i < w->width; ++i)
        w->weight[i] = score->re[i] = score->im[i] = 0.0;
    for (size_t k = 0; k < g->ket_count; ++k) {
        const double weight = g->weights[k];
        if (begin)
            rows_begin(g, k, w->width, alpha, value, slope);
        else
            rows_between(g, k, w->width, alpha, w->tau, value, slope);
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i) {
            qfpi_complex f = wave_load(value, i), sum = wave_load(score, i);
            qfpi_score_add(weight, f, wave_load(slope, i), &sum);
            w->weight[i] += weight * (f.re * f.re + f.im * f.im);
            wave_store(score, i, sum);
        }
    }
#pragma omp simd
    for (size_t i = 0; i < w->width; ++i) {
        score->re[i] = score->re[i] / w->weight[i] - alpha->re[i];
        score->im[i] = score->im[i] / w->weight[i] - alpha->im[i];
    }
}

/* Several modes: path by path. */
static void score_many(const qfpi_guide_view *g, int begin, const wave_complex *alpha,
                       guide_wave *w)
{
    for (size_t i = 0; i < w->count; ++i) {
        qfpi_complex at[QFPI_MAX_MODES], score[QFPI_MAX_MODES];
        for (int j = 0; j < g->modes; ++j)
            at[j] = wave_load(&alpha[j], i);
        qfpi_score(g, qfpi_parabola_at(begin ? 0.0 : w->tau[i]), at, score);
        for (int j = 0; j < g->modes; ++j)
            wave_store(&w->score[j], i, score[j]);
    }
}

static void drift_of_mode(const qfpi_guide_view *g, int j, const wave_complex *alpha, guide_wave *w)
{
    const double lambda = g->lambda;
    const wave_complex *a = &w->list[0], *s = &w->list[1], *ds = &w->list[2];
    const wave_complex *here = &alpha[j], *score = &w->score[j];
    wave_complex *b = &w->b[j];
    double *magnitude = w->magnitude[j], *rate = w->rate;
    for (int list = 0; list < 3; ++list)
        polynomial(g, 3 * j + list, w->width, alpha, &w->noise[0], &w->list[list]);
#pragma omp simd
    for (size_t i = 0; i < w->width; ++i) {
        qfpi_mode_rates r = qfpi_mode_drift(lambda, wave_load(here, i), wave_load(score, i),
                                            wave_load(a, i), wave_load(s, i), wave_load(ds, i));
        wave_store(b, i, r.b);
        magnitude[i] = r.magnitude;
        rate[i] = r.rate > rate[i] ? r.rate : rate[i];
    }
}

static void drift_coupled(const qfpi_guide_view *g, const wave_complex *alpha, guide_wave *w)
{
    for (size_t i = 0; i < w->count; ++i) {
        qfpi_complex at[QFPI_MAX_MODES], score[QFPI_MAX_MODES], b[QFPI_MAX_MODES];
        qfpi_complex noise[QFPI_NOISE_ENTRIES];
        for (int j = 0; j < g->modes; ++j) {
            at[j] = wave_load(&alpha[j], i);
            score[j] = wave_load(&w->score[j], i);
        }
        w->rate[i] = qfpi_coupled_drift(g, at, score, b, noise);
        for (int j = 0; j < g->modes; ++j)
            wave_store(&w->b[j], i, b[j]);
        for (int k = 0; k < g->modes * g->modes && g->lambda > 0.0; ++k)
            wave_store(&w->noise[k], i, noise[k]);
    }
}

void cpu_guide_wave_drift(const qfpi_guide_view *g, int begin, const wave_complex *alpha,
                          guide_wave *w)
{
    if (g->modes == 1)
        score_one(g, begin, alpha, w);
    else
        score_many(g, begin, alpha, w);
    if (g->coupled) {
        drift_coupled(g, alpha, w);
        return;
    }
    for (size_t i = 0; i < w->width; ++i)
        w->rate[i] = 0.0;
    for (int j = 0; j < g->modes; ++j)
        drift_of_mode(g, j, alpha, w);
}
