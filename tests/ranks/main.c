/* main.c - runs the tests of a program (include/criterion/criterion.h) on all ranks. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "core/ranks.h"
#include "distributed/distributed.h"
#ifdef QFP_DEVICE_MPI
#include "device_mpi.h"
#endif

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

/* in-pieces: messages may be as small as one double, so that arrays of tests travel in pieces.
 * by-messages: in pieces, and none of them straight to another rank's memory.
 * of-devices: in pieces, by an MPI that reads the device's memory. */
static void read_arguments(int argc, char **argv)
{
    if (argc > 1)
        dist_least_block = sizeof(double);
    dist_by_messages = argc > 1 && strcmp(argv[1], "by-messages") == 0;
#ifdef QFP_DEVICE_MPI
    device_mpi = argc > 1 && strcmp(argv[1], "of-devices") == 0;
#endif
}

/* That it was asked, where there is something to exchange. */
static qfp_status check_devices(void)
{
#ifdef QFP_DEVICE_MPI
    if (device_mpi != (device_mpi_blocks > 0))
        return QFP_FAIL(QFP_INTERNAL, "%zu blocks of the device went through MPI",
                        device_mpi_blocks);
#endif
    return QFP_OK;
}

int main(int argc, char **argv)
{
    read_arguments(argc, argv);
    if (qfpi_ranks_begin() != QFP_OK) {
        fprintf(stderr, "%s\n", qfp_last_error());
        return EXIT_FAILURE;
    }
    for (int i = 0; i < count; ++i) {
        current = tests[i].name;
        tests[i].run();
    }
    qfp_status status = qfpi_ranks_meet(check_devices(), 10.0);
    if (qfpi_rank() == 0)
        printf("%d tests on %d ranks\n", count, qfpi_ranks());
    qfpi_ranks_end();
    return status == QFP_OK && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
