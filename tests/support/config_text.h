/* config_text.h - configurations from texts, for tests with scratch_make. */
#ifndef QFP_TEST_CONFIG_TEXT_H
#define QFP_TEST_CONFIG_TEXT_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/scratch.h"
#include "io/config_load.h"

/* The three mandatory blocks, in lines 1 to 3; a case adds or replaces lines. */
#define HAMILTONIAN "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
#define INITIAL "initial: {coherent: [2.0]}\n"
#define OUTPUT "output: {times: [0, 1]}\n"
#define REST INITIAL OUTPUT
#define SMALL HAMILTONIAN REST
#define STATE(text) HAMILTONIAN "initial: " text "\n" OUTPUT

static inline qfp_status load_bytes(const void *text, size_t size, const char *const *overrides,
                                    size_t count, qfp_config **out)
{
    scratch_write(scratch_path("c.yaml"), text, size);
    return qfp_config_load(scratch_path("c.yaml"), overrides, count, out);
}

static inline qfp_config *load(const char *text)
{
    qfp_config *config = NULL;
    qfp_status status = load_bytes(text, strlen(text), NULL, 0, &config);
    cr_assert(status == QFP_OK, "%s", qfp_last_error());
    return config;
}

#endif
