/* krylov.c - e^{τL}u from the Krylov space of u: three-term recurrence when L is skew, Arnoldi
 * otherwise.  Error of a step of length τ with basis size m (Saad 1992, Thm 5.1):
 *     ‖e^{τL}u - ‖u‖ V e^{τH}e_1‖ ≤ ‖u‖ h_{m+1,m} ∫_0^τ |e_m^T e^{sH} e_1| ds. */
#include "evolve/propagator_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evolve/small_exponential.h"

enum { BASIS_LARGEST = 64, BASIS_SMALLEST = 12, QUADRATURE = 8 };

typedef struct krylov {
    const qfp_backend *backend;
    int size;                   /* m */
    qfp_buffer **v;             /* [m + 1] */
    qfp_recurrence *recurrence; /* norms on the device: ‖u‖, β_0 … β_{m−1} */
    double *h;                  /* Arnoldi: [m + 1][m], β below the diagonal once read */
    int known;                  /* norms read so far of this basis */
    double norm[BASIS_LARGEST + 1];
} krylov;

static void destroy(void *self)
{
    krylov *k = self;
    for (int i = 0; k->v != NULL && i <= k->size; i++)
        k->backend->vector->destroy(k->v[i]);
    k->backend->recurrence->destroy(k->recurrence);
    free(k->v);
    free(k->h);
    free(k);
}

/* Classical Gram-Schmidt with two fused passes, as stable as the modified one; and once more where what is left is
 * less than a tenth of the vector: rounding, of the size of the whole, is ten times its own otherwise. */
static qfp_status orthogonalise(const qfp_propagator *p, krylov *k, int j)
{
    const double tenth_squared = 0.01;
    const qfp_backend *b = p->map->backend;
    size_t count = p->map->count;
    double overlap[BASIS_LARGEST + 1], minus[BASIS_LARGEST + 1], taken = 0.0, left;
    for (int pass = 0; pass < 2; pass++) {
        QFP_TRY(b->vector->inner(count, j + 1, k->v, k->v[j + 1], overlap));
        for (int i = 0; i <= j; i++) {
            minus[i] = -overlap[i];
            k->h[i * k->size + j] = overlap[i] + (pass > 0 ? k->h[i * k->size + j] : 0.0);
            taken += overlap[i] * overlap[i];
        }
        QFP_TRY(b->vector->combine(count, 1.0, k->v[j + 1], j + 1, minus, k->v));
        QFP_TRY(b->vector->inner(count, 1, &k->v[j + 1], k->v[j + 1], &left));
        if (left >= tenth_squared * (left + taken))
            break;
    }
    return QFP_OK;
}

/* Vector j+1.  Skew L: the recurrence L v_j = β_j v_{j+1} − β_{j−1} v_{j−1}, and nothing waits. */
static qfp_status extend(qfp_propagator *p, krylov *k, int j)
{
    bool skew = p->map->skew;
    QFP_TRY(qfp_linear_map_apply(p->map, k->v[j], k->v[j + 1]));
    if (!skew)
        QFP_TRY(orthogonalise(p, k, j));
    return k->backend->recurrence->step(k->recurrence, j + 1, p->map->count,
                                        skew && j > 0 ? k->v[j - 1] : NULL, k->v[j + 1]);
}

/* Waits for the norms of the first m vectors' images.  *m becomes smaller where an invariant space
 * ended earlier: what was appended to it is rounding, and is left out. */
static qfp_status read_norms(krylov *k, int *m, bool *exhausted)
{
    const double *beta = k->norm + 1;
    int first = k->known;
    QFP_TRY(k->backend->recurrence->norms(k->recurrence, first, *m + 1 - first, k->norm + first));
    k->known = *m + 1;
    if (!isfinite(k->norm[0]))
        return QFP_FAIL(QFP_NOT_FINITE, "the solution is no longer finite");
    for (int j = first > 0 ? first - 1 : 0; j < *m && !*exhausted; j++) {
        if (!isfinite(beta[j]))
            return QFP_FAIL(QFP_NOT_FINITE, "the solution is no longer finite");
        k->h[(j + 1) * k->size + j] = beta[j];
        *exhausted = beta[j] < 1e-14 * (beta[0] > 0.0 ? beta[0] : 1.0);
        if (*exhausted)
            *m = j + 1;
    }
    return QFP_OK;
}

/* y_k = [e^{τH} e_1]_k for the leading m × m part of the Arnoldi matrix. */
static qfp_status arnoldi_column(const krylov *k, int m, double tau, double *y)
{
    double *a = NULL, *e = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(a, (size_t)m * (size_t)m, "a Krylov matrix"));
    QFP_TRY_GOTO(QFP_ALLOCATE(e, (size_t)m * (size_t)m, "a Krylov matrix"));
    for (int i = 0; i < m; i++)
        for (int l = 0; l < m; l++)
            a[i * m + l] = i <= l + 1 ? tau * k->h[i * k->size + l] : 0.0;
    QFP_TRY_GOTO(qfp_dense_exponential(m, a, e));
    for (int i = 0; i < m; i++)
        y[i] = e[i * m];
done:
    free(a);
    free(e);
    return status;
}

/* The small problem of one basis, skew or not: e^{τH}e_1 and the error bound as functions of τ. */
typedef struct small_problem {
    const krylov *k;
    int m;
    bool skew;
    qfp_skew_tridiagonal spectral; /* when skew */
} small_problem;

static qfp_status column(const small_problem *s, double tau, double *y)
{
    if (!s->skew)
        return arnoldi_column(s->k, s->m, tau, y);
    for (int i = 0; i < s->m; i++)
        y[i] = qfp_skew_tridiagonal_entry(&s->spectral, tau, i);
    return QFP_OK;
}

/* Trapezoidal ∫_0^τ |[e^{sH}e_1]_m| ds times h_{m+1,m}. */
static qfp_status error_bound(const small_problem *s, double tau, double *bound)
{
    double sum = 0.0, y[BASIS_LARGEST];
    int samples = s->skew ? QUADRATURE : 2; /* a dense exponential each is dear */
    for (int i = 1; i <= samples; i++) {
        double at = tau * i / samples;
        if (s->skew)
            y[s->m - 1] = qfp_skew_tridiagonal_entry(&s->spectral, at, s->m - 1);
        else
            QFP_TRY(arnoldi_column(s->k, s->m, at, y));
        sum += fabs(y[s->m - 1]) * (i == samples ? 0.5 : 1.0);
    }
    *bound = s->k->norm[s->m] * sum * tau / samples;
    return QFP_OK;
}

/* The longest step ≤ limit whose bound stays below rate × τ. */
static qfp_status longest_step(const small_problem *s, double limit, double rate, double *step)
{
    double bound;
    QFP_TRY(error_bound(s, limit, &bound));
    if (bound <= rate * limit) {
        *step = limit;
        return QFP_OK;
    }
    double low = 0.0, high = limit;
    for (int i = 0; i < 40 && high - low > 1e-3 * high; i++) {
        double middle = 0.5 * (low + high);
        QFP_TRY(error_bound(s, middle, &bound));
        *(bound <= rate * middle ? &low : &high) = middle;
    }
    *step = low;
    return QFP_OK;
}

/* Whether the host reads the norms of the first m images, for which it has to wait.
 *
 * A space that is exhausted, as that of a Fock state under Kerr, is not noticed before: its basis
 * goes on with zeros or rounding, in vain.  Reading after 1, 2, 4 … vectors bounds the applications
 * made in vain by those that were needed.  The Krylov space of e^{τL}u is that of u: one that was
 * exhausted ends at the same vector in the next step, and after a full basis that was not nobody
 * looks any more (if u is another one since then, that costs one basis). */
static bool is_time_to_read(const qfp_propagation *p, const krylov *k, int m)
{
    return m == k->size || (p->exhausted > 0.0 && (m == p->exhausted || (m & (m - 1)) == 0));
}

static qfp_status build_basis(qfp_propagator *p, krylov *k, double remaining, double rate,
                              small_problem *s, double *step)
{
    bool exhausted = false;
    for (int j = 0; j < k->size; j++) {
        double share = (double)(j + 1) / k->size, likely = fmin(p->progress.last_step, remaining);
        QFP_TRY(extend(p, k, j));
        QFP_TRY(qfpi_propagator_pulse(p, p->progress.passed + share * likely));
        bool full = j + 1 == k->size;
        /* Near the end of an interval a smaller basis may do: look now and then. */
        bool look = remaining <= 1.01 * p->progress.last_step && j >= 4 && j % 6 == 4;
        if (!look && !is_time_to_read(&p->progress, k, j + 1))
            continue;
        s->m = j + 1;
        QFP_TRY(read_norms(k, &s->m, &exhausted));
        if (!exhausted && !full && !look)
            continue;
        if (s->skew) {
            qfp_skew_tridiagonal_destroy(&s->spectral);
            QFP_TRY(qfp_skew_tridiagonal_create(s->m, k->norm + 1, &s->spectral));
        }
        if (exhausted) {
            p->progress.exhausted = s->m;
            *step = remaining;
            return QFP_OK;
        }
        if (full) {
            p->progress.exhausted = 0.0;
            return longest_step(s, remaining, rate, step);
        }
        double bound;
        QFP_TRY(error_bound(s, remaining, &bound));
        if (bound <= rate * remaining) {
            *step = remaining;
            return QFP_OK;
        }
    }
    return QFP_OK;
}

/* The bound of the step, which also covers what a space called exhausted leaves out: |y| ≤ 1 there.  The
 * norms of the recurrence are at most half the spectral radius of a skew tridiagonal matrix. */
static qfp_status note_step(const small_problem *s, double tau, qfp_propagation *out)
{
    double bound, largest = 0.0;
    QFP_TRY(error_bound(s, tau, &bound));
    for (int j = 1; j < s->m; j++)
        largest = fmax(largest, s->k->norm[j]);
    out->error += bound;
    out->phase += 2.0 * largest * tau;
    out->steps++;
    return QFP_OK;
}

static qfp_status one_step(qfp_propagator *p, krylov *k, qfp_buffer *u, double remaining,
                           double rate, double *advanced)
{
    const qfp_backend *b = p->map->backend;
    const double one = 1.0;
    double y[BASIS_LARGEST];
    QFP_TRY(b->vector->combine(p->map->count, 0.0, k->v[0], 1, &one, &u));
    QFP_TRY(b->recurrence->step(k->recurrence, 0, p->map->count, NULL, k->v[0]));
    k->known = 0;

    small_problem s = {.k = k, .skew = p->map->skew};
    qfp_status status = build_basis(p, k, remaining, rate, &s, advanced);
    if (status == QFP_OK && *advanced <= 1e-12 * remaining)
        status = QFP_FAIL(QFP_TOLERANCE,
                          "the Krylov step fell below %.1e of the time left: the tolerance %g "
                          "cannot be met",
                          1e-12, p->options.tolerance);
    if (status == QFP_OK)
        status = column(&s, *advanced, y);
    if (status == QFP_OK)
        status = note_step(&s, *advanced, &p->progress);
    qfp_skew_tridiagonal_destroy(&s.spectral);
    QFP_TRY(status);
    for (int i = 0; i < s.m; i++)
        y[i] *= k->norm[0];
    QFP_TRY(b->vector->combine(p->map->count, 0.0, u, s.m, y, k->v));
    if (*advanced < remaining || p->progress.last_step == 0.0)
        p->progress.last_step = *advanced;
    return QFP_OK;
}

static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    /* Below about 1e-14 per step rounding rules, not the bound. */
    double rate = fmax(p->options.tolerance / p->options.time_scale, 1e-15);
    double *done = &p->progress.passed;
    while (*done < duration) {
        double advanced;
        QFP_TRY(one_step(p, p->self, u, duration - *done, rate, &advanced));
        *done = advanced >= duration - *done ? duration : *done + advanced;
        if (monitor != NULL)
            QFP_TRY(monitor(data, *done, u));
    }
    return QFP_OK;
}

qfp_status qfpi_krylov_create(qfp_propagator *p)
{
    krylov *k = NULL;
    QFP_TRY(QFP_ALLOCATE(k, 1, "a Krylov propagator"));
    k->backend = p->map->backend;
    size_t vector = p->map->count * sizeof(double);
    size_t fits = p->options.memory > 0 ? p->options.memory / vector : BASIS_LARGEST + 1;
    k->size = fits > BASIS_LARGEST ? BASIS_LARGEST : (int)fits - 1;
    if (k->size < BASIS_SMALLEST)
        k->size = BASIS_SMALLEST;
    qfp_status status;
    size_t columns = (size_t)k->size;
    QFP_TRY_GOTO(QFP_ALLOCATE(k->v, columns + 1, "a Krylov basis"));
    QFP_TRY_GOTO(QFP_ALLOCATE(k->h, (columns + 1) * columns, "a Krylov matrix"));
    QFP_TRY_GOTO(k->backend->recurrence->create(p->map->context, k->size + 1, &k->recurrence));
    for (int i = 0; i <= k->size; i++)
        QFP_TRY_GOTO(k->backend->vector->create(p->map->context, p->map->count, &k->v[i]));
    p->self = k;
    p->progress.exhausted = 1.0; /* nothing is known of u yet */
    p->advance = advance;
    p->destroy = destroy;
done:
    if (status != QFP_OK)
        destroy(k);
    return status;
}
