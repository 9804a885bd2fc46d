/* chebyshev.c - e^{τL} in Chebyshev polynomials of an ellipse around the field of values of L:
 *     e^{τL} = e^{τσ} [J_0(τf) + 2 Σ_{k≥1} J_k(τf) φ_k(X)],   X = (L − σ)/f,
 *     φ_0 = 1, φ_1 = X, φ_{k+1} = 2Xφ_k + φ_{k−1},
 * with the foci σ ± if.  A skew L with spectrum in i[−ρ, ρ] has σ = 0, f = ρ (Tal-Ezer and Kosloff 1984, with
 * the i^k absorbed).  Around values in [low, high] × i[−ρ, ρ] the ellipse with the semi-axes a = ½(high − low),
 * b ≥ ρ has f² = b² − a² and ‖φ_k‖ ≤ 2 R^k, R = (a + b)/f (Beckermann 2005: Faber polynomials of an
 * ellipse).  No basis to keep and to orthogonalise.  Where values may grow, the norms of the last terms are
 * looked at, so that an ellipse that is too small costs terms and no digits.
 */
#include "evolve/propagator_table.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define LONGEST_PHASE 200.0 /* τb of one step: overhead of the tail of the series below 15 % */
#define LONGEST_DECAY 40.0  /* τa of one step: e^{τa} is how far terms stand above their sum */
#define ROUNDEST 1.25       /* the least b/a: a circle has no foci */
#define NEGLIGIBLE 1e-17
#define SMALLEST_LOSS 4e-15 /* of a step: rounding as it is everywhere */
#define SHORTEST_PHASE 1.0  /* below it shorter steps are of no use */
enum { LOOK = 8 };          /* terms between two looks at their norm */

typedef struct chebyshev {
    const qfp_backend *backend;
    double centre, focus, width, height; /* σ, f, a, b */
    bool is_shared;                      /* by several maps */
    qfp_buffer *previous, *current, *next, *sum;
} chebyshev;

static void destroy(void *self)
{
    chebyshev *c = self;
    c->backend->vector->destroy(c->previous);
    c->backend->vector->destroy(c->current);
    c->backend->vector->destroy(c->next);
    c->backend->vector->destroy(c->sum);
    free(c);
}

static qfp_status norm_of(const chebyshev *c, size_t count, qfp_buffer *x, double *out)
{
    QFP_TRY(c->backend->vector->inner(count, 1, &x, x, out));
    *out = sqrt(*out);
    return QFP_OK;
}

/* previous ← φ_{k+1} = 2Xφ_k + φ_{k−1} of φ_k in `current`; then the two change places. */
static qfp_status next_polynomial(qfp_propagator *p, double factor)
{
    chebyshev *c = p->self;
    const double share[2] = {factor / c->focus, -factor * c->centre / c->focus};
    qfp_buffer *from[2] = {c->next, c->current};
    QFP_TRY(qfp_linear_map_apply(p->map, c->current, c->next));
    QFP_TRY(c->backend->vector->combine(p->map->count, 1.0, c->previous, c->centre != 0.0 ? 2 : 1,
                                        share, from));
    qfp_buffer *swap = c->previous;
    c->previous = c->current;
    c->current = swap;
    return QFP_OK;
}

/* Two terms in a row at rounding end the series: beyond k = τf the coefficients fall faster than any power.
 * `size` of the terms is 1 for a skew L, else what they have grown to. */
static bool has_ended(int k, double phase, double size)
{
    return k > phase && 2.0 * fabs(jn(k, phase)) * size < NEGLIGIBLE &&
           fabs(jn(k + 1, phase)) * size < NEGLIGIBLE;
}

/* sum = e^{τL} u; *lost: of u, relative to it, what rounding leaves. */
static qfp_status one_step(qfp_propagator *p, qfp_buffer *u, double tau, double *lost)
{
    chebyshev *c = p->self;
    const qfp_vector_operations *v = c->backend->vector;
    size_t count = p->map->count;
    double phase = tau * c->focus, decay = exp(tau * c->centre);
    const double unit = 1.0, zero = 0.0;
    bool may_grow = !p->map->skew || c->is_shared;
    double start = 1.0, size = 1.0, largest = 1.0;
    *lost = 0.0;
    if (may_grow)
        QFP_TRY(norm_of(c, count, u, &start));
    /* φ_0 = u and φ_1 = Xu, which half of the recurrence from φ_{−1} = 0 gives */
    QFP_TRY(v->combine(count, 0.0, c->current, 1, &unit, &u));
    QFP_TRY(v->combine(count, 0.0, c->previous, 1, &zero, &u));
    double coefficient = decay * jn(0, phase);
    QFP_TRY(v->combine(count, 0.0, c->sum, 1, &coefficient, &u));
    for (int k = 1;; k++) {
        QFP_TRY(next_polynomial(p, k == 1 ? 1.0 : 2.0));
        coefficient = 2.0 * decay * jn(k, phase);
        QFP_TRY(v->combine(count, 1.0, c->sum, 1, &coefficient, &c->current));
        if (may_grow && (k % LOOK == 0 || has_ended(k, phase, decay * size))) {
            QFP_TRY(norm_of(c, count, c->current, &size));
            size /= start > 0.0 ? start : 1.0;
            if (!isfinite(size))
                return QFP_FAIL(QFP_NOT_FINITE, "the solution is no longer finite");
            largest = fmax(largest, fabs(coefficient) * size);
            *lost = DBL_EPSILON * sqrt((double)k) * largest; /* roundings do not line up */
        }
        if (has_ended(k, phase, may_grow ? decay * size : 1.0))
            return QFP_OK;
        double share = fmin(k / (1.1 * phase + 20.0), 1.0); /* a tail of some terms */
        QFP_TRY(qfpi_propagator_pulse(p, p->progress.passed + share * tau));
    }
}

/* As many equal steps as it takes; shorter ones where terms stood so far above what they add up to that
 * rounding had more than its share of the tolerance. */
static qfp_status advance(qfp_propagator *p, qfp_buffer *u, double duration,
                          qfp_step_monitor monitor, void *data)
{
    chebyshev *c = p->self;
    qfp_propagation *progress = &p->progress;
    double rate = p->options.tolerance / p->options.time_scale;
    while (progress->passed < duration) {
        double left = duration - progress->passed, lost;
        double longest = fmin(LONGEST_PHASE / c->height, LONGEST_DECAY / fmax(c->width, DBL_MIN));
        if (progress->last_step > 0.0)
            longest = fmin(longest, progress->last_step);
        double steps = fmax(ceil(left / longest - 1e-9), 1.0), tau = left / steps;
        QFP_TRY(one_step(p, u, tau, &lost));
        if (lost > fmax(rate * tau, SMALLEST_LOSS) && tau * c->height > SHORTEST_PHASE) {
            progress->last_step = 0.5 * tau;
            continue;
        }
        QFP_TRY(
            c->backend->vector->combine(p->map->count, 0.0, u, 1, &(const double){1.0}, &c->sum));
        progress->error += lost;
        progress->steps++;
        progress->phase += c->height * tau;
        progress->passed = steps == 1.0 ? duration : progress->passed + tau;
        if (monitor != NULL)
            QFP_TRY(monitor(data, progress->passed, u));
    }
    return QFP_OK;
}

/* That the memory for them holds beside none other. */
static size_t most_vectors(const qfp_propagator *p)
{
    return p->options.memory > 0 ? p->options.memory / (p->map->count * sizeof(double)) : SIZE_MAX;
}

static void set_ellipse(chebyshev *c, qfp_field_of_values values)
{
    c->centre = 0.5 * (values.low + values.high);
    c->width = 0.5 * (values.high - values.low);
    c->height = fmax(values.radius, ROUNDEST * c->width);
    if (c->height <= 0.0)
        c->height = 1.0; /* L is a number */
    c->focus = sqrt((c->height - c->width) * (c->height + c->width));
}

/* Around the values of this map too, and a tenth more: of the sums of a Magnus method some weights are
 * negative.  What lies outside all the same is seen where it grows. */
static qfp_status widen(qfp_propagator *p)
{
    chebyshev *c = p->self;
    qfp_field_of_values values, known = {.low = c->centre - c->width,
                                         .high = c->centre + c->width,
                                         .radius = c->is_shared ? c->height : 0.0};
    QFP_TRY(qfp_linear_map_field(p->map, most_vectors(p), &values));
    double margin = 0.1 * fmax(values.radius, values.high - values.low);
    values.radius = fmax(known.radius, values.radius + margin);
    values.high = c->is_shared ? fmax(known.high, values.high) : values.high;
    values.low = c->is_shared ? fmin(known.low, values.low) : values.low;
    c->is_shared = true;
    set_ellipse(c, values);
    return QFP_OK;
}

qfp_status qfpi_chebyshev_create(qfp_propagator *p)
{
    if (!p->map->skew && !p->map->dissipative)
        return QFP_FAIL(QFP_CONFIG,
                        "solver.integrator: chebyshev needs a balanced (skew) generator or that of "
                        "a master equation; use krylov");
    chebyshev *c = NULL;
    QFP_TRY(QFP_ALLOCATE(c, 1, "a Chebyshev propagator"));
    c->backend = p->map->backend;
    qfp_field_of_values values = {0};
    /* before the series takes its vectors */
    qfp_status status = qfp_linear_map_field(p->map, most_vectors(p), &values);
    if (status != QFP_OK)
        goto done;
    set_ellipse(c, values);
    qfp_buffer **buffers[] = {&c->previous, &c->current, &c->next, &c->sum};
    for (int i = 0; i < 4; i++)
        QFP_TRY_GOTO(c->backend->vector->create(p->map->context, p->map->count, buffers[i]));
    p->self = c;
    p->advance = advance;
    p->destroy = destroy;
    p->widen = widen;
done:
    if (status != QFP_OK)
        destroy(c);
    return status;
}
