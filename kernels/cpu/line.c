/* line.c - see line.h.  A pass of radix r over lines of n = s r m cells, s being the product of the
 * radices before, takes
 *     y[b + s (r a + t)] = e^{-2πi a t/(r m)} Σ_k x[b + s (a + m k)] e^{-2πi k t/r}
 * for a < m, b < s, t < r. */
#include "cpu/line.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_PASSES = 24, LARGEST = 31 }; /* LARGEST: radix; its square is what it costs */

typedef struct pass {
    int radix;
    size_t s, m;
    const double *twiddle;    /* [m][radix - 1] complex */
    double root[2 * LARGEST]; /* cos, sin of 2πj/radix */
} pass;

struct cpu_line {
    size_t n;
    int passes;
    pass pass[MOST_PASSES];
    double *twiddles;
};

/* The real and the imaginary parts of an array of cells, element i at 2 i step.  With the two
 * exchanged, a forward transform is an inverse one. */
typedef struct view {
    cpu_lanes *re, *im;
    size_t step;
} view;

/* ---- butterflies: v[t] ← Σ_k v[k] e^{-2πi kt/r} ---------------------------------------------- */

typedef struct pair {
    cpu_lanes re, im;
} pair;

static CPU_ALWAYS_INLINE void butterfly_2(pair *v)
{
    pair a = v[0], b = v[1];
    v[0].re = a.re + b.re;
    v[0].im = a.im + b.im;
    v[1].re = a.re - b.re;
    v[1].im = a.im - b.im;
}

static CPU_ALWAYS_INLINE void butterfly_3(pair *v)
{
    const double half_root = 0.866025403784438646763723170752936183; /* √3/2 */
    pair sum = {v[1].re + v[2].re, v[1].im + v[2].im};
    pair turned = {half_root * (v[1].im - v[2].im), half_root * (v[2].re - v[1].re)};
    pair middle = {v[0].re - 0.5 * sum.re, v[0].im - 0.5 * sum.im};
    v[0].re += sum.re;
    v[0].im += sum.im;
    v[1].re = middle.re + turned.re;
    v[1].im = middle.im + turned.im;
    v[2].re = middle.re - turned.re;
    v[2].im = middle.im - turned.im;
}

static CPU_ALWAYS_INLINE void butterfly_4(pair *v)
{
    pair a = {v[0].re + v[2].re, v[0].im + v[2].im}, b = {v[0].re - v[2].re, v[0].im - v[2].im};
    pair c = {v[1].re + v[3].re, v[1].im + v[3].im}, d = {v[1].re - v[3].re, v[1].im - v[3].im};
    v[0].re = a.re + c.re;
    v[0].im = a.im + c.im;
    v[1].re = b.re + d.im;
    v[1].im = b.im - d.re;
    v[2].re = a.re - c.re;
    v[2].im = a.im - c.im;
    v[3].re = b.re - d.im;
    v[3].im = b.im + d.re;
}

static CPU_ALWAYS_INLINE void butterfly_5(pair *v)
{
    const double c1 = 0.309016994374947424102293417182819059; /* cos 2π/5 */
    const double c2 = -0.809016994374947424102293417182819059;
    const double s1 = 0.951056516295153572116439333379382143; /* sin 2π/5 */
    const double s2 = 0.587785252292473129168705954639072769;
    pair near = {v[1].re + v[4].re, v[1].im + v[4].im},
         far = {v[2].re + v[3].re, v[2].im + v[3].im};
    pair d1 = {v[1].im - v[4].im, v[4].re - v[1].re}, d2 = {v[2].im - v[3].im, v[3].re - v[2].re};
    pair m1 = {v[0].re + c1 * near.re + c2 * far.re, v[0].im + c1 * near.im + c2 * far.im};
    pair m2 = {v[0].re + c2 * near.re + c1 * far.re, v[0].im + c2 * near.im + c1 * far.im};
    pair t1 = {s1 * d1.re + s2 * d2.re, s1 * d1.im + s2 * d2.im};
    pair t2 = {s2 * d1.re - s1 * d2.re, s2 * d1.im - s1 * d2.im};
    v[0].re += near.re + far.re;
    v[0].im += near.im + far.im;
    v[1].re = m1.re + t1.re;
    v[1].im = m1.im + t1.im;
    v[4].re = m1.re - t1.re;
    v[4].im = m1.im - t1.im;
    v[2].re = m2.re + t2.re;
    v[2].im = m2.im + t2.im;
    v[3].re = m2.re - t2.re;
    v[3].im = m2.im - t2.im;
}

/* Of any odd radix: `root` is [radix] of cos, sin 2πj/radix. */
static CPU_ALWAYS_INLINE void butterfly_odd(int radix, const double *root, pair *v)
{
    pair sum[LARGEST / 2], turned[LARGEST / 2], zeroth = v[0];
    for (int j = 1; j <= radix / 2; ++j) {
        const pair *a = &v[j], *b = &v[radix - j];
        sum[j - 1] = (pair){a->re + b->re, a->im + b->im};
        turned[j - 1] = (pair){a->im - b->im, b->re - a->re};
        v[0].re += sum[j - 1].re;
        v[0].im += sum[j - 1].im;
    }
    for (int t = 1; t <= radix / 2; ++t) {
        pair m = zeroth, d = {{0.0}, {0.0}};
        for (int j = 1; j <= radix / 2; ++j) {
            const double *of = root + 2 * (j * t % radix);
            m.re += of[0] * sum[j - 1].re;
            m.im += of[0] * sum[j - 1].im;
            d.re += of[1] * turned[j - 1].re;
            d.im += of[1] * turned[j - 1].im;
        }
        v[t] = (pair){m.re + d.re, m.im + d.im};
        v[radix - t] = (pair){m.re - d.re, m.im - d.im};
    }
}

/* ---- passes ---------------------------------------------------------------------------------- */

/* `radix` and `last` are constants wherever speed counts. */
static CPU_ALWAYS_INLINE void run_pass(int radix, int last, const pass *p, view x, view y)
{
    size_t s = p->s, m = p->m, x_step = 2 * x.step, y_step = 2 * y.step;
    for (size_t a = 0; a < m; ++a) {
        const double *w = p->twiddle + 2 * (size_t)(radix - 1) * a;
        for (size_t b = 0; b < s; ++b) {
            pair v[LARGEST];
            for (int k = 0; k < radix; ++k) {
                size_t at = (b + s * (a + m * (size_t)k)) * x_step;
                v[k] = (pair){x.re[at], x.im[at]};
            }
            if (radix == 2)
                butterfly_2(v);
            else if (radix == 3)
                butterfly_3(v);
            else if (radix == 4)
                butterfly_4(v);
            else if (radix == 5)
                butterfly_5(v);
            else
                butterfly_odd(radix, p->root, v);
            for (int t = 0; t < radix; ++t) {
                size_t at = (b + s * ((size_t)radix * a + (size_t)t)) * y_step;
                if (t == 0 || last) {
                    y.re[at] = v[t].re;
                    y.im[at] = v[t].im;
                } else {
                    double w_re = w[2 * t - 2], w_im = w[2 * t - 1];
                    y.re[at] = w_re * v[t].re - w_im * v[t].im;
                    y.im[at] = w_re * v[t].im + w_im * v[t].re;
                }
            }
        }
    }
}

#define CASE(radix)                                                                                \
    case radix:                                                                                    \
        if (p->m == 1)                                                                             \
            run_pass(radix, 1, p, x, y);                                                           \
        else                                                                                       \
            run_pass(radix, 0, p, x, y);                                                           \
        break

static void run(const pass *p, view x, view y)
{
    switch (p->radix) {
        CASE(2);
        CASE(3);
        CASE(4);
        CASE(5);
        CASE(7);
    default:
        run_pass(p->radix, 0, p, x, y);
    }
}

static view view_of(const cpu_cell *cells, size_t step, int inverse)
{
    cpu_lanes *first = (cpu_lanes *)cells;
    return inverse ? (view){first + 1, first, step} : (view){first, first + 1, step};
}

static void transform(const cpu_line *line, int inverse, const cpu_cell *from, size_t from_step,
                      cpu_cell *to, size_t to_step, cpu_cell *work)
{
    view x = view_of(from, from_step, inverse), last = view_of(to, to_step, inverse);
    view between[2] = {view_of(work, 1, inverse), view_of(work + line->n, 1, inverse)};
    for (int p = 0; p < line->passes; ++p) {
        view y = p + 1 < line->passes ? between[p % 2] : last;
        run(&line->pass[p], x, y);
        x = y;
    }
}

void cpu_line_forward(const cpu_line *line, const cpu_cell *from, size_t from_step, cpu_cell *to,
                      size_t to_step, cpu_cell *work)
{
    transform(line, 0, from, from_step, to, to_step, work);
}

void cpu_line_inverse(const cpu_line *line, const cpu_cell *from, size_t from_step, cpu_cell *to,
                      size_t to_step, cpu_cell *work)
{
    transform(line, 1, from, from_step, to, to_step, work);
}

/* ---- planning -------------------------------------------------------------------------------- */

/* The next radix of n, 0 where it is too large. */
static int radix_of(size_t n)
{
    if (n % 4 == 0)
        return 4;
    for (int r = 2; r <= LARGEST; ++r)
        if (n % (size_t)r == 0)
            return r;
    return 0;
}

int cpu_line_fits(size_t n)
{
    while (n > 1 && radix_of(n) > 0)
        n /= (size_t)radix_of(n);
    return n == 1;
}

static void fill_twiddles(pass *p, double *out)
{
    const double two_pi = 6.283185307179586476925286766559;
    for (int j = 0; j < p->radix; ++j) {
        p->root[2 * j] = cos(two_pi * j / p->radix);
        p->root[2 * j + 1] = sin(two_pi * j / p->radix);
    }
    size_t length = (size_t)p->radix * p->m;
    for (size_t a = 0; a < p->m; ++a)
        for (size_t t = 1; t < (size_t)p->radix; ++t) {
            double angle = two_pi * (double)(a * t % length) / (double)length;
            *out++ = cos(angle);
            *out++ = -sin(angle);
        }
}

qfp_status cpu_line_create(size_t n, cpu_line **out)
{
    *out = NULL;
    if (n < 2 || !cpu_line_fits(n))
        return QFP_FAIL(QFP_UNSUPPORTED, "no transform of lines of %zu points", n);
    cpu_line *line = NULL;
    QFP_TRY(QFP_ALLOCATE(line, 1, "the transform of a line"));
    qfp_status status = QFP_ALLOCATE(line->twiddles, 2 * n, "the transform of a line");
    if (status != QFP_OK) {
        free(line);
        return status;
    }
    line->n = n;
    double *next = line->twiddles;
    for (size_t rest = n, before = 1; rest > 1; before = n / rest) {
        pass *p = &line->pass[line->passes++];
        p->radix = radix_of(rest);
        rest /= (size_t)p->radix;
        p->s = before;
        p->m = rest;
        p->twiddle = next;
        fill_twiddles(p, next);
        next += 2 * (size_t)(p->radix - 1) * p->m;
    }
    *out = line;
    return QFP_OK;
}

void cpu_line_destroy(cpu_line *line)
{
    if (line == NULL)
        return;
    free(line->twiddles);
    free(line);
}
