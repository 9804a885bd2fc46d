#include "reference/levels.h"

#include <math.h>
#include <string.h>

#include "core/conserved.h"
#include "core/ranks.h"
#include "reference/states.h"

#define ACCURACY_SAMPLED 1e-4 /* where trajectories leave some 1e-2 */
#define SPARE_LEVELS 3        /* above what the initial state needs, to see something arrive */
/* Shares of the accuracy: of what leaves the levels; of a ket's initial cut by levels and by a conserved number, which
 * count twice in ρ.  Moments weigh what is cut with high powers of n; of a conserved number nothing more is ever lost. */
#define SHARE_LOST 0.4
#define SHARE_CUT 1e-4
#define SHARE_TOTAL 0.1
#define NEGLIGIBLE_SHARE 0.03 /* of what is lost: a mode that loses less keeps its levels */
#define GROWTH 1.5            /* or, where more than half of the time went well, */
#define LATE_GROWTH 1.2
#define LEVELS_IN_DOUBT 700    /* of a mode: up to them trying is quick */
#define MANY_LEVELS 4096       /* for the accuracy, where the tolerance asks for fewer */
#define MOST_PASSAGE 1800.0    /* seconds, of levels that are still too few */
#define MAX_CHOSEN_LEVELS 4096 /* per mode, unless the initial state needs more */
#define WORTH_A_CUT 0.8        /* of the states that levels alone would keep */
/* States with a conserved number that are kept at once, beside those that growing would begin with: above, levels grow
 * within them.  States above which the tolerance that was asked for must do. */
#define FEW_STATES 5e4
#define MANY_TIMES 20.0
#define MANY_STATES 4e5

/* ---- a conserved number ---------------------------------------------------------------------- */

/* What all words change W by, if they change it alike. */
static bool is_even(const qfp_words *words, int modes, const int *weight, int *by)
{
    for (size_t w = 0; w < words->count; w++) {
        int change = 0;
        for (const char *c = words->word[w].letters; *c != '\0'; c++)
            change += weight[qfp_letter_mode(*c)] * (qfp_letter_creates(*c) ? 1 : -1);
        if (w > 0 && change != *by)
            return false;
        *by = change;
    }
    return modes > 0;
}

static bool keeps_part(const qfp_part *part, int modes, const int *weight)
{
    int by = 0;
    if (!is_even(&part->hamiltonian, modes, weight, &by) || by != 0)
        return false;
    if (!is_even(&part->drift, modes, weight, &by) || by != 0)
        return false;
    for (size_t k = 0; k < part->jump_count; k++)
        if (!is_even(&part->jumps[k].words, modes, weight, &by) || by > 0)
            return false;
    return true;
}

/* H conserves W, and no jump raises it. */
static bool keeps(const void *data, const int *weight)
{
    const qfp_reference *r = data;
    int by = 0;
    if (r->drive == NULL)
        return is_even(&r->words.hamiltonian, r->modes, weight, &by) && by == 0;
    for (size_t i = 0; i < qfp_drive_parts(r->drive); i++)
        if (!keeps_part(qfp_drive_part(r->drive, i), r->modes, weight))
            return false;
    return true;
}

/* Does a word change n_mode? */
static bool words_move(const qfp_words *words, int mode)
{
    int weight[QFP_MAX_MODES] = {0}, by = 0;
    weight[mode] = 1;
    return !is_even(words, 1, weight, &by) || (words->count > 0 && by != 0);
}

/* Does the number of a mode alone stay? */
static bool stays(const qfp_reference *r, int mode)
{
    if (r->drive == NULL)
        return !words_move(&r->words.hamiltonian, mode);
    for (size_t i = 0; i < qfp_drive_parts(r->drive); i++) {
        const qfp_part *part = qfp_drive_part(r->drive, i);
        if (words_move(&part->hamiltonian, mode) || words_move(&part->drift, mode))
            return false;
        for (size_t k = 0; k < part->jump_count; k++)
            if (words_move(&part->jumps[k].words, mode))
                return false;
    }
    return true;
}

static void forget_total(qfp_reference *r)
{
    memset(r->weight, 0, sizeof r->weight);
    r->most = 0;
}

static double states(const qfp_reference *r, const int *levels)
{
    return qfp_conserved_states(r->modes, levels, r->weight, r->most);
}

/* Levels that hold all of W. */
static void all_levels(const qfp_reference *r, int *levels)
{
    for (int j = 0; j < r->modes; j++) {
        bool is_free = r->config->levels[j] == 0 && r->weight[j] > 0 && !stays(r, j);
        levels[j] = is_free ? r->most / r->weight[j] + 1 : r->levels[j];
    }
}

/* r->levels are those that the start needs, or that are given. */
static qfp_status cut_by_total(qfp_reference *r)
{
    int all[QFP_MAX_MODES], none[QFP_MAX_MODES] = {0};
    double box = qfp_conserved_states(r->modes, r->levels, none, 0);
    bool is_free = false, is_bound = false;
    forget_total(r);
    if (r->is_boxed)
        return QFP_OK;
    qfp_conserved_weights(r->modes, keeps, r, r->weight);
    for (int j = 0; j < r->modes; j++) {
        is_bound = is_bound || r->weight[j] > 0;
        is_free = is_free || (r->weight[j] > 0 && r->config->levels[j] == 0 && !stays(r, j));
    }
    if (!is_bound)
        return QFP_OK;
    QFP_TRY(qfp_state_most(r->config, r->weight, SHARE_TOTAL * r->accuracy, &r->most));
    if (r->most > QFP_MOST_CONSERVED || (!is_free && states(r, r->levels) > WORTH_A_CUT * box)) {
        forget_total(r);
        return QFP_OK;
    }
    all_levels(r, all);
    if (states(r, all) > MANY_STATES && r->config->tolerance > r->accuracy) {
        QFP_TRY(qfp_state_most(r->config, r->weight, SHARE_TOTAL * r->config->tolerance, &r->most));
        all_levels(r, all);
    }
    if (states(r, all) <= fmax(FEW_STATES, MANY_TIMES * states(r, r->levels)))
        memcpy(r->levels, all, sizeof all);
    return QFP_OK;
}

/* ---- levels that grow ------------------------------------------------------------------------ */

/* Through the output times that are left, until too much has left the levels. */
static qfp_status rehearse(qfp_reference *r, bool *arrived)
{
    double from = r->time;
    r->lost_limit = 0.5 * SHARE_LOST * r->accuracy;
    for (size_t i = 0; i < r->config->time_count && qfp_reference_lost(r) <= r->lost_limit; i++) {
        if (r->config->times[i] < from)
            continue;
        QFP_TRY(qfp_reference_evolve(r, r->config->times[i]));
        if (r->until > 0.0 && qfpi_ranks_seconds_computed() > r->until)
            return QFP_FAIL(QFP_RESOLUTION, "the trial of the reference was too short");
    }
    *arrived = qfp_reference_lost(r) > r->lost_limit;
    if (r->driven != NULL)
        r->crossed = r->time;
    return QFP_OK;
}

/* How a search for levels went before: a state that fills them faster than they are raised. */
typedef struct search {
    int levels[QFP_MAX_MODES]; /* of the last rehearsal */
    double time;               /* where it ended */
} search;

/* Levels of mode j at the end of the run if those filled go on as a power of the time. */
static double expected_levels(const qfp_reference *r, const search *before, int j)
{
    double end = r->config->times[r->config->time_count - 1];
    double power = log((double)r->levels[j] / before->levels[j]) / log(r->crossed / before->time);
    if (!(r->crossed > before->time && before->time > 0.0))
        return INFINITY;
    return r->levels[j] * pow(end / r->crossed, power);
}

static qfp_status check_runaway(const qfp_reference *r, const search *before, int j, int limit)
{
    bool known = r->levels[j] > before->levels[j] && before->levels[j] > 0;
    /* who waits for so many seconds at most does not wait for what will hardly end in time; else a state that is bound may
     * have filled its levels fast */
    bool doubts = isfinite(r->seconds) && r->until == 0.0 && r->levels[j] > LEVELS_IN_DOUBT;
    double expected = known && doubts ? expected_levels(r, before, j) : 0.0;
    if (r->expected > MOST_PASSAGE)
        return QFP_FAIL(
            QFP_RESOLUTION,
            "mode %d still reaches the end of the reference basis with %d levels at t = "
            "%.6g, and with these it would take about %.0f s; use another basis, earlier "
            "times, or give solver.levels",
            j + 1, r->levels[j], r->crossed, r->expected);
    if (r->levels[j] < limit && expected <= limit)
        return QFP_OK;
    return QFP_FAIL(QFP_RESOLUTION,
                    "mode %d still reaches the end of the reference basis with %d levels at t = "
                    "%.6g: the state spreads without bound, or to more than the %d levels that are "
                    "chosen at most; use basis: fourier, earlier times, or give solver.levels",
                    j + 1, r->levels[j], r->crossed, limit);
}

/* The states that a rehearsal needed before it was left, as a power of the time of that. */
static void note_power(qfp_reference *r, const int *now, const search *before)
{
    double more = states(r, now) / fmax(states(r, before->levels), 1.0);
    bool known = before->time > 0.0 && r->crossed > before->time && before->levels[0] > 0;
    r->growth_power = known ? log(more) / log(r->crossed / before->time) : 0.0;
}

/* Levels of the modes that were left, of those that may have more. */
static qfp_status raise_levels(qfp_reference *r, const int *limit, search *before)
{
    int now[QFP_MAX_MODES];
    double worst = 0.0;
    bool is_late = r->crossed > 0.5 * r->config->times[r->config->time_count - 1];
    memcpy(now, r->levels, sizeof now);
    for (int j = 0; j < r->modes; j++)
        if (r->config->levels[j] == 0)
            worst = fmax(worst, r->lost_by_mode[j]);
    for (int j = 0; j < r->modes; j++) {
        if (r->config->levels[j] != 0 || r->lost_by_mode[j] < NEGLIGIBLE_SHARE * worst)
            continue;
        QFP_TRY(check_runaway(r, before, j, limit[j]));
        int grown = (int)ceil((is_late ? LATE_GROWTH : GROWTH) * r->levels[j]);
        r->levels[j] = grown < limit[j] ? grown : limit[j];
    }
    note_power(r, now, before);
    memcpy(before->levels, now, sizeof now);
    before->time = r->crossed;
    return QFP_OK;
}

/* Levels that were too few are raised where that showed, and kets go on from before that: what they lost so far is within
 * the accuracy.  Then all begins anew, with levels that hold all of it. */
static qfp_status grow(qfp_reference *r, const int *limit)
{
    search before = {0};
    bool goes_on = r->drive == NULL;
    QFP_TRY(qfp_reference_build(r));
    if (goes_on && r->border.matrix.dim == 0)
        return QFP_OK; /* H leads nowhere */
    for (;;) {
        bool arrived = false;
        double open = 0.0;
        QFP_TRY(rehearse(r, &arrived));
        for (int j = 0; j < r->modes; j++)
            open += r->config->levels[j] == 0 ? r->lost_by_mode[j] : 0.0;
        r->lost_limit = INFINITY;
        if (!arrived || open == 0.0)
            return r->origin > 0.0 ? qfp_reference_build(r) : qfp_reference_evolve(r, 0.0);
        QFP_TRY(raise_levels(r, limit, &before));
        QFP_TRY(goes_on ? qfp_reference_widen(r) : qfp_reference_build(r));
    }
}

/* *found: H is a polynomial of a quadrature, and the levels are those of the exact answer at the times of the run; where
 * they are many, those that the tolerance asks for. */
static qfp_status levels_of_flow(qfp_reference *r, bool *found)
{
    qfp_kept kept = {0};
    qfp_ket_set kets = {0};
    qfp_state_error error;
    double limit = 0.5 * SHARE_LOST * r->accuracy;
    int needed = r->levels[0];
    qfp_status status;
    *found = false;
    if (r->modes > 1 || r->drive != NULL || r->is_boxed || r->config->levels[0] != 0)
        return QFP_OK;
    QFP_TRY_GOTO(qfp_kept_create(1, r->levels, NULL, 0, &kept));
    QFP_TRY_GOTO(qfp_state_kets(r->config, &kept, &kets, &error));
    QFP_TRY_GOTO(qfp_quadrature_flow_create(r->config, &r->words.hamiltonian, &kets, &r->flow));
    for (size_t i = 0; i < r->config->time_count && r->flow != NULL; i++) {
        int here;
        QFP_TRY_GOTO(qfp_quadrature_flow_levels(r->flow, r->config->times[i], limit, &here));
        if (here > MANY_LEVELS && limit < 0.1 * r->config->tolerance) {
            limit = 0.1 * r->config->tolerance;
            QFP_TRY_GOTO(qfp_quadrature_flow_levels(r->flow, r->config->times[i], limit, &here));
        }
        needed = here > needed ? here : needed;
    }
    *found = r->flow != NULL;
    r->levels[0] = needed;
done:
    qfp_kept_destroy(&kept);
    qfp_ket_set_destroy(&kets);
    return status;
}

static qfp_status choose(qfp_reference *r)
{
    int needed[QFP_MAX_MODES] = {0}, limit[QFP_MAX_MODES];
    bool any_open = false, is_exact;
    for (int j = 0; j < r->modes; j++) {
        r->levels[j] = r->config->levels[j];
        any_open = any_open || r->levels[j] == 0;
    }
    /* tighter than the propagation: a mixture loses the cut population itself, not its square root,
     * and moments weigh it with high powers of n */
    if (any_open)
        QFP_TRY(qfp_state_levels(r->config, SHARE_CUT * r->accuracy, needed));
    for (int j = 0; j < r->modes; j++)
        if (r->levels[j] == 0)
            r->levels[j] = needed[j] + SPARE_LEVELS;
    QFP_TRY(cut_by_total(r));
    QFP_TRY(levels_of_flow(r, &is_exact));
    if (!any_open || is_exact)
        return qfp_reference_build(r);
    for (int j = 0; j < r->modes; j++) {
        limit[j] = r->levels[j] > MAX_CHOSEN_LEVELS / 2 ? 2 * r->levels[j] : MAX_CHOSEN_LEVELS;
        if (r->weight[j] > 0 && r->most / r->weight[j] + 1 < limit[j])
            limit[j] = r->most / r->weight[j] + 1;
        if (r->config->levels[j] == 0 && r->levels[j] > limit[j])
            r->levels[j] = limit[j];
    }
    return grow(r, limit);
}

/* A ρ of too many states is sampled, on the levels that this is worth. */
qfp_status qfp_reference_choose_levels(qfp_reference *r)
{
    qfp_status status = choose(r);
    if (!r->is_too_large)
        return status;
    r->accuracy = fmax(r->accuracy, ACCURACY_SAMPLED);
    r->may_sample = true;
    return choose(r);
}
