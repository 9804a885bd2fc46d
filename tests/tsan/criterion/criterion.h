/* criterion.h - what the conformance suite needs of Criterion, in one process: Criterion itself
 * does not start under the thread sanitizer, which keeps the addresses of its shared memory. */
#ifndef QFP_TSAN_CRITERION_H
#define QFP_TSAN_CRITERION_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tsan_test {
    const char *suite, *name;
    void (*run)(void);
    struct tsan_test *next;
} tsan_test;

void tsan_register(tsan_test *test);
/* Prints and ends the process. */
void tsan_fail(const char *condition, const char *file, int line);
/* Leaves the test. */
_Noreturn void tsan_skip(void);

#define Test(suite_name, test_name, ...)                                                           \
    static void test_name##_of_##suite_name(void);                                                 \
    static tsan_test test_name##_in_##suite_name = {#suite_name, #test_name,                       \
                                                    test_name##_of_##suite_name, NULL};            \
    __attribute__((constructor)) static void test_name##_registers_##suite_name(void)              \
    {                                                                                              \
        tsan_register(&test_name##_in_##suite_name);                                               \
    }                                                                                              \
    static void test_name##_of_##suite_name(void)

#define cr_assert(condition, ...)                                                                  \
    ((condition) ? (void)0 : tsan_fail(#condition, __FILE__, __LINE__))
#define cr_expect cr_assert
#define cr_skip_test(...) tsan_skip()
#define cr_skip(...) tsan_skip()

#endif
