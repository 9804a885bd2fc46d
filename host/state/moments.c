#include "state/observables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PER_MODE = 5 }; /* n, re_a, im_a, var_x, var_p */

static size_t pair_count(int modes)
{
    return (size_t)(modes * (modes - 1) / 2);
}

qfp_status qfp_moment_names_create(int modes, qfp_moment_names *out)
{
    static const char *const per_mode[PER_MODE] = {"n", "re_a", "im_a", "var_x", "var_p"};
    *out = (qfp_moment_names){.count = 2 + (size_t)modes * PER_MODE + pair_count(modes)};
    QFP_TRY(QFP_ALLOCATE(out->name, out->count, "observable names"));
    size_t at = 0;
    snprintf(out->name[at++], sizeof *out->name, "norm");
    snprintf(out->name[at++], sizeof *out->name, "energy");
    for (int j = 1; j <= modes; j++)
        for (int k = 0; k < PER_MODE; k++)
            snprintf(out->name[at++], sizeof *out->name, "%s_%d", per_mode[k], j);
    for (int i = 1; i <= modes; i++)
        for (int j = i + 1; j <= modes; j++)
            snprintf(out->name[at++], sizeof *out->name, "n_%d_n_%d", i, j);
    return QFP_OK;
}

void qfp_moment_names_destroy(qfp_moment_names *names)
{
    free(names->name);
    *names = (qfp_moment_names){0};
}

/* Raw moments that are summed on the grid; variances are made of them afterwards. */
enum raw { RAW_N, RAW_X, RAW_P, RAW_XX, RAW_PP, RAW_PER_MODE };

struct qfp_moments {
    const qfp_phase_grid *grid;
    int modes;
    size_t count;         /* 2 + modes RAW_PER_MODE + pairs */
    qfp_symbol **symbols; /* [count] */
    double *raw;          /* [count] */
};

/* The Wick symbol of a product of at most two normal-ordered one-letter factors is built by hand
 * here: n = α*α;  x = (α + α*)/√2;  x² = ½(α² + α*² + 2α*α + 1);  p² = ½(−α² − α*² + 2α*α + 1). */
static qfp_status raw_wick(int modes, int mode, enum raw kind, qfp_polynomial *out)
{
    uint8_t a[QFP_MAX_VARIABLES] = {0}, ad[QFP_MAX_VARIABLES] = {0}, one[QFP_MAX_VARIABLES] = {0};
    uint8_t aa[QFP_MAX_VARIABLES] = {0}, adad[QFP_MAX_VARIABLES] = {0}, n[QFP_MAX_VARIABLES] = {0};
    a[mode] = 1;
    ad[modes + mode] = 1;
    aa[mode] = 2;
    adad[modes + mode] = 2;
    n[mode] = n[modes + mode] = 1;
    double sign = kind == RAW_XX ? 0.5 : -0.5;
    switch (kind) {
    case RAW_N:
        return qfp_polynomial_add_term(out, 1.0, n);
    case RAW_X:
        QFP_TRY(qfp_polynomial_add_term(out, sqrt(0.5), a));
        return qfp_polynomial_add_term(out, sqrt(0.5), ad);
    case RAW_P:
        QFP_TRY(qfp_polynomial_add_term(out, -I * sqrt(0.5), a));
        return qfp_polynomial_add_term(out, I * sqrt(0.5), ad);
    default:
        QFP_TRY(qfp_polynomial_add_term(out, sign, aa));
        QFP_TRY(qfp_polynomial_add_term(out, sign, adad));
        QFP_TRY(qfp_polynomial_add_term(out, 1.0, n));
        return qfp_polynomial_add_term(out, 0.5, one);
    }
}

static qfp_status stage(qfp_moments *m, const qfp_polynomial *wick, double c, size_t index)
{
    qfp_polynomial gauged, real;
    qfp_polynomial_init(&gauged, wick->variables);
    qfp_polynomial_init(&real, wick->variables);
    qfp_status status;
    QFP_TRY_GOTO(qfp_symbol_exp_laplacian(wick, -(1.0 - c), &gauged));
    QFP_TRY_GOTO(qfp_symbol_to_real(&gauged, &real));
    status = qfp_phase_grid_real_symbol(m->grid, &real, &m->symbols[index]);
done:
    qfp_polynomial_destroy(&gauged);
    qfp_polynomial_destroy(&real);
    return status;
}

static qfp_status stage_all(qfp_moments *m, const qfp_polynomial *energy, double c)
{
    qfp_polynomial wick;
    qfp_polynomial_init(&wick, 2 * m->modes);
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    size_t at = 0;
    qfp_status status;
    QFP_TRY_GOTO(qfp_polynomial_add_term(&wick, 1.0, power));
    QFP_TRY_GOTO(stage(m, &wick, c, at++));
    QFP_TRY_GOTO(stage(m, energy, c, at++));
    for (int j = 0; j < m->modes; j++)
        for (int kind = 0; kind < RAW_PER_MODE; kind++) {
            qfp_polynomial_destroy(&wick);
            qfp_polynomial_init(&wick, 2 * m->modes);
            QFP_TRY_GOTO(raw_wick(m->modes, j, (enum raw)kind, &wick));
            QFP_TRY_GOTO(stage(m, &wick, c, at++));
        }
    for (int i = 0; i < m->modes; i++)
        for (int j = i + 1; j < m->modes; j++) {
            qfp_polynomial_destroy(&wick);
            qfp_polynomial_init(&wick, 2 * m->modes);
            memset(power, 0, sizeof power);
            power[i] = power[j] = power[m->modes + i] = power[m->modes + j] = 1;
            QFP_TRY_GOTO(qfp_polynomial_add_term(&wick, 1.0, power));
            QFP_TRY_GOTO(stage(m, &wick, c, at++));
        }
done:
    qfp_polynomial_destroy(&wick);
    return status;
}

qfp_status qfp_moments_create(const qfp_phase_grid *grid, const qfp_polynomial *wick, double c,
                              qfp_moments **out)
{
    qfp_moments *m = NULL;
    QFP_TRY(QFP_ALLOCATE(m, 1, "observables"));
    m->grid = grid;
    m->modes = grid->shape.modes;
    m->count = 2 + (size_t)m->modes * RAW_PER_MODE + pair_count(m->modes);
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(m->symbols, m->count, "observables"));
    QFP_TRY_GOTO(QFP_ALLOCATE(m->raw, m->count, "observables"));
    status = stage_all(m, wick, c);
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
    for (size_t i = 0; m->symbols != NULL && i < m->count; i++)
        m->grid->backend->symbol->destroy(m->symbols[i]);
    free(m->symbols);
    free(m->raw);
    free(m);
}

qfp_status qfp_moments_evaluate(qfp_moments *m, const qfp_buffer *u, double *values)
{
    for (size_t i = 0; i < m->count; i++) {
        QFP_TRY(m->grid->backend->symbol->sum(m->symbols[i], u, &m->raw[i]));
        m->raw[i] *= m->grid->cell;
    }
    size_t at = 0;
    values[at++] = m->raw[0];
    values[at++] = m->raw[1];
    for (int j = 0; j < m->modes; j++) {
        const double *raw = m->raw + 2 + j * RAW_PER_MODE;
        values[at++] = raw[RAW_N];
        values[at++] = raw[RAW_X] * sqrt(0.5); /* a = (x + ip)/√2 */
        values[at++] = raw[RAW_P] * sqrt(0.5);
        values[at++] = raw[RAW_XX] - raw[RAW_X] * raw[RAW_X];
        values[at++] = raw[RAW_PP] - raw[RAW_P] * raw[RAW_P];
    }
    memcpy(values + at, m->raw + 2 + m->modes * RAW_PER_MODE,
           pair_count(m->modes) * sizeof *values);
    return QFP_OK;
}
