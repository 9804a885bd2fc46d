/* config.h - a configuration: read once, checked whole, then passed to everything else. */
#ifndef QFP_CONFIG_H
#define QFP_CONFIG_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qfp_config qfp_config;

/* What a state is made of: u on a grid, the density matrix in number states, exact kets; auto is settled by
 * qfp_plan_choose (qfp/plan.h). */
typedef enum qfp_basis {
    QFP_BASIS_AUTO,
    QFP_BASIS_FOURIER,
    QFP_BASIS_FOCK,
    QFP_BASIS_REFERENCE
} qfp_basis;

/* Reads, checks and completes a YAML configuration.  `overrides` are "key.path=value" texts
 * (--set), applied before checking and named as "--set key.path" in errors.  QFP_IO when the file
 * cannot be read; QFP_CONFIG with file, line, column, key, what was found and what was expected;
 * QFP_UNSUPPORTED for keys of a later version (none is ever ignored). */
QFP_API qfp_status qfp_config_load(const char *path, const char *const *overrides,
                                   size_t override_count, qfp_config **out) QFP_MUST_USE;
/* The same of a text [length] in memory, `name` in place of the file in errors ("NAME:3:5: …") and in the output; files that
 * it names are looked for as if it were a file of that name. */
QFP_API qfp_status qfp_config_parse(const char *text, size_t length, const char *name,
                                    const char *const *overrides, size_t override_count,
                                    qfp_config **out) QFP_MUST_USE;
QFP_API void qfp_config_destroy(qfp_config *config); /* accepts NULL */

/* Where in a configuration the last failure of this thread has its cause. */
typedef struct qfp_config_place {
    int line, column; /* from 1; 0: of the whole file, of an override, or of none */
    char key[256];    /* "solver.grid.points"; "": of none */
} qfp_config_place;

/* Reads it from qfp_last_error(), which begins "NAME:LINE:COLUMN: KEY: ", "NAME: KEY: " or "--set KEY: ".  `name` is what
 * qfp_config_load or qfp_config_parse was given. */
QFP_API qfp_config_place qfp_config_place_of_error(const char *name);

/* `theory` may be a list: qfp_run then evolves all of them, while the plan and the audit describe
 * the one selected, the first to begin with.  Labels belong to the configuration.  QFP_USAGE for an
 * index beyond the list. */
QFP_API size_t qfp_config_theory_count(const qfp_config *config);
QFP_API const char *qfp_config_theory_label(const qfp_config *config, size_t index);
QFP_API qfp_status qfp_config_select_theory(qfp_config *config, size_t index) QFP_MUST_USE;

/* solver.basis, and another one in its place. */
QFP_API qfp_basis qfp_config_basis(const qfp_config *config);
QFP_API void qfp_config_select_basis(qfp_config *config, qfp_basis basis);

/* The page of `qfp help KEY`: the meaning of a key ("solver.grid"), its values, default and an
 * example, and the keys below it; NULL for `qfp help config`, all of them.  malloc'ed, to be freed
 * by the caller; NULL for a key that does not exist or when out of memory. */
QFP_API char *qfp_config_help(const char *key);

/* The page of `qfp help models`: every model, its Hamiltonian and its parameters.  malloc'ed, to be
 * freed by the caller; NULL when out of memory. */
QFP_API char *qfp_model_help(void);

#ifdef __cplusplus
}
#endif
#endif
