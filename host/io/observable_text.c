#include "io/observable_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "%s" stands for the number of the mode, "1". */
typedef struct observable_text {
    const char *name, *units, *long_name;
} observable_text;

static const observable_text of_the_system[] = {
    {"norm", "1", "norm of the state, the trace of rho"},
    {"energy", "as the Hamiltonian", "expectation value of the Hamiltonian"},
    {"purity", "1", "purity, the trace of rho squared"},
    {"wehrl", "nat", "Wehrl entropy, minus the integral of Q ln(pi^N Q) over phase space"},
    {"min_q", "per d^2N alpha", "smallest value of the Husimi function where it is evaluated"},
    {"edge_x", "fraction", "share of the norm of the evolved variable at the edge of its box"},
    {"edge_k", "fraction", "share of the norm of the evolved variable at its largest wavenumbers"},
    {"tail", "fraction", "share of the state in the uppermost levels"},
    {"fpe_residual", "1", "violation of the Fokker-Planck equation by Q, relative to max |dQ/dt|"},
    {"norm_u", "1", "norm of the evolved variable u over its norm at t = 0"},
    {"growth", "per time", "logarithmic growth rate of the norm of the evolved variable u"},
};

static const observable_text of_a_mode[] = {
    {"n_", "1", "expectation value of the number operator ad a of mode %s"},
    {"re_a_", "1", "real part of the expectation value of a of mode %s"},
    {"im_a_", "1", "imaginary part of the expectation value of a of mode %s"},
    {"re_aa_", "1", "real part of the expectation value of a^2 of mode %s"},
    {"im_aa_", "1", "imaginary part of the expectation value of a^2 of mode %s"},
    {"var_x_", "1", "variance of the dimensionless x = (a + ad)/sqrt(2) of mode %s"},
    {"var_p_", "1", "variance of the dimensionless p = (a - ad)/(i sqrt(2)) of mode %s"},
};

enum {
    SYSTEM = sizeof of_the_system / sizeof *of_the_system,
    MODE = sizeof of_a_mode / sizeof *of_a_mode
};

static const observable_text *find(const char *name)
{
    for (size_t i = 0; i < SYSTEM; i++)
        if (strcmp(name, of_the_system[i].name) == 0)
            return &of_the_system[i];
    for (size_t i = 0; i < MODE; i++)
        if (strncmp(name, of_a_mode[i].name, strlen(of_a_mode[i].name)) == 0)
            return &of_a_mode[i];
    return NULL;
}

const char *qfp_observable_units(const char *name)
{
    const observable_text *known = find(name);
    return known != NULL ? known->units : "1";
}

void qfp_observable_long_name(const char *name, char out[QFP_OBSERVABLE_TEXT])
{
    const observable_text *known = find(name);
    int first, second, length = 0;
    if (sscanf(name, "n_%d_n_%d%n", &first, &second, &length) == 2 && name[length] == '\0') {
        snprintf(out, QFP_OBSERVABLE_TEXT,
                 "expectation value of the product of the number operators of modes %d and %d",
                 first, second);
        return;
    }
    if (known == NULL) {
        snprintf(out, QFP_OBSERVABLE_TEXT, "expectation value of %s", name);
        return;
    }
    const char *hole = strstr(known->long_name, "%s");
    int before = hole != NULL ? (int)(hole - known->long_name) : (int)strlen(known->long_name);
    snprintf(out, QFP_OBSERVABLE_TEXT, "%.*s%s", before, known->long_name,
             hole != NULL ? name + strlen(known->name) : "");
}

qfp_status qfp_columns_create(size_t capacity, qfp_columns *out)
{
    *out = (qfp_columns){.capacity = capacity};
    QFP_TRY(QFP_ALLOCATE(out->texts, capacity, "observable names"));
    QFP_TRY(QFP_ALLOCATE(out->names, capacity, "observable names"));
    QFP_TRY(QFP_ALLOCATE(out->units, capacity, "observable names"));
    return QFP_ALLOCATE(out->long_names, capacity, "observable names");
}

void qfp_columns_destroy(qfp_columns *columns)
{
    free(columns->texts);
    free(columns->names);
    free(columns->units);
    free(columns->long_names);
    *columns = (qfp_columns){0};
}

void qfp_columns_add(qfp_columns *columns, const char *name, const char *units,
                     const char *long_name)
{
    size_t at = columns->count++;
    char *text = columns->texts[at], *meaning = text + QFP_OBSERVABLE_TEXT;
    snprintf(text, QFP_OBSERVABLE_TEXT, "%s", name);
    snprintf(meaning, QFP_OBSERVABLE_TEXT, "%s", long_name);
    columns->names[at] = text;
    columns->units[at] = units;
    columns->long_names[at] = meaning;
}

void qfp_columns_add_estimate(qfp_columns *columns, const char *name, const char *units,
                              const char *long_name)
{
    static const struct {
        const char *suffix, *before, *after;
    } figures[QFP_FIGURES] = {
        {"", "", ", mean over the trajectories"},
        {"_stderr", "standard error of the sampled mean: ", ""},
        {"_step_error", "mean minus that of half as many steps with the same noise: ", ""},
        {"_exact", "", ", of the exact distribution"}};
    for (size_t f = 0; f < QFP_FIGURES; f++) {
        char full[QFP_OBSERVABLE_TEXT], meaning[2 * QFP_OBSERVABLE_TEXT];
        snprintf(full, sizeof full, "%s%s", name, figures[f].suffix);
        snprintf(meaning, sizeof meaning, "%s%s%s", figures[f].before, long_name, figures[f].after);
        qfp_columns_add(columns, full, units, meaning);
    }
}
