#define _GNU_SOURCE
#include "sweep/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <omp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/stop.h"

enum { NONE = -1, HEARTBEAT_MS = 200, KEPT_BYTES = 16 << 20 };

/* Shared by all processes: who takes what. */
typedef struct board {
    atomic_size_t next;
    _Atomic long current[]; /* task of every child, NONE before its first and once it is answered */
} board;

typedef struct child {
    pid_t process;
    int answers; /* -1: none is there */
} child;

typedef struct crew {
    const qfp_work *work;
    board *board;
    size_t board_size;
    child *children;
    struct pollfd *polled;
    char *answer; /* [room] */
    size_t room, alive;
} crew;

/* ---- in a child ---------------------------------------------------------------------------- */

static bool write_all(int to, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t written = write(to, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        size -= (size_t)written;
    }
    return true;
}

/* The number of bytes, the task, and the bytes. */
static bool answer(const qfp_work *work, size_t task, int to)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);
    if (stream == NULL)
        return false;
    work->solve(work->data, task, stream);
    bool good = !ferror(stream);
    good = fclose(stream) == 0 && good;
    const uint64_t head[2] = {size, task};
    good = good && write_all(to, head, sizeof head) && write_all(to, bytes, size);
    free(bytes);
    return good;
}

static _Noreturn void labour(const crew *c, int number, int to)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGABRT};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_DFL);
    qfpi_stop_remove(NULL); /* what the parent made is the parent's to remove */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES); /* what one task frees the next one takes */
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    omp_set_num_threads(c->work->threads);
    for (;;) {
        size_t task = atomic_fetch_add(&c->board->next, 1);
        if (task >= c->work->count)
            _exit(0);
        c->board->current[number] = (long)task;
        if (!answer(c->work, task, to))
            _exit(4);
        c->board->current[number] = NONE;
    }
}

/* ---- in the parent ------------------------------------------------------------------------- */

static qfp_status hire(crew *c, int number)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return QFP_FAIL(QFP_MEMORY, "a pipe to a child cannot be made: %s", strerror(errno));
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); /* fewer turns; smaller where that is not allowed */
    c->board->current[number] = NONE;
    pid_t process = fork();
    if (process < 0) {
        close(ends[0]);
        close(ends[1]);
        return QFP_FAIL(QFP_MEMORY, "a child cannot be made: %s", strerror(errno));
    }
    if (process == 0) {
        close(ends[0]);
        labour(c, number, ends[1]);
    }
    close(ends[1]);
    c->children[number] = (child){.process = process, .answers = ends[0]};
    c->alive++;
    return QFP_OK;
}

static void dismiss(crew *c, int number, int *result)
{
    child *gone = &c->children[number];
    close(gone->answers);
    gone->answers = -1;
    while (waitpid(gone->process, result, 0) < 0 && errno == EINTR) {
    }
    c->alive--;
}

static void dismiss_all(crew *c)
{
    for (int i = 0; i < c->work->processes; i++)
        if (c->children[i].answers >= 0)
            kill(c->children[i].process, SIGKILL);
    for (int i = 0; i < c->work->processes; i++) {
        int ignored;
        if (c->children[i].answers >= 0)
            dismiss(c, i, &ignored);
    }
}

/* false: the child is gone. */
static bool read_all(int from, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        ssize_t got = read(from, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static qfp_status make_room(crew *c, size_t size)
{
    if (size <= c->room)
        return QFP_OK;
    free(c->answer);
    c->answer = NULL;
    c->room = 0;
    QFP_TRY(QFP_ALLOCATE(c->answer, size, "an answer of a child"));
    c->room = size;
    return QFP_OK;
}

static void describe(int result, char *out, size_t size)
{
    if (WIFSIGNALED(result))
        snprintf(out, size, "by signal %d, %s%s", WTERMSIG(result), strsignal(WTERMSIG(result)),
                 WTERMSIG(result) == SIGKILL ? ", as for lack of memory" : "");
    else
        snprintf(out, size, "with status %d, most likely for lack of memory", WEXITSTATUS(result));
}

/* A child ended; one that did so on its way loses its task and is replaced. */
static qfp_status part_with(crew *c, int number)
{
    char how[128];
    int result = 0;
    long task = c->board->current[number];
    dismiss(c, number, &result);
    if (WIFEXITED(result) && WEXITSTATUS(result) == 0)
        return QFP_OK;
    describe(result, how, sizeof how);
    if (task == NONE) /* between two tasks there is nothing to go wrong twice */
        return QFP_FAIL(QFP_INTERNAL, "a child of the sweep ended %s", how);
    QFP_TRY(c->work->lose(c->work->data, (size_t)task, how));
    return hire(c, number);
}

static qfp_status listen_to(crew *c, int number)
{
    uint64_t head[2];
    int from = c->children[number].answers;
    if (!read_all(from, head, sizeof head))
        return part_with(c, number);
    QFP_TRY(make_room(c, head[0]));
    if (!read_all(from, c->answer, head[0]))
        return part_with(c, number);
    return c->work->receive(c->work->data, head[1], c->answer, head[0]);
}

static qfp_status turn(crew *c)
{
    int count = c->work->processes;
    for (int i = 0; i < count; i++)
        c->polled[i] = (struct pollfd){.fd = c->children[i].answers, .events = POLLIN};
    if (poll(c->polled, (nfds_t)count, HEARTBEAT_MS) < 0 && errno != EINTR)
        return QFP_FAIL(QFP_INTERNAL, "poll: %s", strerror(errno));
    if (qfpi_stop_requested() != 0)
        return QFP_FAIL(QFP_INTERRUPTED, "interrupted");
    for (int i = 0; i < count; i++)
        if (c->polled[i].fd >= 0 && c->polled[i].revents != 0)
            QFP_TRY(listen_to(c, i));
    return QFP_OK;
}

qfp_status qfp_work_do(const qfp_work *work)
{
    crew c = {.work = work};
    size_t count = (size_t)work->processes;
    qfp_status status;
    c.board_size = sizeof *c.board + count * sizeof *c.board->current;
    c.board = mmap(NULL, c.board_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (c.board == MAP_FAILED)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the children of a sweep");
    QFP_TRY_GOTO(QFP_ALLOCATE(c.children, count, "the children of a sweep"));
    QFP_TRY_GOTO(QFP_ALLOCATE(c.polled, count, "the children of a sweep"));
    for (size_t i = 0; i < count; i++)
        c.children[i].answers = -1;
    for (int i = 0; i < work->processes; i++)
        QFP_TRY_GOTO(hire(&c, i));
    while (c.alive > 0)
        QFP_TRY_GOTO(turn(&c));
done:
    if (c.children != NULL)
        dismiss_all(&c);
    munmap(c.board, c.board_size);
    free(c.children);
    free(c.polled);
    free(c.answer);
    return status;
}
