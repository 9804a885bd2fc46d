/* main.c - runs the conformance suite's tests one after the other. */
#include <setjmp.h>

#include "criterion/criterion.h"
#include "qfp/status.h"

static tsan_test *first;
static jmp_buf end_of_test;

void tsan_register(tsan_test *test)
{
    test->next = first;
    first = test;
}

void tsan_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s does not hold; the last error: %s\n", file, line, condition,
            qfp_last_error());
    exit(1);
}

_Noreturn void tsan_skip(void)
{
    longjmp(end_of_test, 1);
}

int main(void)
{
    size_t count = 0;
    for (const tsan_test *test = first; test != NULL; test = test->next) {
        fprintf(stderr, "%s.%s\n", test->suite, test->name);
        if (setjmp(end_of_test) == 0)
            test->run();
        count++;
    }
    printf("%zu tests\n", count);
    return count > 0 ? 0 : 1;
}
