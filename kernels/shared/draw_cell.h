/* draw_cell.h - one exact draw from the Husimi function of Σ_k w_k |k⟩⟨k|.
 *
 *   Q(α) = e^{−r²} |Σ_n c_n r^n e^{−inφ}/√n!|²/π,   α = r e^{iφ}
 *
 * Integrated over φ this is Σ_n |c_n|² r^{2n} e^{−r²}/n!: n by |c_n|², r² from Γ(n + 1, 1); given
 * r, φ has a density proportional to the square, drawn by rejection from the uniform one under the
 * bound (Σ_n |c_n| r^n/√n!)².  For several modes Q_1(α_1) = Σ_m Q of the row c_{·,m}, m running
 * over the levels of the later modes: pick m, draw α_1, project the whole ket on ⟨α_1|, go on.
 */
#ifndef QFPI_SHARED_DRAW_CELL_H
#define QFPI_SHARED_DRAW_CELL_H

#include "shared/guided_cell.h"

/* far from the blocks of the steps; an offset of cuRAND counts words, 4 times as many */
#define QFPI_DRAW_BLOCK ((uint64_t)3 << 60)

/* Uniform numbers of one path, one after another. */
typedef struct qfpi_draws {
    uint64_t seed, sequence, next;
} qfpi_draws;

static inline QFP_HD double qfpi_draw_uniform(qfpi_draws *d)
{
    qfpi_random4 r = qfpi_philox(d->seed, d->sequence, QFPI_DRAW_BLOCK + d->next / 2);
    int half = (int)(d->next % 2);
    d->next += 1;
    return qfpi_uniform(r.word[2 * half], r.word[2 * half + 1]);
}

static inline QFP_HD double qfpi_absolute2(const double *c)
{
    return c[0] * c[0] + c[1] * c[1];
}

/* The index at which the running sum of |c_k|² passes u Σ|c_k|²; stride in complex numbers. */
static inline QFP_HD size_t qfpi_draw_index(qfpi_draws *d, size_t count, size_t stride,
                                            const double *c)
{
    double total = 0.0, sum = 0.0;
    size_t last = 0;
    for (size_t k = 0; k < count; ++k)
        total += qfpi_absolute2(c + 2 * k * stride);
    double target = qfpi_draw_uniform(d) * total;
    for (size_t k = 0; k < count; ++k) {
        double share = qfpi_absolute2(c + 2 * k * stride);
        if (share > 0.0)
            last = k;
        sum += share;
        if (sum > target)
            return k;
    }
    return last;
}

/* α of one mode from its ket c[levels]. */
static inline QFP_HD qfpi_complex qfpi_draw_mode(qfpi_draws *d, int levels, size_t stride,
                                                 const double *c)
{
    size_t n = qfpi_draw_index(d, (size_t)levels, stride, c);
    double r2 = 0.0;
    for (size_t k = 0; k <= n; ++k) /* Γ(n + 1, 1) is a sum of n + 1 waiting times */
        r2 -= log(qfpi_draw_uniform(d));
    double r = sqrt(r2), bound = 0.0, scale = 1.0;
    qfpi_complex alpha = {r, 0.0};
    for (int k = 0; k < levels; ++k) {
        bound += sqrt(qfpi_absolute2(c + 2 * (size_t)k * stride)) * scale;
        scale *= r / sqrt(k + 1.0);
    }
    for (int trial = 0; trial < 1000000; ++trial) {
        double phi = 6.283185307179586 * qfpi_draw_uniform(d);
        qfpi_complex z = {r * cos(phi), -r * sin(phi)}, f = {0.0, 0.0};
        for (int k = levels - 1; k >= 0; --k) {
            double root = 1.0 / sqrt(k + 1.0);
            qfpi_complex zf = qfpi_times(z, f);
            f.re = c[2 * (size_t)k * stride] + root * zf.re;
            f.im = c[2 * (size_t)k * stride + 1] + root * zf.im;
        }
        alpha.re = z.re;
        alpha.im = -z.im;
        if (qfpi_draw_uniform(d) * bound * bound < f.re * f.re + f.im * f.im)
            break;
    }
    return alpha;
}

/* Projects the first mode on ⟨α|: c'_m = Σ_n α*^n/√n! c_{n,m}, in place. */
static inline QFP_HD void qfpi_project(int levels, size_t rest, qfpi_complex alpha, double *c)
{
    qfpi_complex z = {alpha.re, -alpha.im};
    double largest = 0.0;
    for (size_t m = 0; m < rest; ++m) {
        qfpi_complex f = {0.0, 0.0};
        for (int n = levels - 1; n >= 0; --n) {
            double root = 1.0 / sqrt(n + 1.0);
            qfpi_complex zf = qfpi_times(z, f);
            f.re = c[2 * ((size_t)n * rest + m)] + root * zf.re;
            f.im = c[2 * ((size_t)n * rest + m) + 1] + root * zf.im;
        }
        c[2 * m] = f.re; /* entry m of level 0 is not read any more */
        c[2 * m + 1] = f.im;
        double size = qfpi_absolute2(c + 2 * m);
        largest = size > largest ? size : largest;
    }
    double scale = largest > 0.0 ? 1.0 / sqrt(largest) : 1.0;
    for (size_t m = 0; m < 2 * rest; ++m)
        c[m] *= scale;
}

/* scratch: 2 Π levels doubles.  alpha[modes]. */
static inline QFP_HD void qfpi_draw_cell(qfpi_draws *d, int modes, const int *levels,
                                         size_t dimension, size_t ket_count,
                                         const double *cumulative, const double *kets,
                                         double *scratch, qfpi_complex *alpha)
{
    double u = qfpi_draw_uniform(d) * cumulative[ket_count - 1];
    size_t k = 0;
    while (k + 1 < ket_count && cumulative[k] <= u)
        ++k;
    for (size_t m = 0; m < 2 * dimension; ++m)
        scratch[m] = kets[2 * k * dimension + m];
    size_t rest = dimension;
    for (int j = 0; j < modes; ++j) {
        rest /= (size_t)levels[j];
        size_t column = 0;
        if (rest > 1) { /* by the weight of the columns: draw an entry, keep its column */
            size_t entry = qfpi_draw_index(d, rest * (size_t)levels[j], 1, scratch);
            column = entry % rest;
        }
        alpha[j] = qfpi_draw_mode(d, levels[j], rest, scratch + 2 * column);
        if (rest > 1)
            qfpi_project(levels[j], rest, alpha[j], scratch);
    }
}

#endif
