#include "run/fourier_frame.h"

#include <math.h>
#include <stdlib.h>

#include "algebra/displace.h"
#include "run/observed.h"

/* D† turns a coherent ket by a phase too, which a superposition would have to know. */
static bool is_movable(const qfp_state *state)
{
    bool is_sum = state->kind == QFP_STATE_PRODUCT || state->kind == QFP_STATE_MIXTURE;
    bool all = is_sum || state->kind == QFP_STATE_GAUSSIAN;
    for (size_t i = 0; i < state->part_count && all; i++)
        all = is_movable(&state->parts[i]);
    return all;
}

bool qfp_fourier_frame_serves(const qfp_config *config, const qfp_equation *equation)
{
    bool asks = config->field_drift || config->field_diffusion || config->field_current ||
                config->state_count > 0 || config->correlation_count > 0 ||
                qfp_observed_needs_state(config);
    bool looks_far_out = equation->is_open && config->modes == 1; /* for entropy_production */
    return !asks && !looks_far_out && config->theory_count == 1 && config->steady == NULL &&
           equation->is_exact && !equation->varies && is_movable(&config->initial);
}

static bool is_elsewhere(const qfp_plan *plan)
{
    bool found = false;
    for (int axis = 0; axis < 2 * plan->modes; axis++)
        found = found || plan->centre[axis] != 0.0;
    return found;
}

static void fill_alpha(const qfp_plan *plan, double complex *alpha)
{
    for (int j = 0; j < plan->modes; j++)
        alpha[j] = M_SQRT1_2 * (plan->centre[j] + I * plan->centre[plan->modes + j]);
}

/* ---- the state ------------------------------------------------------------------------------ */

static void release_parts(qfp_state *state)
{
    for (size_t i = 0; state->parts != NULL && i < state->part_count; i++)
        release_parts(&state->parts[i]);
    free(state->parts);
    state->parts = NULL;
}

/* `out` keeps everything of `state` but its centres, alpha [N] of its modes, and owns its parts. */
static qfp_status move_state(const qfp_state *state, int modes, const double complex *alpha,
                             qfp_state *out)
{
    *out = *state;
    out->parts = NULL;
    for (int j = 0; j < modes && state->kind == QFP_STATE_GAUSSIAN; j++)
        out->alpha[j] -= alpha[j];
    if (state->part_count == 0)
        return QFP_OK;
    QFP_TRY(QFP_ALLOCATE(out->parts, state->part_count, "a displaced state"));
    for (size_t i = 0; i < state->part_count; i++)
        QFP_TRY(state->kind == QFP_STATE_PRODUCT
                    ? move_state(&state->parts[i], 1, alpha + i, &out->parts[i])
                    : move_state(&state->parts[i], modes, alpha, &out->parts[i]));
    return QFP_OK;
}

/* ---- the system ----------------------------------------------------------------------------- */

static void release(qfp_config *config)
{
    if (config == NULL)
        return;
    release_parts(&config->initial);
    qfp_polynomial_destroy(&config->wick);
    for (size_t k = 0; config->channels != NULL && k < config->channel_count; k++)
        qfp_polynomial_destroy(&config->channels[k].wick);
    free(config->channels);
    free(config);
}

static qfp_status move_system(const qfp_config *config, const double complex *alpha,
                              qfp_config *out)
{
    *out = *config;
    out->channels = NULL;
    out->initial = (qfp_state){0};
    qfp_polynomial_init(&out->wick, 2 * config->modes);
    QFP_TRY(QFP_ALLOCATE(out->channels, config->channel_count + 1, "displaced channels"));
    for (size_t k = 0; k < config->channel_count; k++) {
        out->channels[k] = config->channels[k];
        qfp_polynomial_init(&out->channels[k].wick, 2 * config->modes);
    }
    for (size_t k = 0; k < config->channel_count; k++)
        QFP_TRY(qfp_symbol_displace(&config->channels[k].wick, alpha, &out->channels[k].wick));
    QFP_TRY(qfp_symbol_displace(&config->wick, alpha, &out->wick));
    return move_state(&config->initial, config->modes, alpha, &out->initial);
}

qfp_status qfp_fourier_frame_create(const qfp_config *config, const qfp_equation *equation,
                                    const qfp_plan *plan, qfp_fourier_frame *out)
{
    double complex alpha[QFP_MAX_MODES] = {0};
    qfp_config *moved = NULL;
    *out = (qfp_fourier_frame){.config = config, .equation = equation};
    if (!is_elsewhere(plan))
        return QFP_OK;
    fill_alpha(plan, alpha);
    QFP_TRY(QFP_ALLOCATE(moved, 1, "a displaced system"));
    qfp_status status = move_system(config, alpha, moved);
    if (status == QFP_OK)
        status = qfp_equation_create(moved, &out->own_equation);
    if (status != QFP_OK) {
        release(moved);
        return status;
    }
    out->config = out->own = moved;
    out->equation = &out->own_equation;
    return QFP_OK;
}

void qfp_fourier_frame_destroy(qfp_fourier_frame *frame)
{
    if (frame->own != NULL)
        qfp_equation_destroy(&frame->own_equation);
    release(frame->own);
    *frame = (qfp_fourier_frame){0};
}

/* ---- what is read off ----------------------------------------------------------------------- */

qfp_status qfp_fourier_frame_observables(const qfp_plan *plan, qfp_observable_list *list)
{
    double complex alpha[QFP_MAX_MODES] = {0};
    fill_alpha(plan, alpha);
    for (size_t m = 0; m < list->moment_count && is_elsewhere(plan); m++)
        if (list->moments[m].text != NULL)
            QFP_TRY(qfp_symbol_displace(&list->moments[m].wick, alpha, &list->moments[m].wick));
    return QFP_OK;
}

void qfp_fourier_frame_axes(const qfp_plan *plan, size_t points, double *q, double *p)
{
    for (size_t i = 0; i < points * (size_t)plan->modes; i++) {
        q[i] -= plan->centre[i / points];
        p[i] -= plan->centre[(size_t)plan->modes + i / points];
    }
}
