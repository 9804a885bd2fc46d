#include "fock/fock_moments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fock/fock_ladder.h"
#include "fock/fock_tail.h"

enum { PER_MODE = 5 }; /* n, re_a, im_a, var_x, var_p: the order of qfp_moment_names */

/* The part of H that moves the flat index by `shift`: Σ_n weight[n] ρ_{n, n+shift}. */
typedef struct energy_band {
    size_t shift;
    double complex *weight; /* [dimension - shift] */
} energy_band;

struct qfp_fock_moments {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_space space;
    size_t band_count;
    energy_band *bands;
    double complex *band; /* [dimension], copied from the state */
    double *populations;  /* [dimension] */
};

static qfp_status find_band(qfp_fock_moments *m, size_t shift, double complex **weight)
{
    size_t at = 0;
    while (at < m->band_count && m->bands[at].shift != shift)
        at++;
    if (at == m->band_count) {
        energy_band *added = &m->bands[m->band_count];
        QFP_TRY(QFP_ALLOCATE(added->weight, m->space.dimension - shift, "the bands of the energy"));
        added->shift = shift;
        m->band_count++;
    }
    *weight = m->bands[at].weight;
    return QFP_OK;
}

/* ⟨n + up − down| a†^up a^down |n⟩ of one mode; 0 where a level is not kept. */
static double kept_element(int n, int up, int down, int levels)
{
    return n - down + up < levels ? qfp_fock_ladder(n, up, down) : 0.0;
}

/* Terms that lower the flat index are the conjugates of those that raise it: counted twice. */
static qfp_status add_energy_term(qfp_fock_moments *m, const qfp_term *term)
{
    const qfp_fock_space *s = &m->space;
    const uint8_t *down = term->power, *up = term->power + s->modes;
    ptrdiff_t shift = 0;
    for (int j = 0; j < s->modes; j++) {
        /* a term that leaves the basis from every level has no elements */
        if (up[j] - down[j] >= s->levels[j] || down[j] - up[j] >= s->levels[j])
            return QFP_OK;
        shift += (up[j] - down[j]) * (ptrdiff_t)s->stride[j];
    }
    if (shift < 0)
        return QFP_OK;
    double complex *weight, factor = (shift > 0 ? 2.0 : 1.0) * term->coefficient;
    QFP_TRY(find_band(m, (size_t)shift, &weight));
    for (size_t n = 0; n + (size_t)shift < s->dimension; n++) {
        double element = 1.0;
        for (int j = 0; j < s->modes && element != 0.0; j++) {
            element *= kept_element(qfp_fock_level(s, n, j), up[j], down[j], s->levels[j]);
        }
        weight[n] += factor * element;
    }
    return QFP_OK;
}

qfp_status qfp_fock_moments_create(const qfp_backend *backend, qfp_context *context,
                                   const qfp_fock_space *space, const qfp_polynomial *wick,
                                   qfp_fock_moments **out)
{
    qfp_fock_moments *m = NULL;
    QFP_TRY(QFP_ALLOCATE(m, 1, "observables"));
    m->backend = backend;
    m->context = context;
    m->space = *space;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(m->bands, wick->count + 1, "the bands of the energy"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->band, space->dimension, "a band of the state"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->populations, space->dimension, "the populations"));
    for (size_t t = 0; t < wick->count; t++)
        QFP_TRY_GOTO(add_energy_term(m, &wick->terms[t]));
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
    for (size_t b = 0; b < m->band_count; b++)
        free(m->bands[b].weight);
    free(m->bands);
    free(m->band);
    free(m->populations);
    free(m);
}

static qfp_status copy_band(qfp_fock_moments *m, size_t shift, const qfp_buffer *u)
{
    return m->backend->stencil->band(m->context, m->space.dimension, shift, u, (double *)m->band);
}

static qfp_status energy(qfp_fock_moments *m, const qfp_buffer *u, double *out)
{
    *out = 0.0;
    for (size_t b = 0; b < m->band_count; b++) {
        const energy_band *part = &m->bands[b];
        double sum = 0.0;
        QFP_TRY(copy_band(m, part->shift, u));
        for (size_t n = 0; n + part->shift < m->space.dimension; n++)
            sum += creal(part->weight[n]) * creal(m->band[n]) -
                   cimag(part->weight[n]) * cimag(m->band[n]);
        *out += sum;
    }
    return QFP_OK;
}

/* ⟨a_j^power⟩ = Σ_n √(n(n−1)…) ρ_{n, n−power} = conj Σ_n √((n+1)…(n+power)) ρ_{n, n+power} */
static qfp_status lowered(qfp_fock_moments *m, const qfp_buffer *u, int mode, int power,
                          double complex *out)
{
    const qfp_fock_space *s = &m->space;
    size_t shift = (size_t)power * s->stride[mode];
    *out = 0.0;
    if (s->levels[mode] <= power)
        return QFP_OK;
    QFP_TRY(copy_band(m, shift, u));
    for (size_t n = 0; n + shift < s->dimension; n++) {
        *out += kept_element(qfp_fock_level(s, n, mode), power, 0, s->levels[mode]) * m->band[n];
    }
    *out = conj(*out);
    return QFP_OK;
}

static qfp_status observe_mode(qfp_fock_moments *m, const qfp_buffer *u, int mode, double norm,
                               double *values)
{
    const qfp_fock_space *s = &m->space;
    double complex a, a2;
    double n = 0.0;
    for (size_t i = 0; i < s->dimension; i++)
        n += (double)qfp_fock_level(s, i, mode) * m->populations[i];
    QFP_TRY(lowered(m, u, mode, 1, &a));
    QFP_TRY(lowered(m, u, mode, 2, &a2));
    values[0] = n;
    values[1] = creal(a);
    values[2] = cimag(a);
    /* x² = ½(a² + a†²) + n + ½, x = √2 Re a; p² with −a² */
    values[3] = creal(a2) + n + 0.5 * norm - 2.0 * creal(a) * creal(a);
    values[4] = -creal(a2) + n + 0.5 * norm - 2.0 * cimag(a) * cimag(a);
    return QFP_OK;
}

static double pair(const qfp_fock_moments *m, int i, int j)
{
    const qfp_fock_space *s = &m->space;
    double sum = 0.0;
    for (size_t n = 0; n < s->dimension; n++)
        sum +=
            (double)qfp_fock_level(s, n, i) * (double)qfp_fock_level(s, n, j) * m->populations[n];
    return sum;
}

qfp_status qfp_fock_moments_evaluate(qfp_fock_moments *m, const qfp_buffer *u, double *values,
                                     double *tail)
{
    size_t at = 2;
    values[0] = 0.0;
    QFP_TRY(copy_band(m, 0, u));
    for (size_t n = 0; n < m->space.dimension; n++) {
        m->populations[n] = creal(m->band[n]);
        values[0] += m->populations[n];
    }
    QFP_TRY(energy(m, u, &values[1]));
    for (int j = 0; j < m->space.modes; j++, at += PER_MODE)
        QFP_TRY(observe_mode(m, u, j, values[0], values + at));
    for (int i = 0; i < m->space.modes; i++)
        for (int j = i + 1; j < m->space.modes; j++)
            values[at++] = pair(m, i, j);
    if (tail != NULL)
        qfp_fock_tail(&m->space, m->populations, NULL, tail);
    return QFP_OK;
}
