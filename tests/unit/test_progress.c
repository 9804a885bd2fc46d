#define _GNU_SOURCE /* posix_openpt */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include "../support/scratch.h"
#include "io/progress.h"

TestSuite(progress, .init = scratch_make, .fini = scratch_remove);

/* What a short run writes to the file descriptor that stands in for stderr. */
static void run_in_child(int error_output)
{
    if (fork() == 0) {
        dup2(error_output, STDERR_FILENO);
        setenv("TERM", "xterm", 1);
        qfp_progress *p = qfp_progress_create("evolving");
        qfp_progress_update(p, 0.5, "t = 3");
        for (int i = 0; i < 1000; ++i)
            qfp_progress_update(p, 0.75, NULL); /* at once: dropped */
        qfp_progress_destroy(p);
        _exit(0);
    }
    wait(NULL);
}

/* Up to the end of the line: a terminal hands out what was written in pieces, and later. */
static size_t read_line(int master, char *text, size_t size)
{
    struct pollfd ready = {.fd = master, .events = POLLIN};
    size_t length = 0;
    while ((length == 0 || text[length - 1] != '\n') && poll(&ready, 1, 5000) == 1) {
        ssize_t got = read(master, text + length, size - 1 - length);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    return length;
}

Test(progress, a_terminal_gets_one_bar_not_a_thousand)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0) /* not a warning: with Criterion 2.4.2 that is a failure */
        cr_skip_test("no pseudo-terminals on this machine: the bar cannot be looked at");
    cr_assert(eq(int, grantpt(master), 0));
    cr_assert(eq(int, unlockpt(master), 0));
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert(ge(int, terminal, 0));
    run_in_child(terminal);
    char text[4096];
    size_t length = read_line(master, text, sizeof text);
    cr_assert(lt(sz, 0, length));
    cr_assert(strstr(text, "evolving [===============>") != NULL, "%s", text);
    cr_assert(strstr(text, "50.0 %") != NULL, "%s", text);
    cr_assert(strstr(text, "t = 3") != NULL, "%s", text);
    cr_assert(text[length - 1] == '\n'); /* destroy ends the line */
    cr_assert(lt(sz, length, 300));
    close(terminal);
    close(master);
}

Test(progress, a_short_run_leaves_no_lines_in_a_log)
{
    int log = open(scratch_path("log"), O_CREAT | O_RDWR, 0600);
    run_in_child(log);
    cr_assert(eq(long, (long)lseek(log, 0, SEEK_END), 0));
    close(log);
}

Test(progress, no_label_is_silence)
{
    qfp_progress *p = qfp_progress_create(NULL);
    cr_assert(p == NULL);
    qfp_progress_update(p, 0.5, "x");
    qfp_progress_destroy(p);
}
