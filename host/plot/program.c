#include "plot/program.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { MOST_ARGUMENTS = 18 };

/* The user's own settings of gnuplot (-d) change no picture; its picture comes out of standard output, for a file name
 * would be one more text in the script.  ffmpeg comes back to the beginning of what it writes, which takes a name. */
static const struct {
    const char *arguments[MOST_ARGUMENTS];
    const char *missing;
} programs[] = {
    [QFP_GNUPLOT] = {{"gnuplot", "-d"},
                     "pictures need it: install the package gnuplot-nox or gnuplot"},
    [QFP_FFMPEG] = {{"ffmpeg", "-nostdin", "-loglevel", "error", "-f", "image2pipe", "-framerate",
                     "10", "-i", "pipe:0", "-pix_fmt", "yuv420p", "-f", "mp4", "-y", "/dev/stdout"},
                    "a movie .mp4 needs it: install the package ffmpeg, or let the name end in "
                    ".gif"},
};

/* An errno, 0 for success. */
static int start(qfp_program program, const int streams[3], pid_t *process)
{
    char *arguments[MOST_ARGUMENTS];
    posix_spawn_file_actions_t actions;
    memcpy(arguments, programs[program].arguments, sizeof arguments); /* which are not changed */
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, streams[i], i);
    int failure = posix_spawnp(process, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/* Its exit status.  It reads through the same open file, so that its place there is seen here. */
static int wait_for(pid_t process, int input, qfp_progress *progress, double from, double to)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    struct stat file = {0};
    int result = 0;
    pid_t ended;
    fstat(input, &file);
    while ((ended = waitpid(process, &result, progress != NULL ? WNOHANG : 0)) == 0 ||
           (ended < 0 && errno == EINTR)) {
        double part = (double)lseek(input, 0, SEEK_CUR) / (double)file.st_size;
        qfp_progress_update(progress, from + (to - from) * part, NULL);
        nanosleep(&pause, NULL);
    }
    return result;
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

qfp_status qfpi_program_run(qfp_program program, int input, int output, qfp_progress *progress,
                            double from, double to)
{
    const char *name = programs[program].arguments[0], *missing = programs[program].missing;
    char complaint[400];
    int result = 0;
    pid_t process;
    FILE *complaints = tmpfile(); /* a pipe could fill up and stop the program */
    if (complaints == NULL)
        return QFP_FAIL(QFP_IO, "a temporary file cannot be created: %s", strerror(errno));
    lseek(input, 0, SEEK_SET);
    int failure = start(program, (const int[]){input, output, fileno(complaints)}, &process);
    if (failure == 0)
        result = wait_for(process, input, progress, from, to);
    read_complaint(complaints, complaint, sizeof complaint);
    fclose(complaints);
    if (failure != 0 || (WIFEXITED(result) && WEXITSTATUS(result) == 127))
        return QFP_FAIL(QFP_IO, "%s cannot be started (%s); %s", name,
                        strerror(failure != 0 ? failure : ENOENT), missing);
    if (!WIFEXITED(result) || WEXITSTATUS(result) != 0)
        return QFP_FAIL(QFP_IO, "%s failed: %s", name,
                        complaint[0] != '\0' ? complaint : "it ended without a message");
    return QFP_OK;
}
