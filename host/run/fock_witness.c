#include "run/fock_witness.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dense.h"
#include "core/hermitian.h"
#include "core/ranks.h"
#include "io/config_observables.h"
#include "run/fock_plan.h"
#include "run/output_timing.h"

#define FINER 0.01 /* the reference's tolerance, of the run's */
/* A passage of the witness: kets cost less than ρ, a second density matrix as much as the run itself. */
#define MOST_SECONDS 20.0
#define MOST_SECONDS_OPEN 2.0
#define MOST_PRODUCTS 3e9  /* of elements of kets, in one comparison */
enum { MOST_DENSE = 600 }; /* states of a difference whose trace norm is computed */
enum { ROWS = 64 };        /* of ρ_exact at once */
#define FAR_ENOUGH 0.01    /* of the tolerance: below, a bound on the trace norm will do */

qfp_status qfp_fock_witness_create(const qfp_config *config, const qfp_equation *equation,
                                   qfp_fock_witness *out)
{
    *out = (qfp_fock_witness){.config = *config};
    if (!equation->is_exact)
        return QFP_OK;
    out->config.basis = QFP_BASIS_REFERENCE;
    out->config.tolerance = FINER * config->tolerance;
    memset(out->config.levels, 0, sizeof out->config.levels);
    if (qfpi_ranks_failed(qfp_reference_create_within(
            &out->config, equation->is_open ? MOST_SECONDS_OPEN : MOST_SECONDS, &out->reference)))
        return QFP_OK; /* too large for it, or no kets */
    QFP_TRY(qfp_config_observables(config, QFP_OF_RUNS, &out->list));
    QFP_TRY(QFP_ALLOCATE(out->values, out->list.count, "observables"));
    return qfp_reference_means_create(out->reference, &out->list, &out->means);
}

qfp_status qfp_fock_witness_expect(const qfp_config *config, const qfp_equation *equation,
                                   const int *levels, double seconds, qfp_fock_witness *out,
                                   double *expected)
{
    double ratio;
    qfp_reference_expectation e;
    double most = equation->is_open ? MOST_SECONDS_OPEN : MOST_SECONDS;
    *out = (qfp_fock_witness){.config = *config};
    *expected = 0.0;
    if (!equation->is_exact)
        return QFP_OK;
    out->config.basis = QFP_BASIS_REFERENCE;
    out->config.tolerance = FINER * config->tolerance;
    memset(out->config.levels, 0, sizeof out->config.levels);
    if (qfpi_ranks_failed(qfp_reference_try(&out->config, seconds, &out->reference, &e))) {
        *expected = e.choosing; /* and so in the run */
        return QFP_OK;
    }
    if (out->reference != NULL)
        *expected = 2.0 * e.choosing;
    else if (e.passage <= most)
        *expected = fmin(qfp_expected_passage(&e, config->modes, levels, &ratio), most);
    return QFP_OK;
}

void qfp_fock_witness_limit(const qfp_fock_witness *w, qfp_plan *plan)
{
    qfp_reference_kets kets;
    int levels[QFP_MAX_MODES];
    if (w->reference == NULL)
        return;
    qfp_reference_state(w->reference, &kets);
    for (int j = 0; j < plan->modes; j++) {
        int above = kets.levels[j] - plan->first[j];
        levels[j] = above > 0 && above < plan->levels[j] ? above : plan->levels[j];
    }
    qfp_fock_plan_size(&w->config, levels, plan);
}

void qfp_fock_witness_destroy(qfp_fock_witness *w)
{
    qfp_reference_means_destroy(&w->means);
    qfp_observable_list_destroy(&w->list);
    qfp_reference_destroy(w->reference);
    free(w->values);
    *w = (qfp_fock_witness){0};
}

/* ---- the distance of the states ------------------------------------------------------------ */

#define ABSENT QFP_NOT_KEPT

typedef struct comparison {
    const qfp_fock_space *space;
    qfp_reference_kets kets;
    const double *packed;
    size_t *place;      /* [D] of a kept state in the kets, or ABSENT */
    bool *is_kept;      /* [kets.dimension] */
    double complex *at; /* [D][kets] amplitudes of the kept states, times the root of the weight */
} comparison;

static void comparison_destroy(comparison *c)
{
    free((void *)c->packed);
    free(c->place);
    free(c->is_kept);
    free(c->at);
}

static size_t place_in_kets(const comparison *c, size_t m)
{
    int n[QFP_MAX_MODES] = {0};
    for (int j = 0; j < c->space->modes; j++)
        n[j] = qfp_fock_level(c->space, m, j);
    return qfp_kept_place(c->kets.kept, n);
}

static qfp_status comparison_create(const qfp_fock_witness *w, const qfp_fock_stage *stage,
                                    comparison *c)
{
    const qfp_fock_space *space = &stage->space;
    double *packed = NULL;
    *c = (comparison){.space = space};
    qfp_reference_state(w->reference, &c->kets);
    size_t count = c->kets.count;
    QFP_TRY(QFP_ALLOCATE(packed, space->count, "a state"));
    c->packed = packed;
    QFP_TRY(QFP_ALLOCATE(c->place, space->dimension, "a comparison of states"));
    QFP_TRY(QFP_ALLOCATE(c->is_kept, c->kets.dimension, "a comparison of states"));
    count = c->kets.density != NULL ? 0 : count;
    QFP_TRY(QFP_ALLOCATE(c->at, space->dimension * count, "a comparison of states"));
    for (size_t m = 0; m < space->dimension; m++) {
        size_t place = c->place[m] = place_in_kets(c, m);
        for (size_t k = 0; place != ABSENT && k < count; k++)
            c->at[m * count + k] =
                sqrt(c->kets.weight[k]) * c->kets.ket[k * c->kets.dimension + place];
        if (place != ABSENT)
            c->is_kept[place] = true;
    }
    return stage->engine->backend->vector->download(stage->u, 0, space->count, packed);
}

/* ρ_mn of the kets, n from `first` on, for the kept m of first ≤ m < first + count: rows [count][D − first]. */
static void exact_rows(const comparison *c, size_t first, size_t count, double complex *rows)
{
    size_t d = c->space->dimension, width = d - first, kets = c->kets.count;
    const double complex *from = c->at + first * kets;
    if (c->kets.density == NULL) {
        qfpi_multiply(count, width, kets, CblasNoTrans, from, CblasConjTrans, from, 1.0, rows);
        return;
    }
    for (size_t m = first; m < first + count; m++)
        for (size_t n = first; n < d; n++)
            rows[(m - first) * width + n - first] =
                c->place[m] == ABSENT || c->place[n] == ABSENT
                    ? 0.0
                    : c->kets.density[c->place[m] * c->kets.dimension + c->place[n]];
}

/* ‖P (ρ − ρ_exact) P‖² in the Hilbert–Schmidt norm; the difference into `matrix` [D][D], by columns and its lower
 * triangle alone, where that is wanted. */
static qfp_status inner_distance_squared(const comparison *c, double complex *matrix, double *sum)
{
    size_t d = c->space->dimension;
    const double *u = c->packed;
    double complex *rows = NULL;
    QFP_TRY(QFP_ALLOCATE(rows, ROWS * d, "a difference of states"));
    *sum = 0.0;
    for (size_t first = 0; first < d; first += ROWS) {
        size_t count = d - first < ROWS ? d - first : ROWS;
        exact_rows(c, first, count, rows);
        for (size_t m = first; m < first + count; m++)
            for (size_t n = m; n < d; n++, u += 2) {
                double scale = n > m ? M_SQRT1_2 : 1.0, weight = n > m ? 2.0 : 1.0;
                double complex x = rows[(m - first) * (d - first) + n - first];
                double re = scale * u[0] - creal(x), im = scale * u[1] - cimag(x);
                *sum += weight * (re * re + im * im);
                if (matrix != NULL)
                    matrix[n * d + m] = CMPLX(re, -im);
            }
    }
    free(rows);
    return QFP_OK;
}

/* ⟨k|l⟩ of `states` amplitudes each, x [states][kets], times the roots of the weights where x has them: conjugated. */
static qfp_status overlaps(size_t kets, size_t states, const double complex *x,
                           double complex **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, kets * kets, "overlaps of kets"));
    if (states > 0)
        qfpi_multiply(kets, kets, states, CblasConjTrans, x, CblasNoTrans, x, 1.0, *out);
    return QFP_OK;
}

/* What of the kets lies outside of P, alone and with what lies inside. */
static qfp_status outer_squared(const comparison *c, double *sum)
{
    const qfp_reference_kets *kets = &c->kets;
    size_t count = kets->count, states = 0;
    double complex *inside = NULL, *outside = NULL, *beyond = NULL;
    qfp_status status;
    for (size_t i = 0; i < kets->dimension; i++)
        states += !c->is_kept[i];
    QFP_TRY_GOTO(QFP_ALLOCATE(beyond, states * count, "a comparison of states"));
    for (size_t i = 0, at = 0; i < kets->dimension; i++)
        for (size_t k = 0; k < count && !c->is_kept[i]; k++)
            beyond[at++] = sqrt(kets->weight[k]) * kets->ket[k * kets->dimension + i];
    QFP_TRY_GOTO(overlaps(count, c->space->dimension, c->at, &inside));
    QFP_TRY_GOTO(overlaps(count, states, beyond, &outside));
    *sum = 0.0;
    for (size_t i = 0; i < count * count; i++)
        *sum += 2.0 * creal(conj(inside[i]) * outside[i]) + pow(cabs(outside[i]), 2.0);
    *sum = fmax(*sum, 0.0);
done:
    free(inside);
    free(outside);
    free(beyond);
    return status;
}

/* Tr |P (ρ − ρ_exact) P| by its eigenvalues. */
static qfp_status inner_trace_norm(const comparison *c, double *norm)
{
    size_t d = c->space->dimension;
    double complex *matrix = NULL;
    double *eigenvalue = NULL, squared;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, d * d, "a difference of states"));
    QFP_TRY_GOTO(QFP_ALLOCATE(eigenvalue, d, "eigenvalues"));
    QFP_TRY_GOTO(inner_distance_squared(c, matrix, &squared));
    QFP_TRY_GOTO(qfpi_hermitian_eigenvalues(d, matrix, eigenvalue));
    *norm = 0.0;
    for (size_t k = 0; k < d; k++)
        *norm += fabs(eigenvalue[k]);
done:
    free(matrix);
    free(eigenvalue);
    return status;
}

/* Σ_k w_k ‖|ψ_k⟩⟨ψ_k| − P |ψ_k⟩⟨ψ_k| P‖₁: of rank 2 with the squares 2 p (N − p) + p² and the trace p,
 * where p of N is outside. */
static double missing_by_ket(const comparison *c)
{
    const qfp_reference_kets *kets = &c->kets;
    double sum = 0.0;
    for (size_t k = 0; k < kets->count; k++) {
        double inside = 0.0, outside = 0.0;
        for (size_t i = 0; i < kets->dimension; i++) {
            double complex x = kets->ket[k * kets->dimension + i];
            *(c->is_kept[i] ? &inside : &outside) += creal(x) * creal(x) + cimag(x) * cimag(x);
        }
        sum += kets->weight[k] * sqrt(outside * (4.0 * inside + outside));
    }
    return sum;
}

/* ‖ρ − P ρ P‖₁ of a density matrix: its rows outside of P count twice, once as columns. */
static double missing_of_density(const comparison *c)
{
    size_t dim = c->kets.dimension;
    double rows = 0.0, population = 0.0;
    for (size_t i = 0; i < dim; i++) {
        const double complex *row = c->kets.density + i * dim;
        double squared = 0.0;
        for (size_t k = 0; k < dim && !c->is_kept[i]; k++)
            squared += creal(row[k]) * creal(row[k]) + cimag(row[k]) * cimag(row[k]);
        rows += sqrt(squared);
        population += c->is_kept[i] ? 0.0 : creal(row[i]);
    }
    return 2.0 * fmin(rows, sqrt(fmax(population, 0.0)));
}

/* Of a matrix of that rank, ‖x‖₁ ≤ √rank ‖x‖₂: dearer is only what might be above the tolerance. */
static qfp_status inner_norm(const comparison *c, double rank, double inner, double tolerance,
                             double *norm)
{
    *norm = sqrt(rank * inner);
    if (*norm <= FAR_ENOUGH * tolerance || c->space->dimension > MOST_DENSE)
        return QFP_OK;
    return inner_trace_norm(c, norm);
}

/* A difference of two kets' projectors has rank 2 and no trace: √2 of the other norm. */
static qfp_status trace_distance(const comparison *c, double tolerance, double *distance)
{
    double d = (double)c->space->dimension, count = (double)c->kets.count;
    double inner, outer, norm;
    QFP_TRY(inner_distance_squared(c, NULL, &inner));
    if (c->kets.density != NULL) {
        QFP_TRY(inner_norm(c, d, inner, tolerance, &norm));
        *distance = norm + missing_of_density(c);
        return QFP_OK;
    }
    QFP_TRY(outer_squared(c, &outer));
    if (c->kets.count == 1) {
        *distance = sqrt(2.0 * (inner + outer));
        return QFP_OK;
    }
    double most = fmin(2.0 * count, (double)c->kets.dimension);
    QFP_TRY(inner_norm(c, fmin(2.0 * count, d), inner, tolerance, &norm));
    *distance = norm + fmin(sqrt(most * outer), missing_by_ket(c));
    return QFP_OK;
}

qfp_status qfp_fock_witness_catch_up(qfp_fock_witness *w, double t)
{
    const qfp_config *config = &w->config;
    size_t output = 0, series = 0;
    double done = -1.0;
    while (w->reference != NULL) {
        double next_output = output < config->time_count ? config->times[output] : INFINITY;
        double next_series =
            series < config->series_count ? config->series_times[series] : INFINITY;
        double next = fmin(next_output, next_series);
        for (size_t i = 0; i < config->correlation_count; i++)
            if (config->correlations[i].at > done)
                next = fmin(next, config->correlations[i].at);
        if (next > t)
            break;
        done = next;
        output += next_output == next;
        series += next_series == next;
        QFP_TRY(qfp_reference_evolve(w->reference, next));
    }
    return QFP_OK;
}

qfp_status qfp_fock_witness_distance(qfp_fock_witness *w, const qfp_fock_stage *stage, double t,
                                     double *distance)
{
    comparison c;
    qfp_reference_error own;
    QFP_TRY(qfp_reference_evolve(w->reference, t));
    QFP_TRY(qfp_reference_error_now(w->reference, &own));
    qfp_status status = comparison_create(w, stage, &c);
    if (status == QFP_OK)
        status = trace_distance(&c, w->config.tolerance / FINER, distance);
    comparison_destroy(&c);
    *distance += own.state;
    return status;
}

qfp_status qfp_fock_witness_errors(qfp_fock_witness *w, double t, const double *means,
                                   double *errors)
{
    qfp_reference_error own;
    QFP_TRY(qfp_reference_evolve(w->reference, t));
    QFP_TRY(qfp_reference_error_now(w->reference, &own));
    QFP_TRY(qfp_reference_means_evaluate(&w->means, w->values));
    QFP_TRY(qfp_reference_means_errors(&w->means, &own, errors));
    for (size_t i = 0; i < w->list.count; i++)
        errors[i] += fabs(means[i] - w->values[i]);
    return QFP_OK;
}
