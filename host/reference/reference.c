#include "reference/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/husimi_sum.h"
#include "reference/lanczos.h"
#include "reference/reference_object.h"
#include "reference/states.h"

#define ACCURACY 1e-10 /* of kets, when the configured tolerance is not tighter */
#define FINEST 1e-13   /* below, rounding at the edge of the basis would look like the state */
#define SPARE_LEVELS 3 /* above what the initial state needs, to see something arrive */
#define GROWTH 1.5
#define MAX_CHOSEN_LEVELS 4096 /* per mode, unless the initial state needs more */
#define MAX_BYTES 6442450944.0 /* 6 GiB */
#define MAX_DIMENSION 200000000.0

/* Error in a ket that the choice of levels and the propagator may each make. */
static double ket_error(const qfp_config *config)
{
    double tolerance = fmin(config->tolerance > 0.0 ? config->tolerance : ACCURACY, ACCURACY);
    return fmax(0.1 * tolerance, FINEST);
}

/* Time that a run and the rehearsal before it move through. */
static double horizon(const qfp_config *config)
{
    double sum = 0.0, before = 0.0;
    for (size_t i = 0; i < config->time_count; i++) {
        sum += fabs(config->times[i] - before);
        before = config->times[i];
    }
    return config->time_count > 0 ? 2.0 * sum : INFINITY;
}

static void clear(qfp_reference *r)
{
    qfp_sparse_destroy(&r->hamiltonian);
    qfp_schrodinger_destroy(r->propagator);
    r->propagator = NULL;
    qfp_ket_set_destroy(&r->kets);
}

void qfp_reference_destroy(qfp_reference *r)
{
    if (r == NULL)
        return;
    clear(r);
    qfp_words_destroy(&r->words);
    free(r);
}

static void describe_levels(const qfp_reference *r, char *text, size_t size)
{
    text[0] = '\0';
    for (int j = 0; j < r->modes; j++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, j == 0 ? "%d" : " x %d", r->levels[j]);
    }
}

static qfp_status check_size(const qfp_reference *r)
{
    double dim = 1.0;
    char text[160];
    for (int j = 0; j < r->modes; j++)
        dim *= r->levels[j];
    double bytes = qfp_sparse_bytes(&r->words, dim) + qfp_lanczos_bytes(dim);
    describe_levels(r, text, sizeof text);
    if (dim > MAX_DIMENSION || bytes > MAX_BYTES)
        return QFP_FAIL(
            QFP_MEMORY,
            "the reference would need a basis of %.4g states (levels %s), about %.3g "
            "GiB; its limit is %.3g GiB: give fewer solver.levels, or use another basis",
            dim, text, bytes / 1073741824.0, MAX_BYTES / 1073741824.0);
    return QFP_OK;
}

static double purity(const qfp_ket_set *set)
{
    double sum = 0.0;
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k <= i; k++) {
            const double complex *x = set->ket + i * set->dim, *y = set->ket + k * set->dim;
            double re = 0.0, im = 0.0;
            for (size_t n = 0; n < set->dim; n++) {
                re += creal(x[n]) * creal(y[n]) + cimag(x[n]) * cimag(y[n]);
                im += creal(x[n]) * cimag(y[n]) - cimag(x[n]) * creal(y[n]);
            }
            sum += (i == k ? 1.0 : 2.0) * set->weight[i] * set->weight[k] * (re * re + im * im);
        }
    return sum;
}

/* Everything that depends on the levels. */
static qfp_status build(qfp_reference *r)
{
    clear(r);
    QFP_TRY(check_size(r));
    QFP_TRY(qfp_sparse_build(r->config, &r->words, r->levels, &r->hamiltonian));
    QFP_TRY(qfp_state_kets(r->config, r->levels, &r->kets));
    r->dim = r->kets.dim;
    r->time = 0.0;
    qfp_schrodinger_choice choice = {.kappa = r->config->kappa,
                                     .tolerance = 0.1 * ket_error(r->config),
                                     .dense_limit = QFP_DENSE_LIMIT,
                                     .horizon = horizon(r->config)};
    return qfp_schrodinger_create(&r->hamiltonian, &choice, &r->kets, &r->propagator);
}

/* Σ_k w_k √(population of ket k in the last `rim` levels of the mode): the size of the error in a
 * ket that comes back from the end of the basis, to first order. */
static double edge_amplitude(const qfp_reference *r, int mode, int rim)
{
    size_t inner = 1, levels = (size_t)r->levels[mode];
    size_t from = rim < r->levels[mode] ? levels - (size_t)rim : 0;
    double sum = 0.0;
    for (int j = mode + 1; j < r->modes; j++)
        inner *= (size_t)r->levels[j];
    for (size_t k = 0; k < r->kets.count; k++) {
        double population = 0.0;
        for (size_t block = 0; block < r->dim; block += levels * inner) {
            const double complex *c = r->kets.ket + k * r->dim + block;
            for (size_t i = from * inner; i < levels * inner; i++)
                population += creal(c[i]) * creal(c[i]) + cimag(c[i]) * cimag(c[i]);
        }
        sum += r->kets.weight[k] * sqrt(population);
    }
    return sum;
}

/* One application of H may skip levels: the rim is as wide as its reach. */
static bool has_arrived(const qfp_reference *r, bool *modes_reached)
{
    bool any = false;
    for (int j = 0; j < r->modes; j++) {
        int rim = r->hamiltonian.reach[j] > 2 ? r->hamiltonian.reach[j] : 2;
        modes_reached[j] =
            r->config->levels[j] == 0 && edge_amplitude(r, j, rim) > ket_error(r->config);
        any = any || modes_reached[j];
    }
    return any;
}

/* Runs through the output times and the middles between them until something arrives at the
 * edge. */
static qfp_status rehearse(qfp_reference *r, bool *modes_reached, bool *arrived)
{
    double before = 0.0;
    *arrived = has_arrived(r, modes_reached);
    for (size_t i = 0; i < r->config->time_count && !*arrived; i++) {
        double t = r->config->times[i];
        if (t == before)
            continue;
        for (int half = 1; half <= 2 && !*arrived; half++) {
            QFP_TRY(qfp_reference_evolve(r, half == 1 ? 0.5 * (before + t) : t));
            *arrived = has_arrived(r, modes_reached);
        }
        before = t;
    }
    return QFP_OK;
}

static qfp_status grow(qfp_reference *r, const int *limit)
{
    for (;;) {
        bool reached[QFP_MAX_MODES] = {false}, arrived;
        QFP_TRY(build(r));
        QFP_TRY(rehearse(r, reached, &arrived));
        if (!arrived)
            return qfp_reference_evolve(r, 0.0);
        for (int j = 0; j < r->modes; j++) {
            if (!reached[j])
                continue;
            if (r->levels[j] >= limit[j])
                return QFP_FAIL(QFP_RESOLUTION,
                                "mode %d still reaches the end of the reference basis with %d "
                                "levels at t = %.6g: the state spreads without bound, or "
                                "solver.levels has to be given",
                                j + 1, r->levels[j], r->time);
            int grown = (int)ceil(GROWTH * r->levels[j]);
            r->levels[j] = grown < limit[j] ? grown : limit[j];
        }
    }
}

static qfp_status choose_levels(qfp_reference *r)
{
    int needed[QFP_MAX_MODES] = {0}, limit[QFP_MAX_MODES];
    bool any_open = false;
    for (int j = 0; j < r->modes; j++) {
        r->levels[j] = r->config->levels[j];
        any_open = any_open || r->levels[j] == 0;
    }
    if (!any_open)
        return build(r);
    /* tighter than the propagation: a mixture loses the cut population itself, not its square root,
     * and moments weigh it with high powers of n */
    QFP_TRY(qfp_state_levels(r->config, 1e-3 * ket_error(r->config), needed));
    for (int j = 0; j < r->modes; j++) {
        if (r->levels[j] == 0)
            r->levels[j] = needed[j] + SPARE_LEVELS;
        limit[j] = r->levels[j] > MAX_CHOSEN_LEVELS / 2 ? 2 * r->levels[j] : MAX_CHOSEN_LEVELS;
    }
    return grow(r, limit);
}

qfp_status qfp_reference_create(const qfp_config *config, qfp_reference **out)
{
    qfp_reference *r = NULL;
    QFP_TRY(qfp_config_require_system(config));
    if (config->modes < 1 || config->modes > QFP_MAX_MODES)
        return QFP_FAIL(QFP_CONFIG, "hamiltonian.modes must be 1 to %d, not %d", QFP_MAX_MODES,
                        config->modes);
    if (!(config->kappa > 0.0) || !isfinite(config->kappa))
        return QFP_FAIL(QFP_CONFIG, "kappa must be positive, not %g", config->kappa);
    for (int j = 0; j < config->modes; j++)
        if (config->levels[j] < 0)
            return QFP_FAIL(QFP_CONFIG, "solver.levels must be positive, not %d",
                            config->levels[j]);
    QFP_TRY(QFP_ALLOCATE(r, 1, "the reference"));
    r->config = config;
    r->modes = config->modes;
    qfp_status status;
    QFP_TRY_GOTO(qfp_hamiltonian_words(config, &r->words));
    QFP_TRY_GOTO(choose_levels(r));
    r->purity = purity(&r->kets);
done:
    if (status != QFP_OK)
        qfp_reference_destroy(r);
    else
        *out = r;
    return status;
}

qfp_status qfp_reference_evolve(qfp_reference *r, double t)
{
    if (!isfinite(t))
        return QFP_FAIL(QFP_USAGE, "the time must be finite, not %g", t);
    QFP_TRY(qfp_schrodinger_evolve(r->propagator, t, &r->kets));
    r->time = t;
    return QFP_OK;
}

void qfp_reference_state(const qfp_reference *r, qfp_reference_kets *out)
{
    *out = (qfp_reference_kets){
        .count = r->kets.count, .dimension = r->dim, .weight = r->kets.weight, .ket = r->kets.ket};
    for (int j = 0; j < r->modes; j++)
        out->levels[j] = r->levels[j];
}
