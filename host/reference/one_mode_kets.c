#include "reference/one_mode_kets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define THERMAL_REST 1e-17
#define SMALLEST_REST 1e-17   /* amplitudes beyond are none */
#define MAX_LEVELS 131072     /* of one mode, while searching how many it needs */
#define MAX_SQUEEZED 4096     /* levels in which number kets are squeezed */
#define MAX_ELEMENTS 33554432 /* of the table of one mode's kets: 512 MiB */

/* A recurrence that starts at e^shift: terms are kept near 1 and the exponent apart, so that
 * neither e^{-|α|²/2} nor the growth that follows leaves the range of a number. */
typedef struct scaled {
    long double complex now, before;
    long double shift, scale; /* scale = e^shift */
} scaled;

static scaled scaled_start(long double complex log_first)
{
    scaled s = {.now = cexpl(I * cimagl(log_first)), .shift = creall(log_first)};
    s.scale = expl(s.shift);
    return s;
}

static void scaled_next(scaled *s, long double complex next)
{
    s->before = s->now;
    s->now = next;
    if (fabsl(creall(next)) + fabsl(cimagl(next)) > 1e1000L) {
        s->now *= 1e-1000L;
        s->before *= 1e-1000L;
        s->shift += 1000.0L * logl(10.0L);
        s->scale = expl(s->shift);
    }
}

qfp_status qfp_ket_set_allocate(size_t count, size_t dim, qfp_ket_set *out)
{
    *out = (qfp_ket_set){.count = count, .dim = dim};
    if (dim > 0 && count > SIZE_MAX / dim)
        return QFP_FAIL(QFP_MEMORY, "%zu kets of dimension %zu are too many", count, dim);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->weight, count, "the weights of the kets"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->ket, count * dim, "the kets"));
done:
    if (status != QFP_OK)
        qfp_ket_set_destroy(out);
    return status;
}

void qfp_ket_set_destroy(qfp_ket_set *set)
{
    free(set->weight);
    free(set->ket);
    *set = (qfp_ket_set){0};
}

/* c_n = ⟨n| D(α) S(ξ) |0⟩, ξ = r e^{iφ}: (a cosh r + a† e^{iφ} sinh r) ψ = β ψ with
 * β = α cosh r + α* e^{iφ} sinh r, read as a recurrence from c_0 upwards, in which ψ is the
 * dominant solution.  r = 0: a coherent ket. */
static void squeezed_ket(double complex alpha, double r, double phi, size_t levels,
                         double complex *out)
{
    long double complex a = alpha, phase = cexpl(I * (long double)phi);
    long double complex nu = phase * sinhl(r), beta = a * coshl(r) + conjl(a) * nu;
    long double mu = coshl(r);
    scaled s = scaled_start(-0.5L * logl(mu) - 0.5L * (a * conjl(a)) -
                            0.5L * phase * tanhl(r) * conjl(a) * conjl(a));
    for (size_t n = 0; n < levels; n++) {
        out[n] = (double complex)(s.now * s.scale);
        scaled_next(&s, (beta * s.now - nu * sqrtl((long double)n) * s.before) /
                            (mu * sqrtl((long double)(n + 1))));
    }
}

/* out[k][n] = ⟨n| D(α) |k⟩ for k < kets, n < levels, along the diagonals n - k, where the
 * recurrence of the Laguerre polynomials in their degree is stable. */
static void displaced_number_kets(double complex alpha, size_t kets, size_t levels,
                                  double complex *out)
{
    long double x = creall((long double complex)alpha * conjl((long double complex)alpha));
    memset(out, 0, kets * levels * sizeof *out);
    if (x == 0.0L) {
        for (size_t k = 0; k < kets && k < levels; k++)
            out[k * levels + k] = 1.0;
        return;
    }
    long double complex forward = (long double complex)alpha / sqrtl(x), backward = -conjl(forward);
    size_t distances = kets > levels ? kets : levels;
    for (size_t m = 0; m < distances; m++) {
        /* ψ_k = √(k!/(k+m)!) x^{m/2} e^{-x/2} L_k^{(m)}(x) */
        long double log_first = 0.5L * (m * logl(x) - x - lgammal((long double)m + 1.0L));
        long double complex up = cpowl(forward, (long double)m);
        long double complex down = cpowl(backward, (long double)m);
        scaled s = scaled_start(log_first);
        for (size_t k = 0; k < distances - m; k++) {
            if (k < kets && k + m < levels)
                out[k * levels + k + m] = (double complex)(up * s.now * s.scale);
            if (m > 0 && k + m < kets && k < levels)
                out[(k + m) * levels + k] = (double complex)(down * s.now * s.scale);
            long double kk = (long double)k, mm = (long double)m;
            scaled_next(&s,
                        ((2.0L * kk + mm + 1.0L - x) * s.now - sqrtl(kk * (kk + mm)) * s.before) /
                            sqrtl((kk + 1.0L) * (kk + mm + 1.0L)));
        }
    }
}

/* out[k][n] = ⟨n| S(ξ) |k⟩ for k < kets, S = e^X, X = (ξ* a² − ξ a†²)/2: Taylor steps of a length
 * below 1/‖X‖ in a basis of `size` levels, which nothing may reach the end of. */
static qfp_status squeezed_number_kets(double r, double phi, size_t kets, size_t size,
                                       double complex *out)
{
    const int terms = 24; /* 1/24! is below rounding */
    double complex xi = r * cexp(I * phi), *term = NULL, *next = NULL;
    double steps = ceil(fabs(r) * (double)size);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(term, size + 2, "a squeezed ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(next, size + 2, "a squeezed ket"));
    memset(out, 0, kets * size * sizeof *out);
    for (size_t k = 0; k < kets; k++) {
        double complex *psi = out + k * size;
        psi[k] = 1.0;
        for (double step = 0.0; step < steps; step++) {
            memcpy(term, psi, size * sizeof *psi);
            for (int j = 1; j <= terms; j++) {
                for (size_t n = 0; n < size; n++) {
                    double up = sqrt((n + 1.0) * (n + 2.0)), down = n > 1 ? sqrt(n * (n - 1.0)) : 0;
                    next[n] =
                        0.5 / (steps * j) *
                        (conj(xi) * up * term[n + 2] - (n > 1 ? xi * down * term[n - 2] : 0.0));
                    psi[n] += next[n];
                }
                memcpy(term, next, size * sizeof *term);
            }
        }
    }
done:
    free(term);
    free(next);
    return status;
}

/* out[k][n] = ⟨n| D(α) S(ξ) |k⟩ = Σ_j ⟨n|D|j⟩⟨j|S|k⟩ */
static qfp_status displaced_squeezed_kets(const qfp_state *state, int mode, size_t kets,
                                          size_t levels, double complex *out)
{
    /* S|k⟩ fills k e^{2|r|} levels and falls like tanh^n |r|, e^{−40} after 20 e^{2|r|} more */
    double stretch = exp(2.0 * fabs(state->r[mode]));
    double wanted = ((double)kets + 20.0) * stretch + 40.0;
    if (!(wanted < MAX_SQUEEZED))
        return QFP_FAIL(QFP_RESOLUTION,
                        "initial.squeezed_thermal: nbar = %.6g and r = %.6g of mode %d need %.3g "
                        "levels of the reference, at most %d are possible; use basis: fourier, or "
                        "a smaller nbar or r",
                        state->nbar[mode], state->r[mode], mode + 1, wanted, MAX_SQUEEZED);
    size_t size = (size_t)wanted;
    double complex *squeezed = NULL, *displaced = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(squeezed, kets * size, "squeezed kets"));
    QFP_TRY_GOTO(QFP_ALLOCATE(displaced, size * levels, "displaced kets"));
    QFP_TRY_GOTO(squeezed_number_kets(state->r[mode], state->phi[mode], kets, size, squeezed));
    displaced_number_kets(state->alpha[mode], size, levels, displaced);
    for (size_t k = 0; k < kets; k++)
        for (size_t j = 0; j < size; j++)
            for (size_t n = 0; n < levels; n++)
                out[k * levels + n] += squeezed[k * size + j] * displaced[j * levels + n];
done:
    free(squeezed);
    free(displaced);
    return status;
}

/* Smallest K for which the weights nbar^k/(1+nbar)^{k+1} beyond k < K sum to less than 1e-17. */
static size_t thermal_count(double nbar)
{
    if (nbar <= 0.0)
        return 1;
    return 1 + (size_t)ceil(log(THERMAL_REST) / log(nbar / (1.0 + nbar)));
}

static qfp_status thermal_kets(const qfp_state *state, int mode, size_t levels, qfp_ket_set *out)
{
    double nbar = state->nbar[mode];
    double complex alpha = state->alpha[mode];
    size_t count = thermal_count(nbar);
    bool squeezed = state->r[mode] != 0.0;
    if (alpha == 0.0 && !squeezed && count > levels)
        count = levels; /* number kets above the basis have no components in it */
    if (count > MAX_ELEMENTS / levels)
        return QFP_FAIL(QFP_MEMORY,
                        "initial: a thermal state of nbar = %.6g in mode %d needs %zu kets of %zu "
                        "levels, too many for the reference; use basis: fourier or fock",
                        nbar, mode + 1, count, levels);
    QFP_TRY(qfp_ket_set_allocate(count, levels, out));
    for (size_t k = 0; k < count; k++)
        out->weight[k] = nbar > 0.0 ? pow(nbar / (1.0 + nbar), (double)k) / (1.0 + nbar) : 1.0;
    qfp_status status = QFP_OK;
    if (squeezed)
        status = displaced_squeezed_kets(state, mode, count, levels, out->ket);
    else
        displaced_number_kets(alpha, count, levels, out->ket);
    if (status != QFP_OK)
        qfp_ket_set_destroy(out);
    return status;
}

qfp_status qfp_one_mode_kets(const qfp_state *state, int mode, size_t levels, qfp_ket_set *out)
{
    if (state->nbar[mode] > 0.0)
        return thermal_kets(state, mode, levels, out);
    QFP_TRY(qfp_ket_set_allocate(1, levels, out));
    out->weight[0] = 1.0;
    if (state->kind == QFP_STATE_FOCK) {
        if ((size_t)state->level[mode] < levels)
            out->ket[state->level[mode]] = 1.0;
    } else {
        squeezed_ket(state->alpha[mode], state->r[mode], state->phi[mode], levels, out->ket);
    }
    return QFP_OK;
}

/* The smallest count of levels beyond which the kets of the set are below the limit. */
static qfp_status needed_levels(const qfp_ket_set *set, double limit, size_t *levels)
{
    double *beyond = NULL;
    QFP_TRY(QFP_ALLOCATE(beyond, set->count, "populations"));
    size_t n = set->dim;
    for (double edge = 0.0; n > 0; n--) {
        edge = 0.0;
        for (size_t k = 0; k < set->count; k++) {
            double complex c = set->ket[k * set->dim + n - 1];
            beyond[k] += creal(c) * creal(c) + cimag(c) * cimag(c);
            edge += set->weight[k] * sqrt(beyond[k]);
        }
        if (!(edge < limit))
            break;
    }
    free(beyond);
    *levels = n > 0 ? n : 1;
    return QFP_OK;
}

qfp_status qfp_one_mode_levels(const qfp_state *state, int mode, double limit, size_t *levels)
{
    if (state->kind == QFP_STATE_FOCK) {
        *levels = (size_t)state->level[mode] + 1;
        return QFP_OK;
    }
    if (state->nbar[mode] > 0.0 && state->r[mode] == 0.0 && state->alpha[mode] == 0.0) {
        *levels = thermal_count(state->nbar[mode]);
        return QFP_OK;
    }
    /* The trial must reach past the centre, or a ket that has not begun would look finished. */
    size_t trial = 32;
    while ((double)trial < 2.0 * pow(cabs(state->alpha[mode]), 2.0) && trial < MAX_LEVELS)
        trial *= 2;
    for (; trial <= MAX_LEVELS; trial *= 2) {
        qfp_ket_set set;
        QFP_TRY(qfp_one_mode_kets(state, mode, trial, &set));
        qfp_status status = needed_levels(&set, limit, levels);
        double norm = 0.0;
        for (size_t i = 0; i < set.count * trial; i++)
            norm += set.weight[i / trial] * pow(cabs(set.ket[i]), 2.0);
        qfp_ket_set_destroy(&set);
        QFP_TRY(status);
        if (*levels <= trial / 2 && norm > 1.0 - 1e-9)
            return QFP_OK;
    }
    return QFP_FAIL(
        QFP_RESOLUTION,
        "initial: the state of mode %d needs more than %d levels of the reference basis; "
        "use basis: fourier",
        mode + 1, MAX_LEVELS);
}

static void add_rest(const qfp_ket_set *set, size_t levels, qfp_rest *out)
{
    for (size_t k = 0; k < set->count; k++) {
        double beyond = 0.0;
        for (size_t n = set->dim; n-- > levels;) { /* the smallest first */
            double complex c = set->ket[k * set->dim + n];
            beyond += creal(c) * creal(c) + cimag(c) * cimag(c);
        }
        out->amplitude += set->weight[k] * sqrt(beyond);
        out->population += set->weight[k] * beyond;
    }
}

qfp_status qfp_one_mode_rest(const qfp_state *state, int mode, size_t levels, qfp_rest *out)
{
    double nbar = state->nbar[mode];
    size_t all;
    qfp_ket_set set;
    *out = (qfp_rest){0};
    if (state->kind == QFP_STATE_FOCK)
        out->population = (size_t)state->level[mode] < levels ? 0.0 : 1.0;
    else if (nbar > 0.0 && state->r[mode] == 0.0 && state->alpha[mode] == 0.0)
        out->population = pow(nbar / (1.0 + nbar), (double)levels);
    if (state->kind == QFP_STATE_FOCK || out->population > 0.0) {
        out->amplitude = out->population; /* of kets that are cut whole */
        return QFP_OK;
    }
    QFP_TRY(qfp_one_mode_levels(state, mode, SMALLEST_REST, &all));
    if (all <= levels)
        return QFP_OK;
    QFP_TRY(qfp_one_mode_kets(state, mode, all, &set));
    add_rest(&set, levels, out);
    qfp_ket_set_destroy(&set);
    return QFP_OK;
}
