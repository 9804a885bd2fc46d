#include "run/regression_states.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "algebra/lindblad.h"
#include "fock/fock_ladder.h"

#define NOTHING 1e-12 /* ‖δB ρ‖₂ in √⟨B†B⟩: what rounding leaves of 0 */
#define DROWNED 1e4   /* s² is no smaller than the errors of ρ in ⟨B†B⟩, times this */
#define HIGHER 10.0   /* an error of ρ may sit on higher levels than ρ */

/* Number states before and after an operator that may raise. */
typedef struct ladder {
    int modes, from[QFP_MAX_MODES], to[QFP_MAX_MODES];
    size_t rows, raised; /* Π from, Π to */
} ladder;

static void raise_by(const qfp_polynomial *k, ladder *l)
{
    for (int j = 0; j < l->modes; j++)
        for (size_t t = 0; t < k->count; t++) {
            int to = l->from[j] + k->terms[t].power[l->modes + j] - k->terms[t].power[j];
            l->to[j] = to > l->to[j] ? to : l->to[j];
        }
}

/* Of anything made of two operators; the second may be NULL. */
static ladder ladder_of(const qfp_given_state *rho, int modes, const qfp_polynomial *first,
                        const qfp_polynomial *second)
{
    ladder l = {.modes = modes, .rows = 1, .raised = 1};
    for (int j = 0; j < modes; j++)
        l.from[j] = l.to[j] = rho->levels[j];
    raise_by(first, &l);
    if (second != NULL)
        raise_by(second, &l);
    for (int j = 0; j < modes; j++) {
        l.rows *= (size_t)l.from[j];
        l.raised *= (size_t)l.to[j];
    }
    return l;
}

/* ⟨m'| a†^p a^q |m⟩ and m', the only one. */
static double element(const ladder *l, const qfp_term *term, size_t m, size_t *to)
{
    double value = 1.0;
    size_t stride = 1;
    *to = 0;
    for (int j = l->modes - 1; j >= 0; j--) {
        int level = (int)(m % (size_t)l->from[j]), up = term->power[l->modes + j];
        int down = term->power[j];
        value *= qfp_fock_ladder(level, up, down);
        if (value == 0.0)
            return 0.0;
        *to += (size_t)(level - down + up) * stride;
        m /= (size_t)l->from[j];
        stride *= (size_t)l->to[j];
    }
    return value;
}

/* out [raised][columns] = K in [rows][columns] */
static void apply(const ladder *l, const qfp_polynomial *k, size_t columns,
                  const double complex *in, double complex *out)
{
    for (size_t i = 0; i < l->raised * columns; i++)
        out[i] = 0.0;
    for (size_t t = 0; t < k->count; t++)
        for (size_t m = 0; m < l->rows; m++) {
            size_t to;
            double complex c = k->terms[t].coefficient * element(l, &k->terms[t], m, &to);
            for (size_t n = 0; c != 0.0 && n < columns; n++)
                out[to * columns + n] += c * in[m * columns + n];
        }
}

static void transpose_conjugate(size_t rows, size_t columns, const double complex *in,
                                double complex *out)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            out[k * rows + i] = conj(in[i * columns + k]);
}

/* K ρ K†, or K|ψ⟩; *norm its trace. */
static qfp_status transform(const ladder *l, const qfp_given_state *rho, const qfp_polynomial *k,
                            qfp_file_density *out, double *norm)
{
    size_t d = l->raised, columns = rho->is_matrix ? l->rows : 1;
    double complex *half = NULL, *turned = NULL;
    qfp_status status;
    *out = (qfp_file_density){.modes = l->modes, .is_matrix = rho->is_matrix, .dimension = d};
    for (int j = 0; j < l->modes; j++)
        out->levels[j] = l->to[j];
    QFP_TRY_GOTO(QFP_ALLOCATE(half, d * columns, "a state"));
    apply(l, k, columns, rho->value, half);
    if (rho->is_matrix) {
        QFP_TRY_GOTO(QFP_ALLOCATE(turned, d * columns, "a state"));
        QFP_TRY_GOTO(QFP_ALLOCATE(out->value, d * d, "a state"));
        transpose_conjugate(d, columns, half, turned);
        apply(l, k, d, turned, out->value);
    } else {
        out->value = half;
        half = NULL;
    }
    *norm = 0.0;
    for (size_t m = 0; m < d; m++)
        *norm += creal(qfp_file_density_element(out, m, m));
done:
    free(half);
    free(turned);
    return status;
}

/* √⟨K†K⟩ */
static qfp_status size_of(const ladder *l, const qfp_given_state *rho, const qfp_polynomial *k,
                          double *size)
{
    qfp_file_density both = {0};
    double squared = 0.0;
    qfp_status status = transform(l, rho, k, &both, &squared);
    qfp_file_density_destroy(&both);
    *size = sqrt(fmax(squared, 0.0));
    return status;
}

/* √(⟨K†K⟩ + Σ |c|² (p + q)!) of K = Σ c a†^p a^q: what K makes of an error of ρ, which is where ρ is and on levels
 * near it.  The second part is what K in antinormal order makes of the vacuum. */
static double spread_of(double size, const qfp_polynomial *k)
{
    double squared = size * size;
    for (size_t t = 0; t < k->count; t++) {
        double factor = 1.0;
        for (int v = 0; v < k->variables / 2; v++)
            factor *= tgamma(1.0 + k->terms[t].power[v] + k->terms[t].power[k->variables / 2 + v]);
        squared += factor * pow(cabs(k->terms[t].coefficient), 2.0);
    }
    return sqrt(squared);
}

/* What a state of this norm inherits from ρ, which may be off by `error`. */
static double inherited(double error, double spread, double norm)
{
    return fmin(HIGHER * error * spread * spread / norm, 1.0);
}

static void normalise(qfp_file_density *state, double norm)
{
    size_t count = state->is_matrix ? state->dimension * state->dimension : state->dimension;
    double factor = state->is_matrix ? 1.0 / norm : 1.0 / sqrt(norm);
    for (size_t i = 0; i < count; i++)
        state->value[i] *= factor;
}

/* ⟨L†R⟩ = Tr R ρ L†, and ‖Rρ‖₂ */
static qfp_status overlap(const ladder *l, const qfp_given_state *rho, const qfp_polynomial *left,
                          const qfp_polynomial *right, double complex *mean, double *norm)
{
    size_t columns = rho->is_matrix ? l->rows : 1, all = l->raised * columns;
    double complex *product = NULL;
    double squared = 0.0;
    QFP_TRY(QFP_ALLOCATE(product, all, "a state"));
    apply(l, right, columns, rho->value, product);
    for (size_t i = 0; i < all; i++)
        squared += creal(product[i]) * creal(product[i]) + cimag(product[i]) * cimag(product[i]);
    *norm = sqrt(squared);
    *mean = 0.0;
    for (size_t t = 0; t < left->count; t++)
        for (size_t n = 0; n < l->rows; n++) {
            size_t m;
            double complex c =
                conj(left->terms[t].coefficient) * element(l, &left->terms[t], n, &m);
            if (c != 0.0)
                *mean += c * (rho->is_matrix ? product[m * columns + n]
                                             : conj(rho->value[n]) * product[m]);
        }
    free(product);
    return QFP_OK;
}

static double complex phase(int k)
{
    double angle = 2.0 * M_PI * k / QFP_REGRESSION_STATES;
    return CMPLX(cos(angle), sin(angle));
}

/* The states of K_k = s L + e^{iφ_k} R for R ρ L†. */
static qfp_status make_states(const ladder *l, const qfp_given_state *rho,
                              const qfp_polynomial *left, const qfp_polynomial *right, double s,
                              qfp_regression_states *out)
{
    qfp_polynomial k;
    qfp_polynomial_init(&k, right->variables);
    qfp_status status = QFP_OK;
    for (int i = 0; i < QFP_REGRESSION_STATES && status == QFP_OK; i++) {
        qfp_polynomial_init(&k, right->variables);
        QFP_TRY_GOTO(qfp_polynomial_add(&k, s, left, &k));
        QFP_TRY_GOTO(qfp_polynomial_add(&k, phase(i), right, &k));
        QFP_TRY_GOTO(transform(l, rho, &k, &out->of[i], &out->norm[i]));
        if (out->norm[i] > DBL_EPSILON * out->right * out->right) {
            normalise(&out->of[i], out->norm[i]);
            out->of[i].error =
                inherited(rho->error, s * out->before_spread + out->right_spread, out->norm[i]);
        } else
            out->norm[i] = 0.0; /* K_k |ψ⟩ = 0 */
        out->weight[i] = conj(phase(i)) * out->norm[i] / (QFP_REGRESSION_STATES * s);
        qfp_polynomial_destroy(&k);
    }
    out->count = QFP_REGRESSION_STATES;
    out->s = s;
done:
    qfp_polynomial_destroy(&k);
    return status;
}

/* δB ρ, where C is 1. */
static qfp_status without_before(const qfp_given_state *rho, int modes, const qfp_polynomial *right,
                                 qfp_regression_states *out)
{
    const uint8_t none[QFP_MAX_VARIABLES] = {0};
    const ladder l = ladder_of(rho, modes, right, NULL);
    double norm, s;
    double complex rest;
    qfp_polynomial one, delta;
    qfp_polynomial_init(&one, right->variables);
    qfp_polynomial_init(&delta, right->variables);
    qfp_status status;
    out->before = out->before_spread = 1.0;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&one, 1.0, none));
    QFP_TRY_GOTO(size_of(&l, rho, right, &out->right));
    out->right_spread = spread_of(out->right, right);
    QFP_TRY_GOTO(overlap(&l, rho, &one, right, &out->b, &norm));
    if (cabs(out->b) <= 4.0 * DBL_EPSILON * out->right)
        out->b = 0.0; /* any b will do, and this one saves a state */
    QFP_TRY_GOTO(qfp_polynomial_add(right, -out->b, &one, &delta));
    QFP_TRY_GOTO(overlap(&l, rho, &one, &delta, &rest, &norm));
    QFP_TRY_GOTO(size_of(&l, rho, &delta, &s));
    s = fmax(s, fmin(sqrt(DROWNED * rho->error), 1.0) * out->right_spread);
    if (norm > NOTHING * out->right && s > 0.0)
        status = make_states(&l, rho, &one, &delta, s, out);
    else
        out->left_out = sqrt(rho->is_matrix ? (double)l.rows : 1.0) * norm;
done:
    qfp_polynomial_destroy(&one);
    qfp_polynomial_destroy(&delta);
    return status;
}

static qfp_status is_same(const qfp_polynomial *a, const qfp_polynomial *b, bool *same)
{
    qfp_polynomial difference;
    qfp_polynomial_init(&difference, a->variables);
    qfp_status status = qfp_polynomial_add(a, -1.0, b, &difference);
    *same = qfp_polynomial_norm(&difference) <= DBL_EPSILON * qfp_polynomial_norm(a);
    qfp_polynomial_destroy(&difference);
    return status;
}

/* B ρ L†, L = C†. */
static qfp_status between(const qfp_given_state *rho, int modes, const qfp_polynomial *right,
                          const qfp_polynomial *left, qfp_regression_states *out)
{
    const ladder l = ladder_of(rho, modes, right, left);
    double norm;
    bool same;
    QFP_TRY(size_of(&l, rho, right, &out->right));
    QFP_TRY(size_of(&l, rho, left, &out->before));
    out->right_spread = spread_of(out->right, right);
    out->before_spread = spread_of(out->before, left);
    QFP_TRY(overlap(&l, rho, left, right, &out->b, &norm));
    QFP_TRY(is_same(right, left, &same));
    if (out->right == 0.0 || out->before == 0.0)
        return QFP_OK;
    if (!same)
        return make_states(&l, rho, left, right, out->right / out->before, out);
    QFP_TRY(transform(&l, rho, right, &out->of[0], &out->norm[0]));
    normalise(&out->of[0], out->norm[0]);
    out->of[0].error = inherited(rho->error, out->right_spread, out->norm[0]);
    out->weight[0] = out->norm[0];
    out->count = 1;
    out->s = 1.0;
    return QFP_OK;
}

qfp_status qfp_regression_states_create(const qfp_given_state *rho, int modes,
                                        const qfp_polynomial *right, const qfp_polynomial *before,
                                        qfp_regression_states *out)
{
    qfp_polynomial left;
    *out = (qfp_regression_states){0};
    if (before == NULL)
        return without_before(rho, modes, right, out);
    qfp_polynomial_init(&left, right->variables);
    qfp_status status = qfp_symbol_adjoint(before, &left);
    if (status == QFP_OK)
        status = between(rho, modes, right, &left, out);
    qfp_polynomial_destroy(&left);
    return status;
}

void qfp_regression_states_destroy(qfp_regression_states *states)
{
    for (int k = 0; k < QFP_REGRESSION_STATES; k++)
        qfp_file_density_destroy(&states->of[k]);
    *states = (qfp_regression_states){0};
}
