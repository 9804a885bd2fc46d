#include "state/observables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ANGLES = 24 };

struct qfp_moments {
    const qfp_phase_grid *grid;
    const qfp_observable_list *list;
    qfp_symbol **symbols; /* [list->moment_count] */
    double *raw, *first;  /* [list->moment_count], of now and of the beginning */
    double *weight;       /* [list->moment_count], max |A_c| at the rim of the box */
    double *uncertain;    /* [list->moment_count], scratch */
    double *spread;       /* 2 √(∫(A_c u)²/∫u²) */
    bool keeps_norm, keeps_energy;
};

static double value_at(const qfp_polynomial *real, const double *z)
{
    double sum = 0.0;
    for (size_t t = 0; t < real->count; t++) {
        double product = creal(real->terms[t].coefficient);
        for (int v = 0; v < real->variables; v++)
            product *= pow(z[v], real->terms[t].power[v]);
        sum += product;
    }
    return sum;
}

/* In the plane of one mode, the others being at rest (mode < modes), and with all modes alike. */
static double weight_at_rim(const qfp_phase_grid *grid, const qfp_polynomial *real)
{
    int modes = grid->shape.modes;
    double largest = 0.0;
    for (int mode = 0; mode <= (modes > 1 ? modes : 0); mode++)
        for (int angle = 0; angle < ANGLES; angle++) {
            double z[2 * QFP_MAX_MODES] = {0};
            double share = mode < modes ? 0.5 : 0.5 / sqrt(modes);
            for (int j = 0; j < modes; j++) {
                if (mode < modes && j != mode)
                    continue;
                z[j] = share * grid->shape.extent[j] * cos(2.0 * M_PI * angle / ANGLES);
                z[modes + j] =
                    share * grid->shape.extent[modes + j] * sin(2.0 * M_PI * angle / ANGLES);
            }
            largest = fmax(largest, fabs(value_at(real, z)));
        }
    return largest;
}

/* Re⟨A⟩ = ∫ Re A_c u: the real coefficients in Q and P. */
static qfp_status stage(qfp_moments *m, const qfp_polynomial *wick, double c, size_t i)
{
    qfp_polynomial gauged, real;
    qfp_polynomial_init(&gauged, wick->variables);
    qfp_polynomial_init(&real, wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(wick, -(1.0 - c), &gauged));
    QFP_TRY_GOTO(qfp_symbol_to_real(&gauged, &real));
    m->weight[i] = weight_at_rim(m->grid, &real);
    status = qfp_phase_grid_real_symbol(m->grid, &real, &m->symbols[i]);
done:
    qfp_polynomial_destroy(&gauged);
    qfp_polynomial_destroy(&real);
    return status;
}

qfp_status qfp_moments_create(const qfp_phase_grid *grid, const qfp_observable_list *list, double c,
                              qfp_moments **out)
{
    qfp_moments *m = NULL;
    QFP_TRY(QFP_ALLOCATE(m, 1, "observables"));
    m->grid = grid;
    m->list = list;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(m->symbols, list->moment_count, "observables"));
    double **arrays[] = {&m->raw, &m->first, &m->weight, &m->uncertain, &m->spread};
    for (int i = 0; i < 5; i++)
        QFP_TRY_GOTO(QFP_ALLOCATE(*arrays[i], list->moment_count, "observables"));
    for (size_t i = 0; i < list->moment_count; i++)
        QFP_TRY_GOTO(stage(m, &list->moments[i].wick, c, i));
done:
    if (status != QFP_OK) {
        qfp_moments_destroy(m);
        return status;
    }
    *out = m;
    return QFP_OK;
}

void qfp_moments_destroy(qfp_moments *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; m->symbols != NULL && i < m->list->moment_count; i++)
        m->grid->backend->symbol->destroy(m->symbols[i]);
    free(m->symbols);
    free(m->raw);
    free(m->first);
    free(m->weight);
    free(m->uncertain);
    free(m->spread);
    free(m);
}

qfp_status qfp_moments_renew_energy(qfp_moments *m, double c)
{
    for (size_t i = 0; i < m->list->moment_count; i++) {
        if (m->list->moments[i].text != NULL)
            continue;
        m->grid->backend->symbol->destroy(m->symbols[i]);
        m->symbols[i] = NULL;
        QFP_TRY(stage(m, &m->list->moments[i].wick, c, i));
    }
    return QFP_OK;
}

static qfp_status sum_moments(const qfp_moments *m, const qfp_buffer *u, double *raw)
{
    for (size_t i = 0; i < m->list->moment_count; i++) {
        QFP_TRY(m->grid->backend->symbol->sum(m->symbols[i], u, &raw[i]));
        raw[i] *= m->grid->cell;
    }
    return QFP_OK;
}

qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values)
{
    QFP_TRY(sum_moments(m, u, m->raw));
    qfp_observable_list_combine(m->list, m->raw, values);
    return QFP_OK;
}

qfp_status qfp_moments_glance(const qfp_moments *m, const qfp_buffer *u, double *values)
{
    double *raw = NULL;
    QFP_TRY(QFP_ALLOCATE(raw, m->list->moment_count, "observables"));
    qfp_status status = sum_moments(m, u, raw);
    if (status == QFP_OK)
        qfp_observable_list_combine(m->list, raw, values);
    free(raw);
    return status;
}

void qfp_moments_conserve(qfp_moments *m, bool energy)
{
    memcpy(m->first, m->raw, m->list->moment_count * sizeof *m->first);
    m->keeps_norm = true;
    m->keeps_energy = energy;
}

/* What an observable makes of the errors of its moments: combinations are at most quadratic, so that
 * the difference over a step of the size of the error is the whole of it. */
static void combine_errors(const qfp_moments *m, double *errors)
{
    const qfp_observable_list *list = m->list;
    for (size_t i = 0; i < list->count; i++) {
        const qfp_observable *o = &list->observables[i];
        double parts[QFP_OBSERVABLE_PARTS], at;
        for (int p = 0; p < QFP_OBSERVABLE_PARTS; p++)
            parts[p] = m->raw[o->parts[p]];
        at = o->combine(parts);
        errors[i] = 0.0;
        for (int p = 0; p < QFP_OBSERVABLE_PARTS; p++) {
            double before = parts[p], worst = 0.0;
            for (int sign = -1; sign <= 1; sign += 2) {
                parts[p] = before + sign * m->uncertain[o->parts[p]];
                worst = fmax(worst, fabs(o->combine(parts) - at));
            }
            parts[p] = before;
            errors[i] += worst;
        }
    }
}

static bool is_norm(const qfp_moments *m, size_t i)
{
    const char *text = m->list->moments[i].text;
    return text != NULL && strcmp(text, "1") == 0;
}

static bool is_conserved(const qfp_moments *m, size_t i)
{
    return (m->keeps_norm && is_norm(m, i)) ||
           (m->keeps_energy && m->list->moments[i].text == NULL);
}

double qfp_moments_initial_excess(const qfp_moments *m)
{
    for (size_t i = 0; i < m->list->moment_count; i++)
        if (is_norm(m, i))
            return fabs(m->first[i] - 1.0);
    return 0.0;
}

/* spread[i] = 2 √(∫(A_c u)²/∫u²) */
static qfp_status find_spreads(qfp_moments *m, qfp_buffer *u, qfp_buffer *scratch)
{
    const qfp_backend *b = m->grid->backend;
    size_t count = m->grid->doubles[QFP_SPACE_Z];
    double own, squared;
    QFP_TRY(b->vector->inner(count, 1, &u, u, &own));
    for (size_t i = 0; i < m->list->moment_count; i++) {
        QFP_TRY(b->symbol->multiply(m->symbols[i], 1.0, u, scratch, 0));
        QFP_TRY(b->vector->inner(count, 1, &scratch, scratch, &squared));
        m->spread[i] = 2.0 * sqrt(squared / own);
    }
    return QFP_OK;
}

qfp_status qfp_moments_errors(qfp_moments *m, qfp_buffer *u, double initial, double rim,
                              double bulk, qfp_buffer *scratch, double *errors)
{
    double cut = 3.0 * qfp_moments_initial_excess(m);
    if (scratch != NULL)
        QFP_TRY(find_spreads(m, u, scratch));
    for (size_t i = 0; i < m->list->moment_count; i++)
        if (is_conserved(m, i))
            m->uncertain[i] = fabs(m->raw[i] - m->first[i]) + (cut + initial) * m->weight[i];
        else
            m->uncertain[i] = (cut + rim) * m->weight[i] + bulk * m->spread[i];
    combine_errors(m, errors);
    return QFP_OK;
}
