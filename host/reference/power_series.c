#include "reference/power_series.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS = 22, NODES = 12 };
/* Σ ‖y_k‖ of a step, over ‖y_0‖: a longer step needs fewer terms per time, and rounds by as much more. */
#define AMPLIFICATION 12.0
#define NEGLIGIBLE 1e-3 /* of what a step may be off by: further terms are left out */
#define TERM_ROUNDING (2.0 * DBL_EPSILON)
/* Of the largest value of a coefficient, what its polynomial may be off by anywhere; and what cannot be
 * told from rounding of its argument where shorter steps bring nothing. */
#define MISFIT 3e-14
#define NOISE 1e-10
#define KINK_SHARE 1e-3 /* of the error of a unit of time, in one step */
#define TIME_ROUNDING (8.0 * DBL_EPSILON)
#define SHORTEST 1e-14 /* step over time */
#define GROWTH 2.0

/* The polynomial of one part on the present step, in powers of s. */
typedef struct polynomial {
    int degree;
    bool is_zero;
    double chebyshev[NODES], power[NODES], misfit, noise;
} polynomial;

struct qfp_power_series {
    qfp_linear linear;
    qfp_drive *drive;
    double error_rate;
    size_t parts, steps;
    double next, error; /* next: length of a step, 0: not yet known */
    double *weight;     /* [parts] largest ‖L_i y‖ so far */
    double complex *term[TERMS + 1], *sum;
    double length[TERMS + 1];      /* ‖y_k‖ */
    polynomial *phi;               /* [parts] */
    double *at;                    /* [parts] */
    double *values;                /* [NODES][parts] */
    double power_of[NODES][NODES]; /* shifted Chebyshev polynomials in powers of s */
};

double qfp_power_series_bytes(double size)
{
    return (TERMS + 2) * size * (double)sizeof(double complex);
}

static void expand_chebyshev(qfp_power_series *s)
{
    s->power_of[0][0] = 1.0;
    s->power_of[1][0] = -1.0;
    s->power_of[1][1] = 2.0;
    for (int k = 2; k < NODES; k++)
        for (int j = 0; j <= k; j++)
            s->power_of[k][j] = (j > 0 ? 4.0 * s->power_of[k - 1][j - 1] : 0.0) -
                                2.0 * s->power_of[k - 1][j] - s->power_of[k - 2][j];
}

qfp_status qfp_power_series_create(const qfp_linear *linear, qfp_drive *drive, double error_rate,
                                   qfp_power_series **out)
{
    qfp_power_series *s = NULL;
    qfp_status status;
    QFP_TRY(QFP_ALLOCATE(s, 1, "a power series"));
    s->linear = *linear;
    s->drive = drive;
    s->error_rate = error_rate;
    s->parts = qfp_drive_parts(drive);
    expand_chebyshev(s);
    for (int k = 0; k <= TERMS; k++)
        QFP_TRY_GOTO(QFP_ALLOCATE(s->term[k], linear->size, "a power series"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->sum, linear->size, "a power series"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->weight, s->parts, "a power series"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->phi, s->parts, "a power series"));
    QFP_TRY_GOTO(QFP_ALLOCATE(s->at, s->parts, "a power series"));
    status = QFP_ALLOCATE(s->values, NODES * s->parts, "a power series");
done:
    if (status != QFP_OK)
        qfp_power_series_destroy(s);
    else
        *out = s;
    return status;
}

void qfp_power_series_destroy(qfp_power_series *s)
{
    if (s == NULL)
        return;
    for (int k = 0; k <= TERMS; k++)
        free(s->term[k]);
    free(s->sum);
    free(s->weight);
    free(s->phi);
    free(s->at);
    free(s->values);
    free(s);
}

/* ---- the coefficients of a step ------------------------------------------------------------ */

static double polynomial_at(const polynomial *p, double s)
{
    double x = 4.0 * s - 2.0, above = 0.0, value = 0.0;
    for (int k = p->degree; k > 0; k--) {
        double next = p->chebyshev[k] + x * value - above;
        above = value;
        value = next;
    }
    return p->chebyshev[0] + 0.5 * x * value - above;
}

/* What rounding of the time makes of the values: that times their slope, at most Σ 2 k² |a_k|/h. */
static double time_rounding(const polynomial *p, double t, double h)
{
    double slope = 0.0;
    for (int k = 1; k <= p->degree; k++)
        slope += 2.0 * k * k * fabs(p->chebyshev[k] / h);
    return TIME_ROUNDING * fmax(fabs(t), fabs(t + h)) * slope;
}

/* Through the values at the nodes, without what is rounding. */
static void interpolate(const qfp_power_series *s, size_t part, double t, double h, polynomial *p)
{
    double largest = 0.0;
    for (int k = 0; k < NODES; k++) {
        double sum = 0.0;
        for (int m = 0; m < NODES; m++)
            sum += s->values[(size_t)m * s->parts + part] *
                   cos(M_PI * k * (2 * m + 1) / (2.0 * NODES)) * (k % 2 == 0 ? 1.0 : -1.0);
        p->chebyshev[k] = (k == 0 ? 1.0 : 2.0) / NODES * sum;
        largest = fmax(largest, fabs(p->chebyshev[k]));
    }
    p->degree = NODES - 1;
    p->noise = time_rounding(p, t, h);
    while (p->degree > 0 &&
           fabs(p->chebyshev[p->degree]) <= 4.0 * DBL_EPSILON * largest + 0.25 * p->noise)
        p->degree--;
    p->is_zero = largest == 0.0;
    for (int j = 0; j < NODES; j++) {
        p->power[j] = 0.0;
        for (int k = j; k <= p->degree; k++)
            p->power[j] += p->chebyshev[k] * s->power_of[k][j];
    }
}

/* At the ends of the intervals between the nodes, and at the points of the mesh. */
static qfp_status find_misfits(qfp_power_series *s, double t, double h)
{
    const qfp_drive_mesh *mesh = qfp_drive_mesh_of(s->drive);
    for (size_t i = 1; i < s->parts; i++)
        s->phi[i].misfit = 0.0;
    for (int m = 0; m <= NODES; m++) {
        double x = 0.5 - 0.5 * cos(M_PI * m / NODES);
        QFP_TRY(qfp_drive_values(s->drive, t + h * x, s->at));
        for (size_t i = 1; i < s->parts; i++)
            s->phi[i].misfit =
                fmax(s->phi[i].misfit, fabs(s->at[i] - polynomial_at(&s->phi[i], x)));
    }
    if (mesh->step == 0.0)
        return QFP_OK;
    double first = ceil((fmin(t, t + h) - mesh->first) / mesh->step);
    double last = floor((fmax(t, t + h) - mesh->first) / mesh->step);
    first = fmax(first, 0.0);
    last = fmin(last, (double)mesh->points - 1.0);
    for (double k = first; k <= last; k++) {
        double x = (mesh->first + k * mesh->step - t) / h;
        for (size_t i = 1; i < s->parts; i++) {
            double value = qfp_drive_samples(s->drive, i)[(size_t)k];
            s->phi[i].misfit = fmax(s->phi[i].misfit, fabs(value - polynomial_at(&s->phi[i], x)));
        }
    }
    return QFP_OK;
}

static qfp_status fit(qfp_power_series *s, double t, double h)
{
    for (int m = 0; m < NODES; m++) {
        double x = 0.5 - 0.5 * cos(M_PI * (2 * m + 1) / (2.0 * NODES));
        QFP_TRY(qfp_drive_values(s->drive, t + h * x, s->values + (size_t)m * s->parts));
    }
    for (size_t i = 1; i < s->parts; i++)
        interpolate(s, i, t, h, &s->phi[i]);
    return find_misfits(s, t, h);
}

static double worst_misfit(const qfp_power_series *s)
{
    double worst = 0.0;
    for (size_t i = 1; i < s->parts; i++)
        worst = fmax(worst, (s->phi[i].misfit - s->phi[i].noise) / qfp_drive_largest(s->drive, i));
    return worst;
}

/* What the polynomials cost over a step of length h. */
static double fit_error(const qfp_power_series *s, double h)
{
    double sum = 0.0;
    for (size_t i = 1; i < s->parts; i++)
        sum += s->phi[i].misfit * s->weight[i];
    return sum * fabs(h);
}

/* Shortens *h until polynomials describe the coefficients. */
static qfp_status fit_step(qfp_power_series *s, double t, double *h)
{
    double before = INFINITY;
    for (;;) {
        QFP_TRY(fit(s, t, *h));
        double worst = worst_misfit(s);
        bool is_noise = worst < NOISE && worst > 0.5 * before;
        if (worst <= MISFIT || is_noise ||
            (worst < 1e-3 && fit_error(s, *h) <= KINK_SHARE * s->error_rate))
            return QFP_OK;
        if (!(fabs(*h) > SHORTEST * fmax(fabs(t), fabs(*h))))
            return QFP_FAIL(QFP_TOLERANCE,
                            "at t = %.10g no step of the reference is short enough for how the "
                            "Hamiltonian or the dissipation depends on the time",
                            t);
        before = worst;
        *h *= 0.5;
    }
}

/* ---- a step -------------------------------------------------------------------------------- */

static void add_scaled(size_t size, double factor, const double complex *x, double complex *y)
{
    const double *from = (const double *)x;
    double *to = (double *)y;
    for (size_t i = 0; i < 2 * size; i++)
        to[i] += factor * from[i];
}

static void scale(size_t size, double factor, double complex *y)
{
    double *to = (double *)y;
    for (size_t i = 0; i < 2 * size; i++)
        to[i] *= factor;
}

/* term[k + 1] from those before. */
static void next_term(qfp_power_series *s, int k, double h)
{
    size_t size = s->linear.size;
    double complex *out = s->term[k + 1];
    memset(out, 0, size * sizeof *out);
    s->linear.add(s->linear.data, 0, s->term[k], out);
    for (size_t i = 1; i < s->parts; i++) {
        const polynomial *p = &s->phi[i];
        if (p->is_zero)
            continue;
        memset(s->sum, 0, size * sizeof *s->sum);
        for (int j = 0; j <= k && j <= p->degree; j++)
            add_scaled(size, p->power[j], s->term[k - j], s->sum);
        s->linear.add(s->linear.data, i, s->sum, out);
    }
    scale(size, h / (k + 1), out);
    s->length[k + 1] = s->linear.norm(s->linear.data, out);
}

static double left_out(const qfp_power_series *s, int terms, double x)
{
    return s->length[terms - 1] * pow(x, terms - 1) + s->length[terms] * pow(x, terms);
}

static double magnitude(const qfp_power_series *s, int terms, double x)
{
    double sum = 0.0;
    for (int k = terms; k >= 0; k--)
        sum = sum * x + s->length[k];
    return sum;
}

/* The largest part x ≤ GROWTH of the step h for which the series will do. */
static double largest_part(const qfp_power_series *s, int terms, double h)
{
    double x = GROWTH;
    while (x > 1e-300) {
        double whole = magnitude(s, terms, x);
        double allowed = s->error_rate * fabs(h) * x + TERM_ROUNDING * whole;
        if (whole <= AMPLIFICATION * s->length[0] && left_out(s, terms, x) <= allowed)
            return x;
        x *= 0.96;
    }
    return 0.0;
}

/* *terms: of the series, all that matter at the length h.  A term depends on as many before it as the
 * polynomials have coefficients: when those are nothing, so are all that follow. */
static bool compute_terms(qfp_power_series *s, double h, const double complex *y, int *terms)
{
    double allowed = NEGLIGIBLE * s->error_rate * fabs(h);
    int needed = 2, negligible = 0;
    for (size_t i = 1; i < s->parts; i++)
        needed = s->phi[i].degree + 2 > needed ? s->phi[i].degree + 2 : needed;
    *terms = 0;
    memcpy(s->term[0], y, s->linear.size * sizeof *y);
    for (int k = 0; k < TERMS && negligible < needed; k++) {
        next_term(s, k, h);
        *terms = k + 1;
        if (!isfinite(s->length[k + 1]))
            return false;
        negligible = s->length[k + 1] <= allowed ? negligible + 1 : 0;
    }
    return true;
}

static void evaluate(const qfp_power_series *s, int terms, double x, double complex *y)
{
    memcpy(y, s->term[terms], s->linear.size * sizeof *y);
    for (int k = terms - 1; k >= 0; k--) {
        scale(s->linear.size, x, y);
        add_scaled(s->linear.size, 1.0, s->term[k], y);
    }
}

/* ‖L_i y‖ of the parts, and from them a first step. */
static qfp_status weigh(qfp_power_series *s, double t, const double complex *y)
{
    double rate = 0.0, length = s->linear.norm(s->linear.data, y);
    QFP_TRY(qfp_drive_values(s->drive, t, s->at));
    for (size_t i = s->next > 0.0 ? 1 : 0; i < s->parts; i++) {
        if (s->at[i] == 0.0)
            continue;
        memset(s->sum, 0, s->linear.size * sizeof *s->sum);
        s->linear.add(s->linear.data, i, y, s->sum);
        double weight = s->linear.norm(s->linear.data, s->sum);
        rate += fabs(s->at[i]) * weight;
        s->weight[i] = fmax(s->weight[i], weight);
    }
    if (s->next == 0.0)
        s->next = rate > 0.0 ? length / rate : INFINITY;
    return QFP_OK;
}

/* From *t towards `to`, or as far as the series goes. */
static qfp_status step(qfp_power_series *s, double *t, double to, double complex *y)
{
    double h = to - *t;
    int terms;
    QFP_TRY(weigh(s, *t, y));
    s->length[0] = s->linear.norm(s->linear.data, y);
    bool is_cut = fabs(h) <= s->next;
    if (!is_cut)
        h = copysign(s->next, h);
    QFP_TRY(fit_step(s, *t, &h));
    while (!compute_terms(s, h, y, &terms)) {
        h *= 1e-3;
        QFP_TRY(fit_step(s, *t, &h));
    }
    double part = largest_part(s, terms, h), x = fmin(part, 1.0);
    if (!(fabs(h) * x > SHORTEST * fabs(*t)))
        return QFP_FAIL(isfinite(s->length[0]) ? QFP_TOLERANCE : QFP_NOT_FINITE,
                        "the reference finds no step at t = %.10g", *t);
    evaluate(s, terms, x, y);
    double whole = magnitude(s, terms, x);
    s->error += left_out(s, terms, x) + TERM_ROUNDING * whole + fit_error(s, h * x);
    bool arrived = x == 1.0 && h == to - *t;
    *t = arrived ? to : *t + h * x;
    double next = 0.98 * part * fabs(h);
    s->next = arrived && is_cut ? fmax(s->next, next) : next;
    s->steps++;
    return QFP_OK;
}

/* The first knot on the way, or the end of it. */
static double next_stop(const qfp_power_series *s, double t, double to)
{
    size_t count;
    const double *knot = qfp_drive_knots(s->drive, &count);
    double stop = to;
    for (size_t k = 0; k < count; k++)
        if (to > t ? knot[k] > t && knot[k] < stop : knot[k] < t && knot[k] > stop)
            stop = knot[k];
    return stop;
}

qfp_status qfp_power_series_advance(qfp_power_series *s, double *t, double to, double complex *y,
                                    const qfp_power_series_hook *hook)
{
    bool goes_on = true;
    while (*t != to && goes_on) {
        QFP_TRY(step(s, t, next_stop(s, *t, to), y));
        QFP_TRY(hook->after_step(hook->data, *t, &goes_on));
    }
    return QFP_OK;
}

double qfp_power_series_error(const qfp_power_series *s)
{
    return s->error;
}

void qfp_power_series_restart(qfp_power_series *s)
{
    s->error = s->next = 0.0;
    memset(s->weight, 0, s->parts * sizeof *s->weight);
}

size_t qfp_power_series_steps(const qfp_power_series *s)
{
    return s->steps;
}

size_t qfp_power_series_carried(const qfp_power_series *s)
{
    return 2 + s->parts;
}

void qfp_power_series_save(const qfp_power_series *s, double *out)
{
    out[0] = s->next;
    out[1] = s->error;
    memcpy(out + 2, s->weight, s->parts * sizeof *out);
}

void qfp_power_series_load(qfp_power_series *s, const double *from)
{
    s->next = from[0];
    s->error = from[1];
    memcpy(s->weight, from + 2, s->parts * sizeof *from);
}
