#include "fock/fock_moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_ladder.h"
#include "fock/fock_tail.h"

/* What one moment takes from a band: Re Σ_n weight[n] ρ_{n, n+shift}. */
typedef struct share {
    size_t moment;
    double complex *weight; /* [dimension - shift] */
} share;

typedef struct state_band {
    size_t shift, count;
    share *shares; /* [count], room for one of each moment */
} state_band;

struct qfp_fock_moments {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_space space;
    const qfp_observable_list *list;
    size_t band_count;
    state_band *bands;    /* the first is the diagonal */
    double complex *band; /* [dimension], copied from the state */
    double *populations;  /* [dimension] */
    double *raw;          /* [list->moment_count] */
    double *uncertain;    /* [list->moment_count] */
};

static qfp_status find_band(qfp_fock_moments *m, size_t shift, state_band **out)
{
    for (size_t at = 0; at < m->band_count; at++)
        if (m->bands[at].shift == shift) {
            *out = &m->bands[at];
            return QFP_OK;
        }
    *out = &m->bands[m->band_count];
    QFP_TRY(QFP_ALLOCATE((*out)->shares, m->list->moment_count, "the bands of the observables"));
    (*out)->shift = shift;
    m->band_count++;
    return QFP_OK;
}

static qfp_status find_weight(qfp_fock_moments *m, size_t moment, size_t shift,
                              double complex **weight)
{
    state_band *band;
    QFP_TRY(find_band(m, shift, &band));
    if (band->count == 0 || band->shares[band->count - 1].moment != moment) {
        share *added = &band->shares[band->count];
        QFP_TRY(QFP_ALLOCATE(added->weight, m->space.dimension - shift,
                             "the bands of the observables"));
        added->moment = moment;
        band->count++;
    }
    *weight = band->shares[band->count - 1].weight;
    return QFP_OK;
}

/* ⟨n + up − down| a†^up a^down |n⟩ of one mode; 0 where a level is not kept.  Functions of n have
 * whole numbers for elements: they are kept exact. */
static double kept_element(const qfp_fock_space *space, int mode, int n, int up, int down)
{
    double element = 1.0;
    if (!qfp_fock_holds(space, mode, n - down + up))
        return 0.0;
    if (up != down)
        return qfp_fock_ladder(n, up, down);
    for (int k = 0; k < down; k++)
        element *= n - k;
    return n < down ? 0.0 : element;
}

/* Re⟨A⟩ = Re⟨A†⟩: a term that lowers the flat index is taken as its adjoint, which raises it; the
 * two of a Hermitian pair are one, counted twice. */
static qfp_status add_term(qfp_fock_moments *m, size_t moment, const qfp_term *term, bool hermitian)
{
    const qfp_fock_space *s = &m->space;
    const uint8_t *down = term->power, *up = term->power + s->modes;
    double complex *weight, factor = term->coefficient;
    ptrdiff_t shift = 0;
    for (int j = 0; j < s->modes; j++) {
        /* a term that leaves the basis from every level has no elements */
        if (up[j] - down[j] >= s->levels[j] || down[j] - up[j] >= s->levels[j])
            return QFP_OK;
        shift += (up[j] - down[j]) * (ptrdiff_t)s->stride[j];
    }
    if (shift < 0 && hermitian)
        return QFP_OK;
    if (shift < 0) {
        const uint8_t *lowered = down;
        down = up;
        up = lowered;
        shift = -shift;
        factor = conj(factor);
    } else if (shift > 0 && hermitian) {
        factor = 2.0 * factor;
    }
    QFP_TRY(find_weight(m, moment, (size_t)shift, &weight));
    for (size_t n = 0; n + (size_t)shift < s->dimension; n++) {
        double element = 1.0;
        for (int j = 0; j < s->modes && element != 0.0; j++) {
            element *= kept_element(s, j, qfp_fock_level(s, n, j), up[j], down[j]);
        }
        weight[n] += factor * element;
    }
    return QFP_OK;
}

static qfp_status add_moment(qfp_fock_moments *m, size_t moment)
{
    const double rounding = 1e-12;
    const qfp_polynomial *wick = &m->list->moments[moment].wick;
    bool hermitian = qfp_symbol_antihermitian_part(wick) <= rounding;
    for (size_t t = 0; t < wick->count; t++)
        QFP_TRY(add_term(m, moment, &wick->terms[t], hermitian));
    return QFP_OK;
}

qfp_status qfp_fock_moments_create(const qfp_backend *backend, qfp_context *context,
                                   const qfp_fock_space *space, const qfp_observable_list *list,
                                   qfp_fock_moments **out)
{
    qfp_fock_moments *m = NULL;
    state_band *diagonal;
    size_t terms = 1;
    QFP_TRY(QFP_ALLOCATE(m, 1, "observables"));
    m->backend = backend;
    m->context = context;
    m->space = *space;
    m->list = list;
    for (size_t i = 0; i < list->moment_count; i++)
        terms += list->moments[i].wick.count;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(m->bands, terms, "the bands of the observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->band, space->dimension, "a band of the state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->populations, space->dimension, "the populations"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->raw, list->moment_count, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->uncertain, list->moment_count, "observables"));
    QFP_TRY_GOTO(find_band(m, 0, &diagonal));
    for (size_t i = 0; i < list->moment_count; i++)
        QFP_TRY_GOTO(add_moment(m, i));
done:
    if (status != QFP_OK) {
        qfp_fock_moments_destroy(m);
        return status;
    }
    *out = m;
    return QFP_OK;
}

void qfp_fock_moments_destroy(qfp_fock_moments *m)
{
    if (m == NULL)
        return;
    for (size_t b = 0; b < m->band_count; b++) {
        for (size_t i = 0; i < m->bands[b].count; i++)
            free(m->bands[b].shares[i].weight);
        free(m->bands[b].shares);
    }
    free(m->bands);
    free(m->band);
    free(m->populations);
    free(m->raw);
    free(m->uncertain);
    free(m);
}

static void add_band(qfp_fock_moments *m, const state_band *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const share *part = &from->shares[i];
        for (size_t n = 0; n + from->shift < m->space.dimension; n++)
            m->raw[part->moment] += creal(part->weight[n]) * creal(m->band[n]) -
                                    cimag(part->weight[n]) * cimag(m->band[n]);
    }
}

qfp_status qfp_fock_moments_evaluate(qfp_fock_moments *m, const qfp_buffer *u, double *values,
                                     double *tail)
{
    memset(m->raw, 0, m->list->moment_count * sizeof *m->raw);
    for (size_t b = 0; b < m->band_count; b++) {
        QFP_TRY(m->backend->stencil->band(m->context, m->space.dimension, m->bands[b].shift, u,
                                          (double *)m->band));
        add_band(m, &m->bands[b]);
        for (size_t n = 0; b == 0 && n < m->space.dimension; n++)
            m->populations[n] = creal(m->band[n]);
    }
    qfp_observable_list_combine(m->list, m->raw, values);
    if (tail != NULL)
        qfp_fock_tail(&m->space, m->populations, NULL, tail);
    return QFP_OK;
}

/* What a share does to the error of its moment: of the diagonal what it differs from its mean by, of
 * another band both of its sides. */
static double share_error(const qfp_fock_moments *m, const state_band *band, const share *part,
                          double state, double missing)
{
    const double *p = m->populations;
    double right = 0.0, left = 0.0, largest = 0.0;
    double mean = band->shift == 0 ? m->raw[part->moment] : 0.0;
    for (size_t n = 0; n + band->shift < m->space.dimension; n++) {
        double size = cabs(part->weight[n] - mean);
        right += fabs(p[n]) * size * size;
        left += fabs(p[n + band->shift]) * size * size;
        largest = fmax(largest, size);
    }
    return 0.5 * state * (sqrt(right) + sqrt(left)) + missing * largest;
}

void qfp_fock_moments_errors(qfp_fock_moments *m, double state, double missing, double *errors)
{
    double trace = 0.0;
    for (size_t n = 0; n < m->space.dimension; n++)
        trace += m->populations[n];
    missing += fabs(1.0 - trace);
    for (size_t i = 0; i < m->list->moment_count; i++)
        m->uncertain[i] = fabs(1.0 - trace) * fabs(m->raw[i]);
    for (size_t b = 0; b < m->band_count; b++)
        for (size_t i = 0; i < m->bands[b].count; i++) {
            const share *part = &m->bands[b].shares[i];
            m->uncertain[part->moment] += share_error(m, &m->bands[b], part, state, missing);
        }
    qfp_observable_list_errors(m->list, m->raw, m->uncertain, errors);
}
