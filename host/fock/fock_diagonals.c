#include "fock/fock_diagonals.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDEST 1.25       /* the least b/a of an ellipse: a circle has no foci */
#define LONGEST_PHASE 100.0 /* t(a + b)/2 of one series: its tail is half of it there */
#define NEGLIGIBLE 1e-17    /* of a term, relative to ρ */
#define UNDERFLOW_LIMIT 1e-250
enum { LOOK = 8 }; /* terms between two looks at their norm */

/* One shift, of several terms. */
typedef struct band {
    ptrdiff_t shift;
    bool is_real;
    double *re, *im; /* w_s of the present diagonal, [dimension] */
} band;

struct qfp_fock_diagonals {
    const qfp_backend *backend;
    qfp_fock_space space;
    qfp_fock_terms terms;
    size_t band_count, pad; /* pad: the largest |shift| */
    band *bands;            /* the first has no shift */
    size_t *band_of;        /* [terms.count] */
    double longest;
    double *packed;                    /* [count] */
    double *x[2], *before[2], *sum[2]; /* re and im, [pad + dimension + pad] */
    double *bessel;                    /* [bessel_room] */
    size_t bessel_room;
};

/* ---- the bands of a diagonal ---------------------------------------------------------------- */

static bool is_alone(const qfp_fock_terms *terms)
{
    bool moves = false;
    for (size_t t = 0; t < terms->count; t++) {
        if (terms->terms[t].row_shift != terms->terms[t].column_shift)
            return false;
        moves = moves || terms->terms[t].row_shift != 0;
    }
    return moves;
}

static qfp_status list_bands(qfp_fock_diagonals *w)
{
    QFP_TRY(QFP_ALLOCATE(w->bands, w->terms.count + 1, "the bands of a generator"));
    QFP_TRY(QFP_ALLOCATE(w->band_of, w->terms.count + 1, "the bands of a generator"));
    w->band_count = 1;
    for (size_t t = 0; t < w->terms.count; t++) {
        ptrdiff_t shift = w->terms.terms[t].row_shift;
        size_t at = 0, far = (size_t)(shift < 0 ? -shift : shift);
        while (at < w->band_count && w->bands[at].shift != shift)
            at++;
        w->bands[at].shift = shift;
        w->band_count += at == w->band_count;
        w->band_of[t] = at;
        w->pad = far > w->pad ? far : w->pad;
    }
    for (size_t b = 0; b < w->band_count; b++) {
        QFP_TRY(QFP_ALLOCATE(w->bands[b].re, w->space.dimension, "the bands of a generator"));
        QFP_TRY(QFP_ALLOCATE(w->bands[b].im, w->space.dimension, "the bands of a generator"));
    }
    return QFP_OK;
}

/* w_s(m) of the diagonal k; sources beyond its ends have none. */
static void fill_bands(qfp_fock_diagonals *w, size_t k)
{
    size_t n = w->space.dimension - k;
    for (size_t b = 0; b < w->band_count; b++) {
        memset(w->bands[b].re, 0, n * sizeof(double));
        memset(w->bands[b].im, 0, n * sizeof(double));
    }
    for (size_t t = 0; t < w->terms.count; t++) {
        const qfp_stencil_term *term = &w->terms.terms[t];
        band *own = &w->bands[w->band_of[t]];
        for (size_t m = 0; m < n; m++) {
            own->re[m] += term->row[2 * m] * term->column[m + k];
            own->im[m] += term->row[2 * m + 1] * term->column[m + k];
        }
    }
    for (size_t b = 0; b < w->band_count; b++) {
        band *own = &w->bands[b];
        own->is_real = true;
        for (size_t m = 0; m < n; m++) {
            ptrdiff_t source = (ptrdiff_t)m + own->shift;
            if (source < 0 || source >= (ptrdiff_t)n)
                own->re[m] = own->im[m] = 0.0;
            own->is_real = own->is_real && own->im[m] == 0.0;
        }
    }
}

/* The ellipse: centre, half axes along the real and the imaginary direction. */
typedef struct ellipse {
    double centre[2], width, height, focus;
} ellipse;

static void extend(double *low, double *high, double at, double radius)
{
    *low = fmin(*low, at - radius);
    *high = fmax(*high, at + radius);
}

/* Around the discs of the Hermitian and of the skew part: their off-diagonal elements are half of those of L and of its
 * adjoint.  room [n] is overwritten. */
static ellipse bound(const qfp_fock_diagonals *w, size_t n, double *room)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    memset(room, 0, n * sizeof *room);
    for (size_t b = 1; b < w->band_count; b++)
        for (size_t m = 0; m < n; m++) {
            double size = 0.5 * hypot(w->bands[b].re[m], w->bands[b].im[m]);
            if (size == 0.0)
                continue;
            room[m] += size;
            room[(size_t)((ptrdiff_t)m + w->bands[b].shift)] += size;
        }
    for (size_t m = 0; m < n; m++) {
        extend(&low[0], &high[0], w->bands[0].re[m], room[m]);
        extend(&low[1], &high[1], w->bands[0].im[m], room[m]);
    }
    ellipse e = {.centre = {0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])},
                 .width = 0.5 * (high[0] - low[0]),
                 .height = 0.5 * (high[1] - low[1])};
    e.height = fmax(e.height, ROUNDEST * e.width);
    e.focus = sqrt((e.height - e.width) * (e.height + e.width));
    return e;
}

/* ---- creation ------------------------------------------------------------------------------- */

static qfp_status build(qfp_fock_diagonals *w)
{
    size_t d = w->space.dimension;
    double fastest = 0.0;
    QFP_TRY(list_bands(w));
    QFP_TRY(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    for (int part = 0; part < 2; part++) {
        QFP_TRY(QFP_ALLOCATE(w->x[part], d + 2 * w->pad, "a diagonal"));
        QFP_TRY(QFP_ALLOCATE(w->before[part], d + 2 * w->pad, "a diagonal"));
        QFP_TRY(QFP_ALLOCATE(w->sum[part], d + 2 * w->pad, "a diagonal"));
    }
    for (size_t k = 0; k < d; k++) {
        fill_bands(w, k);
        ellipse e = bound(w, d - k, w->sum[0]);
        fastest = fmax(fastest, 0.5 * (e.width + e.height));
    }
    w->longest = fastest > 0.0 ? LONGEST_PHASE / fastest : INFINITY;
    /* terms fall like a Taylor series' there: (e r/k)^k */
    w->bessel_room = (size_t)(4.0 * LONGEST_PHASE) + 100;
    return QFP_ALLOCATE(w->bessel, w->bessel_room, "a series");
}

qfp_status qfp_fock_diagonals_create(const qfp_backend *backend, const qfp_fock_space *space,
                                     const qfp_polynomial *generator, qfp_fock_diagonals **out)
{
    qfp_fock_diagonals *w = NULL;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(w, 1, "the diagonals of a state"));
    w->backend = backend;
    w->space = *space;
    qfp_status status = qfp_fock_terms_create(space, generator, &w->terms);
    bool fits = status == QFP_OK && is_alone(&w->terms);
    if (fits)
        status = build(w);
    if (status != QFP_OK || !fits) {
        qfp_fock_diagonals_destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

void qfp_fock_diagonals_destroy(qfp_fock_diagonals *w)
{
    if (w == NULL)
        return;
    for (size_t b = 0; w->bands != NULL && b < w->band_count; b++) {
        free(w->bands[b].re);
        free(w->bands[b].im);
    }
    free(w->bands);
    free(w->band_of);
    free(w->packed);
    for (int part = 0; part < 2; part++) {
        free(w->x[part]);
        free(w->before[part]);
        free(w->sum[part]);
    }
    free(w->bessel);
    qfp_fock_terms_destroy(&w->terms);
    free(w);
}

double qfp_fock_diagonals_longest(const qfp_fock_diagonals *w)
{
    return w->longest;
}

/* ---- the series ------------------------------------------------------------------------------ */

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

/* Weights of 2(L − σ)/f. */
static void scale_bands(qfp_fock_diagonals *w, const ellipse *e, size_t n)
{
    for (size_t b = 0; b < w->band_count; b++)
        for (size_t m = 0; m < n; m++) {
            w->bands[b].re[m] =
                2.0 * (w->bands[b].re[m] - (b == 0 ? e->centre[0] : 0.0)) / e->focus;
            w->bands[b].im[m] =
                2.0 * (w->bands[b].im[m] - (b == 0 ? e->centre[1] : 0.0)) / e->focus;
        }
}

/* y += factor × w x: of one band. */
static void add_band(const band *own, size_t n, double factor, const double *restrict re,
                     const double *restrict im, double *restrict y_re, double *restrict y_im)
{
    const double *restrict a = own->re, *restrict b = own->im;
    re += own->shift;
    im += own->shift;
    if (own->is_real) {
        for (size_t m = 0; m < n; m++) {
            y_re[m] += factor * a[m] * re[m];
            y_im[m] += factor * a[m] * im[m];
        }
        return;
    }
    for (size_t m = 0; m < n; m++) {
        y_re[m] += factor * (a[m] * re[m] - b[m] * im[m]);
        y_im[m] += factor * (a[m] * im[m] + b[m] * re[m]);
    }
}

static void swap(double **a, double **b)
{
    double *c = *a;
    *a = *b;
    *b = c;
}

/* before ← φ_{k+1} of φ_k in x and φ_{k−1} in before; the two change places, and sum += coefficient φ_{k+1}. */
static void next_term(qfp_fock_diagonals *w, size_t n, double factor, double coefficient)
{
    size_t pad = w->pad;
    for (size_t b = 0; b < w->band_count; b++)
        add_band(&w->bands[b], n, factor, w->x[0] + pad, w->x[1] + pad, w->before[0] + pad,
                 w->before[1] + pad);
    for (int part = 0; part < 2; part++) {
        double *restrict sum = w->sum[part] + pad;
        const double *restrict now = w->before[part] + pad;
        for (size_t m = 0; m < n; m++)
            sum[m] += coefficient * now[m];
        swap(&w->x[part], &w->before[part]);
    }
}

static double norm_of(const qfp_fock_diagonals *w, size_t n)
{
    double squared = 0.0;
    for (int part = 0; part < 2; part++)
        for (size_t m = 0; m < n; m++)
            squared += w->x[part][w->pad + m] * w->x[part][w->pad + m];
    return sqrt(squared);
}

/* sum ← factor x */
static void take(qfp_fock_diagonals *w, size_t n, double factor)
{
    for (int part = 0; part < 2; part++)
        for (size_t m = 0; m < n + 2 * w->pad; m++)
            w->sum[part][m] = factor * w->x[part][m];
}

/* sum ← e^{tL} x of the diagonal whose bands are filled, but for the phase e^{it Im σ}.  Terms end where they are
 * negligible; *largest: of them. */
static qfp_status add_series(qfp_fock_diagonals *w, size_t n, const ellipse *e, double t,
                             double negligible, int *terms, double *largest)
{
    double phase = t * e->focus, decay = exp(t * e->centre[0]), size = norm_of(w, n);
    double summit = fmax(phase, 0.5 * t * (e->width + e->height)); /* terms may rise up to it */
    bessel_functions(phase, w->bessel_room, w->bessel);
    take(w, n, decay * w->bessel[0]);
    for (int part = 0; part < 2; part++)
        memset(w->before[part], 0, (n + 2 * w->pad) * sizeof(double));
    *largest = decay * fabs(w->bessel[0]) * size;
    scale_bands(w, e, n);
    for (int k = 1; k + 1 < (int)w->bessel_room; k++) {
        double coefficient = 2.0 * decay * w->bessel[k];
        double least = 2.0 * decay * fmax(fabs(w->bessel[k]), fabs(w->bessel[k + 1]));
        next_term(w, n, k == 1 ? 0.5 : 1.0, coefficient);
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
    return QFP_FAIL(QFP_TOLERANCE, "the series of a diagonal of the state has not ended");
}

/* ---- a diagonal of the packed state ----------------------------------------------------------- */

static double *place(const qfp_fock_diagonals *w, size_t m, size_t k)
{
    return w->packed + 2 * (qfp_fock_offset(&w->space, m) + k);
}

static void load(qfp_fock_diagonals *w, size_t k, size_t n)
{
    for (int part = 0; part < 2; part++) {
        memset(w->x[part], 0, (n + 2 * w->pad) * sizeof(double));
        for (size_t m = 0; m < n; m++)
            w->x[part][w->pad + m] = place(w, m, k)[part];
    }
}

static void store(qfp_fock_diagonals *w, size_t k, size_t n, double angle)
{
    double re = cos(angle), im = sin(angle);
    for (size_t m = 0; m < n; m++) {
        double a = w->sum[0][w->pad + m], b = w->sum[1][w->pad + m], *to = place(w, m, k);
        to[0] = re * a - im * b;
        to[1] = k > 0 ? re * b + im * a : 0.0;
    }
}

qfp_status qfp_fock_diagonals_advance(qfp_fock_diagonals *w, double t, qfp_buffer *u, double *lost,
                                      double *products)
{
    size_t d = w->space.dimension;
    double squared = 0.0, scale = 0.0;
    *lost = *products = 0.0;
    QFP_TRY(w->backend->vector->download(u, 0, w->space.count, w->packed));
    for (size_t i = 0; i < w->space.count; i++)
        scale += w->packed[i] * w->packed[i];
    scale = sqrt(scale);
    for (size_t k = 0; k < d; k++) {
        size_t n = d - k;
        int terms = 0;
        double largest = 0.0;
        load(w, k, n);
        fill_bands(w, k);
        ellipse e = bound(w, n, w->sum[0]);
        double least = NEGLIGIBLE * scale / (double)d;
        if (e.height == 0.0 || norm_of(w, n) <= least) /* L is a number here, or nothing is there */
            take(w, n, exp(t * e.centre[0]));
        else
            QFP_TRY(add_series(w, n, &e, t, least, &terms, &largest));
        store(w, k, n, t * e.centre[1]);
        squared += (double)terms * largest * largest;
        *products += 2.0 * (double)terms * (double)n / (double)d / (double)(d + 1);
    }
    *lost = scale > 0.0 ? DBL_EPSILON * sqrt(squared) / scale : 0.0;
    return w->backend->vector->upload(u, 0, w->space.count, w->packed);
}
