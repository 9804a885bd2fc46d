#include <stdio.h>

#include "commands/commands.h"
#include "core/error.h"

static void print_memory(const qfp_plan *p)
{
    printf("memory      %.4g MB: state %.3g, generator %.3g, ", p->bytes_total / 1e6,
           p->bytes_state / 1e6, p->bytes_generator / 1e6);
    if (p->bytes_transforms > 0.0)
        printf("transforms %.3g, ", p->bytes_transforms / 1e6);
    printf("propagator %.3g (%d vectors), output %.3g; this machine has %.4g MB\n",
           p->bytes_propagator / 1e6, p->krylov_vectors, p->bytes_output / 1e6,
           p->bytes_available / 1e6);
}

static void print_time(const qfp_plan_timing *t)
{
    if (t->by_diagonalisation) {
        printf("time        H is diagonalised; %.3g s per look at the state (measured here), %.3g "
               "looks: %.3g s\n",
               t->application_seconds, t->applications, t->seconds);
        return;
    }
    printf("time        %.3g s per application (measured here), spectral radius %.4g, about %.3g "
           "applications: %.3g s\n",
           t->application_seconds, t->radius, t->applications, t->seconds);
}

static void print_levels(const qfp_plan *p, const qfp_plan_timing *t)
{
    for (int j = 0; j < p->modes; j++)
        printf("mode %d      %d levels\n", j + 1, p->levels[j]);
    if (p->basis == QFP_BASIS_REFERENCE)
        return;
    printf("states      %.4g, a density matrix of %.4g complex numbers (upper triangle)\n",
           p->dimension, p->cells);
    print_memory(p);
    if (p->flow_escapes)
        printf("caution     the classical flow runs away within the run; the levels will grow\n");
    if (t == NULL)
        return;
    printf("generator   %d shift terms; %.3g MB moved per application\n", t->products,
           t->bytes / 1e6);
    print_time(t);
}

static void print_text(const qfp_plan *p, const qfp_plan_timing *t)
{
    if (p->basis != QFP_BASIS_FOURIER) {
        print_levels(p, t);
        return;
    }
    for (int j = 0; j < p->modes; j++)
        printf("mode %d      %d points per axis, box %.4g (Q) by %.4g (P); the state reaches %.3g "
               "by %.3g\n",
               j + 1, p->points[j], p->extent[j], p->extent[p->modes + j], p->reach[j],
               p->reach[p->modes + j]);
    printf("cells       %.4g\n", p->cells);
    print_memory(p);
    if (p->flow_escapes)
        printf("caution     the classical flow leaves every box within the run; expect a stop at "
               "the edge\n");
    if (p->underresolved)
        printf("caution     the given grid is smaller than the state's reach at this tolerance\n");
    if (t == NULL)
        return;
    printf("generator   %d products f(Q, d_P) g(P, d_Q), %d half transforms; %.3g MB moved per "
           "application (floor %.3g MB)\n",
           t->products, t->half_transforms, t->bytes / 1e6, t->floor_bytes / 1e6);
    print_time(t);
}

static void print_plain(const char *text)
{
    fputs(text, stdout);
}

static void print_json(const qfp_plan *p, const qfp_plan_timing *t)
{
    printf("{\"levels\": [");
    for (int j = 0; j < p->modes && p->basis != QFP_BASIS_FOURIER; j++)
        printf("%s%d", j > 0 ? ", " : "", p->levels[j]);
    printf("], \"points\": [");
    for (int j = 0; j < p->modes; j++)
        printf("%s%d", j > 0 ? ", " : "", p->points[j]);
    printf("], \"extent\": [");
    for (int axis = 0; axis < 2 * p->modes; axis++)
        printf("%s%.17g", axis > 0 ? ", " : "", p->extent[axis]);
    printf("], \"reach\": [");
    for (int axis = 0; axis < 2 * p->modes; axis++)
        printf("%s%.17g", axis > 0 ? ", " : "", p->reach[axis]);
    printf("], \"cells\": %.17g, \"bytes\": %.17g, \"bytes_available\": %.17g", p->cells,
           p->bytes_total, p->bytes_available);
    if (t != NULL) {
        printf(", \"seconds_per_application\": ");
        print_json_number(t->application_seconds);
        printf(", \"spectral_radius\": ");
        print_json_number(t->radius);
        printf(", \"seconds\": ");
        print_json_number(t->seconds);
    }
    printf("}\n");
}

/* The plan and, when it fits the machine, its timing, of the theory that is selected. */
static qfp_status plan_one(const qfp_config *config, bool json, double *bytes)
{
    qfp_plan plan;
    qfp_plan_timing timing;
    qfp_status status = qfp_plan_create(config, &plan, &timing);
    if (status != QFP_OK && status != QFP_MEMORY)
        return status;
    *bytes += plan.bytes_total;
    (json ? print_json : print_text)(&plan, status == QFP_OK ? &timing : NULL);
    return status;
}

/* A run of several theories holds all of them at once: a plan for each, and the sum. */
static qfp_status plan_theories(qfp_config *config, bool json)
{
    size_t count = qfp_config_theory_count(config);
    double bytes = 0.0;
    qfp_status status = QFP_OK;
    if (json)
        printf("{\"theories\": [");
    for (size_t i = 0; i < count; i++) {
        QFP_TRY(qfp_config_select_theory(config, i));
        if (json)
            printf("%s{\"label\": ", i > 0 ? ", " : "");
        else
            printf("theory      ");
        (json ? print_json_string : print_plain)(qfp_config_theory_label(config, i));
        printf(json ? ", \"plan\": " : "\n");
        qfp_status planned = plan_one(config, json, &bytes);
        printf(json ? "}" : "\n");
        status = status == QFP_OK ? planned : status;
    }
    if (json)
        printf("], \"bytes\": %.17g}\n", bytes);
    else
        printf("together    %.4g MB: all theories are in memory at once\n", bytes / 1e6);
    return status;
}

int command_plan(int argc, char **argv)
{
    arguments a;
    qfp_config *config = NULL;
    double bytes = 0.0;
    qfp_status status =
        arguments_parse("plan", argc, argv, TAKES_CONFIG_OPTIONS, 1, "CONFIG.yaml", &a);
    if (status == QFP_OK)
        status = qfp_config_load(a.positional[0], a.overrides, a.override_count, &config);
    if (status == QFP_OK && qfp_config_theory_count(config) > 1)
        status = plan_theories(config, a.json);
    else if (status == QFP_OK)
        status = plan_one(config, a.json, &bytes);
    qfp_config_destroy(config);
    return report(status);
}
