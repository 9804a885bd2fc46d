#include "fock/fock_initial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_file.h"
#include "fock/fock_total.h"
#include "fock/one_mode_density.h"
#include "state/initial_state.h"

#define NORM_ROUNDING 1e-14  /* of a norm made of overlaps: more is no cut but cancellation */
#define NEGLIGIBLE_CUT 1e-34 /* population: its root is no error of a double */
#define SMALLEST_CUT 1e-14   /* population that 1 − Tr ρ can tell from rounding */
enum { MOST_CHOSEN = 4096 }; /* levels of a mode that may be chosen for it */

/* u += weight |ψ⟩⟨ψ|. */
static void add_ket(const qfp_fock_space *space, double weight, const double complex *psi,
                    double *u)
{
    const double root = sqrt(2.0);
    size_t at = 0;
    for (size_t m = 0; m < space->dimension; m++)
        for (size_t n = m; n < space->dimension; n++, at++) {
            double complex value = weight * psi[m] * conj(psi[n]);
            u[2 * at] += m == n ? creal(value) : root * creal(value);
            u[2 * at + 1] += m == n ? 0.0 : root * cimag(value);
        }
}

/* psi += weight ⊗_j ψ_j. */
static qfp_status add_product_ket(const qfp_fock_space *space, const qfp_state *state,
                                  double complex weight, double complex *psi)
{
    double complex *factor[QFP_MAX_MODES] = {0};
    qfp_status status = QFP_OK;
    for (int j = 0; j < space->modes; j++) {
        int end = qfp_fock_end(space, j);
        QFP_TRY_GOTO(QFP_ALLOCATE(factor[j], end, "a ket"));
        QFP_TRY_GOTO(qfp_fock_one_mode_ket(state, j, end, factor[j]));
    }
    for (size_t m = 0; m < space->dimension; m++) {
        double complex value = weight;
        for (int j = 0; j < space->modes; j++)
            value *= factor[j][qfp_fock_level(space, m, j)];
        psi[m] += value;
    }
done:
    for (int j = 0; j < space->modes; j++)
        free(factor[j]);
    return status;
}

static qfp_status add_state(const qfp_fock_space *space, const qfp_state *s, double weight,
                            double *u, char *warning, size_t size);

/* A state of one mode as a full matrix [levels][levels]. */
static qfp_status factor_density(const qfp_state *part, int levels, double complex *rho,
                                 char *warning, size_t size)
{
    qfp_fock_space space;
    double *u = NULL;
    size_t at = 0, d = (size_t)levels;
    QFP_TRY(qfp_fock_space_set(1, &levels, &space));
    QFP_TRY(QFP_ALLOCATE(u, space.count, "a state of one mode"));
    qfp_status status = add_state(&space, part, 1.0, u, warning, size);
    for (size_t m = 0; status == QFP_OK && m < d; m++)
        for (size_t n = m; n < d; n++, at++) {
            double complex value = CMPLX(u[2 * at], u[2 * at + 1]) / (m == n ? 1.0 : sqrt(2.0));
            rho[m * d + n] = value;
            rho[n * d + m] = conj(value);
        }
    free(u);
    return status;
}

/* ⟨m_j|ρ_j|n_j⟩ of a matrix from the vacuum to the end of the window */
static double complex of_factor(const qfp_fock_space *space, int mode, const double complex *rho,
                                size_t m, size_t n)
{
    size_t end = (size_t)qfp_fock_end(space, mode);
    return rho[(size_t)qfp_fock_level(space, m, mode) * end +
               (size_t)qfp_fock_level(space, n, mode)];
}

/* u += weight ⊗_j ρ_j, built row by row: the product over all modes but the last is taken once per
 * run of the last mode. */
static qfp_status add_product_density(const qfp_fock_space *space, const qfp_state *state,
                                      double weight, double *u, char *warning, size_t size)
{
    double complex *factor[QFP_MAX_MODES] = {0};
    const double root = sqrt(2.0);
    int last = space->modes - 1;
    size_t at = 0, run = (size_t)space->levels[last];
    qfp_status status = QFP_OK;
    for (int j = 0; j <= last; j++) {
        int end = qfp_fock_end(space, j);
        QFP_TRY_GOTO(QFP_ALLOCATE(factor[j], (size_t)end * (size_t)end, "a density matrix"));
        status = state->kind == QFP_STATE_PRODUCT
                     ? factor_density(&state->parts[j], end, factor[j], warning, size)
                     : qfp_fock_one_mode_density(state, j, end, factor[j]);
        if (status != QFP_OK)
            goto done;
    }
    for (size_t m = 0; m < space->dimension; m++) {
        double complex outer = 0.0;
        for (size_t n = m; n < space->dimension; n++, at++) {
            if (n == m || n % run == 0) {
                outer = weight;
                for (int j = 0; j < last; j++)
                    outer *= of_factor(space, j, factor[j], m, n);
            }
            double complex value = outer * of_factor(space, last, factor[last], m, n);
            u[2 * at] += m == n ? creal(value) : root * creal(value);
            u[2 * at + 1] += m == n ? 0.0 : root * cimag(value);
        }
    }
done:
    for (int j = 0; j <= last; j++)
        free(factor[j]);
    return status;
}

static double norm_squared(size_t count, const double complex *psi)
{
    double sum = 0.0;
    for (size_t m = 0; m < count; m++)
        sum += creal(psi[m]) * creal(psi[m]) + cimag(psi[m]) * cimag(psi[m]);
    return sum;
}

static qfp_status add_superposition(const qfp_fock_space *space, const qfp_state *s, double weight,
                                    double *u)
{
    double norm;
    double complex *psi = NULL;
    qfp_cancellation cancelled;
    QFP_TRY(qfp_superposition_norm(s, space->modes, &norm));
    QFP_TRY(qfp_initial_state_cancellation(s, space->modes, &cancelled));
    QFP_TRY(QFP_ALLOCATE(psi, space->dimension, "a ket"));
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < s->part_count && status == QFP_OK; i++)
        status = add_product_ket(space, &s->parts[i], s->weights[i], psi);
    /* a norm that is the difference of overlaps has lost more digits than the ket itself */
    if (cancelled.density > NORM_ROUNDING)
        norm = norm_squared(space->dimension, psi);
    if (status == QFP_OK)
        add_ket(space, weight / norm, psi, u);
    free(psi);
    return status;
}

static qfp_status add_state(const qfp_fock_space *space, const qfp_state *s, double weight,
                            double *u, char *warning, size_t size)
{
    if (s->kind == QFP_STATE_SUPERPOSITION)
        return add_superposition(space, s, weight, u);
    if (s->kind == QFP_STATE_FILE)
        return qfp_fock_file_add(space, s, weight, u, warning, size);
    if (s->kind != QFP_STATE_MIXTURE)
        return add_product_density(space, s, weight, u, warning, size);
    for (size_t i = 0; i < s->part_count; i++)
        QFP_TRY(add_state(space, &s->parts[i], weight * creal(s->weights[i]), u, warning, size));
    return QFP_OK;
}

/* Rows and columns beyond the joint cut become 0. */
static void clear_beyond(const qfp_fock_space *space, double *u)
{
    for (size_t n = 0; n < space->dimension; n++) {
        if (qfp_fock_is_kept(space, n))
            continue;
        for (size_t m = 0; m < n; m++)
            memset(u + 2 * (qfp_fock_offset(space, m) + n - m), 0, 2 * sizeof *u);
        memset(u + 2 * qfp_fock_offset(space, n), 0, 2 * (space->dimension - n) * sizeof *u);
    }
}

qfp_status qfp_fock_initial_fill(const qfp_fock_space *space, const qfp_state *state, double *u,
                                 double *cut, char *warning, size_t size)
{
    if (size > 0)
        warning[0] = '\0';
    memset(u, 0, space->count * sizeof *u);
    QFP_TRY(add_state(space, state, 1.0, u, warning, size));
    clear_beyond(space, u);
    *cut = 1.0;
    for (size_t m = 0; m < space->dimension; m++)
        *cut -= u[2 * qfp_fock_offset(space, m)];
    return QFP_OK;
}

/* Levels that leave less than `cut` of one mode of a product state outside. */
static qfp_status product_levels(const qfp_state *state, int mode, double cut, int *levels)
{
    double population[MOST_CHOSEN];
    for (int tried = 64; tried <= MOST_CHOSEN; tried *= 2) {
        double inside = 0.0;
        int needed = 0;
        QFP_TRY(qfp_fock_one_mode_populations(state, mode, tried, population));
        /* from the end: what is outside is small, 1 − (what is inside) would be rounding */
        for (int n = tried - 1; n >= 0; n--) {
            inside += population[n];
            if (needed == 0 && inside >= cut)
                needed = n + 1;
        }
        if (needed < tried - 8 && fabs(inside - 1.0) < 1e-6) {
            *levels = needed > *levels ? needed : *levels;
            return QFP_OK;
        }
    }
    return QFP_FAIL(QFP_MEMORY,
                    "initial: mode %d needs more than %d levels; give solver.levels, or use "
                    "basis: fourier",
                    mode + 1, MOST_CHOSEN);
}

/* ‖(1 − P) Σ w_i ψ_i‖² ≤ (Σ|w_i|)² max_i (what part i leaves out), to be compared with the norm,
 * which is small where the parts nearly cancel. */
static qfp_status superposition_levels(const qfp_state *state, int modes, double cut, int *levels)
{
    double norm, sum = 0.0;
    QFP_TRY(qfp_superposition_norm(state, modes, &norm));
    for (size_t i = 0; i < state->part_count; i++)
        sum += cabs(state->weights[i]);
    for (size_t i = 0; i < state->part_count; i++)
        QFP_TRY(qfp_fock_initial_levels(&state->parts[i], modes, cut * norm / (sum * sum), levels));
    return QFP_OK;
}

qfp_status qfp_fock_initial_levels(const qfp_state *state, int modes, double cut, int *levels)
{
    switch (state->kind) {
    case QFP_STATE_FILE:
        return qfp_fock_file_levels(state, modes, cut, levels);
    case QFP_STATE_SUPERPOSITION:
        return superposition_levels(state, modes, cut, levels);
    case QFP_STATE_PRODUCT:
        for (int j = 0; j < modes; j++)
            QFP_TRY(qfp_fock_initial_levels(&state->parts[j], 1, cut / modes, &levels[j]));
        return QFP_OK;
    case QFP_STATE_MIXTURE: /* its weights add up to one */
        for (size_t i = 0; i < state->part_count; i++)
            QFP_TRY(qfp_fock_initial_levels(&state->parts[i], modes, cut, levels));
        return QFP_OK;
    default:
        for (int j = 0; j < modes; j++)
            QFP_TRY(product_levels(state, j, cut / modes, &levels[j]));
        return QFP_OK;
    }
}

/* Of one mode of a product state: 2 √(population outside) is a bound for every state, the population
 * itself where ρ is diagonal. */
static qfp_status mode_cut(const qfp_fock_space *space, const qfp_state *state, int mode,
                           double *out)
{
    double population[MOST_CHOSEN], outside = 0.0;
    int all = 1, end = qfp_fock_end(space, mode);
    bool is_diagonal =
        state->kind == QFP_STATE_FOCK || (state->alpha[mode] == 0.0 && state->r[mode] == 0.0);
    bool is_known = product_levels(state, mode, NEGLIGIBLE_CUT, &all) == QFP_OK;
    if (!is_known && end > MOST_CHOSEN) /* far more than would be chosen */
        return QFP_OK;
    if (!is_known)
        all = MOST_CHOSEN;
    QFP_TRY(qfp_fock_one_mode_populations(state, mode, all, population));
    for (int n = all - 1; n >= end; n--)
        outside += population[n];
    for (int n = 0; n < space->first[mode] && n < all; n++)
        outside += population[n];
    *out += is_diagonal ? outside : 2.0 * sqrt(fmin(outside, 1.0));
    return QFP_OK;
}

static qfp_status cut_of(const qfp_fock_space *space, const qfp_state *s, double *out);

static qfp_status cut_of_parts(const qfp_fock_space *space, const qfp_state *s, double *out)
{
    double norm;
    if (s->kind == QFP_STATE_SUPERPOSITION)
        QFP_TRY(qfp_superposition_norm(s, space->modes, &norm));
    for (size_t i = 0; i < s->part_count; i++) {
        double part;
        QFP_TRY(cut_of(space, &s->parts[i], &part));
        *out += part * (s->kind == QFP_STATE_MIXTURE ? creal(s->weights[i])
                                                     : cabs(s->weights[i]) / sqrt(norm));
    }
    return QFP_OK;
}

static qfp_status file_cut(const qfp_fock_space *space, const qfp_state *state, double *out)
{
    double *u = NULL, outside = 0.0;
    QFP_TRY(QFP_ALLOCATE(u, space->count, "the initial state"));
    qfp_status status = qfp_fock_initial_fill(space, state, u, &outside, NULL, 0);
    free(u);
    *out = outside > SMALLEST_CUT ? 2.0 * sqrt(outside) : 0.0;
    return status;
}

/* What is cut of the factors adds up. */
static qfp_status product_cut(const qfp_fock_space *space, const qfp_state *s, double *out)
{
    for (int j = 0; j < space->modes; j++) {
        qfp_fock_space own;
        double factor;
        QFP_TRY(qfp_fock_space_set(1, &space->levels[j], &own));
        own.first[0] = space->first[j];
        QFP_TRY(cut_of(&own, &s->parts[j], &factor));
        *out += factor;
    }
    return QFP_OK;
}

static qfp_status cut_of(const qfp_fock_space *space, const qfp_state *s, double *out)
{
    *out = 0.0;
    if (s->kind == QFP_STATE_PRODUCT)
        return product_cut(space, s, out);
    if (s->kind == QFP_STATE_SUPERPOSITION || s->kind == QFP_STATE_MIXTURE)
        return cut_of_parts(space, s, out);
    if (s->kind == QFP_STATE_FILE)
        return file_cut(space, s, out);
    for (int j = 0; j < space->modes; j++)
        QFP_TRY(mode_cut(space, s, j, out));
    return QFP_OK;
}

qfp_status qfp_fock_initial_error_of(const qfp_fock_space *space, const qfp_state *state,
                                     qfp_fock_initial_error *out)
{
    qfp_cancellation cancelled;
    *out = (qfp_fock_initial_error){0};
    QFP_TRY(qfp_initial_state_cancellation(state, space->modes, &cancelled));
    out->cancelled = 2.0 * cancelled.ket;
    QFP_TRY(cut_of(space, state, &out->cut));
    double beyond;
    QFP_TRY(qfp_fock_total_beyond(state, space->modes, space->weight, space->most, &beyond));
    out->cut += 2.0 * sqrt(beyond);
    return QFP_OK;
}
