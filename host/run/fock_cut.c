#include "run/fock_cut.h"

#include <math.h>
#include <string.h>

#include "fock/fock_initial.h"
#include "fock/fock_total.h"
#include "fock/fock_window.h"

/* What the joint cut may cost the state, in the trace norm: of the tolerance; of what given levels cut, as long as it
 * is no population that an output shows. */
#define CUT_SHARE 0.01
#define CUT_OF_LEVELS 0.1
#define MOST_UNSEEN 1e-6
/* Population below a window, of the tolerance squared: what jumps out of it is multiplied by their rates. */
#define BELOW 1e-6
enum { FEWEST_LEVELS = 2 };

static qfp_status find_most(const qfp_config *config, double error, qfp_plan *plan)
{
    return qfp_fock_total_most(&config->initial, config->modes, plan->weight, 0.25 * error * error,
                               &plan->most);
}

qfp_status qfp_fock_plan_cut(const qfp_config *config, const qfp_equation *equation,
                             const int *levels, qfp_plan *plan)
{
    double error = CUT_SHARE * config->tolerance;
    qfp_fock_space space;
    qfp_fock_initial_error initial;
    int all = 0;
    bool is_useful = equation->is_exact;
    if (is_useful)
        qfp_fock_total_conserved(&equation->most, config->modes, plan->weight);
    for (int j = 0; j < config->modes; j++)
        all += levels != NULL ? plan->weight[j] * (levels[j] - 1) : plan->weight[j];
    is_useful = all > 0;
    if (is_useful)
        QFP_TRY(find_most(config, error, plan));
    is_useful = is_useful && plan->most >= 0;
    if (is_useful && levels != NULL) {
        QFP_TRY(qfp_fock_space_set(config->modes, levels, &space));
        QFP_TRY(qfp_fock_initial_error_of(&space, &config->initial, &initial));
        error = fmax(error, fmin(CUT_OF_LEVELS * initial.cut, MOST_UNSEEN));
        QFP_TRY(find_most(config, error, plan));
        is_useful = plan->most < all;
    }
    if (!is_useful) {
        memset(plan->weight, 0, sizeof plan->weight);
        plan->most = 0;
    }
    return QFP_OK;
}

qfp_status qfp_fock_plan_window(const qfp_config *config, const qfp_equation *equation, int *levels,
                                qfp_plan *plan)
{
    int first[QFP_MAX_MODES] = {0};
    double cut = BELOW * config->tolerance * config->tolerance / config->modes;
    if (equation->is_exact)
        QFP_TRY(qfp_fock_window_first(&equation->most, &config->initial, config->modes, levels,
                                      config->times[config->time_count - 1], cut, first));
    for (int j = 0; j < config->modes; j++) {
        if (config->first_level[j] == 0)
            plan->first[j] = first[j];
        levels[j] =
            levels[j] - plan->first[j] > FEWEST_LEVELS ? levels[j] - plan->first[j] : FEWEST_LEVELS;
    }
    return QFP_OK;
}
