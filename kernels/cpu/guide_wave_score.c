/* guide_wave_score.c - qfpi_score for the paths of a wave: the same sums in the same order, paths
 * innermost. */
#include "cpu/guide_wave.h"

/* F and F' of a row of amplitudes: all paths at the first ket of the step … */
static void row_begin(qfpi_ket_row row, size_t width, const wave_complex *alpha,
                      wave_complex *restrict value, wave_complex *restrict slope)
{
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
static void row_between(qfpi_ket_row row, size_t width, const wave_complex *alpha,
                        const double *tau, wave_complex *restrict value,
                        wave_complex *restrict slope)
{
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

static void fill(size_t width, double re, wave_complex *to)
{
    for (size_t i = 0; i < width; ++i) {
        to->re[i] = re;
        to->im[i] = 0.0;
    }
}

static void multiply(size_t width, const wave_complex *by, wave_complex *restrict product)
{
#pragma omp simd
    for (size_t i = 0; i < width; ++i)
        wave_store(product, i, qfpi_times(wave_load(product, i), wave_load(by, i)));
}

static void add_product(size_t width, const wave_complex *a, const wave_complex *b,
                        wave_complex *restrict sum)
{
#pragma omp simd
    for (size_t i = 0; i < width; ++i) {
        qfpi_complex ab = qfpi_times(wave_load(a, i), wave_load(b, i));
        sum->re[i] += ab.re;
        sum->im[i] += ab.im;
    }
}

/* What a row adds to F_k and its derivatives, at the levels `index` of the leading modes. */
static void row_add(const qfpi_guide_view *g, const int *index, guide_wave *w)
{
    int last = g->modes - 1;
    fill(w->width, 1.0, &w->product);
    for (int j = 0; j < last; ++j)
        multiply(w->width, &w->power[j], &w->product);
    add_product(w->width, &w->product, &w->inner, &w->value);
    add_product(w->width, &w->product, &w->inner_slope, &w->slope[last]);
    for (int j = 0; j < last; ++j) { /* d/dz (z^n/√n!) = √n z^{n−1}/√(n−1)! */
        if (index[j] == 0)
            continue;
        fill(w->width, (double)index[j] * g->inverse_root[index[j]], &w->product);
        for (int k = 0; k < last; ++k)
            multiply(w->width, k == j ? &w->below[k] : &w->power[k], &w->product);
        add_product(w->width, &w->product, &w->inner, &w->slope[j]);
    }
}

/* z^n/√n! from z^{n−1}/√(n−1)!, which stays as `below`. */
static void power_raise(size_t width, double root, const wave_complex *alpha,
                        wave_complex *restrict power, wave_complex *restrict below)
{
#pragma omp simd
    for (size_t i = 0; i < width; ++i) {
        qfpi_complex z = {alpha->re[i], -alpha->im[i]};
        qfpi_complex next = qfpi_times(wave_load(power, i), z);
        wave_store(below, i, wave_load(power, i));
        power->re[i] = root * next.re;
        power->im[i] = root * next.im;
    }
}

static void power_reset(size_t width, wave_complex *power, wave_complex *below)
{
    fill(width, 1.0, power);
    fill(width, 0.0, below);
}

/* F_k and its derivatives of all paths. */
static void bargmann(const qfpi_guide_view *g, int begin, size_t ket, const wave_complex *alpha,
                     guide_wave *w)
{
    int last = g->modes - 1, index[QFP_MAX_MODES] = {0};
    size_t rows = g->dimension / (size_t)g->levels[last];
    wave_complex *value = last == 0 ? &w->value : &w->inner;
    wave_complex *slope = last == 0 ? &w->slope[0] : &w->inner_slope;
    fill(w->width, 0.0, &w->value);
    for (int j = 0; j < g->modes; ++j) {
        fill(w->width, 0.0, &w->slope[j]);
        power_reset(w->width, &w->power[j], &w->below[j]);
    }
    for (size_t row = 0; row < rows; ++row) {
        const qfpi_ket_row here = qfpi_ket_row_at(g, ket * rows + row);
        if (begin)
            row_begin(here, w->width, &alpha[last], value, slope);
        else
            row_between(here, w->width, &alpha[last], w->tau, value, slope);
        if (last > 0)
            row_add(g, index, w);
        for (int j = last - 1; j >= 0; --j) { /* the next level of the leading modes */
            if (++index[j] < g->levels[j]) {
                power_raise(w->width, g->inverse_root[index[j]], &alpha[j], &w->power[j],
                            &w->below[j]);
                break;
            }
            index[j] = 0;
            power_reset(w->width, &w->power[j], &w->below[j]);
        }
    }
}

/* Ket k's share of the numerators and of the denominator. */
static void score_add(const qfpi_guide_view *g, size_t k, guide_wave *w)
{
    const double weight = g->weights[k];
    const wave_complex *value = &w->value;
    for (int j = 0; j < g->modes; ++j) {
        const wave_complex *slope = &w->slope[j];
        wave_complex *score = &w->score[j];
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i) {
            qfpi_complex sum = wave_load(score, i);
            qfpi_score_add(weight, wave_load(value, i), wave_load(slope, i), &sum);
            wave_store(score, i, sum);
        }
    }
#pragma omp simd
    for (size_t i = 0; i < w->width; ++i)
        w->weight[i] += weight * (value->re[i] * value->re[i] + value->im[i] * value->im[i]);
}

void cpu_guide_wave_score(const qfpi_guide_view *g, int begin, const wave_complex *alpha,
                          guide_wave *w)
{
    for (size_t i = 0; i < w->width; ++i)
        w->weight[i] = 0.0;
    for (int j = 0; j < g->modes; ++j)
        fill(w->width, 0.0, &w->score[j]);
    for (size_t k = 0; k < g->ket_count; ++k) {
        bargmann(g, begin, k, alpha, w);
        score_add(g, k, w);
    }
    for (int j = 0; j < g->modes; ++j) {
        const wave_complex *here = &alpha[j];
        wave_complex *score = &w->score[j];
#pragma omp simd
        for (size_t i = 0; i < w->width; ++i) {
            score->re[i] = score->re[i] / w->weight[i] - here->re[i];
            score->im[i] = score->im[i] / w->weight[i] - here->im[i];
        }
    }
}
