#define _GNU_SOURCE
#include "io/guard.h"

#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/turn.h"
#include "io/guard_calls.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define QFP_SHADOW_MEMORY 1 /* a sanitizer's, of many terabytes */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define QFP_SHADOW_MEMORY 1
#endif
#endif

/* What a file of ours takes many times less of.  A tiny file that seems to hold gigabytes ends within
 * seconds; a large one may take its time. */
#define LEAST_SECONDS 0.5
#define BYTES_PER_SECOND 2e6
#define LEAST_MEMORY (256u << 20)
#define MEMORY_PER_BYTE 4

/* The last bytes of an answer. */
typedef struct verdict {
    qfp_status status;
    char sentence[2048];
} verdict;

typedef struct limits {
    double seconds;
    rlim_t bytes;
} limits;

static limits limits_of(const char *const *paths, int count)
{
    double bytes = 0.0;
    for (int i = 0; i < count; i++) {
        struct stat found;
        if (stat(paths[i], &found) == 0)
            bytes += (double)found.st_size;
    }
    return (limits){.seconds = LEAST_SECONDS + bytes / BYTES_PER_SECOND,
                    .bytes = LEAST_MEMORY + (rlim_t)(MEMORY_PER_BYTE * bytes)};
}

/* ---- the child --------------------------------------------------------------------------------- */

static void limit(int resource, rlim_t most)
{
    struct rlimit old;
    if (getrlimit(resource, &old) == 0 && (old.rlim_max == RLIM_INFINITY || most < old.rlim_max)) {
        struct rlimit fresh = {.rlim_cur = most, .rlim_max = most};
        setrlimit(resource, &fresh);
    }
}

#ifndef QFP_SHADOW_MEMORY
/* Of this process as it is; 0 when the system does not say. */
static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void limit_memory(rlim_t more)
{
    rlim_t now = address_space();
    if (now > 0)
        limit(RLIMIT_AS, now + more);
}
#else
static void limit_memory(rlim_t more)
{
    (void)more;
}
#endif

/* SIGPROF ends the process; the limit of the system knows whole seconds only. */
static void limit_time(double seconds)
{
    const struct itimerval once = {
        .it_value = {.tv_sec = (time_t)seconds,
                     .tv_usec = (suseconds_t)(1e6 * (seconds - floor(seconds)))}};
    limit(RLIMIT_CPU, (rlim_t)seconds + 2);
    setitimer(ITIMER_PROF, &once, NULL);
}

static void confine(const limits *most)
{
    static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF};
    static const int wishes[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        signal(wishes[i], SIG_IGN); /* the parent's to answer; it takes this process with it */
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0); /* pipes and terminals are no files */
    limit_time(most->seconds);
    limit_memory(most->bytes);
    H5PLset_loading_state(0);         /* filters are code */
    H5Lunregister(H5L_TYPE_EXTERNAL); /* links lead into other files */
    qfpi_guard_calls();
}

static _Noreturn void be_child(int pipe_end, const limits *most, qfp_guarded_work work, void *self)
{
    static verdict last;
    FILE *answer = fdopen(pipe_end, "w");
    if (answer == NULL)
        _exit(1);
    confine(most);
    last.status = work(self, answer);
    snprintf(last.sentence, sizeof last.sentence, "%s", qfp_last_error());
    bool sent = fwrite(&last, sizeof last, 1, answer) == 1 && fclose(answer) == 0;
    _exit(sent ? 0 : 1); /* nothing of the parent's is flushed twice */
}

/* ---- the parent -------------------------------------------------------------------------------- */

/* All bytes until the end, or until there are more than `most`: then *whole is false. */
static qfp_status read_answer(int pipe_end, size_t most, char **out, size_t *size, bool *whole)
{
    size_t capacity = 1 << 16, used = 0;
    char *text = malloc(capacity);
    *whole = true;
    while (text != NULL) {
        ssize_t got = read(pipe_end, text + used, capacity - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || used + (size_t)got > most) {
            *whole = got <= 0;
            break;
        }
        used += (size_t)got;
        if (used < capacity)
            continue;
        char *grown = realloc(text, 2 * capacity);
        if (grown == NULL)
            free(text);
        text = grown;
        capacity *= 2;
    }
    *out = text;
    *size = used;
    return text != NULL ? QFP_OK
                        : QFP_FAIL(QFP_MEMORY, "cannot allocate memory for a file's contents");
}

/* "a.h5" or "a.h5, b.h5" */
static void list(const char *const *paths, int count, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "", paths[i]);
}

/* How the child ended, when it left no verdict. */
static qfp_status blame(const char *names, const limits *most, int ended)
{
    if (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL)
        return QFP_FAIL(QFP_MEMORY,
                        "%s: the process that was reading was killed, perhaps for lack of memory",
                        names);
    if (WIFSIGNALED(ended) && WTERMSIG(ended) == SIGPROF)
        return QFP_FAIL(
            QFP_IO,
            "%s: reading took more than the %.1f s of processor time that a file of this size "
            "may take; the file is damaged, or holds less than it seems to",
            names, most->seconds);
    if (WIFSIGNALED(ended))
        return QFP_FAIL(QFP_IO, "%s: libhdf5 crashed while reading (%s): the file is damaged",
                        names, strsignal(WTERMSIG(ended)));
    return QFP_FAIL(QFP_IO, "%s: libhdf5 ended the process that was reading: the file is damaged",
                    names);
}

/* What the child says of its work; QFP_IO when it says nothing. */
static qfp_status listen(const char *names, const limits *most, int ended, const char *text,
                         size_t *length)
{
    verdict last;
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0 || *length < sizeof last) {
        *length = 0;
        return blame(names, most, ended);
    }
    *length -= sizeof last;
    memcpy(&last, text + *length, sizeof last);
    last.sentence[sizeof last.sentence - 1] = '\0';
    return last.status == QFP_OK ? QFP_OK : QFP_FAIL(last.status, "%s", last.sentence);
}

static int wait_for(pid_t child)
{
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    return ended;
}

/* A child at work and the end of the pipe from which its answer is read. */
struct qfpi_guarded {
    limits most;
    char names[1024];
    int pipe_end;
    pid_t child; /* 0: it has ended */
    char *
        ahead; /* what was read and not taken: the verdict, when the answer ends, or what may be it */
    size_t room, used;
};

static qfp_status start(const char *const *paths, int count, qfp_guarded_work work, void *self,
                        qfpi_guarded *g)
{
    int ends[2];
    g->most = limits_of(paths, count);
    list(paths, count, g->names, sizeof g->names);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return QFP_FAIL(QFP_IO, "%s: a pipe cannot be created: %s", paths[0], strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        be_child(ends[1], &g->most, work, self);
    }
    close(ends[1]);
    g->pipe_end = ends[0];
    g->child = child;
    if (child < 0) {
        close(ends[0]);
        return QFP_FAIL(QFP_MEMORY, "%s: a process to read it cannot be started: %s", paths[0],
                        strerror(errno));
    }
    return QFP_OK;
}

qfp_status qfpi_guard(const char *const *paths, int count, qfp_guarded_work work, void *self,
                      char **answer, size_t *size)
{
    QFPI_TAKE_TURN();
    qfpi_guarded g;
    bool whole = false;
    *answer = NULL;
    *size = 0;
    QFP_TRY(start(paths, count, work, self, &g));
    qfp_status status = read_answer(g.pipe_end, g.most.bytes, answer, size, &whole);
    close(g.pipe_end);
    if (status != QFP_OK || !whole)
        kill(g.child, SIGKILL);
    int ended = wait_for(g.child);
    if (status != QFP_OK)
        return status;
    if (whole)
        return listen(g.names, &g.most, ended, *answer, size);
    *size = 0;
    return QFP_FAIL(QFP_MEMORY, "%s: holds more than %lu MB, too much for a file of its size",
                    paths[0], (unsigned long)(g.most.bytes >> 20));
}

/* ---- an answer as it comes ---------------------------------------------------------------------- */

qfp_status qfpi_guard_begin(const char *const *paths, int count, qfp_guarded_work work, void *self,
                            qfpi_guarded **out)
{
    QFPI_TAKE_TURN();
    qfpi_guarded *g = NULL;
    QFP_TRY(QFP_ALLOCATE(g, 1, "a process that reads"));
    qfp_status status = start(paths, count, work, self, g);
    if (status != QFP_OK) {
        free(g);
        return status;
    }
    *out = g;
    return QFP_OK;
}

/* The child has said all that it had to say, which was too little. */
static qfp_status judge(qfpi_guarded *g)
{
    int ended = wait_for(g->child);
    g->child = 0;
    QFP_TRY(listen(g->names, &g->most, ended, g->ahead, &g->used));
    return QFP_FAIL(QFP_IO, "%s: came back damaged from the process that reads", g->names);
}

qfp_status qfpi_guard_take(qfpi_guarded *g, void *data, size_t bytes)
{
    const size_t wanted = bytes + sizeof(verdict);
    if (wanted > g->room) {
        char *grown = realloc(g->ahead, wanted);
        if (grown == NULL)
            return QFP_FAIL(QFP_MEMORY, "cannot allocate memory for a file's contents");
        g->ahead = grown;
        g->room = wanted;
    }
    while (g->used < wanted) {
        ssize_t got = read(g->pipe_end, g->ahead + g->used, wanted - g->used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return judge(g);
        g->used += (size_t)got;
    }
    memcpy(data, g->ahead, bytes);
    g->used -= bytes;
    memmove(g->ahead, g->ahead + bytes, g->used);
    return QFP_OK;
}

void qfpi_guard_end(qfpi_guarded *g)
{
    if (g == NULL)
        return;
    close(g->pipe_end);
    if (g->child > 0) {
        kill(g->child, SIGKILL);
        wait_for(g->child);
    }
    free(g->ahead);
    free(g);
}
