/* main.c - runs the tests of a program (include/criterion/criterion.h) on all ranks. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "core/ranks.h"

enum { MOST = 128 };
static struct {
    const char *name;
    void (*run)(void);
} tests[MOST];
static int count;
static const char *current = "";

void ranks_register(const char *name, void (*run)(void))
{
    if (count == MOST) {
        fputs("more tests than there is room for\n", stderr);
        exit(EXIT_FAILURE);
    }
    tests[count].name = name;
    tests[count++].run = run;
}

/* The others may be in the middle of anything. */
void ranks_fail(const char *file, int line, const char *condition)
{
    char last[1024];
    snprintf(last, sizeof last, "%s", qfp_last_error());
    qfp_status status = QFP_FAIL(QFP_INTERNAL, "%s: %s:%d: %s (the last error: %s)", current, file,
                                 line, condition, last);
    (void)!qfpi_ranks_meet(status, 0.5);
    if (qfpi_rank() == 0) /* all of them failed */
        fprintf(stderr, "%s\n", qfp_last_error());
    exit(EXIT_FAILURE);
}

void ranks_skip(const char *reason)
{
    if (qfpi_rank() == 0)
        printf("%s skipped: %s\n", current, reason);
}

int main(void)
{
    if (qfpi_ranks_begin() != QFP_OK) {
        fprintf(stderr, "%s\n", qfp_last_error());
        return EXIT_FAILURE;
    }
    for (int i = 0; i < count; ++i) {
        current = tests[i].name;
        tests[i].run();
    }
    qfp_status status = qfpi_ranks_meet(QFP_OK, 10.0);
    if (qfpi_rank() == 0)
        printf("%d tests on %d ranks\n", count, qfpi_ranks());
    qfpi_ranks_end();
    return status == QFP_OK && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
