/* status.h - what every fallible qfp function returns, and the sentence that explains it.
 *
 * One list (QFP_STATUS_LIST) defines the codes, their short texts and the exit status of the
 * program.  Every fallible function returns a qfp_status and hands its result out through its last
 * pointer arguments; on failure those are left untouched or NULL, and qfp_last_error() holds one
 * sentence for the user.  The library never exits, aborts or prints.
 */
#ifndef QFP_STATUS_H
#define QFP_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, exit status of the program, short text) */
#define QFP_STATUS_LIST(X)                                                                         \
    X(OK, 0, "success")                                                                            \
    X(DISAGREE, 1, "files disagree by more than the tolerance")                                    \
    X(CONFIG, 2, "configuration error")                                                            \
    X(USAGE, 2, "usage error")                                                                     \
    X(UNSUPPORTED, 2, "not available in this version")                                             \
    X(UNBALANCED, 3, "the theory is not well-posed as an initial-value problem")                   \
    X(RESOLUTION, 3, "the state reached the edge of the box, of the wavenumbers or of the basis")  \
    X(GROWTH, 3, "the solution grows without bound")                                               \
    X(NOT_FINITE, 3, "a NaN or an infinity appeared")                                              \
    X(TOLERANCE, 3, "the tolerance could not be met")                                              \
    X(IO, 4, "file error")                                                                         \
    X(MEMORY, 4, "out of memory")                                                                  \
    X(DEVICE, 5, "device error")                                                                   \
    X(INTERRUPTED, 130, "interrupted by a signal, or by the caller")                               \
    X(INTERNAL, 4, "internal error")

typedef enum qfp_status {
#define X(name, exit_status, text) QFP_##name,
    QFP_STATUS_LIST(X)
#undef X
        QFP_STATUS_COUNT
} qfp_status;

/* QFP_API: what the shared library exports, every function of these headers and nothing else. */
#if defined(__GNUC__) || defined(__clang__)
#define QFP_API __attribute__((visibility("default")))
#define QFP_MUST_USE __attribute__((warn_unused_result))
#else
#define QFP_API
#define QFP_MUST_USE
#endif

/* The short text of a code ("success", "file error", ...); never NULL. */
QFP_API const char *qfp_status_text(qfp_status status);

/* The exit status the program reports for a code: 0, 1, 2, 3, 4 or 5; 130 stands for 128 + the signal. */
QFP_API int qfp_status_exit(qfp_status status);

/* The sentence recorded by the last failing call of this thread, "" if none.
 * Owned by the library, valid until the next failing call of the same thread. */
QFP_API const char *qfp_last_error(void);

/* The source file and line where that sentence was recorded ("host/io/snapshot.c:120"). */
QFP_API const char *qfp_last_error_origin(void);

#ifdef __cplusplus
}
#endif
#endif
