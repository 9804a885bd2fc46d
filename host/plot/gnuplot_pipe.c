#include "plot/gnuplot_pipe.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"

extern char **environ;

#define MISSING_GNUPLOT "pictures need it: install the package gnuplot-nox or gnuplot"

struct qfp_gnuplot {
    pid_t process;
    FILE *commands;
    FILE *complaints; /* a nameless file: a pipe could fill up and stop gnuplot */
    sigset_t mask;    /* of this thread, before SIGPIPE was blocked */
    bool pipe_was_pending;
};

/* gnuplot may die while commands are written: that is to be an error, not the end of the
 * program. */
static void block_broken_pipe(qfp_gnuplot *g)
{
    sigset_t broken, pending;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigpending(&pending);
    g->pipe_was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &broken, &g->mask);
}

static void unblock_broken_pipe(const qfp_gnuplot *g)
{
    sigset_t broken;
    const struct timespec at_once = {0};
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    if (!g->pipe_was_pending)
        while (sigtimedwait(&broken, NULL, &at_once) == -1 && errno == EINTR) {
        }
    pthread_sigmask(SIG_SETMASK, &g->mask, NULL);
}

void qfpi_gnuplot_quote(FILE *script, const char *text)
{
    char shown[256];
    qfpi_text_show(text, sizeof shown, shown);
    fputc('"', script);
    for (const unsigned char *c = (const unsigned char *)shown; *c != '\0'; ++c)
        if (*c < 0x80 && (isalpha(*c) || *c == ' '))
            fputc(*c, script);
        else
            fprintf(script, "\\%03o", *c); /* gnuplot reads on while digits follow */
    fputc('"', script);
}

/* A program of PATH with these standard streams, the signal mask unless NULL, and `unused` closed unless it is below 0; an
 * errno, 0 for success. */
static int start_program(char *const *arguments, const int streams[3], int unused,
                         const sigset_t *mask, pid_t *process)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, streams[i], i);
    if (unused >= 0)
        posix_spawn_file_actions_addclose(&actions, unused);
    posix_spawnattr_init(&attributes);
    if (mask != NULL) {
        posix_spawnattr_setsigmask(&attributes, mask);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    }
    int failure = posix_spawnp(process, arguments[0], &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/* The picture comes out of standard output: a file name would be one more text in the script.  The user's
 * own settings of gnuplot (-d) change no picture. */
static int spawn(int commands, int picture, int complaints, int unused, const sigset_t *mask,
                 pid_t *process)
{
    char name[] = "gnuplot", defaults[] = "-d";
    char *const arguments[] = {name, defaults, NULL};
    return start_program(arguments, (const int[]){commands, picture, complaints}, unused, mask,
                         process);
}

static qfp_status start(qfp_gnuplot *g, int picture)
{
    int ends[2];
    g->complaints = tmpfile();
    if (g->complaints == NULL)
        return QFP_FAIL(QFP_IO, "a temporary file cannot be created: %s", strerror(errno));
    if (pipe(ends) != 0)
        return QFP_FAIL(QFP_IO, "a pipe to gnuplot cannot be created: %s", strerror(errno));
    int failure = spawn(ends[0], picture, fileno(g->complaints), ends[1], &g->mask, &g->process);
    close(ends[0]);
    if (failure != 0) {
        close(ends[1]);
        g->process = 0;
        return QFP_FAIL(QFP_IO, "gnuplot cannot be started (%s); " MISSING_GNUPLOT,
                        strerror(failure));
    }
    g->commands = fdopen(ends[1], "w");
    if (g->commands == NULL) {
        close(ends[1]);
        return QFP_FAIL(QFP_IO, "a pipe to gnuplot cannot be opened: %s", strerror(errno));
    }
    return QFP_OK;
}

static void destroy(qfp_gnuplot *g)
{
    if (g->commands != NULL)
        fclose(g->commands);
    if (g->complaints != NULL)
        fclose(g->complaints);
    unblock_broken_pipe(g);
    free(g);
}

qfp_status qfp_gnuplot_open(int picture, qfp_gnuplot **out)
{
    qfp_gnuplot *g = NULL;
    QFP_TRY(QFP_ALLOCATE(g, 1, "the pipe to gnuplot"));
    block_broken_pipe(g);
    qfp_status status = start(g, picture);
    if (status != QFP_OK) {
        int ignored;
        if (g->process > 0)
            waitpid(g->process, &ignored, 0);
        destroy(g);
        return status;
    }
    *out = g;
    return QFP_OK;
}

FILE *qfp_gnuplot_stream(qfp_gnuplot *g)
{
    return g->commands;
}

/* gnuplot shows the line it stumbled over, a mark, and the reason: the reason is the last line that
 * says something. */
static void read_complaint(FILE *file, char *out, size_t size)
{
    char line[400];
    out[0] = '\0';
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " ^\t")] != '\0')
            snprintf(out, size, "%s", line + strspn(line, " \t"));
    }
}

/* Waits for it.  QFP_IO with the last line of `complaints`, its standard error, when it failed or its input was not
 * `written`; with `missing` when there was no such program. */
static qfp_status end_program(pid_t process, FILE *complaints, bool written, const char *name,
                              const char *missing)
{
    int result = 0;
    char complaint[400];
    while (waitpid(process, &result, 0) < 0 && errno == EINTR) {
    }
    read_complaint(complaints, complaint, sizeof complaint);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 127)
        return QFP_FAIL(QFP_IO, "%s cannot be started; %s", name, missing);
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0 || !written)
        return QFP_FAIL(QFP_IO, "%s failed: %s", name,
                        complaint[0] != '\0' ? complaint : "it ended without a message");
    return QFP_OK;
}

qfp_status qfp_gnuplot_close(qfp_gnuplot *g)
{
    bool written = fclose(g->commands) == 0;
    g->commands = NULL;
    qfp_status status = end_program(g->process, g->complaints, written, "gnuplot", MISSING_GNUPLOT);
    destroy(g);
    return status;
}

/* The frames, one PNG behind the other, into a movie.  ffmpeg comes back to the beginning of what it writes: a name for
 * the file, not a pipe. */
qfp_status qfpi_ffmpeg(int frames, int movie)
{
    static const char missing[] = "a movie .mp4 needs it: install the package ffmpeg, or let the "
                                  "name end in .gif";
    char *const arguments[] = {"ffmpeg",      "-nostdin",   "-loglevel", "error", "-f",
                               "image2pipe",  "-framerate", "10",        "-i",    "/dev/stdin",
                               "-pix_fmt",    "yuv420p",    "-f",        "mp4",   "-y",
                               "/dev/stdout", NULL};
    pid_t process;
    FILE *complaints = tmpfile();
    if (complaints == NULL)
        return QFP_FAIL(QFP_IO, "a temporary file cannot be created: %s", strerror(errno));
    lseek(frames, 0, SEEK_SET);
    int failure = start_program(arguments, (const int[]){frames, movie, fileno(complaints)}, -1,
                                NULL, &process);
    qfp_status status = failure != 0 ? QFP_FAIL(QFP_IO, "ffmpeg cannot be started (%s); %s",
                                                strerror(failure), missing)
                                     : end_program(process, complaints, true, "ffmpeg", missing);
    fclose(complaints);
    return status;
}
