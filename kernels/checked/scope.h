/* scope.h - the arguments of one slot call: looked up, measured, opened, and closed again. */
#ifndef QFPI_CHECKED_SCOPE_H
#define QFPI_CHECKED_SCOPE_H

#include "checked/pages.h"

enum { CHECKED_ARGUMENTS = 260 }; /* two fixed ones and the longest list */

typedef struct checked_scope {
    const char *slot;
    checked_handle *context; /* of the first handle; all others must share it */
    int count;
    checked_handle *buffer[CHECKED_ARGUMENTS];
    checked_access access[CHECKED_ARGUMENTS];
} checked_scope;

/* A handle of any kind: alive, and of the scope's context. */
qfp_status checked_scope_handle(checked_scope *scope, checked_kind kind, const void *opaque,
                                const char *argument, checked_handle **out) QFP_MUST_USE;

/* A buffer of at least `doubles` doubles, to be opened by checked_scope_open. */
qfp_status checked_scope_buffer(checked_scope *scope, const void *opaque, const char *argument,
                                size_t doubles, checked_access access,
                                qfp_buffer **inner) QFP_MUST_USE;

qfp_status checked_scope_distinct(const checked_scope *scope, const void *a, const void *b,
                                  const char *names) QFP_MUST_USE;
qfp_status checked_scope_pointer(const checked_scope *scope, const void *pointer,
                                 const char *argument) QFP_MUST_USE;

qfp_status checked_scope_open(checked_scope *scope) QFP_MUST_USE;
/* Closes everything; `status` of the slot comes first, then what closing found. */
qfp_status checked_scope_close(checked_scope *scope, qfp_status status) QFP_MUST_USE;

#endif
