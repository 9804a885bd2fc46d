#include "fock/husimi_tables.h"

#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fock/oscillator.h"
#include "fock/rank.h"

#define FADED 7.0   /* an oscillator function is nothing so far beyond its turning point */
#define SMEARED 8.7 /* e^{−x²/2} of the vacuum's wave function is nothing */
/* ⟨α|n⟩ is less than 1e-16 so far beyond the turning point of the highest level: 12.2 from the origin for
 * the vacuum, 8.6 beyond √(2n) for large n */
#define BEYOND 10.5
#define NEAR 6.5     /* e^{−x²} is nothing */
#define DISTANT 12.4 /* e^{−y²/4} is nothing */
enum { ROWS = 32 };  /* of a product, which share the x that matter to them */

static double largest(size_t count, const double *x)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

static double reach_of(double levels)
{
    return sqrt(2.0 * levels + 1.0);
}

/* ---- creation ------------------------------------------------------------------------------- */

static void release(qfp_husimi_tables *t)
{
    free(t->q);
    free(t->p);
    free(t->functions);
    free(t->wave);
    free(t->fade);
    free(t->factor);
    free(t->split);
    free(t->right);
    free(t->smeared);
    for (int i = 0; i < 2; i++) {
        free(t->smear[i]);
        free(t->left[i]);
        free(t->band[i]);
        free(t->part[i]);
    }
    *t = (qfp_husimi_tables){0};
}

/* Images of Q that the lattice makes lie 2π/step apart along p: none may reach the window. */
static void choose_lattice(qfp_husimi_tables *t)
{
    double furthest = reach_of(t->levels) + BEYOND, low = INFINITY, high = -INFINITY;
    double end = reach_of(t->levels) + FADED;
    for (size_t i = 0; i < t->n_q; i++) {
        low = fmin(low, t->q[i]);
        high = fmax(high, t->q[i]);
    }
    t->step = 2.0 * M_PI / (furthest + fmin(largest(t->n_p, t->p), furthest));
    t->first = fmax(low - SMEARED, -end);
    double last = fmin(high + SMEARED, end);
    t->points = last > t->first ? (size_t)ceil((last - t->first) / t->step) + 1 : 0;
    size_t distances = (size_t)ceil(DISTANT / t->step) + 1;
    distances = distances < t->points ? distances : t->points;
    t->distance[0] = (distances + 1) / 2;
    t->distance[1] = distances / 2;
}

static void fill_smear(const qfp_husimi_tables *t, int parity)
{
    for (size_t i = 0; i < t->n_q; i++)
        for (size_t m = 0; m < t->points; m++) {
            double x = t->first + t->step * ((double)m + 0.5 * parity);
            t->smear[parity][i * t->points + m] = exp(-(x - t->q[i]) * (x - t->q[i]));
        }
}

/* Nothing of Q lies beyond the reach of the levels, where an image may. */
static void fill_waves(const qfp_husimi_tables *t)
{
    size_t distances = t->distance[0] + t->distance[1];
    double furthest = reach_of(t->levels) + BEYOND;
    for (size_t j = 0; j < distances; j++) {
        size_t even = t->distance[0], apart = j < even ? 2 * j : 2 * (j - even) + 1;
        double y = t->step * (double)apart;
        t->fade[j] =
            (apart > 0 ? 2.0 : 1.0) * t->step * t->step * exp(-0.25 * y * y) * pow(M_PI, -1.5);
        for (size_t k = 0; k < t->n_p; k++) {
            bool is_seen = fabs(t->p[k]) <= furthest;
            t->wave[2 * j * t->n_p + k] = is_seen ? cos(t->p[k] * y) : 0.0;
            t->wave[(2 * j + 1) * t->n_p + k] = is_seen ? sin(t->p[k] * y) : 0.0;
        }
    }
}

static qfp_status allocate_work(qfp_husimi_tables *t)
{
    static const char what[] = "work for a Husimi function";
    size_t distances = t->distance[0] + t->distance[1], d = (size_t)t->levels;
    QFP_TRY(QFP_ALLOCATE(t->factor, (d / 2 + 1) * d, what));
    QFP_TRY(QFP_ALLOCATE(t->split, 2 * d * d, what));
    QFP_TRY(QFP_ALLOCATE(t->right, t->points * d, what));
    for (int i = 0; i < 2; i++) {
        QFP_TRY(QFP_ALLOCATE(t->left[i], t->points * d, what));
        QFP_TRY(QFP_ALLOCATE(t->band[i], ROWS * (ROWS + distances), what));
        QFP_TRY(QFP_ALLOCATE(t->part[i], t->points * 2 * t->distance[i], what));
    }
    return QFP_ALLOCATE(t->smeared, t->n_q * 2 * distances, what);
}

static qfp_status create(int levels, size_t n_q, const double *q, size_t n_p, const double *p,
                         qfp_husimi_tables *t)
{
    static const char what[] = "tables for Husimi functions";
    *t = (qfp_husimi_tables){.levels = levels, .n_q = n_q, .n_p = n_p};
    QFP_TRY(QFP_ALLOCATE(t->q, n_q, what));
    QFP_TRY(QFP_ALLOCATE(t->p, n_p, what));
    memcpy(t->q, q, n_q * sizeof *q);
    memcpy(t->p, p, n_p * sizeof *p);
    choose_lattice(t);
    size_t distances = t->distance[0] + t->distance[1], d = (size_t)levels;
    QFP_TRY(QFP_ALLOCATE(t->functions, t->points * d, what));
    QFP_TRY(QFP_ALLOCATE(t->smear[0], n_q * t->points, what));
    QFP_TRY(QFP_ALLOCATE(t->smear[1], n_q * t->points, what));
    QFP_TRY(QFP_ALLOCATE(t->wave, 2 * distances * n_p, what));
    QFP_TRY(QFP_ALLOCATE(t->fade, distances, what));
    QFP_TRY(allocate_work(t));
    for (size_t m = 0; m < t->points; m++)
        qfp_oscillator_functions(levels, t->first + t->step * (double)m, t->functions + m * d);
    fill_smear(t, 0);
    fill_smear(t, 1);
    fill_waves(t);
    return QFP_OK;
}

/* ---- the shelf ------------------------------------------------------------------------------- */

/* Small tables that nobody needs any more, the last ones: a thousand small runs in one process take the same
 * again and again, which costs more than to use them. */
enum { SHELVES = 4 };
#define SHELVED_DOUBLES ((size_t)1 << 18)
static pthread_mutex_t shelf_lock = PTHREAD_MUTEX_INITIALIZER;
static qfp_husimi_tables shelf[SHELVES];
static int next_shelf;

static bool fits(const qfp_husimi_tables *t, int levels, size_t n_q, const double *q, size_t n_p,
                 const double *p)
{
    return t->levels == levels && t->n_q == n_q && t->n_p == n_p &&
           memcmp(t->q, q, n_q * sizeof *q) == 0 && memcmp(t->p, p, n_p * sizeof *p) == 0;
}

static bool take_from_shelf(qfp_husimi_tables *t, int levels, size_t n_q, const double *q,
                            size_t n_p, const double *p)
{
    bool found = false;
    pthread_mutex_lock(&shelf_lock);
    for (int i = 0; i < SHELVES && !found; i++)
        if (shelf[i].levels > 0 && fits(&shelf[i], levels, n_q, q, n_p, p)) {
            *t = shelf[i];
            shelf[i] = (qfp_husimi_tables){0};
            found = true;
        }
    pthread_mutex_unlock(&shelf_lock);
    return found;
}

void qfp_husimi_tables_destroy(qfp_husimi_tables *t)
{
    qfp_husimi_tables gone = *t;
    size_t distances = t->distance[0] + t->distance[1];
    size_t doubles = (t->n_q + 3 * (size_t)t->levels) * 2 * t->points + 4 * distances * t->n_p;
    if (t->levels > 0 && t->smeared != NULL && doubles < SHELVED_DOUBLES) {
        pthread_mutex_lock(&shelf_lock);
        gone = shelf[next_shelf];
        shelf[next_shelf] = *t;
        next_shelf = (next_shelf + 1) % SHELVES;
        pthread_mutex_unlock(&shelf_lock);
    }
    *t = (qfp_husimi_tables){0};
    release(&gone);
}

qfp_status qfp_husimi_tables_for(qfp_husimi_tables *t, int levels, size_t n_q, const double *q,
                                 size_t n_p, const double *p)
{
    if (t->levels > 0 && fits(t, levels, n_q, q, n_p, p))
        return QFP_OK;
    qfp_husimi_tables_destroy(t);
    if (take_from_shelf(t, levels, n_q, q, n_p, p))
        return QFP_OK;
    qfp_status status = create(levels, n_q, q, n_p, p, t);
    if (status != QFP_OK)
        release(t);
    return status;
}

double qfp_husimi_tables_bytes(double levels, double points)
{
    double furthest = reach_of(levels) + BEYOND, step = M_PI / furthest;
    double x = 2.0 * (reach_of(levels) + FADED) / step, y = DISTANT / step;
    return 8.0 * (4.0 * x * levels + 3.0 * levels * levels + 2.0 * points * x + 4.0 * points * y +
                  2.0 * x * y);
}

/* ---- ρ(x, x') ------------------------------------------------------------------------------- */

/* out [points][count] = φ(x) times `rows` [count][used] */
static void to_waves(const qfp_husimi_tables *t, size_t count, const double *rows, double *out)
{
    int d = (int)t->used, width = (int)count;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)t->points, width, d, 1.0,
                t->functions + t->low, t->levels, rows, d, 0.0, out, width);
}

/* Kets ψ_k = columns of the factor: Σ ψψ'* = Σ (re + i im)(re' − i im'), in sums over the 2 rank parts. */
static void use_factor(qfp_husimi_tables *t, size_t rank)
{
    size_t d = t->used;
    for (size_t k = 0; k < rank; k++)
        for (size_t m = 0; m < d; m++) {
            t->split[k * d + m] = creal(t->factor[k * d + m]);
            t->split[(rank + k) * d + m] = cimag(t->factor[k * d + m]);
        }
    to_waves(t, 2 * rank, t->split, t->right);
    memcpy(t->left[0], t->right, t->points * 2 * rank * sizeof *t->right);
    for (size_t x = 0; x < t->points; x++)
        for (size_t k = 0; k < rank; k++) {
            const double *psi = t->right + x * 2 * rank;
            t->left[1][x * 2 * rank + k] = psi[rank + k];
            t->left[1][x * 2 * rank + rank + k] = -psi[k];
        }
}

/* Any ρ: left = φρ, right = φ; by the rows of the transpose, which is the conjugate. */
static void use_matrix(qfp_husimi_tables *t, const double complex *rho, size_t leading)
{
    size_t d = t->used;
    for (size_t n = 0; n < d; n++)
        for (size_t m = 0; m < d; m++) {
            t->split[n * d + m] = creal(rho[n * leading + m]);
            t->split[(d + n) * d + m] = -cimag(rho[n * leading + m]);
        }
    to_waves(t, d, t->split, t->left[0]);
    to_waves(t, d, t->split + d * d, t->left[1]);
    for (size_t x = 0; x < t->points; x++)
        memcpy(t->right + x * d, t->functions + x * (size_t)t->levels + t->low,
               d * sizeof *t->right);
}

/* ρ(x, x') of ROWS rows x from `first` on and all x' ≤ x that are not too far, to where x̄ and x − x' have
 * them. */
static void sort_rows(qfp_husimi_tables *t, size_t first, size_t width)
{
    size_t distances = t->distance[0] + t->distance[1];
    size_t end = first + ROWS < t->points ? first + ROWS : t->points;
    size_t from = first + 1 > distances ? first + 1 - distances : 0, columns = end - from;
    for (int i = 0; i < 2; i++)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)(end - first), (int)columns,
                    (int)width, 1.0, t->left[i] + first * width, (int)width,
                    t->right + from * width, (int)width, 0.0, t->band[i], (int)columns);
    for (size_t a = first; a < end; a++)
        for (size_t j = 0; j < distances && j <= a; j++) {
            size_t parity = j & 1, middle = (2 * a - j) / 2, at = (a - first) * columns + a - j;
            double *to = t->part[parity] + 2 * (middle * t->distance[parity] + j / 2);
            double fade = t->fade[parity * t->distance[0] + j / 2];
            to[0] = fade * t->band[0][at - from];
            to[1] = fade * t->band[1][at - from];
        }
}

/* How many of the lowest levels hold nothing at all, as where a window of levels begins above them. */
static size_t find_used(qfp_husimi_tables *t, const double complex *rho, size_t leading)
{
    size_t d = (size_t)t->levels, low = 0;
    bool is_empty = true;
    while (is_empty && low + 1 < d) {
        for (size_t n = 0; n < d; n++)
            is_empty = is_empty && rho[low * leading + n] == 0.0;
        low += is_empty;
    }
    t->low = low;
    t->used = d - low;
    return low;
}

/* ---- Q -------------------------------------------------------------------------------------- */

/* smeared = Σ_x̄ e^{−(x̄−q)²} part of some rows q, by the x̄ near them. */
static void smear_rows(qfp_husimi_tables *t, size_t first)
{
    size_t end = first + ROWS < t->n_q ? first + ROWS : t->n_q;
    int all = 2 * (int)(t->distance[0] + t->distance[1]);
    double low = INFINITY, high = -INFINITY;
    for (size_t i = first; i < end; i++) {
        low = fmin(low, t->q[i]);
        high = fmax(high, t->q[i]);
    }
    double from = fmax(floor((low - NEAR - t->first) / t->step), 0.0);
    double to = fmin(ceil((high + NEAR - t->first) / t->step) + 1.0, (double)t->points);
    for (int parity = 0; parity < 2; parity++) {
        int width = 2 * (int)t->distance[parity];
        double *out = t->smeared + first * (size_t)all + 2 * (size_t)parity * t->distance[0];
        if (width == 0)
            continue;
        if (from >= to)
            for (size_t i = first; i < end; i++)
                memset(out + (i - first) * (size_t)all, 0, (size_t)width * sizeof *out);
        else
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)(end - first), width,
                        (int)(to - from), 1.0, t->smear[parity] + first * t->points + (size_t)from,
                        (int)t->points, t->part[parity] + (size_t)from * (size_t)width, width, 0.0,
                        out, all);
    }
}

void qfp_husimi_tables_apply(qfp_husimi_tables *t, const double complex *rho, size_t leading,
                             double *out)
{
    size_t distances = t->distance[0] + t->distance[1];
    if (t->points == 0) { /* the window lies beyond the reach of the levels */
        memset(out, 0, t->n_q * t->n_p * sizeof *out);
        return;
    }
    rho += find_used(t, rho, leading) * (leading + 1);
    size_t d = t->used, rank = qfp_fock_factor(d, rho, leading, d / 2, t->split, t->factor);
    if (rank > 0)
        use_factor(t, rank);
    else
        use_matrix(t, rho, leading);
    for (size_t first = 0; first < t->points; first += ROWS)
        sort_rows(t, first, rank > 0 ? 2 * rank : d);
    for (size_t first = 0; first < t->n_q; first += ROWS)
        smear_rows(t, first);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)t->n_q, (int)t->n_p,
                2 * (int)distances, 1.0, t->smeared, 2 * (int)distances, t->wave, (int)t->n_p, 0.0,
                out, (int)t->n_p);
}
