#include "run/fock_growth.h"

#include <math.h>
#include <string.h>

#include "fock/fock_unitary.h"
#include "run/fock_plan.h"

#define NEGLIGIBLE_SHARE 0.03 /* of the rate: a mode that loses less keeps its levels */
enum { FEWEST_NEW_LEVELS = 4, MOST_GROWTH = 16 };

static qfp_status check_runaway(const qfp_fock_space *space, const int *planned, double t,
                                const int *levels)
{
    for (int j = 0; j < space->modes; j++)
        if (levels[j] > MOST_GROWTH * planned[j])
            return QFP_FAIL(QFP_RESOLUTION,
                            "t = %.6g: the state has filled %d levels of mode %d, %d times as many "
                            "as were planned: it runs away; stop earlier, or give solver.levels",
                            t, space->levels[j], j + 1, space->levels[j] / planned[j]);
    return QFP_OK;
}

/* One mode that moves by diagonalisation would go on by steps of ρ, whose length falls as the energies of the last
 * levels rise: D² numbers, D^{3/2} steps and more. */
static qfp_status check_time(const qfp_fock_stage *stage, double t, const int *levels)
{
    const qfp_fock_space *space = &stage->space;
    if (space->modes > 1 || stage->unitary == NULL || levels[0] <= QFP_FOCK_DIAGONALISED)
        return QFP_OK;
    return QFP_FAIL(
        QFP_RESOLUTION,
        "t = %.6g: the state has filled %d levels, and with more than %d a density matrix "
        "takes hours: use basis: fourier, whose grid holds what runs away for a while, stop "
        "earlier, or raise solver.tolerance",
        t, space->levels[0], QFP_FOCK_DIAGONALISED);
}

static qfp_status check_memory(const qfp_config *config, const qfp_fock_space *space, double t,
                               const int *levels, const int *first)
{
    char now[128], next[128];
    qfp_plan plan = {.basis = QFP_BASIS_FOCK, .modes = config->modes};
    memcpy(plan.first, first, (size_t)config->modes * sizeof *first);
    qfp_fock_plan_size(config, levels, &plan);
    if (plan.bytes_total <= 0.9 * plan.bytes_available)
        return QFP_OK;
    qfp_levels_describe(space->modes, space->levels, space->first, now, sizeof now);
    qfp_levels_describe(space->modes, levels, first, next, sizeof next);
    return QFP_FAIL(QFP_RESOLUTION,
                    "t = %.6g: the state has filled %s levels; %s would need %.3g GB, this machine "
                    "has %.3g GB",
                    t, now, next, plan.bytes_total / 1e9, plan.bytes_available / 1e9);
}

qfp_status qfp_fock_more_levels(const qfp_config *config, const qfp_fock_stage *stage,
                                const int *planned, double t, int *levels, int *first)
{
    const qfp_fock_space *space = &stage->space;
    double rates[2 * QFP_MAX_MODES], worst = 0.0;
    QFP_TRY(qfp_fock_leak_rates(stage->leak, stage->u, stage->scratch, rates));
    for (int j = 0; j < 2 * space->modes; j++)
        worst = fmax(worst, rates[j]);
    for (int j = 0; j < space->modes; j++) {
        int more = space->levels[j] / 4;
        more = more > FEWEST_NEW_LEVELS ? more : FEWEST_NEW_LEVELS;
        levels[j] = space->levels[j];
        first[j] = space->first[j];
        if (rates[j] >= NEGLIGIBLE_SHARE * worst)
            levels[j] += more;
        if (first[j] > 0 && rates[space->modes + j] >= NEGLIGIBLE_SHARE * worst)
            first[j] -= more < first[j] ? more : first[j];
        levels[j] += space->first[j] - first[j];
    }
    QFP_TRY(check_runaway(space, planned, t, levels));
    QFP_TRY(check_time(stage, t, levels));
    return check_memory(config, space, t, levels, first);
}
