/* program.h - runs the real program in a scratch folder and keeps what it said. */
#ifndef QFP_TEST_PROGRAM_H
#define QFP_TEST_PROGRAM_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support/scratch.h"

extern char **environ;

typedef struct outcome {
    int exit_status; /* -signal when killed */
    char out[16384], err[16384];
} outcome;

static inline void read_back(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length = file != NULL ? fread(text, 1, size - 1, file) : 0;
    text[length] = '\0';
    if (file != NULL)
        fclose(file);
}

/* Starts `PROGRAM ARGUMENTS` (NULL-terminated) with the scratch folder as current directory. */
static inline pid_t program_start_as(const char *program, const char *const *arguments)
{
    const char *argv[32] = {program};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int count = 1;
    while (arguments[count - 1] != NULL && count < 31) {
        argv[count] = arguments[count - 1];
        count++;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, scratch_folder);
    posix_spawn_file_actions_addopen(&actions, 1, "stdout", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, "stderr", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    int failed = posix_spawn(&pid, program, &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    cr_assert(failed == 0, "cannot start %s", program);
    return pid;
}

static inline pid_t program_start(const char *const *arguments)
{
    return program_start_as(QFP_PROGRAM, arguments);
}

static inline outcome program_wait(pid_t pid)
{
    outcome o;
    int status = 0;
    waitpid(pid, &status, 0);
    o.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    read_back(scratch_path("stdout"), o.out, sizeof o.out);
    read_back(scratch_path("stderr"), o.err, sizeof o.err);
    /* a sanitizer's report never passes for one of the program's own exit statuses */
    cr_assert(strstr(o.err, "Sanitizer") == NULL && strstr(o.err, "runtime error") == NULL, "%s",
              o.err);
    return o;
}

/* Until the file has been there in so many versions, or the program has ended, however long either
 * takes: no test may fail because a machine is busy. */
static inline void program_until(pid_t pid, const char *name, int versions)
{
    struct stat last = {0}, now;
    siginfo_t ended = {0};
    while (versions > 0 && ended.si_pid == 0) {
        bool is_new = stat(scratch_path(name), &now) == 0 &&
                      (now.st_ino != last.st_ino || now.st_mtim.tv_nsec != last.st_mtim.tv_nsec);
        if (is_new) {
            last = now;
            versions--;
        } else if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) {
            return;
        } else {
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        }
    }
}

#define RUN(...) program_wait(program_start((const char *const[]){__VA_ARGS__, NULL}))

/* Is there a file in the scratch folder whose name contains `part`? */
static inline int left_behind(const char *part)
{
    int found = 0;
    DIR *folder = opendir(scratch_folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        found |= strstr(entry->d_name, part) != NULL;
    if (folder != NULL)
        closedir(folder);
    return found;
}

static inline void write_text(const char *name, const char *text)
{
    scratch_write(scratch_path(name), text, strlen(text));
}

#endif
