#include "run/fock_plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/conserved.h"
#include "fock/fock_initial.h"
#include "fock/fock_plane.h"
#include "run/basis.h"
#include "run/engine.h"
#include "run/field_output.h"
#include "run/fock_cut.h"
#include "run/observed.h"
#include "state/reach.h"

#define MOST_LEVELS 1e6
enum { FEWEST_LEVELS = 2, SPARE_LEVELS = 2 };

bool qfp_fock_plan_is_free(const qfp_config *config)
{
    return config->levels[0] == 0;
}

void qfp_levels_describe(int modes, const int *levels, const int *first, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (int j = 0; j < modes && used < size; j++) {
        used += (size_t)snprintf(text + used, size - used, "%s%d", j > 0 ? " × " : "", levels[j]);
        if (first != NULL && first[j] > 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, " (from %d)", first[j]);
    }
}

/* What the generator does to the numbers: modes between which quanta move belong to one group, and a
 * group whose total may rise is open. */
typedef struct number_flow {
    int group[QFP_MAX_MODES];
    bool is_open[QFP_MAX_MODES], rises[QFP_MAX_MODES]; /* by group; by mode */
} number_flow;

static void join(number_flow *f, int modes, int a, int b)
{
    int from = f->group[b], to = f->group[a];
    for (int j = 0; j < modes; j++)
        f->group[j] = f->group[j] == from ? to : f->group[j];
}

/* Terms that only lower, as those of loss, move nothing anywhere. */
static void find_groups(const qfp_polynomial *wick, int modes, number_flow *f)
{
    for (size_t t = 0; t < wick->count; t++) {
        const uint8_t *down = wick->terms[t].power, *up = down + modes;
        bool raises = false;
        int first = -1;
        for (int j = 0; j < modes; j++)
            raises = raises || up[j] > down[j];
        for (int j = 0; j < modes && raises; j++) {
            if (up[j] == down[j])
                continue;
            f->rises[j] = f->rises[j] || up[j] > down[j];
            if (first >= 0)
                join(f, modes, first, j);
            first = j;
        }
    }
}

static void find_open(const qfp_polynomial *wick, int modes, number_flow *f)
{
    for (size_t t = 0; t < wick->count; t++) {
        int change[QFP_MAX_MODES] = {0};
        for (int j = 0; j < modes; j++)
            change[f->group[j]] += wick->terms[t].power[modes + j] - wick->terms[t].power[j];
        for (int j = 0; j < modes; j++)
            f->is_open[j] = f->is_open[j] || change[j] > 0;
    }
}

/* H and the jumps; and the c†c of each jump, which move what a term of c and one of c† do. */
static qfp_status follow_numbers(const qfp_lindblad *l, int modes, number_flow *f)
{
    qfp_polynomial number;
    qfp_polynomial_init(&number, 2 * modes);
    *f = (number_flow){0};
    for (int j = 0; j < modes; j++)
        f->group[j] = j;
    qfp_status status = QFP_OK;
    for (int pass = 0; pass < 2 && status == QFP_OK; pass++) {
        void (*find)(const qfp_polynomial *, int, number_flow *) =
            pass == 0 ? find_groups : find_open;
        find(&l->wick, modes, f);
        for (size_t k = 0; k < l->channel_count && status == QFP_OK; k++) {
            const qfp_polynomial *c = &l->channels[k].wick;
            find(c, modes, f);
            status = qfp_symbol_adjoint(c, &number);
            if (status == QFP_OK)
                status = qfp_polynomial_multiply(&number, c, &number);
            find(&number, modes, f);
        }
    }
    qfp_polynomial_destroy(&number);
    return status;
}

/* What is known of the levels of a run before anything is computed. */
typedef struct level_needs {
    int modes, initial[QFP_MAX_MODES];
    int total[QFP_MAX_MODES]; /* quanta of a group, all in one mode at most */
    number_flow flow;
    bool is_exact;
} level_needs;

static bool is_closed(const level_needs *n, int mode)
{
    return n->is_exact && !n->flow.is_open[n->flow.group[mode]];
}

/* Would the classical flow say more than the numbers do? */
static bool needs_reach(const level_needs *n)
{
    for (int j = 0; j < n->modes; j++) {
        int most = 0;
        for (int k = 0; k < n->modes; k++)
            if (n->flow.group[k] == n->flow.group[j] && n->initial[k] > most)
                most = n->initial[k];
        if (!is_closed(n, j) || n->total[n->flow.group[j]] + 1 > most + SPARE_LEVELS)
            return true;
    }
    return false;
}

static double levels_of_mode(const level_needs *n, const qfp_reach *reach, int j)
{
    double r = fmax(reach->of[j], reach->of[n->modes + j]);
    double needed = ceil(fmax((double)n->initial[j], 0.5 * r * r)) + SPARE_LEVELS;
    if (n->is_exact && !n->flow.rises[j])
        return n->initial[j];
    if (reach->escapes) /* a flow that runs away says nothing: start small and grow */
        needed = 2.0 * n->initial[j] + SPARE_LEVELS;
    return is_closed(n, j) ? fmin(needed, n->total[n->flow.group[j]] + 1.0) : needed;
}

static qfp_status choose_levels(const qfp_config *config, const qfp_equation *equation,
                                qfp_plan *plan, int *levels)
{
    qfp_reach reach = {0};
    level_needs n = {.modes = config->modes, .is_exact = equation->is_exact};
    for (int j = 0; j < n.modes; j++)
        n.initial[j] = 1;
    /* an amplitude of a tenth of the tolerance may stay outside */
    QFP_TRY(qfp_fock_initial_levels(&config->initial, n.modes,
                                    0.01 * config->tolerance * config->tolerance, n.initial));
    QFP_TRY(qfp_fock_plan_cut(config, equation, NULL, plan));
    QFP_TRY(follow_numbers(&equation->most, n.modes, &n.flow));
    for (int j = 0; j < n.modes; j++)
        n.total[n.flow.group[j]] += n.initial[j] - 1;
    /* a number state at distance d from a packet overlaps with it by about e^{-d²/2}, the Wigner
     * function is e^{-d²} there */
    if (needs_reach(&n))
        QFP_TRY(qfp_reach_estimate(config, pow(config->tolerance, 2.0), &reach));
    else
        for (int j = 0; j < n.modes; j++) /* all that can arrive */
            reach.of[j] = sqrt(2.0 * (n.total[n.flow.group[j]] + 1.0));
    for (int j = 0; j < n.modes; j++) {
        plan->flow_escapes |= reach.escapes && !is_closed(&n, j);
        double most = plan->weight[j] > 0 ? plan->most / plan->weight[j] + 1 : MOST_LEVELS;
        levels[j] = (int)fmin(fmax(levels_of_mode(&n, &reach, j), FEWEST_LEVELS), fmax(most, 1.0));
    }
    return QFP_OK;
}

void qfp_fock_plan_size(const qfp_config *config, const int *levels, qfp_plan *plan)
{
    double d = 1.0, all = 1.0, full = pow(config->husimi_points, 2.0 * config->modes), planes = 0.0;
    for (int j = 0; j < config->modes; j++) {
        plan->levels[j] = levels[j];
        d *= levels[j];
        all *= plan->first[j] + levels[j];
    }
    double state = (config->single_precision ? 4.0 : 8.0) * d * (d + 1.0);
    plan->dimension = d;
    plan->kept = qfp_conserved_states(config->modes, levels, plan->weight, plan->most);
    plan->cells = 0.5 * d * (d + 1.0);
    plan->bytes_state = state;
    /* the copy to go back to and the image for the watch over the last levels */
    plan->bytes_generator = 2.0 * state;
    /* bands, one-mode matrices; the whole state on the host when it is made or grows, and Q of all
     * modes from its unpacked form */
    plan->bytes_output = state + 64.0 * d + qfp_field_output_bytes(config);
    if (config->husimi_full)
        plan->bytes_output += 16.0 * all * all + 8.0 * full;
    if (config->state_count > 0 || qfp_observed_needs_state(config))
        plan->bytes_output += 16.0 * all * all;
    for (size_t i = 0; i < config->plane_count; i++) {
        const qfp_axis_pair *pair = &config->planes[i];
        int one = pair->first % config->modes, other = pair->second % config->modes;
        double a = plan->first[one] + levels[one], b = plan->first[other] + levels[other];
        planes = fmax(planes, qfp_fock_plane_bytes(a, b, config->husimi_points));
    }
    plan->bytes_output += planes;
    if (all > d) /* what is read off it is written from the vacuum on */
        plan->bytes_output += 8.0 * all * (all + 1.0);
    plan->bytes_available = qfp_engine_memory(config);
    qfp_plan_vectors(config, plan->bytes_state + plan->bytes_generator + plan->bytes_output, plan);
}

static qfp_status refuse(const qfp_config *config, const qfp_plan *plan)
{
    char levels[128];
    qfp_levels_describe(plan->modes, plan->levels, plan->first, levels, sizeof levels);
    return QFP_FAIL(QFP_MEMORY,
                    "%s: solver.levels: %s = %.4g states make a density matrix of %.3g numbers, "
                    "%.3g GB; with %d vectors of the propagator and the output %.3g GB are needed, "
                    "this machine has %.3g GB; %s",
                    config->path, levels, plan->dimension, plan->dimension * plan->dimension,
                    plan->bytes_state / 1e9, plan->krylov_vectors, plan->bytes_total / 1e9,
                    plan->bytes_available / 1e9,
                    qfp_fock_plan_is_free(config)
                        ? "raise solver.tolerance, or give fewer solver.levels than were chosen"
                        : "give fewer");
}

qfp_status qfp_fock_plan(const qfp_config *config, const qfp_equation *equation, qfp_plan *plan)
{
    int levels[QFP_MAX_MODES];
    memcpy(levels, config->levels, sizeof levels);
    memcpy(plan->first, config->first_level, sizeof plan->first);
    if (qfp_fock_plan_is_free(config)) {
        QFP_TRY(choose_levels(config, equation, plan, levels));
        QFP_TRY(qfp_fock_plan_window(config, equation, levels, plan));
    } else {
        QFP_TRY(qfp_fock_plan_cut(config, equation, levels, plan));
    }
    qfp_fock_plan_size(config, levels, plan);
    return plan->bytes_total <= 0.9 * plan->bytes_available ? QFP_OK : refuse(config, plan);
}
