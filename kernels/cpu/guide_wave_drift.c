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
        qfpi_complex at[QFP_MAX_MODES], score[QFP_MAX_MODES], b[QFP_MAX_MODES];
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
    cpu_guide_wave_score(g, begin, alpha, w);
    if (g->coupled) {
        drift_coupled(g, alpha, w);
        return;
    }
    for (size_t i = 0; i < w->width; ++i)
        w->rate[i] = 0.0;
    for (int j = 0; j < g->modes; ++j)
        drift_of_mode(g, j, alpha, w);
}
