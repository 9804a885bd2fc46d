/* error.h - INTERNAL: how the library records and passes on errors (design:
 * include/qfp/status.h). */
#ifndef QFPI_ERROR_H
#define QFPI_ERROR_H

#include <stddef.h>

#include "qfp/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Records the sentence and its origin for this thread and returns `status`. Use through
 * QFP_FAIL. */
qfp_status qfpi_error_record(qfp_status status, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* return QFP_FAIL(QFP_CONFIG, "levels must be at least 2, not %d", levels); */
#define QFP_FAIL(status, ...) qfpi_error_record((status), __FILE__, __LINE__, __VA_ARGS__)

/* Where the errors of a thread are kept; a module with a copy of this code of its own is told the place of the
 * program that opened it. */
typedef struct qfpi_error {
    char sentence[2048], origin[256];
} qfpi_error;
typedef qfpi_error *(*qfpi_error_place)(void);
qfpi_error_place qfpi_error_here(void);
void qfpi_error_move(qfpi_error_place place);

/* Returns from the calling function when the call fails. */
#define QFP_TRY(call)                                                                              \
    do {                                                                                           \
        qfp_status qfp_try_status_ = (call);                                                       \
        if (qfp_try_status_ != QFP_OK)                                                             \
            return qfp_try_status_;                                                                \
    } while (0)

/* In a function with one exit: `status` must be a local and `done` the label that frees. */
#define QFP_TRY_GOTO(call)                                                                         \
    do {                                                                                           \
        status = (call);                                                                           \
        if (status != QFP_OK)                                                                      \
            goto done;                                                                             \
    } while (0)

/* out_pointer = calloc(count, size); on failure records QFP_MEMORY with the size asked for. */
qfp_status qfpi_allocate(size_t count, size_t size, const char *what,
                         void *out_pointer) QFP_MUST_USE;
#define QFP_ALLOCATE(pointer, count, what)                                                         \
    qfpi_allocate((count), sizeof(*(pointer)), (what), &(pointer))

/* A malloc'ed printf; NULL when out of memory. */
char *qfpi_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#ifdef __cplusplus
}
#endif
#endif
