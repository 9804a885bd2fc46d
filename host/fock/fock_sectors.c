#include "fock/fock_sectors.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fock/ellipse_series.h"

#define NEGLIGIBLE 1e-17   /* of a term, relative to ρ */
#define MOST_ENTRIES 1.2e7 /* of all matrices: 240 MB */
#define ABSENT UINT32_MAX

/* L on the elements of one k, 2(L − σ)/f once it is bounded. */
typedef struct sector {
    int k;
    size_t count;
    uint32_t *row, *column; /* [count]: states m and n, W(n) = W(m) + k */
    uint32_t *begin;        /* [count + 1] into the entries */
    uint32_t *source;
    double *re, *im;
    double *own[2]; /* the diagonal */
    qfp_ellipse ellipse;
} sector;

struct qfp_fock_sectors {
    const qfp_backend *backend;
    qfp_fock_space space;
    qfp_fock_terms terms;
    size_t states, blocks;
    size_t *flat;    /* [states], by W */
    int *total;      /* [states] W */
    size_t *first;   /* [blocks + 1]: where the states of a W begin */
    uint32_t *place; /* [dimension]: the state of a flat index, or ABSENT */
    size_t sector_count;
    sector *sectors;
    double longest, entries;
    double *packed;
    qfp_ellipse_work work;
};

/* ---- states ---------------------------------------------------------------------------------- */

static int total_of(const qfp_fock_space *s, const int *weight, size_t m)
{
    int sum = 0;
    for (int j = 0; j < s->modes; j++)
        sum += weight[j] * qfp_fock_level(s, m, j);
    return sum;
}

static qfp_status list_states(qfp_fock_sectors *w, const int *weight)
{
    const qfp_fock_space *s = &w->space;
    int most = 0;
    for (size_t m = 0; m < s->dimension; m++) {
        int total = total_of(s, weight, m);
        w->states += qfp_fock_is_kept(s, m);
        most = total > most ? total : most;
    }
    w->blocks = (size_t)most + 1;
    QFP_TRY(QFP_ALLOCATE(w->flat, w->states, "the states of a number"));
    QFP_TRY(QFP_ALLOCATE(w->total, w->states, "the states of a number"));
    QFP_TRY(QFP_ALLOCATE(w->first, w->blocks + 1, "the states of a number"));
    QFP_TRY(QFP_ALLOCATE(w->place, s->dimension, "the states of a number"));
    size_t at = 0;
    memset(w->place, 0xff, s->dimension * sizeof *w->place);
    for (size_t b = 0; b < w->blocks; b++) {
        w->first[b] = at;
        for (size_t m = 0; m < s->dimension; m++)
            if (qfp_fock_is_kept(s, m) && total_of(s, weight, m) == (int)b) {
                w->flat[at] = m;
                w->total[at] = (int)b;
                w->place[m] = (uint32_t)at++;
            }
    }
    w->first[w->blocks] = at;
    return QFP_OK;
}

static size_t size_of(const qfp_fock_sectors *w, size_t block)
{
    return block < w->blocks ? w->first[block + 1] - w->first[block] : 0;
}

static size_t count_of(const qfp_fock_sectors *w, int k)
{
    size_t count = 0;
    for (size_t b = 0; b + (size_t)k < w->blocks; b++)
        count += size_of(w, b) * size_of(w, b + (size_t)k);
    return count;
}

/* ρ_mn of the packed state */
static void read_element(const qfp_fock_sectors *w, size_t m, size_t n, double *re, double *im)
{
    size_t low = m < n ? m : n, high = m < n ? n : m;
    const double *u = w->packed + 2 * (qfp_fock_offset(&w->space, low) + high - low);
    double scale = m == n ? 1.0 : M_SQRT1_2;
    *re = scale * u[0];
    *im = (m > n ? -scale : scale) * u[1];
}

static bool is_occupied(const qfp_fock_sectors *w, int k)
{
    for (size_t i = 0; i < w->states; i++) {
        size_t block = (size_t)(w->total[i] + k);
        for (size_t j = block < w->blocks ? w->first[block] : 0;
             block < w->blocks && j < w->first[block + 1]; j++) {
            double re, im;
            read_element(w, w->flat[i], w->flat[j], &re, &im);
            if (re != 0.0 || im != 0.0)
                return true;
        }
    }
    return false;
}

/* ---- matrices -------------------------------------------------------------------------------- */

static void sector_destroy(sector *s)
{
    free(s->row);
    free(s->column);
    free(s->begin);
    free(s->source);
    free(s->re);
    free(s->im);
    free(s->own[0]);
    free(s->own[1]);
}

/* Calls for the entries of the row e, or counts them where `s->source` is NULL. */
static size_t fill_row(const qfp_fock_sectors *w, sector *s, const size_t *base, size_t e,
                       size_t at)
{
    size_t m = w->flat[s->row[e]], n = w->flat[s->column[e]];
    for (size_t t = 0; t < w->terms.count; t++) {
        const qfp_stencil_term *term = &w->terms.terms[t];
        double re = term->row[2 * m] * term->column[n], im = term->row[2 * m + 1] * term->column[n];
        if (re == 0.0 && im == 0.0)
            continue;
        size_t a = w->place[m + (size_t)term->row_shift];
        size_t b = w->place[n + (size_t)term->column_shift];
        size_t block = (size_t)w->total[a], other = (size_t)w->total[b];
        size_t source =
            base[block] + (a - w->first[block]) * size_of(w, other) + b - w->first[other];
        if (source == e && s->own[0] != NULL) {
            s->own[0][e] += s->source != NULL ? re : 0.0;
            s->own[1][e] += s->source != NULL ? im : 0.0;
        }
        if (source == e)
            continue;
        if (s->source != NULL) {
            s->source[at] = (uint32_t)source;
            s->re[at] = re;
            s->im[at] = im;
        }
        at++;
    }
    return at;
}

/* Gershgorin's rows of the Hermitian and of the skew part. */
static qfp_status bound(sector *s)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, *radius = NULL;
    QFP_TRY(QFP_ALLOCATE(radius, s->count, "the bounds of a sector"));
    for (size_t e = 0; e < s->count; e++)
        for (uint32_t i = s->begin[e]; i < s->begin[e + 1]; i++) {
            double size = 0.5 * hypot(s->re[i], s->im[i]);
            radius[e] += size;
            radius[s->source[i]] += size;
        }
    for (size_t e = 0; e < s->count; e++)
        for (int part = 0; part < 2; part++) {
            low[part] = fmin(low[part], s->own[part][e] - radius[e]);
            high[part] = fmax(high[part], s->own[part][e] + radius[e]);
        }
    free(radius);
    s->ellipse = qfp_ellipse_around(low, high);
    return QFP_OK;
}

static void scale(sector *s)
{
    double factor = s->ellipse.focus > 0.0 ? 2.0 / s->ellipse.focus : 0.0;
    for (uint32_t i = 0; i < s->begin[s->count]; i++) {
        s->re[i] *= factor;
        s->im[i] *= factor;
    }
    for (size_t e = 0; e < s->count; e++)
        for (int part = 0; part < 2; part++)
            s->own[part][e] = factor * (s->own[part][e] - s->ellipse.centre[part]);
}

static qfp_status sector_create(qfp_fock_sectors *w, int k, sector *s)
{
    size_t *base = NULL, at = 0;
    *s = (sector){.k = k, .count = count_of(w, k)};
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(base, w->blocks + 1, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->row, s->count, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->column, s->count, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->begin, s->count + 1, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->own[0], s->count, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->own[1], s->count, "a sector"));
    for (size_t b = 0; b + (size_t)k < w->blocks; b++) {
        base[b] = at;
        for (size_t i = w->first[b]; i < w->first[b + 1]; i++)
            for (size_t j = w->first[b + (size_t)k]; j < w->first[b + (size_t)k + 1]; j++) {
                s->row[at] = (uint32_t)i;
                s->column[at++] = (uint32_t)j;
            }
    }
    at = 0;
    for (size_t e = 0; e < s->count; e++)
        s->begin[e + 1] = (uint32_t)(at = fill_row(w, s, base, e, at));
    w->entries += (double)at + (double)s->count;
    QFP_TRY_GOTO(QFP_ALLOCATE(s->re, at + 1, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->im, at + 1, "a sector"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->source, at + 1, "a sector"));
    for (size_t e = 0; e < s->count; e++)
        (void)fill_row(w, s, base, e, s->begin[e]);
    QFP_TRY_GOTO(bound(s));
    scale(s);
done:
    free(base);
    return status;
}

/* ---- creation -------------------------------------------------------------------------------- */

static qfp_status build(qfp_fock_sectors *w, const int *weight, const qfp_buffer *u, bool *fits)
{
    double numbers = 0.0, fastest = 0.0;
    size_t largest = 0;
    QFP_TRY(list_states(w, weight));
    QFP_TRY(QFP_ALLOCATE(w->packed, w->space.count, "a state"));
    QFP_TRY(w->backend->vector->download(u, 0, w->space.count, w->packed));
    QFP_TRY(QFP_ALLOCATE(w->sectors, w->blocks, "the sectors of a state"));
    for (int k = 0; k < (int)w->blocks && *fits; k++) {
        if (!is_occupied(w, k))
            continue;
        numbers += (double)count_of(w, k);
        *fits = numbers * (double)w->terms.count <= MOST_ENTRIES;
        if (!*fits)
            return QFP_OK;
        sector *s = &w->sectors[w->sector_count++];
        QFP_TRY(sector_create(w, k, s));
        largest = s->count > largest ? s->count : largest;
        fastest = fmax(fastest, 0.5 * (s->ellipse.width + s->ellipse.height));
    }
    w->longest = qfp_ellipse_longest(fastest);
    return qfp_ellipse_series_create(largest, 0, &w->work);
}

qfp_status qfp_fock_sectors_create(const qfp_backend *backend, const qfp_fock_space *space,
                                   const qfp_polynomial *generator, const int *weight,
                                   const qfp_buffer *u, qfp_fock_sectors **out)
{
    qfp_fock_sectors *w = NULL;
    bool fits = true;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(w, 1, "the sectors of a state"));
    w->backend = backend;
    w->space = *space;
    qfp_status status = qfp_fock_terms_create(space, generator, &w->terms);
    if (status == QFP_OK)
        status = build(w, weight, u, &fits);
    if (status != QFP_OK || !fits) {
        qfp_fock_sectors_destroy(w);
        return status;
    }
    *out = w;
    return QFP_OK;
}

void qfp_fock_sectors_destroy(qfp_fock_sectors *w)
{
    if (w == NULL)
        return;
    for (size_t k = 0; w->sectors != NULL && k < w->sector_count; k++)
        sector_destroy(&w->sectors[k]);
    free(w->sectors);
    free(w->flat);
    free(w->total);
    free(w->first);
    free(w->place);
    free(w->packed);
    qfp_ellipse_series_destroy(&w->work);
    qfp_fock_terms_destroy(&w->terms);
    free(w);
}

double qfp_fock_sectors_longest(const qfp_fock_sectors *w)
{
    return w->longest;
}

/* ---- evolution ------------------------------------------------------------------------------- */

static void add_image(void *self, size_t n, double factor, qfp_ellipse_work *work)
{
    const sector *s = self;
    const double *restrict x = work->x[0], *restrict y = work->x[1];
    for (size_t e = 0; e < n; e++) {
        double re = s->own[0][e] * x[e] - s->own[1][e] * y[e];
        double im = s->own[0][e] * y[e] + s->own[1][e] * x[e];
        for (uint32_t i = s->begin[e]; i < s->begin[e + 1]; i++) {
            uint32_t from = s->source[i];
            re += s->re[i] * x[from] - s->im[i] * y[from];
            im += s->re[i] * y[from] + s->im[i] * x[from];
        }
        work->before[0][e] += factor * re;
        work->before[1][e] += factor * im;
    }
}

static void load(qfp_fock_sectors *w, const sector *s)
{
    for (size_t e = 0; e < s->count; e++)
        read_element(w, w->flat[s->row[e]], w->flat[s->column[e]], &w->work.x[0][e],
                     &w->work.x[1][e]);
}

/* Elements of the upper triangle, from this sector or as the adjoints of its own. */
static void store(qfp_fock_sectors *w, const sector *s, double angle)
{
    double re = cos(angle), im = sin(angle);
    for (size_t e = 0; e < s->count; e++) {
        size_t m = w->flat[s->row[e]], n = w->flat[s->column[e]];
        double a = w->work.sum[0][e], b = w->work.sum[1][e];
        if (s->k == 0 && m > n)
            continue;
        size_t low = m < n ? m : n, high = m < n ? n : m;
        double *u = w->packed + 2 * (qfp_fock_offset(&w->space, low) + high - low);
        double size = m == n ? 1.0 : M_SQRT2;
        u[0] = size * (re * a - im * b);
        u[1] = m == n ? 0.0 : (m > n ? -size : size) * (re * b + im * a);
    }
}

qfp_status qfp_fock_sectors_advance(qfp_fock_sectors *w, double t, qfp_buffer *u, double *lost,
                                    double *products)
{
    double squared = 0.0, size = 0.0;
    *lost = *products = 0.0;
    QFP_TRY(w->backend->vector->download(u, 0, w->space.count, w->packed));
    for (size_t i = 0; i < w->space.count; i++)
        size += w->packed[i] * w->packed[i];
    size = sqrt(size);
    for (size_t k = 0; k < w->sector_count; k++) {
        sector *s = &w->sectors[k];
        int terms;
        double largest;
        load(w, s);
        QFP_TRY(qfp_ellipse_series_sum(&w->work, s->count, &s->ellipse, t,
                                       NEGLIGIBLE * size / (double)w->sector_count, add_image, s,
                                       &terms, &largest));
        store(w, s, t * s->ellipse.centre[1]);
        squared += (double)terms * largest * largest;
        *products = fmax(*products, terms);
    }
    *lost = size > 0.0 ? DBL_EPSILON * sqrt(squared) / size : 0.0;
    return w->backend->vector->upload(u, 0, w->space.count, w->packed);
}
