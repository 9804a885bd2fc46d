#include "run/fourier_box.h"

#include <math.h>
#include <stdio.h>

#include "state/initial_state.h"

/* The modes first … first + count - 1, and how the piece is called. */
typedef struct place {
    int first, count;
    char name[96];
} place;

static qfp_status check(const qfp_phase_grid *grid, const qfp_state *s, place at);

/* Of product states a part is one mode, of others it is a piece of its own. */
static qfp_status check_parts(const qfp_phase_grid *grid, const qfp_state *s, place at)
{
    static const char *const names[] = {[QFP_STATE_PRODUCT] = "product",
                                        [QFP_STATE_MIXTURE] = "mixture",
                                        [QFP_STATE_SUPERPOSITION] = "superposition"};
    for (size_t i = 0; i < s->part_count; i++) {
        place part = at;
        if (s->kind == QFP_STATE_PRODUCT)
            part = (place){.first = at.first + (int)i, .count = 1};
        else if (s->weights[i] == 0.0)
            continue;
        snprintf(part.name, sizeof part.name, "%.60s.%s[%zu]", at.name, names[s->kind], i + 1);
        QFP_TRY(check(grid, &s->parts[i], part));
    }
    return QFP_OK;
}

static qfp_status check_axis(const char *name, int mode, const char *axis, double reach,
                             double held)
{
    if (reach <= held)
        return QFP_OK;
    return QFP_FAIL(QFP_RESOLUTION,
                    "t = 0: %s reaches %.4g from the middle of the box of mode %d along %s, which "
                    "ends at %.4g: enlarge solver.grid.extent beyond twice that reach (and points "
                    "with it), or leave it out",
                    name, reach, mode + 1, axis, held);
}

static qfp_status check_mode(const qfp_phase_grid *grid, const qfp_state *s, int own, int mode,
                             const char *name)
{
    double held_q = 0.5 * grid->shape.extent[mode];
    double held_p = 0.5 * grid->shape.extent[grid->shape.modes + mode];
    double quanta = s->kind == QFP_STATE_FOCK ? s->level[own] : 0.0;
    double ring = quanta > 0.0 ? sqrt(2.0 * quanta + 1.0) : 0.0;
    double width = exp(fabs(s->r[own])) * sqrt(2.0 * s->nbar[own] + 1.0); /* along any axis */
    double q = sqrt(2.0) * fabs(creal(s->alpha[own])), p = sqrt(2.0) * fabs(cimag(s->alpha[own]));
    QFP_TRY(check_axis(name, mode, "x", q + ring, held_q));
    QFP_TRY(check_axis(name, mode, "p", p + ring, held_p));
    return check_axis(name, mode, held_q > held_p ? "x" : "p", width, fmax(held_q, held_p));
}

static qfp_status check(const qfp_phase_grid *grid, const qfp_state *s, place at)
{
    if (s->kind == QFP_STATE_PRODUCT || s->kind == QFP_STATE_MIXTURE ||
        s->kind == QFP_STATE_SUPERPOSITION)
        return check_parts(grid, s, at);
    for (int own = 0; own < at.count && s->kind != QFP_STATE_FILE; own++)
        QFP_TRY(check_mode(grid, s, own, at.first + own, at.name));
    return QFP_OK;
}

/* A sum of dyads of parts that nearly cancel is rounding to a large part; a sum of kets less so. */
static qfp_status check_cancellation(const qfp_config *config)
{
    qfp_cancellation lost;
    QFP_TRY(qfp_initial_state_cancellation(&config->initial, config->modes, &lost));
    if (lost.density <= 0.1 * config->tolerance)
        return QFP_OK;
    return QFP_FAIL(
        QFP_RESOLUTION,
        "%s: initial.superposition: the parts nearly cancel: rounding leaves a relative "
        "error of %.1e on a grid (limit %.1e, a tenth of the tolerance) and %.1e in the "
        "Fock basis: use basis: fock, or a larger solver.tolerance",
        config->path, lost.density, 0.1 * config->tolerance, 2.0 * lost.ket);
}

qfp_status qfp_fourier_box_check(const qfp_config *config, const qfp_phase_grid *grid)
{
    QFP_TRY(check_cancellation(config));
    return check(grid, &config->initial, (place){.count = config->modes, .name = "initial"});
}
