/* compare_rules.h - INTERNAL: what a dataset is to a comparison, known from its name. */
#ifndef QFPI_COMPARE_RULES_H
#define QFPI_COMPARE_RULES_H

#include <stdbool.h>
#include <stddef.h>

typedef enum compare_role {
    ROLE_COORDINATE, /* times and axes */
    ROLE_METHOD,     /* what a method says of itself */
    ROLE_STATED,     /* of the state, but good to no more than its stated error: entropies */
    ROLE_PHYSICS
} compare_role;

/* The name inside the group of a theory: "/theories/M2/husimi/mode_1" is "/husimi/mode_1". */
const char *qfpi_compare_inside_theory(const char *name);

/* Whether it is what is stated of an observable. */
bool qfpi_compare_is_error(const char *name);

compare_role qfpi_compare_role(const char *name);
/* Whether it is in every file of the format, also in one that another program wrote. */
bool qfpi_compare_is_core(const char *name);
/* Whether it is NaN throughout where an ensemble has too few paths or no exact value to give. */
bool qfpi_compare_may_be_blank(const char *name);
/* Whether it is judged relative to its largest value, however small that is. */
bool qfpi_compare_is_relative(const char *name);
/* The dataset of the times along its first axis; NULL when that is another axis. */
const char *qfpi_compare_times(const char *name);
/* "/theories/M2/errors/n_1" of "/theories/M2/observables/n_1", malloc'ed; NULL for what is no
 * observable, and when memory ran out. */
char *qfpi_compare_errors(const char *name);

typedef enum compare_match { NO_MATCH, MATCHES_GROUP, MATCHES_DATASET } compare_match;

/* `wanted` [length]: a dataset by the last part of its name, a group that it is in, or a path. */
compare_match qfpi_compare_match(const char *name, const char *wanted, size_t length);

#endif
