/* main.c - of the tests that need a device: exit status 77 where there is none, so that CTest
 * counts them as skipped; QFP_REQUIRE_GPU=1 makes that a failure. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend.h"

enum { SKIPPED = 77 };

/* Asked in a process of its own: CUDA does not survive the fork that starts a test. */
static int device_is_there(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (qfp_backend_cuda()->device->available() == QFP_OK)
            _exit(0);
        fprintf(stderr, "no test was run: %s\n", qfp_last_error());
        _exit(1);
    }
    int status = 1;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
    if (!device_is_there()) {
        const char *required = getenv("QFP_REQUIRE_GPU");
        return required != NULL && strcmp(required, "1") == 0 ? EXIT_FAILURE : SKIPPED;
    }
    struct criterion_test_set *tests = criterion_initialize();
    int failed = 0;
    if (criterion_handle_args(argc, argv, true))
        failed = !criterion_run_all_tests(tests);
    criterion_finalize(tests);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
