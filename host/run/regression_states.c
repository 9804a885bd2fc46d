#include "run/regression_states.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "fock/fock_ladder.h"

#define NOTHING 1e-12 /* ‖δB ρ‖₂ in √⟨B†B⟩: what rounding leaves of 0 */

/* Number states before and after an operator that may raise. */
typedef struct ladder {
    int modes, from[QFP_MAX_MODES], to[QFP_MAX_MODES];
    size_t rows, raised; /* Π from, Π to */
} ladder;

static ladder ladder_of(const qfp_given_state *rho, int modes, const qfp_polynomial *right)
{
    ladder l = {.modes = modes, .rows = 1, .raised = 1};
    for (int j = 0; j < modes; j++) {
        int raise = 0;
        for (size_t t = 0; t < right->count; t++) {
            int by = right->terms[t].power[modes + j] - right->terms[t].power[j];
            raise = by > raise ? by : raise;
        }
        l.from[j] = rho->levels[j];
        l.to[j] = l.from[j] + raise;
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

/* out [raised][columns] = (constant + factor B) in [rows][columns] */
static qfp_status apply(const ladder *l, double complex constant, double complex factor,
                        const qfp_polynomial *right, size_t columns, const double complex *in,
                        double complex *out)
{
    const uint8_t none[QFP_MAX_VARIABLES] = {0};
    qfp_polynomial k;
    qfp_polynomial_init(&k, right->variables);
    qfp_status status = qfp_polynomial_add(&k, factor, right, &k);
    if (status == QFP_OK)
        status = qfp_polynomial_add_term(&k, constant, none);
    for (size_t i = 0; i < l->raised * columns; i++)
        out[i] = 0.0;
    for (size_t t = 0; t < k.count && status == QFP_OK; t++)
        for (size_t m = 0; m < l->rows; m++) {
            size_t to;
            double complex c = k.terms[t].coefficient * element(l, &k.terms[t], m, &to);
            for (size_t n = 0; c != 0.0 && n < columns; n++)
                out[to * columns + n] += c * in[m * columns + n];
        }
    qfp_polynomial_destroy(&k);
    return status;
}

static void transpose_conjugate(size_t rows, size_t columns, const double complex *in,
                                double complex *out)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++)
            out[k * rows + i] = conj(in[i * columns + k]);
}

/* K ρ K† of K = constant + factor B, or K|ψ⟩; *norm its trace. */
static qfp_status transform(const ladder *l, const qfp_given_state *rho, double complex constant,
                            double complex factor, const qfp_polynomial *right,
                            qfp_file_density *out, double *norm)
{
    size_t d = l->raised, columns = rho->is_matrix ? l->rows : 1;
    double complex *half = NULL, *turned = NULL;
    qfp_status status;
    *out = (qfp_file_density){.modes = l->modes, .is_matrix = rho->is_matrix, .dimension = d};
    for (int j = 0; j < l->modes; j++)
        out->levels[j] = l->to[j];
    QFP_TRY_GOTO(QFP_ALLOCATE(half, d * columns, "a state"));
    QFP_TRY_GOTO(apply(l, constant, factor, right, columns, rho->value, half));
    if (rho->is_matrix) {
        QFP_TRY_GOTO(QFP_ALLOCATE(turned, d * columns, "a state"));
        QFP_TRY_GOTO(QFP_ALLOCATE(out->value, d * d, "a state"));
        transpose_conjugate(d, columns, half, turned);
        QFP_TRY_GOTO(apply(l, constant, factor, right, d, turned, out->value));
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

static void normalise(qfp_file_density *state, double norm)
{
    size_t count = state->is_matrix ? state->dimension * state->dimension : state->dimension;
    double factor = state->is_matrix ? 1.0 / norm : 1.0 / sqrt(norm);
    for (size_t i = 0; i < count; i++)
        state->value[i] *= factor;
}

/* Where the number state m stands among those after. */
static size_t raised_place(const ladder *l, size_t m)
{
    size_t to = 0, stride = 1;
    for (int j = l->modes - 1; j >= 0; j--) {
        to += m % (size_t)l->from[j] * stride;
        m /= (size_t)l->from[j];
        stride *= (size_t)l->to[j];
    }
    return to;
}

/* b, √⟨B†B⟩, s and the norm of δB ρ, from whose rows the populations of δB ρ δB† are made. */
static qfp_status measure(const ladder *l, const qfp_given_state *rho, const qfp_polynomial *right,
                          qfp_regression_states *out)
{
    size_t columns = rho->is_matrix ? l->rows : 1, all = l->raised * columns;
    double complex *product = NULL;
    qfp_file_density both = {0};
    double squared, elements = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(product, all, "a state"));
    QFP_TRY_GOTO(apply(l, 0.0, 1.0, right, columns, rho->value, product));
    for (size_t m = 0; m < l->rows; m++) {
        size_t to = raised_place(l, m);
        out->b += rho->is_matrix ? product[to * columns + m] : conj(rho->value[m]) * product[to];
    }
    QFP_TRY_GOTO(transform(l, rho, 0.0, 1.0, right, &both, &squared));
    qfp_file_density_destroy(&both);
    out->right = sqrt(fmax(squared, 0.0));
    if (cabs(out->b) <= 4.0 * DBL_EPSILON * out->right)
        out->b = 0.0; /* any b will do, and this one saves a state */
    QFP_TRY_GOTO(apply(l, -out->b, 1.0, right, columns, rho->value, product));
    for (size_t i = 0; i < all; i++)
        elements += creal(product[i]) * creal(product[i]) + cimag(product[i]) * cimag(product[i]);
    out->left_out = sqrt((double)columns * elements);
    QFP_TRY_GOTO(transform(l, rho, -out->b, 1.0, right, &both, &squared));
    bool is_nothing = elements <= pow(NOTHING * out->right, 2.0) || !(squared > 0.0);
    out->s = is_nothing ? 0.0 : sqrt(squared);
    out->left_out = is_nothing ? out->left_out : 0.0;
done:
    free(product);
    qfp_file_density_destroy(&both);
    return status;
}

static double complex phase(int k)
{
    double angle = 2.0 * M_PI * k / QFP_REGRESSION_STATES;
    return CMPLX(cos(angle), sin(angle));
}

qfp_status qfp_regression_states_create(const qfp_given_state *rho, int modes,
                                        const qfp_polynomial *right, qfp_regression_states *out)
{
    const ladder l = ladder_of(rho, modes, right);
    *out = (qfp_regression_states){0};
    QFP_TRY(measure(&l, rho, right, out));
    for (int k = 0; k < QFP_REGRESSION_STATES && out->s > 0.0; k++) {
        QFP_TRY(transform(&l, rho, out->s - phase(k) * out->b, phase(k), right, &out->of[k],
                          &out->norm[k]));
        if (out->norm[k] > DBL_EPSILON * out->s * out->s)
            normalise(&out->of[k], out->norm[k]);
        else
            out->norm[k] = 0.0; /* K_k |ψ⟩ = 0 */
    }
    return QFP_OK;
}

void qfp_regression_states_destroy(qfp_regression_states *states)
{
    for (int k = 0; k < QFP_REGRESSION_STATES; k++)
        qfp_file_density_destroy(&states->of[k]);
    *states = (qfp_regression_states){0};
}

double complex qfp_regression_states_weight(const qfp_regression_states *states, int k)
{
    return conj(phase(k)) * states->norm[k] / (QFP_REGRESSION_STATES * states->s);
}
