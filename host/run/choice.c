/* choice.c - solver.basis: auto: what every basis would take of a run, and the cheapest. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/error.h"
#include "core/ranks.h"
#include "core/turn.h"
#include "run/basis.h"

#define MOMENT 0.1  /* seconds: a run this short is over before another basis is tried */
#define TOUCH 3e-10 /* seconds per byte: memory that is taken is written once at least */
enum { BASES = sizeof((qfp_basis_choice){0}.of) / sizeof(qfp_basis_offer) };

/* In the order of what is begun with: kets are the smallest states. */
static const qfp_basis bases[BASES] = {QFP_BASIS_REFERENCE, QFP_BASIS_FOCK, QFP_BASIS_FOURIER};

/* What is given in the configuration and only other bases have; NULL: nothing. */
static const char *given_for_others(const qfp_config *config, qfp_basis basis)
{
    bool is_grid = basis == QFP_BASIS_FOURIER, is_reference = basis == QFP_BASIS_REFERENCE;
    bool has_grid = config->points[0] > 0 || config->extent[0] > 0.0;
    if (!is_grid && has_grid)
        return "solver.grid";
    if (!is_grid && !config->ordering_is_balanced)
        return "solver.ordering";
    if (!is_grid && config->integrator == QFP_INTEGRATOR_SPLIT)
        return "solver.integrator: split";
    if (is_grid && config->levels[0] > 0)
        return "solver.levels";
    if (is_reference && config->device >= 0)
        return "device";
    if (is_reference && config->integrator != QFP_INTEGRATOR_AUTO)
        return "solver.integrator";
    if (is_reference && config->single_precision)
        return "solver.precision: single";
    return is_reference && config->backend == QFP_BACKEND_CUDA ? "backend: cuda" : NULL;
}

/* The reference of an open system is a dense matrix or a sample: there to judge the others.  Of a theory that is
 * not quantum theory the coefficients on number states need not stay bounded. */
static qfp_status supports(const qfp_config *config, const qfp_equation *equation)
{
    const char *given = given_for_others(config, config->basis);
    if (given != NULL)
        return QFP_FAIL(QFP_CONFIG, "%s: %s is given, which this basis does not have", config->path,
                        given);
    if (config->basis == QFP_BASIS_REFERENCE && equation->is_open)
        return QFP_FAIL(QFP_UNSUPPORTED,
                        "%s: of an open system the reference is there to judge the others",
                        config->path);
    if (config->basis == QFP_BASIS_FOCK && !equation->is_exact)
        return QFP_FAIL(
            QFP_UNSUPPORTED,
            "%s: of another theory than quantum theory the coefficients on number states "
            "need not stay bounded",
            config->path);
    return qfp_basis_supports(config, equation);
}

/* One theory: its bytes, and with `timed` its seconds, are added. */
static qfp_status add_theory(const qfp_config *config, bool timed, qfp_basis_offer *offer)
{
    qfp_equation equation;
    qfp_plan plan = {0};
    qfp_plan_timing timing = {.seconds = 0.0};
    QFP_TRY(qfp_equation_create(config, &equation));
    qfp_status status = supports(config, &equation);
    if (status == QFP_OK)
        status = qfp_basis_plan(config, &equation, &plan);
    if (status == QFP_OK && timed)
        status = qfp_basis_measure(config, &equation, &plan, &timing);
    qfp_equation_destroy(&equation);
    offer->bytes += plan.bytes_total;
    offer->runs_away |= plan.flow_escapes;
    offer->seconds += timing.seconds;
    if (timing.correlations > 0)
        offer->seconds += timing.correlation_seconds;
    return status;
}

/* Why not, without the path of the configuration before it. */
static void note_refusal(const qfp_config *config, qfp_basis_offer *offer)
{
    const char *text = qfp_last_error();
    size_t path = strlen(config->path);
    if (strncmp(text, config->path, path) == 0 && strncmp(text + path, ": ", 2) == 0)
        text += path + 2;
    snprintf(offer->refusal, sizeof offer->refusal, "%s", text);
    offer->serves = 0;
}

/* What a basis cannot do is no failure of the choice; a file that cannot be read is. */
static bool is_refusal(qfp_status status)
{
    return status == QFP_CONFIG || status == QFP_UNSUPPORTED || status == QFP_MEMORY ||
           qfp_status_exit(status) == 3;
}

static qfp_status make_offer(const qfp_config *config, bool timed, qfp_basis_offer *offer,
                             qfp_status *refused)
{
    qfp_config one = *config;
    qfp_status status = QFP_OK;
    one.basis = offer->basis;
    offer->serves = 1;
    offer->seconds = timed ? 0.0 : NAN;
    offer->bytes = 0.0;
    for (size_t i = 0; i < config->theory_count && status == QFP_OK; i++) {
        status = qfp_config_select_theory(&one, i);
        if (status == QFP_OK)
            status = add_theory(&one, timed, offer);
    }
    *refused = status;
    if (status != QFP_OK && !is_refusal(status))
        return status;
    if (qfpi_ranks_failed(status))
        note_refusal(config, offer);
    return QFP_OK;
}

/* Levels that are chosen would have to follow what runs away, without an end that a trial could foretell. */
static void refuse_runaways(const qfp_config *config, qfp_basis_choice *c, qfp_status *refused)
{
    bool runs_away = false;
    for (size_t i = 0; i < c->count; i++)
        runs_away |= c->of[i].basis == QFP_BASIS_FOCK && c->of[i].runs_away;
    for (size_t i = 0; i < c->count && runs_away && config->levels[0] == 0; i++) {
        qfp_basis_offer *o = &c->of[i];
        if (o->basis == QFP_BASIS_FOURIER || !o->serves)
            continue;
        o->serves = 0;
        refused[i] = QFP_RESOLUTION;
        snprintf(
            o->refusal, sizeof o->refusal,
            "the classical flow runs away within the run, and no number of levels that could be "
            "chosen follows it; take output.times that end before, or give solver.levels, "
            "which are watched");
    }
}

static bool is_tried(const qfp_basis_offer *o)
{
    return !isnan(o->seconds);
}

/* Those that serve, the smallest first; one whose memory alone takes longer than another basis is left out, for its
 * trial would too. */
static qfp_status try_offers(const qfp_config *config, bool all, qfp_basis_choice *c)
{
    double best = INFINITY;
    for (;;) {
        qfp_basis_offer *next = NULL;
        qfp_status refused;
        for (size_t i = 0; i < c->count; i++) {
            qfp_basis_offer *o = &c->of[i];
            if (o->serves && is_tried(o))
                best = fmin(best, o->seconds);
            else if (o->serves && (next == NULL || o->bytes < next->bytes))
                next = o;
        }
        if (next == NULL || (!all && best <= MOMENT) || TOUCH * next->bytes > fmax(best, MOMENT))
            return QFP_OK;
        QFP_TRY(make_offer(config, true, next, &refused));
    }
}

/* The quickest of those tried, else the smallest. */
static const qfp_basis_offer *cheapest(const qfp_basis_choice *c)
{
    const qfp_basis_offer *best = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const qfp_basis_offer *o = &c->of[i];
        bool is_better =
            best != NULL && (isnan(o->seconds) ? isnan(best->seconds) && o->bytes < best->bytes
                                               : !(best->seconds <= o->seconds));
        if (o->serves && (best == NULL || is_better))
            best = o;
    }
    return best;
}

/* "about 0.4 s and 12 MB" */
static void describe_cost(const qfp_basis_offer *o, char *text, size_t size)
{
    if (isnan(o->seconds))
        snprintf(text, size, "%.3g MB, not tried", o->bytes / 1e6);
    else
        snprintf(text, size, "about %.2g s and %.3g MB", o->seconds, o->bytes / 1e6);
}

static void describe(qfp_basis_choice *c)
{
    char cost[80];
    const qfp_basis_offer *taken = cheapest(c);
    size_t size = sizeof c->sentence, used;
    describe_cost(taken, cost, sizeof cost);
    used = (size_t)snprintf(c->sentence, size, "basis %s, %s: %s", taken->name,
                            isnan(taken->seconds) ? "the smallest" : "the quickest", cost);
    for (size_t i = 0; i < c->count && used < size; i++) {
        const qfp_basis_offer *o = &c->of[i];
        if (o == taken)
            continue;
        describe_cost(o, cost, sizeof cost);
        used += (size_t)snprintf(c->sentence + used, size - used, "; %s %s", o->name,
                                 o->serves        ? cost
                                 : o->bytes > 0.0 ? "does not fit"
                                                  : "cannot do this");
    }
}

/* Of the only basis that what is given leaves, its own sentence; else that of each. */
static qfp_status refuse(const qfp_config *config, const qfp_basis_choice *c,
                         const qfp_status *refused)
{
    char text[3 * sizeof c->of[0].refusal] = "";
    qfp_status status = refused[0];
    size_t left = 0, last = 0;
    bool is_same = true;
    for (size_t i = 0; i < c->count; i++) {
        size_t used = strlen(text);
        bool is_left = given_for_others(config, c->of[i].basis) == NULL;
        left += is_left;
        last = is_left ? i : last;
        is_same = is_same && strcmp(c->of[i].refusal, c->of[0].refusal) == 0;
        status = refused[i] == QFP_MEMORY ? QFP_MEMORY : status;
        snprintf(text + used, sizeof text - used, "%s%s: %s", i > 0 ? " | " : "", c->of[i].name,
                 c->of[i].refusal);
    }
    if (left == 1 || is_same)
        return QFP_FAIL(refused[last], "%s: %s", config->path, c->of[last].refusal);
    return QFP_FAIL(status, "%s: solver.basis: no basis can do this. %s", config->path, text);
}

/* Of the bases but the configured one, those that fit, tried: "basis: fock would take about 0.4 s and 12 MB". */
static qfp_status name_others(const qfp_config *config, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < BASES && used < size; i++) {
        qfp_basis_offer o = {.basis = bases[i]};
        qfp_status refused;
        char cost[80];
        if (o.basis == config->basis)
            continue;
        QFP_TRY(make_offer(config, o.basis == QFP_BASIS_REFERENCE, &o, &refused));
        if (o.serves && !is_tried(&o))
            QFP_TRY(make_offer(config, true, &o, &refused));
        if (!o.serves)
            continue;
        describe_cost(&o, cost, sizeof cost);
        used += (size_t)snprintf(text + used, size - used, "%sbasis: %s would take %s",
                                 used > 0 ? ", " : "", qfp_basis_names[o.basis], cost);
    }
    return QFP_OK;
}

qfp_status qfp_choice_advise(const qfp_config *config, qfp_status status)
{
    char refusal[1024], others[256];
    bool is_too_wide = status == QFP_MEMORY || status == QFP_RESOLUTION;
    if (!is_too_wide || config->steady != NULL || !qfpi_ranks_failed(status))
        return status;
    snprintf(refusal, sizeof refusal, "%s", qfp_last_error());
    if (name_others(config, others, sizeof others) != QFP_OK || others[0] == '\0')
        return QFP_FAIL(status, "%s", refusal);
    return QFP_FAIL(status, "%s; or another basis: %s", refusal, others);
}

qfp_status qfp_plan_choose(const qfp_config *config, int all, qfp_basis_choice *out)
{
    QFPI_TAKE_TURN();
    qfp_status refused[BASES];
    *out = (qfp_basis_choice){.count = BASES};
    QFP_TRY(qfp_config_require_system(config));
    for (size_t i = 0; i < BASES; i++) {
        qfp_basis_offer *o = &out->of[i];
        o->basis = bases[i];
        snprintf(o->name, sizeof o->name, "%s", qfp_basis_names[bases[i]]);
        /* what has no plan is only known by a trial */
        QFP_TRY(make_offer(config, bases[i] == QFP_BASIS_REFERENCE, o, &refused[i]));
        if (config->reproducible)
            o->seconds = NAN;
    }
    refuse_runaways(config, out, refused);
    if (!config->reproducible)
        QFP_TRY(try_offers(config, all != 0, out));
    const qfp_basis_offer *taken = cheapest(out);
    if (taken == NULL)
        return refuse(config, out, refused);
    out->basis = taken->basis;
    out->seconds = taken->seconds;
    out->bytes = taken->bytes;
    describe(out);
    return QFP_OK;
}
