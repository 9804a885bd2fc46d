#include "fock/fock_diagonals.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/ellipse_series.h"

#define NEGLIGIBLE 1e-17 /* of a term, relative to ρ */
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
    double *packed; /* [count] */
    qfp_ellipse_work work;
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

static void extend(double *low, double *high, double at, double radius)
{
    *low = fmin(*low, at - radius);
    *high = fmax(*high, at + radius);
}

/* Around the discs of the Hermitian and of the skew part: their off-diagonal elements are half of those of L and of its
 * adjoint.  room [n] is overwritten. */
static qfp_ellipse bound(const qfp_fock_diagonals *w, size_t n, double *room)
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
    return qfp_ellipse_around(low, high);
}

/* ---- creation ------------------------------------------------------------------------------- */

static qfp_status build(qfp_fock_diagonals *w)
{
    size_t d = w->space.dimension;
    double fastest = 0.0;
    QFP_TRY(list_bands(w));
    QFP_TRY(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    QFP_TRY(qfp_ellipse_series_create(d, w->pad, &w->work));
    for (size_t k = 0; k < d; k++) {
        fill_bands(w, k);
        qfp_ellipse e = bound(w, d - k, w->work.sum[0]);
        fastest = fmax(fastest, 0.5 * (e.width + e.height));
    }
    w->longest = qfp_ellipse_longest(fastest);
    return QFP_OK;
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
    qfp_ellipse_series_destroy(&w->work);
    qfp_fock_terms_destroy(&w->terms);
    free(w);
}

double qfp_fock_diagonals_longest(const qfp_fock_diagonals *w)
{
    return w->longest;
}

/* ---- the series ------------------------------------------------------------------------------ */

/* Weights of 2(L − σ)/f. */
static void scale_bands(qfp_fock_diagonals *w, const qfp_ellipse *e, size_t n)
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

static void add_bands(void *self, size_t n, double factor, qfp_ellipse_work *work)
{
    const qfp_fock_diagonals *w = self;
    size_t pad = work->pad;
    for (size_t b = 0; b < w->band_count; b++)
        add_band(&w->bands[b], n, factor, work->x[0] + pad, work->x[1] + pad, work->before[0] + pad,
                 work->before[1] + pad);
}

/* ---- a diagonal of the packed state ----------------------------------------------------------- */

static double *place(const qfp_fock_diagonals *w, size_t m, size_t k)
{
    return w->packed + 2 * (qfp_fock_offset(&w->space, m) + k);
}

static void load(qfp_fock_diagonals *w, size_t k, size_t n)
{
    for (int part = 0; part < 2; part++) {
        memset(w->work.x[part], 0, (n + 2 * w->pad) * sizeof(double));
        for (size_t m = 0; m < n; m++)
            w->work.x[part][w->pad + m] = place(w, m, k)[part];
    }
}

static void store(qfp_fock_diagonals *w, size_t k, size_t n, double angle)
{
    double re = cos(angle), im = sin(angle);
    for (size_t m = 0; m < n; m++) {
        double a = w->work.sum[0][w->pad + m], b = w->work.sum[1][w->pad + m], *to = place(w, m, k);
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
        int terms;
        double largest;
        load(w, k, n);
        fill_bands(w, k);
        qfp_ellipse e = bound(w, n, w->work.sum[0]);
        if (e.focus > 0.0)
            scale_bands(w, &e, n);
        QFP_TRY(qfp_ellipse_series_sum(&w->work, n, &e, t, NEGLIGIBLE * scale / (double)d,
                                       add_bands, w, &terms, &largest));
        store(w, k, n, t * e.centre[1]);
        squared += (double)terms * largest * largest;
        *products += 2.0 * (double)terms * (double)n / (double)d / (double)(d + 1);
    }
    *lost = scale > 0.0 ? DBL_EPSILON * sqrt(squared) / scale : 0.0;
    return w->backend->vector->upload(u, 0, w->space.count, w->packed);
}
