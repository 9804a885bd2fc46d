#include "fock/ellipse_series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDEST 1.25       /* the least height/width of an ellipse: a circle has no foci */
#define LONGEST_PHASE 100.0 /* t(a + b)/2 of one series: its tail is half of it there */
#define UNDERFLOW_LIMIT 1e-250
enum { LOOK = 8 }; /* terms between two looks at their norm */

qfp_ellipse qfp_ellipse_around(const double low[2], const double high[2])
{
    qfp_ellipse e = {.centre = {0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])},
                     .width = 0.5 * (high[0] - low[0]),
                     .height = 0.5 * (high[1] - low[1])};
    e.height = fmax(e.height, ROUNDEST * e.width);
    e.focus = sqrt((e.height - e.width) * (e.height + e.width));
    return e;
}

double qfp_ellipse_longest(double fastest)
{
    return fastest > 0.0 ? LONGEST_PHASE / fastest : INFINITY;
}

qfp_status qfp_ellipse_series_create(size_t room, size_t pad, qfp_ellipse_work *w)
{
    *w = (qfp_ellipse_work){.room = room, .pad = pad};
    /* terms fall like a Taylor series' there: (e r/k)^k */
    w->bessel_room = (size_t)(4.0 * LONGEST_PHASE) + 100;
    for (int part = 0; part < 2; part++) {
        QFP_TRY(QFP_ALLOCATE(w->x[part], room + 2 * pad, "a part of a state"));
        QFP_TRY(QFP_ALLOCATE(w->before[part], room + 2 * pad, "a part of a state"));
        QFP_TRY(QFP_ALLOCATE(w->sum[part], room + 2 * pad, "a part of a state"));
    }
    return QFP_ALLOCATE(w->bessel, w->bessel_room, "a series");
}

void qfp_ellipse_series_destroy(qfp_ellipse_work *w)
{
    for (int part = 0; part < 2; part++) {
        free(w->x[part]);
        free(w->before[part]);
        free(w->sum[part]);
    }
    free(w->bessel);
    *w = (qfp_ellipse_work){0};
}

/* out[k] = J_k(z), k < count, by the recurrence downwards from where they are nothing; z < count/2. */
static void bessel_functions(double z, size_t count, double *out)
{
    double after = 0.0, now = UNDERFLOW_LIMIT, sum = 0.0;
    memset(out, 0, count * sizeof *out);
    out[0] = 1.0;
    if (z == 0.0)
        return;
    for (size_t k = count; k-- > 0;) {
        double next = 2.0 * ((double)k + 1.0) / z * now - after; /* J_k from J_{k+1} and J_{k+2} */
        after = now;
        now = next;
        out[k] = now;
        sum += k % 2 == 0 ? (k > 0 ? 2.0 : 1.0) * now : 0.0;
        if (fabs(now) < 1.0 / UNDERFLOW_LIMIT)
            continue;
        for (size_t i = k; i < count; i++)
            out[i] *= UNDERFLOW_LIMIT;
        now *= UNDERFLOW_LIMIT;
        after *= UNDERFLOW_LIMIT;
        sum *= UNDERFLOW_LIMIT;
    }
    for (size_t k = 0; k < count; k++)
        out[k] /= sum;
}

static void swap(double **a, double **b)
{
    double *c = *a;
    *a = *b;
    *b = c;
}

static double norm_of(const qfp_ellipse_work *w, size_t n)
{
    double squared = 0.0;
    for (int part = 0; part < 2; part++)
        for (size_t m = 0; m < n; m++)
            squared += w->x[part][w->pad + m] * w->x[part][w->pad + m];
    return sqrt(squared);
}

/* sum ← factor x */
static void take(qfp_ellipse_work *w, size_t n, double factor)
{
    for (int part = 0; part < 2; part++)
        for (size_t m = 0; m < n + 2 * w->pad; m++)
            w->sum[part][m] = factor * w->x[part][m];
}

/* x ← before, which was made φ_{k+1}, before ← x, and sum += coefficient φ_{k+1}. */
static void take_term(qfp_ellipse_work *w, size_t n, double coefficient)
{
    for (int part = 0; part < 2; part++) {
        double *restrict sum = w->sum[part] + w->pad;
        const double *restrict now = w->before[part] + w->pad;
        for (size_t m = 0; m < n; m++)
            sum[m] += coefficient * now[m];
        swap(&w->x[part], &w->before[part]);
    }
}

qfp_status qfp_ellipse_series_sum(qfp_ellipse_work *w, size_t n, const qfp_ellipse *e, double t,
                                  double negligible, qfp_ellipse_add add, void *self, int *terms,
                                  double *largest)
{
    double phase = t * e->focus, decay = exp(t * e->centre[0]), size = norm_of(w, n);
    double summit = fmax(phase, 0.5 * t * (e->width + e->height)); /* terms may rise up to it */
    *terms = 0;
    *largest = 0.0;
    if (e->height == 0.0 || size <= negligible) { /* L is a number here, or nothing is there */
        take(w, n, decay);
        return QFP_OK;
    }
    bessel_functions(phase, w->bessel_room, w->bessel);
    take(w, n, decay * w->bessel[0]);
    for (int part = 0; part < 2; part++)
        memset(w->before[part], 0, (n + 2 * w->pad) * sizeof(double));
    *largest = decay * fabs(w->bessel[0]) * size;
    for (int k = 1; k + 1 < (int)w->bessel_room; k++) {
        double coefficient = 2.0 * decay * w->bessel[k];
        double least = 2.0 * decay * fmax(fabs(w->bessel[k]), fabs(w->bessel[k + 1]));
        add(self, n, k == 1 ? 0.5 : 1.0, w);
        take_term(w, n, coefficient);
        *terms = k;
        if (k % LOOK != 0 && (k < summit || least * size > negligible))
            continue;
        size = norm_of(w, n);
        if (!isfinite(size))
            return QFP_FAIL(QFP_NOT_FINITE, "the solution is no longer finite");
        *largest = fmax(*largest, fabs(coefficient) * size);
        if (k >= summit && least * size <= negligible)
            return QFP_OK;
    }
    return QFP_FAIL(QFP_TOLERANCE, "the series of a part of the state has not ended");
}
