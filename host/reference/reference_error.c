/* reference_error.c - what the reference may be off by.
 *
 * The whole evolution is unitary, so that of a ket ψ on the kept levels
 *     ‖ψ_whole − ψ‖ ≤ ‖ψ_whole(0) − ψ(0)‖ + (1/κ) ∫ ‖(1 − P) H ψ‖ dt + (propagation, rounding),
 * and ‖ρ_whole − ρ‖₁ ≤ 2 Σ_k w_k (that of ket k).  Amplitudes that are rounding themselves stay in
 * it all the time, and are no state that leaves.  Driven and open systems: driven.h.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/density.h"
#include "reference/reference_object.h"

#define FACTOR_FLOOR 1e-16 /* of populations: below rounding of ρ */
#define QUIET 1e-5         /* of the limit on what has left */
#define NOISE 1e-15        /* amplitudes of a computed ket below are rounding */
#define FLOOR (8.0 * DBL_EPSILON)
enum { FEWEST_LOOKS = 48, MOST_LOOKS = 384, LOOKS_PER_PHASE = 2, MOST_WATCHED = 32 };

/* The spread of the energy, whose product with the time is how far the ket turns. */
static qfp_status energy_spread(const qfp_reference *r, double *spread)
{
    double complex *image = NULL;
    QFP_TRY(QFP_ALLOCATE(image, r->dim, "a ket"));
    *spread = 0.0;
    for (size_t k = 0; k < r->kets.count; k++) {
        const double complex *ket = r->kets.ket + k * r->dim;
        double mean = 0.0, squared = 0.0;
        qfp_sparse_multiply(&r->hamiltonian, ket, image);
        for (size_t i = 0; i < r->dim; i++) {
            mean += creal(ket[i]) * creal(image[i]) + cimag(ket[i]) * cimag(image[i]);
            squared += creal(image[i]) * creal(image[i]) + cimag(image[i]) * cimag(image[i]);
        }
        *spread += r->kets.weight[k] * sqrt(fmax(squared - mean * mean, 0.0));
    }
    free(image);
    return QFP_OK;
}

/* rates[k] of kets of which amplitude [kets][rim] at step `stride` is what leads out; and, over all kets, the shares of
 * the modes. */
static void measure(qfp_reference *r, const double complex *amplitude, size_t stride, double *rates,
                    double *by_mode)
{
    for (int j = 0; j < r->modes; j++)
        by_mode[j] = 0.0;
    for (size_t k = 0; k < r->kets.count; k++) {
        double squared = 0.0, through[QFP_MAX_MODES] = {0.0};
        for (size_t i = 0; i < r->rim_count; i++) {
            double complex c = amplitude[k * stride + i];
            r->clipped[i] = fabs(creal(c)) + fabs(cimag(c)) < NOISE ? 0.0 : c;
        }
        qfp_sparse_multiply(&r->border.matrix, r->clipped, r->outside);
        for (size_t i = 0; i < r->border.matrix.dim; i++) {
            double complex c = r->outside[i];
            double population = creal(c) * creal(c) + cimag(c) * cimag(c);
            squared += population;
            for (int j = 0; j < r->modes; j++)
                through[j] += (r->border.leaves[i] >> j & 1) != 0 ? population : 0.0;
        }
        rates[k] = sqrt(squared) / r->config->kappa;
        for (int j = 0; j < r->modes; j++)
            by_mode[j] += r->kets.weight[k] * sqrt(through[j]) / r->config->kappa;
    }
}

/* The states that lead out, ascending; columns of the border count among them from now on. */
static qfp_status find_rim(qfp_reference *r)
{
    qfp_sparse *border = &r->border.matrix;
    int32_t *place = NULL;
    QFP_TRY(QFP_ALLOCATE(place, r->dim, "the rim of the basis"));
    for (size_t e = 0; e < border->row[border->dim]; e++)
        place[border->column[e]] = 1;
    r->rim_count = 0;
    for (size_t i = 0; i < r->dim; i++)
        r->rim_count += place[i] != 0;
    qfp_status status = QFP_ALLOCATE(r->rim, r->rim_count, "the rim of the basis");
    for (size_t i = 0, at = 0; i < r->dim && status == QFP_OK; i++)
        if (place[i] != 0) {
            r->rim[at] = (int32_t)i;
            place[i] = (int32_t)at++;
        }
    for (size_t e = 0; e < border->row[border->dim] && status == QFP_OK; e++)
        border->column[e] = place[border->column[e]];
    free(place);
    return status;
}

/* ρ is factored for all who ask for kets, where it is not only a rehearsal. */
static qfp_status take_state(qfp_reference *r)
{
    const qfp_system_words *words;
    qfp_driven_error error;
    r->density = qfp_driven_density(r->driven);
    r->time = qfp_driven_time(r->driven);
    qfp_driven_error_now(r->driven, &error);
    memcpy(r->lost_by_mode, error.lost_by_mode, sizeof r->lost_by_mode);
    if (isfinite(r->lost_limit))
        return QFP_OK;
    QFP_TRY(qfp_drive_words(r->drive, r->time, &words));
    qfp_sparse_destroy(&r->hamiltonian);
    QFP_TRY(qfp_sparse_build(r->config, &words->hamiltonian, &r->kept, &r->hamiltonian));
    qfp_ket_set_destroy(&r->kets);
    if (r->density == NULL)
        return qfp_driven_kets(r->driven, &r->kets);
    return qfp_density_factor(r->dim, r->density, fmax(FACTOR_FLOOR, error.propagation), &r->kets,
                              &r->left_out);
}

qfp_status qfp_reference_watch(qfp_reference *r)
{
    double spread, by_mode[QFP_MAX_MODES], end = 0.0;
    for (int j = 0; j < r->modes; j++)
        r->lost_by_mode[j] = 0.0;
    if (r->driven != NULL)
        return take_state(r);
    if (r->flow != NULL && r->rate == NULL) {
        QFP_TRY(QFP_ALLOCATE(r->rate, 3 * r->kets.count, "the losses of the kets"));
        r->lost = r->rate + r->kets.count;
    }
    if (r->flow != NULL)
        return qfp_quadrature_flow_at(r->flow, r->time, &r->kets, r->lost, r->rate);
    if (r->border.matrix.dim == 0) {
        r->look = INFINITY;
        return QFP_OK;
    }
    if (r->rate == NULL) {
        QFP_TRY(QFP_ALLOCATE(r->rate, 3 * r->kets.count, "the losses of the kets"));
        r->lost = r->rate + r->kets.count;
        QFP_TRY(find_rim(r));
        QFP_TRY(qfp_schrodinger_watch(r->propagator, r->rim_count, r->rim));
        QFP_TRY(QFP_ALLOCATE(r->clipped, r->rim_count, "a ket"));
        QFP_TRY(QFP_ALLOCATE(r->outside, r->border.matrix.dim, "a ket"));
        QFP_TRY(QFP_ALLOCATE(r->watched, MOST_WATCHED * r->kets.count * r->rim_count, "a ket"));
    }
    for (size_t k = 0; k < r->kets.count; k++) {
        r->lost[k] = 0.0;
        for (size_t i = 0; i < r->rim_count; i++)
            r->watched[k * r->rim_count + i] = r->kets.ket[k * r->dim + (size_t)r->rim[i]];
    }
    measure(r, r->watched, r->rim_count, r->rate, by_mode);
    QFP_TRY(energy_spread(r, &spread));
    for (size_t i = 0; i < r->config->time_count; i++)
        end = fmax(end, fabs(r->config->times[i]));
    double looks = ceil(LOOKS_PER_PHASE * spread * end / r->config->kappa);
    r->look = end > 0.0 ? end / fmin(fmax(looks, FEWEST_LOOKS), MOST_LOOKS) : INFINITY;
    return QFP_OK;
}

void qfp_reference_unwatch(qfp_reference *r)
{
    free(r->rate);
    free(r->clipped);
    free(r->outside);
    free(r->watched);
    free(r->rim);
    free(r->quiet);
    r->quiet = NULL;
    r->rate = r->lost = NULL;
    r->clipped = r->outside = r->watched = NULL;
    r->rim = NULL;
}

/* One look at what leaves, `passed` after the one before. */
static void add_loss(qfp_reference *r, double passed, const double complex *amplitude,
                     size_t stride)
{
    double by_mode[QFP_MAX_MODES], *now = r->rate + 2 * r->kets.count;
    measure(r, amplitude, stride, now, by_mode);
    for (size_t k = 0; k < r->kets.count; k++) {
        r->lost[k] += passed * fmax(r->rate[k], now[k]);
        r->rate[k] = now[k];
    }
    for (int j = 0; j < r->modes; j++)
        r->lost_by_mode[j] += passed * by_mode[j];
}

/* To time t by way of so many looks, equally far apart, the last one there; *crossed is the time of the look at which too
 * much had left, else t. */
static qfp_status pass(qfp_reference *r, double t, size_t looks, double *crossed)
{
    double at[MOST_WATCHED], from = r->time, apart = (t - from) / (double)looks;
    size_t stride = looks * r->rim_count;
    for (size_t i = 0; i < looks; i++)
        at[i] = (i + 1 < looks ? from + (double)(i + 1) * apart : t) - r->origin;
    QFP_TRY(qfp_schrodinger_evolve_watched(r->propagator, t - r->origin,
                                           r->rate != NULL ? looks : 0, at, r->watched, &r->kets));
    r->time = *crossed = t;
    for (size_t i = 0; i < looks && r->rate != NULL; i++) {
        add_loss(r, fabs(apart), r->watched + i * r->rim_count, stride);
        *crossed = at[i] + r->origin;
        if (qfp_reference_lost(r) > r->lost_limit)
            break;
    }
    return QFP_OK;
}

/* A pass of a rehearsal.  Where too much has left, the kets become those of the last moment when nothing had: what
 * the end of the basis throws back has high energies, and would find the end of any wider one. */
static qfp_status rehearse(qfp_reference *r, double t, size_t looks)
{
    double crossed;
    size_t size = r->kets.count * r->dim * sizeof *r->kets.ket;
    if (isinf(r->lost_limit))
        return pass(r, t, looks, &crossed);
    if (r->quiet == NULL)
        QFP_TRY(QFP_ALLOCATE(r->quiet, r->kets.count * r->dim, "a ket"));
    if (qfp_reference_lost(r) <= QUIET * r->lost_limit) {
        memcpy(r->quiet, r->kets.ket, size);
        r->quiet_time = r->time;
    }
    QFP_TRY(pass(r, t, looks, &crossed));
    if (qfp_reference_lost(r) > r->lost_limit) {
        memcpy(r->kets.ket, r->quiet, size);
        r->crossed = crossed;
        r->time = r->quiet_time;
    }
    return QFP_OK;
}

double qfp_reference_lost(const qfp_reference *r)
{
    double sum = 0.0;
    qfp_driven_error error;
    if (r->driven != NULL) {
        qfp_driven_error_now(r->driven, &error);
        return 0.5 * error.lost;
    }
    for (size_t k = 0; r->rate != NULL && k < r->kets.count; k++)
        sum += r->kets.weight[k] * fmin(r->lost[k], 2.0);
    return sum;
}

static qfp_status evolve_driven(qfp_reference *r, double t)
{
    bool is_open = r->config->channel_count > 0;
    if (is_open && t < 0.0)
        return QFP_FAIL(QFP_USAGE,
                        "with dissipation there is no time before t = 0, and this one is %g", t);
    if (t == 0.0 || (is_open && t < r->time))
        QFP_TRY(qfp_driven_restart(r->driven));
    QFP_TRY(qfp_driven_evolve(r->driven, t, 2.0 * r->lost_limit));
    return take_state(r);
}

qfp_status qfp_reference_evolve(qfp_reference *r, double t)
{
    double from = r->time, looks = fmax(ceil(fabs(t - from) / r->look), 1.0);
    if (!isfinite(t))
        return QFP_FAIL(QFP_USAGE, "the time must be finite, not %g", t);
    if (r->driven != NULL)
        return evolve_driven(r, t);
    if (r->flow != NULL) {
        r->time = t;
        return qfp_quadrature_flow_at(r->flow, t, &r->kets, r->lost, r->rate);
    }
    if (t == from && t != 0.0) /* there already: a move by nothing would round */
        return QFP_OK;
    if (t == 0.0) { /* the kets of the start, and nothing lost */
        QFP_TRY(qfp_schrodinger_evolve(r->propagator, t, &r->kets));
        r->time = t;
        return qfp_reference_watch(r);
    }
    /* as many at a time as one move of the propagator has use for */
    double most = qfp_schrodinger_stride(r->propagator) / (fabs(t - from) / looks);
    double together = fmin(fmax(floor(most), 1.0), MOST_WATCHED);
    for (double done = 0.0; done < looks && qfp_reference_lost(r) <= r->lost_limit;) {
        double next = fmin(done + together, looks);
        double end = next < looks ? from + (t - from) * next / looks : t;
        QFP_TRY(rehearse(r, end, (size_t)(next - done)));
        done = next;
    }
    return QFP_OK;
}

/* Rates and integrals of all kets. */
static size_t watched(const qfp_reference *r)
{
    return r->rate != NULL ? 2 * r->kets.count : 0;
}

size_t qfp_reference_carried(const qfp_reference *r)
{
    if (r->driven != NULL)
        return qfp_driven_carried(r->driven);
    if (r->flow != NULL)
        return 1;
    return 1 + QFP_MAX_MODES + watched(r) + qfp_schrodinger_carried(r->propagator);
}

void qfp_reference_save(const qfp_reference *r, double *out)
{
    if (r->driven != NULL) {
        qfp_driven_save(r->driven, out);
        return;
    }
    *out++ = r->time;
    if (r->flow != NULL)
        return;
    memcpy(out, r->lost_by_mode, sizeof r->lost_by_mode);
    out += QFP_MAX_MODES;
    if (r->rate != NULL)
        memcpy(out, r->rate, watched(r) * sizeof *out);
    qfp_schrodinger_save(r->propagator, out + watched(r));
}

qfp_status qfp_reference_load(qfp_reference *r, const double *from)
{
    if (r->driven != NULL) {
        qfp_driven_load(r->driven, from);
        return take_state(r);
    }
    if (r->flow != NULL)
        return qfp_reference_evolve(r, *from);
    r->time = *from++;
    memcpy(r->lost_by_mode, from, sizeof r->lost_by_mode);
    from += QFP_MAX_MODES;
    if (r->rate != NULL)
        memcpy(r->rate, from, watched(r) * sizeof *from);
    return qfp_schrodinger_load(r->propagator, r->time, from + watched(r), &r->kets);
}

/* Of the mean of any one operator between −1 and 1 over N trajectories: no such mean scatters by more. */
static double sampling_error(const qfp_reference *r)
{
    size_t count = qfp_driven_trajectories(r->driven);
    return count > 0 ? SAMPLING_DEVIATIONS / sqrt((double)count) : 0.0;
}

static void driven_error(const qfp_reference *r, qfp_reference_error *out)
{
    qfp_driven_error error;
    qfp_driven_error_now(r->driven, &error);
    *out = (qfp_reference_error){.cut = 2.0 * r->initial_error.cut.amplitude,
                                 .lost = error.lost,
                                 .rounding =
                                     2.0 * (r->initial_error.cancelled + FLOOR) + error.propagation,
                                 .sampling = sampling_error(r),
                                 .population = r->initial_error.cut.population + error.population};
    out->state = fmin(out->cut + out->lost + out->rounding, 2.0) + out->sampling;
}

qfp_status qfp_reference_error_now(const qfp_reference *r, qfp_reference_error *out)
{
    double *own = NULL;
    if (r->driven != NULL) {
        driven_error(r, out);
        return QFP_OK;
    }
    QFP_TRY(QFP_ALLOCATE(own, r->kets.count, "the errors of the kets"));
    if (r->flow != NULL)
        memcpy(own, r->rate, r->kets.count * sizeof *own);
    else
        qfp_schrodinger_errors(r->propagator, own);
    *out = (qfp_reference_error){.cut = 2.0 * r->initial_error.cut.amplitude,
                                 .lost = 2.0 * qfp_reference_lost(r),
                                 .rounding = 2.0 * (r->initial_error.cancelled + FLOOR),
                                 .population = r->initial_error.cut.population};
    for (size_t k = 0; k < r->kets.count; k++) {
        double weight = r->kets.weight[k], lost = r->rate != NULL ? fmin(r->lost[k], 2.0) : 0.0;
        out->rounding += 2.0 * weight * own[k];
        out->population += weight * lost * lost;
    }
    out->state = fmin(out->cut + out->lost + out->rounding, 2.0);
    free(own);
    return QFP_OK;
}
