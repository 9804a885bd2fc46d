#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "commands/commands.h"
#include "io/progress.h"

static void print_memory(const qfp_plan *p)
{
    printf("memory      %.4g MB: state %.3g, generator %.3g, ", p->bytes_total / 1e6,
           p->bytes_state / 1e6, p->bytes_generator / 1e6);
    if (p->bytes_transforms > 0.0)
        printf("transforms %.3g, ", p->bytes_transforms / 1e6);
    printf("propagator %.3g (%d vectors), output %.3g; %s has %.4g MB\n", p->bytes_propagator / 1e6,
           p->krylov_vectors, p->bytes_output / 1e6, p->ranks > 1 ? "each rank" : "this machine",
           p->bytes_available / 1e6);
}

/* What stands between the ranks and an application each; nothing of one alone. */
static void print_ranks(const qfp_plan *p)
{
    if (p->ranks <= 1)
        return;
    printf("ranks       %d, which divide the grid; the memory is that of each\n", p->ranks);
    if (p->working < p->ranks)
        printf("caution     %d of them have no part of the grid, which is divided along Q_1 alone, "
               "%d points; take "
               "fewer, or call the mode with the most points mode 1\n",
               p->ranks - p->working, p->points[0]);
}

static void print_exchange(const qfp_plan *p, const qfp_plan_timing *t)
{
    if (p->working <= 1)
        return;
    printf("exchanged   %.3g MB per application by every rank, in %d transpositions: ",
           t->bytes_sent / 1e6, t->transpositions);
    if (isnan(t->exchange_seconds))
        printf("--network RATE says how long that takes, which is left out below\n");
    else
        printf("%.3g s, %.0f %% of an application\n", t->exchange_seconds,
               100.0 * t->exchange_seconds / t->application_seconds);
}

static void print_time(const qfp_plan_timing *t)
{
    if (t->by_diagonalisation) {
        printf("time        H is diagonalised; %.3g s per look at the state (measured here), %.3g "
               "looks: %.3g s\n",
               t->application_seconds, t->applications, t->seconds);
        return;
    }
    printf("time        %.3g s per application (%s), spectral radius %.4g, about %.3g "
           "applications: %.3g s\n",
           t->application_seconds, t->by_rates ? "by the rates given" : "measured here", t->radius,
           t->applications, t->seconds);
}

/* Σ_j w_j n_j ≤ most */
static void print_cut(const qfp_plan *p)
{
    bool begun = false;
    printf("kept        %.4g of the states, those with ", p->kept);
    for (int j = 0; j < p->modes; j++) {
        if (p->weight[j] == 0)
            continue;
        printf("%s", begun ? " + " : "");
        if (p->weight[j] > 1)
            printf("%d ", p->weight[j]);
        printf("n_%d", j + 1);
        begun = true;
    }
    printf(" up to %d, which nothing raises\n", p->most);
}

static void print_levels(const qfp_plan *p)
{
    for (int j = 0; j < p->modes; j++)
        printf(p->first[j] > 0 ? "mode %d      %d levels from %d on\n" : "mode %d      %d levels\n",
               j + 1, p->levels[j], p->first[j]);
    if (p->basis == QFP_BASIS_REFERENCE)
        return;
    printf("states      %.4g, a density matrix of %.4g complex numbers (upper triangle)\n",
           p->dimension, p->cells);
    if (p->kept < p->dimension)
        print_cut(p);
    print_memory(p);
    if (p->flow_escapes)
        printf("caution     the classical flow runs away within the run; the levels will grow\n");
}

/* The trial of a run in the Fock basis moves exact kets, which say what levels they needed. */
static void print_fewer(const qfp_plan *p)
{
    printf("enough      ");
    for (int j = 0; j < p->modes; j++)
        printf("%s%d", j > 0 ? " × " : "", p->levels[j]);
    printf(" levels, by the exact kets beside the run: %.4g MB\n", p->bytes_total / 1e6);
}

static void print_plan(const qfp_plan *p)
{
    if (p->basis != QFP_BASIS_FOURIER) {
        print_levels(p);
        return;
    }
    for (int j = 0; j < p->modes; j++) {
        double q = p->centre[j], at_p = p->centre[p->modes + j];
        printf("mode %d      %d points per axis, box %.4g (Q) by %.4g (P)", j + 1, p->points[j],
               p->extent[j], p->extent[p->modes + j]);
        if (q != 0.0 || at_p != 0.0)
            printf(" around (%.4g, %.4g)", q, at_p);
        printf("; the state reaches %.3g by %.3g\n", p->reach[j], p->reach[p->modes + j]);
    }
    printf("cells       %.4g\n", p->cells);
    print_memory(p);
    print_ranks(p);
    if (p->flow_escapes)
        printf(
            "caution     the classical flow leaves every box at t = %.3g, within the run; expect "
            "a stop at the edge\n",
            p->escape_time);
    if (p->underresolved)
        printf("caution     the given grid is smaller than the state's reach at this tolerance\n");
}

static void print_correlations_to_come(const qfp_plan_timing *t)
{
    printf("two-time    %zu correlation%s, up to four runs each, one beside this one at a time",
           t->correlations, t->correlations > 1 ? "s" : "");
    if (t->correlation_seconds >= 0.0)
        printf(": about %.3g s more", t->correlation_seconds);
    putchar('\n');
}

static void print_timing(const qfp_plan *p, const qfp_plan_timing *t)
{
    if (p->basis == QFP_BASIS_FOCK)
        printf("generator   %d shift terms; %.3g MB moved per application\n", t->products,
               t->bytes / 1e6);
    else if (t->half_transforms == 0 && t->products > 0)
        printf(
            "generator   %d products f(Q, d_P) g(P, d_Q) in planes of single modes; %.3g MB moved "
            "per application (floor %.3g MB)\n",
            t->products, t->bytes / 1e6, t->floor_bytes / 1e6);
    else
        printf("generator   %d products f(Q, d_P) g(P, d_Q), %d half transforms; %.3g MB moved per "
               "application (floor %.3g MB)\n",
               t->products, t->half_transforms, t->bytes / 1e6, t->floor_bytes / 1e6);
    print_exchange(p, t);
    print_time(t);
    if (t->outputs > 0.0)
        printf("outputs     %.3g s of it: Husimi functions, Wehrl entropy and min_q, the file\n",
               t->outputs);
}

static json_t *whole_numbers(int count, const int *values)
{
    json_t *list = json_array();
    for (int j = 0; j < count; j++)
        list = qfpi_json_append(list, json_integer(values[j]));
    return list;
}

static json_t *plan_json(const qfp_plan *p, const qfp_plan_timing *t)
{
    size_t axes = 2 * (size_t)p->modes;
    json_t *object = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "levels",
        whole_numbers(p->basis != QFP_BASIS_FOURIER ? p->modes : 0, p->levels), "points",
        whole_numbers(p->modes, p->points), "extent", qfpi_json_numbers(axes, 1, p->extent),
        "centre", qfpi_json_numbers(axes, 1, p->centre), "reach",
        qfpi_json_numbers(axes, 1, p->reach), "cells", qfpi_json_number(p->cells), "bytes",
        qfpi_json_number(p->bytes_total), "bytes_available", qfpi_json_number(p->bytes_available));
    if (t == NULL)
        return object;
    object =
        qfpi_json_put(object, "seconds_per_application", qfpi_json_number(t->application_seconds));
    object = qfpi_json_put(object, "spectral_radius", qfpi_json_number(t->radius));
    object = qfpi_json_put(object, "seconds", qfpi_json_number(t->seconds));
    if (p->ranks > 1) {
        object = qfpi_json_put(object, "ranks", json_integer(p->ranks));
        object = qfpi_json_put(object, "working_ranks", json_integer(p->working));
        object = qfpi_json_put(object, "transpositions", json_integer(t->transpositions));
        object = qfpi_json_put(object, "bytes_sent", qfpi_json_number(t->bytes_sent));
        object = qfpi_json_put(object, "exchange_seconds", qfpi_json_number(t->exchange_seconds));
    }
    return t->correlations == 0 ? object
                                : qfpi_json_put(object, "correlation_seconds",
                                                qfpi_json_number(t->correlation_seconds));
}

/* Memory may also run out while the plan is made. */
static bool is_too_large(qfp_status status, const qfp_plan *plan)
{
    return (status == QFP_MEMORY || status == QFP_RESOLUTION) &&
           plan->bytes_total > 0.9 * plan->bytes_available;
}

/* Of a run long enough to wonder: the basis that would take a fraction of it. */
static void print_cheaper(const qfp_config *config, double seconds)
{
    const double wonder = 10.0, fraction = 0.25;
    qfp_basis_choice choice;
    if (!(seconds > wonder) || qfp_plan_choose(config, 1, &choice) != QFP_OK ||
        choice.basis == qfp_config_basis(config) || !(choice.seconds < fraction * seconds))
        return;
    printf("cheaper     %s\n", choice.sentence);
}

/* What is known before the first trial is printed before it: on a large grid that takes minutes. */
static qfp_status print_one(const qfp_config *config, qfp_plan *plan)
{
    qfp_plan_timing timing;
    qfp_status status = qfp_plan_create(config, plan, NULL);
    double known = plan->dimension;
    if (status != QFP_OK && !is_too_large(status, plan))
        return status;
    bool is_known = plan->basis != QFP_BASIS_REFERENCE; /* of which only the trial tells anything */
    if (is_known)
        print_plan(plan);
    fflush(stdout);
    if (status == QFP_OK)
        status = qfp_plan_create(config, plan, &timing);
    if (status == QFP_OK && !is_known)
        print_plan(plan);
    else if (status == QFP_OK && plan->dimension < known)
        print_fewer(plan);
    if (status == QFP_OK && is_known)
        print_timing(plan, &timing);
    if (status == QFP_OK && timing.correlations > 0)
        print_correlations_to_come(&timing);
    if (status == QFP_OK)
        print_cheaper(config, timing.seconds);
    return status;
}

/* The plan and, when it fits the machine, its timing, of the theory that is selected: printed, or a
 * document where one is asked for, also of a plan that does not fit. */
static qfp_status plan_one(const qfp_config *config, double *bytes, json_t **out)
{
    qfp_plan plan = {0};
    qfp_plan_timing timing;
    qfp_status status =
        out == NULL ? print_one(config, &plan) : qfp_plan_create(config, &plan, &timing);
    if (status == QFP_OK || is_too_large(status, &plan)) {
        *bytes += plan.bytes_total;
        if (out != NULL)
            *out = plan_json(&plan, status == QFP_OK ? &timing : NULL);
    }
    return status;
}

/* A run of several theories holds all of them at once: a plan for each, and the sum. */
static qfp_status plan_theories(qfp_config *config, json_t **out)
{
    double bytes = 0.0;
    json_t *theories = out != NULL ? json_array() : NULL;
    qfp_status status = QFP_OK;
    for (size_t i = 0; i < qfp_config_theory_count(config); i++) {
        const char *label = qfp_config_theory_label(config, i);
        json_t *plan = NULL;
        qfp_status planned = qfp_config_select_theory(config, i);
        if (out == NULL)
            printf("theory      %s\n", label);
        if (planned == QFP_OK)
            planned = plan_one(config, &bytes, out != NULL ? &plan : NULL);
        status = status == QFP_OK ? planned : status;
        if (out == NULL)
            putchar('\n');
        else
            theories = qfpi_json_append(
                theories, json_pack("{s:o, s:o}", "label", qfpi_json_text(label), "plan", plan));
    }
    if (out == NULL)
        printf("together    %.4g MB: all theories are in memory at once\n", bytes / 1e6);
    else
        *out = json_pack("{s:o, s:o}", "theories", theories, "bytes", qfpi_json_number(bytes));
    return status;
}

/* All bases side by side, the one that a run would take marked. */
static void print_choice(const qfp_basis_choice *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const qfp_basis_offer *o = &c->of[i];
        printf("%-11s ", o->name);
        if (!o->serves) {
            print_printable(stdout, o->refusal);
            putchar('\n');
            continue;
        }
        if (isnan(o->seconds))
            printf("not tried");
        else
            printf("about %.2g s", o->seconds);
        printf(", %.3g MB%s\n", o->bytes / 1e6, o->basis == c->basis ? "; chosen" : "");
    }
}

static json_t *choice_json(const qfp_basis_choice *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->count; i++) {
        const qfp_basis_offer *o = &c->of[i];
        json_t *offer =
            json_pack("{s:s, s:b, s:o, s:o, s:o}", "basis", o->name, "serves", o->serves, "seconds",
                      qfpi_json_number(o->serves ? o->seconds : NAN), "bytes",
                      qfpi_json_number(o->bytes), "refusal", qfpi_json_text(o->refusal));
        list = qfpi_json_append(list, offer);
    }
    return list;
}

/* Settles `solver.basis: auto`. */
static qfp_status choose(qfp_config *config, json_t **bases)
{
    qfp_basis_choice choice;
    if (qfp_config_basis(config) != QFP_BASIS_AUTO)
        return QFP_OK;
    QFP_TRY(qfp_plan_choose(config, 1, &choice));
    qfp_config_select_basis(config, choice.basis);
    if (bases == NULL)
        print_choice(&choice);
    else
        *bases = choice_json(&choice);
    return QFP_OK;
}

qfp_status command_plan(const arguments *a)
{
    qfp_config *config = NULL;
    double bytes = 0.0;
    json_t *bases = NULL, *document = NULL,
           **wanted = a->value[OPTION_JSON] != NULL ? &document : NULL;
    QFP_TRY(load_config(a, &config));
    qfp_progress_promise(config_name(a));
    qfp_status status = read_cluster(a, config);
    if (status == QFP_OK)
        status = choose(config, wanted != NULL ? &bases : NULL);
    if (status == QFP_OK)
        status = qfp_config_theory_count(config) > 1 ? plan_theories(config, wanted)
                                                     : plan_one(config, &bytes, wanted);
    if (bases != NULL && document != NULL)
        document = qfpi_json_put(document, "bases", bases);
    else
        json_decref(bases);
    qfp_progress_settle();
    if (document != NULL || (wanted != NULL && status == QFP_OK)) {
        qfp_status printed = print_json(document);
        status = status == QFP_OK ? printed : status;
    }
    qfp_config_destroy(config);
    return status;
}
