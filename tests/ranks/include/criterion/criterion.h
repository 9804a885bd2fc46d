/* criterion.h - what tests/suite needs of Criterion, for programs of which mpirun starts several: Criterion itself runs
 * every test in a process of its own, which MPI does not know.  Here all tests of a program run one after the
 * other in the process, on all ranks; the first failure ends them all. */
#ifndef QFP_TESTS_RANKS_CRITERION_H
#define QFP_TESTS_RANKS_CRITERION_H

#include <math.h>
#include <stdlib.h>

void ranks_register(const char *name, void (*run)(void));
_Noreturn void ranks_fail(const char *file, int line, const char *condition);
void ranks_skip(const char *reason);

#define Test(suite, name, ...)                                                                     \
    static void suite##_##name##_run(void);                                                        \
    __attribute__((constructor)) static void suite##_##name##_register(void)                       \
    {                                                                                              \
        ranks_register(#suite "." #name, suite##_##name##_run);                                    \
    }                                                                                              \
    static void suite##_##name##_run(void)

#define RANKS_FIRST(first, ...) (first)
#define cr_assert(...)                                                                             \
    do {                                                                                           \
        if (!RANKS_FIRST(__VA_ARGS__, ))                                                           \
            ranks_fail(__FILE__, __LINE__, #__VA_ARGS__);                                          \
    } while (0)
#define cr_expect cr_assert
#define cr_skip(reason, ...)                                                                       \
    do {                                                                                           \
        ranks_skip(reason);                                                                        \
        return;                                                                                    \
    } while (0)

/* of numbers */
#define eq(type, a, b) ((a) == (b))
#define lt(type, a, b) ((a) < (b))
#define le(type, a, b) ((a) <= (b))
#define epsilon_eq(type, a, b, epsilon) (fabs((a) - (b)) <= (epsilon))

#endif
