/* two_time_spectrum.c - the spectrum of a two-time correlation. */
#include <math.h>
#include <stdlib.h>

#include "core/spline_transform.h"
#include "run/two_time.h"

#define FAINT 0.01 /* of the largest value: beyond, nothing is to be seen */
#define CLOSER 0.3 /* of the difference, not 1/15: delays may be too few for that */
enum { FEWEST_DELAYS = 8, FEWEST_FREQUENCIES = 201 };

/* A spline through some of the delays. */
typedef struct table {
    size_t count;
    double *tau;
    double complex *value, *bends;
} table;

/* Every `stride`-th delay, and the last. */
static qfp_status table_create(const qfp_two_time *c, size_t stride, table *out)
{
    size_t last = c->asked->count - 1;
    *out = (table){0};
    QFP_TRY(QFP_ALLOCATE(out->tau, last + 1, "a spectrum"));
    QFP_TRY(QFP_ALLOCATE(out->value, 2 * (last + 1), "a spectrum"));
    out->bends = out->value + last + 1;
    for (size_t i = 0; i <= last; i++)
        if (i % stride == 0 || i == last) {
            out->tau[out->count] = c->asked->tau[i];
            out->value[out->count++] = c->connected[i];
        }
    return qfp_spline_create(out->count, out->tau, out->value, out->bends);
}

static void table_destroy(table *t)
{
    free(t->tau);
    free(t->value);
}

static double spectrum(const table *t, double omega)
{
    return 2.0 * creal(qfp_spline_transform(t->count, t->tau, t->value, t->bends, omega));
}

/* The next of 1, 1.5, 2, 3, … times a power of ten, where an axis may well end; and the last digit of what is seen does
 * not move it. */
static double round_up(double value)
{
    static const double ends[] = {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
    double power = pow(10.0, floor(log10(value)));
    int i = 0;
    while (ends[i] * power < value)
        i++;
    return ends[i] * power;
}

/* What the values may be off by adds up over the delays. */
static double integrated_error(const qfp_two_time *c)
{
    const double *tau = c->asked->tau;
    double sum = 0.0;
    for (size_t i = 0; i + 1 < c->asked->count; i++)
        sum += (tau[i + 1] - tau[i]) * fmax(c->connected_error[i], c->connected_error[i + 1]);
    return 2.0 * sum;
}

/* As wide as the spectrum is seen above its error, and every π/T at least. */
static qfp_status choose_frequencies(const table *t, qfp_two_time *c)
{
    double step = M_PI / t->tau[t->count - 1], largest = 0.0;
    double faintest = integrated_error(c);
    size_t half = t->count - 1, seen = 0;
    double *all = NULL;
    QFP_TRY(QFP_ALLOCATE(all, 2 * half + 1, "a spectrum"));
    for (size_t k = 0; k <= 2 * half; k++) {
        all[k] = fabs(spectrum(t, step * ((double)k - (double)half)));
        largest = fmax(largest, all[k]);
    }
    for (size_t k = 0; k <= half; k++)
        if (fmax(all[half - k], all[half + k]) > fmax(FAINT * largest, faintest))
            seen = k;
    free(all);
    double edge = round_up(1.1 * step * (double)(seen + 1));
    size_t count = 2 * (size_t)ceil(edge / step) + 1;
    c->omega_count = count > FEWEST_FREQUENCIES ? count : FEWEST_FREQUENCIES;
    QFP_TRY(QFP_ALLOCATE(c->omega, c->omega_count, "a spectrum"));
    for (size_t k = 0; k < c->omega_count; k++)
        c->omega[k] = edge * (2.0 * (double)k / (double)(c->omega_count - 1) - 1.0);
    return QFP_OK;
}

static qfp_status take_frequencies(const qfp_frequency_range *range, qfp_two_time *c)
{
    c->omega_count = (size_t)range->count;
    QFP_TRY(QFP_ALLOCATE(c->omega, c->omega_count, "a spectrum"));
    for (size_t k = 0; k < c->omega_count; k++)
        c->omega[k] =
            range->from + (range->to - range->from) * (double)k / (double)(c->omega_count - 1);
    return QFP_OK;
}

/* Knots twice as far apart make 16 times the error; the largest difference counts, since it changes its sign on
 * the way. */
static qfp_status evaluate(const table *fine, const table *coarse, qfp_two_time *c)
{
    double given = integrated_error(c), largest = 0.0;
    QFP_TRY(QFP_ALLOCATE(c->spectrum, c->omega_count, "a spectrum"));
    QFP_TRY(QFP_ALLOCATE(c->spectrum_error, c->omega_count, "a spectrum"));
    for (size_t k = 0; k < c->omega_count; k++) {
        c->spectrum[k] = spectrum(fine, c->omega[k]);
        largest = fmax(largest, fabs(c->spectrum[k] - spectrum(coarse, c->omega[k])));
    }
    for (size_t k = 0; k < c->omega_count; k++)
        c->spectrum_error[k] = given + CLOSER * largest;
    return QFP_OK;
}

qfp_status qfp_two_time_transform(qfp_two_time *c)
{
    table fine = {0}, coarse = {0};
    qfp_status status;
    if (c->asked->count < FEWEST_DELAYS)
        return QFP_OK;
    QFP_TRY_GOTO(table_create(c, 1, &fine));
    QFP_TRY_GOTO(table_create(c, 2, &coarse));
    QFP_TRY_GOTO(c->asked->omega.count > 0 ? take_frequencies(&c->asked->omega, c)
                                           : choose_frequencies(&fine, c));
    status = evaluate(&fine, &coarse, c);
done:
    table_destroy(&fine);
    table_destroy(&coarse);
    return status;
}
