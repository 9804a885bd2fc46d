/* signals.c - SIGINT, SIGTERM and SIGHUP, of several ranks SIGUSR1 too, end a run where it can be gone on from. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "commands/commands.h"
#include "core/ranks.h"
#include "core/stop.h"
#include "core/text.h"

static void end_at_once(int number)
{
    static const char line[] = "\nqfp: interrupted\n";
    if (qfpi_rank() == 0)
        (void)!write(STDERR_FILENO, line, sizeof line - 1);
    qfpi_stop_clean();
    _exit(128 + number);
}

/* The first one is a wish where somebody looks for it; anything else is the end. */
static void on_signal(int number)
{
    static const char line[] = "\nqfp: stops after this step; once more ends at once\n";
    if (qfpi_stop_requested() != 0 || !qfpi_stop_request(number))
        end_at_once(number);
    if (qfpi_rank() == 0) /* of several, the one that speaks */
        (void)!write(STDERR_FILENO, line, sizeof line - 1);
}

/* mpirun passes the last one on and waits, but after SIGTERM for a second only */
static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};

void signals_ignore(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_IGN);
}

/* QFP_PARENT is the process that waits for this one, if it is not to go on alone: the end of that one is a SIGTERM
 * here, and what would be written to its pipes is lost. */
static void follow_parent(void)
{
    const char *named = getenv("QFP_PARENT");
    long parent = named != NULL ? strtol(named, NULL, 10) : 0;
    if (parent <= 1)
        return;
    if (getppid() == parent && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0)
        signal(SIGPIPE, SIG_IGN);
    if (kill((pid_t)parent, 0) != 0 && errno == ESRCH) /* it ended in between */
        raise(SIGTERM);
}

void signals_catch(void)
{
    size_t count = sizeof numbers / sizeof *numbers - (qfpi_ranks() == 1);
    for (size_t i = 0; i < count; i++) {
        struct sigaction before, now = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
        sigemptyset(&now.sa_mask);
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &now, NULL); /* nohup ignores one, which stays so */
    }
    follow_parent();
}

/* An argument as a shell takes it back. */
static void put_quoted(qfp_text *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_-./=,:+@%";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
        qfpi_text_put(out, " %s", text);
        return;
    }
    qfpi_text_put(out, " '");
    for (; *text != '\0'; text++)
        qfpi_text_put(out, *text == '\'' ? "'\\''" : "%c", *text);
    qfpi_text_put(out, "'");
}

qfp_status signals_name_resume(const arguments *a, const char *output, qfp_status status)
{
    qfp_text line = {0};
    char *checkpoint = qfpi_format("%s.part.checkpoint", output);
    if (checkpoint != NULL && access(checkpoint, F_OK) == 0) {
        qfpi_text_put(&line, "qfp %s --resume", a->words[0]);
        for (int i = 1; i < a->word_count; i++)
            if (strcmp(a->words[i], "--resume") != 0 && strncmp(a->words[i], "--f", 3) != 0)
                put_quoted(&line, a->words[i]);
        char *text = qfpi_text_finish(&line);
        if (text != NULL)
            status = QFP_FAIL(status, "%s; go on with: %s", qfp_last_error(), text);
        free(text);
    }
    free(checkpoint);
    return status;
}
