/* configurations.h - the files of configs/, loaded and run in this process. */
#ifndef QFP_TEST_CONFIGURATIONS_H
#define QFP_TEST_CONFIGURATIONS_H

#include "../support/simulate.h"
#include "run/audit_facts.h"

/* configs/NAME.yaml with up to three --set texts (NULL: none) */
static inline qfp_config *configuration(const char *name, const char *first, const char *second,
                                        const char *third)
{
    const char *overrides[] = {first, second, third};
    char path[512];
    qfp_config *config = NULL;
    size_t count = 0;
    while (count < 3 && overrides[count] != NULL)
        count++;
    snprintf(path, sizeof path, QFP_SOURCE_DIR "/configs/%s.yaml", name);
    OK(qfp_config_load(path, overrides, count, &config));
    return config;
}

/* Runs a configuration (destroyed here) and leaves the file at scratch_path(file). */
static inline qfp_run_result run_configuration(qfp_config *config, const char *file)
{
    qfp_run_options options = {.output_path = scratch_path(file)};
    qfp_run_result result;
    OK(qfp_run(config, &options, &result));
    qfp_config_destroy(config);
    return result;
}

static inline qfp_run_result run_file(const char *name)
{
    return run_configuration(configuration(name, NULL, NULL, NULL), "out.h5");
}

/* The facts of the audit; the configuration is destroyed here. */
static inline qfp_audit_facts facts_of(qfp_config *config)
{
    qfp_audit_facts facts;
    OK(qfp_audit_facts_create(config, &facts));
    qfp_config_destroy(config);
    return facts;
}

/* Largest coefficient of any entry of D. */
static inline double diffusion_norm(const qfp_audit_facts *facts)
{
    double largest = 0.0;
    for (int i = 0; i < 2 * facts->modes; i++)
        for (int j = 0; j < 2 * facts->modes; j++)
            largest = fmax(largest, qfp_polynomial_norm(&facts->diffusion[i][j]));
    return largest;
}

#endif
