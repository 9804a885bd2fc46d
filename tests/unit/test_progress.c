#define _GNU_SOURCE /* posix_openpt */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "../support/scratch.h"
#include "io/progress.h"

TestSuite(progress, .init = scratch_make, .fini = scratch_remove);

/* The clock of these tests goes on by itself by `tick` seconds whenever it is read. */
static double seconds, tick;
static const char *label = "evolving";
static unsigned short columns; /* of the terminal; 0: it does not know */

static double now(void)
{
    seconds += tick;
    return seconds;
}

/* What a run of 1002 updates, one every `tick`, writes to what stands in for stderr. */
static pid_t run_in_child(int error_output)
{
    pid_t child = fork();
    if (child == 0) {
        dup2(error_output, STDERR_FILENO);
        setenv("TERM", "xterm", 1);
        qfp_progress *p = qfp_progress_create(label, now);
        qfp_progress_update(p, 0.25, NULL);
        qfp_progress_update(p, 0.625, "t = 3");
        for (int i = 0; i < 1000; ++i)
            qfp_progress_update(p, 0.75, NULL);
        qfp_progress_destroy(p);
        _exit(0);
    }
    return child;
}

static size_t read_all(int from, char *text, size_t size)
{
    size_t length = 0;
    for (ssize_t got = 1; got > 0; length += got > 0 ? (size_t)got : 0)
        got = read(from, text + length, size - 1 - length);
    text[length] = '\0';
    return length;
}

static int count(const char *text, const char *part)
{
    int found = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; ++at)
        ++found;
    return found;
}

/* What the run shows on a terminal.  With no writer left a read ends instead of waiting for more. */
static size_t on_a_terminal(char *text, size_t size)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0) /* not a warning: with Criterion 2.4.2 that is a failure */
        cr_skip_test("no pseudo-terminals on this machine: the bar cannot be looked at");
    cr_assert(eq(int, grantpt(master), 0));
    cr_assert(eq(int, unlockpt(master), 0));
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    cr_assert(ge(int, terminal, 0));
    const struct winsize window = {.ws_row = 24, .ws_col = columns};
    cr_assert(eq(int, ioctl(terminal, TIOCSWINSZ, &window), 0));
    pid_t child = run_in_child(terminal);
    close(terminal);
    size_t length = read_all(master, text, size);
    waitpid(child, NULL, 0);
    close(master);
    return length;
}

/* Two updates in the first tenth of a second: the second is dropped, and the thousand after it. */
Test(progress, a_terminal_gets_one_bar_not_a_thousand)
{
    char text[4096];
    tick = 5e-5;
    size_t length = on_a_terminal(text, sizeof text);
    cr_assert(lt(sz, 0, length));
    cr_assert(strstr(text, "evolving [=======>") != NULL, "%s", text);
    cr_assert(strstr(text, "25.0 %") != NULL, "%s", text);
    cr_assert(eq(int, count(text, "%"), 1), "%s", text);
    cr_assert(eq(str, text + length - 4, "\r\033[K")); /* and nothing stays of a short run */
}

/* How many characters the longest bar has. */
static int longest_bar(const char *text)
{
    int longest = 0;
    for (const char *bar = text; (bar = strchr(bar, '\r')) != NULL;) {
        int characters = 0;
        for (++bar; *bar != '\0' && *bar != '\033' && *bar != '\r'; ++bar)
            characters += ((unsigned char)*bar & 0xc0) != 0x80;
        longest = characters > longest ? characters : longest;
    }
    return longest;
}

/* A bar that is wrapped would be drawn anew below, ten times a second. */
Test(progress, a_bar_is_never_wider_than_the_terminal)
{
    static char text[1 << 18];
    static const unsigned short widths[] = {60, 80, 30, 0};
    label = "π-pulses on a chain of seven anharmonic oscillators that lose quanta, once more";
    tick = 100.0;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        columns = widths[i];
        on_a_terminal(text, sizeof text);
        int expected = columns > 0 ? columns - 1 : 79;
        cr_assert(eq(int, longest_bar(text), expected), "%d", columns);
        cr_assert(eq(int, strstr(text, "62.5 %, 3 min 20 s left") != NULL, columns != 30));
        cr_assert(strstr(text, "ended after") != NULL); /* of a long run that stays */
    }
}

/* At a pace of one update in 3/64 of a second a bar is drawn with every third, 1002/3 in all. */
Test(progress, a_bar_is_drawn_ten_times_a_second)
{
    static char text[1 << 16];
    tick = 3.0 / 64.0;
    on_a_terminal(text, sizeof text);
    cr_assert(eq(int, count(text, "%"), 334));
}

/* Three eighths took two ticks, from the first one on: so do the three eighths that are left. */
Test(progress, the_time_left_is_told)
{
    static char text[1 << 18];
    tick = 100.0;
    on_a_terminal(text, sizeof text);
    cr_assert(strstr(text, "62.5 %, 3 min 20 s left, t = 3") != NULL, "%.200s", text);
}

static size_t in_a_log(char *text, size_t size)
{
    int log = open(scratch_path("log"), O_CREAT | O_RDWR, 0600);
    waitpid(run_in_child(log), NULL, 0);
    lseek(log, 0, SEEK_SET);
    size_t length = read_all(log, text, size);
    close(log);
    return length;
}

/* Below two seconds in all. */
Test(progress, a_short_run_leaves_no_lines_in_a_log)
{
    char text[4096];
    tick = 1.9 / 1004.0;
    cr_assert(eq(sz, in_a_log(text, sizeof text), 0), "%s", text);
}

/* 1003 quarters of a second: lines at 2, 12, … 242 s, and one that says how long it took. */
Test(progress, a_long_run_leaves_a_line_every_ten_seconds)
{
    char text[8192];
    tick = 0.25;
    in_a_log(text, sizeof text);
    cr_assert(eq(int, count(text, "%"), 25), "%s", text);
    cr_assert(strstr(text, "evolving: ended after 4 min 10 s\n") != NULL, "%s", text);
}

Test(progress, no_label_is_silence)
{
    qfp_progress *p = qfp_progress_create(NULL, now);
    cr_assert(p == NULL);
    qfp_progress_update(p, 0.5, "x");
    qfp_progress_destroy(p);
}
