#define _GNU_SOURCE
#include "sweep/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <omp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ranks.h"
#include "core/stop.h"

enum { KEPT_BYTES = 16 << 20, QUEUE = 64 /* tasks of a child, far less than a pipe holds */ };

typedef struct child {
    pid_t process;
    int answers, tasks; /* -1: none is there */
    size_t queue[QUEUE], first, count;
} child;

struct qfp_crew {
    qfp_crew_terms terms;
    child *children; /* [terms.processes] */
    struct pollfd *polled;
    char *answer; /* [room] */
    size_t room, alive;
};

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

/* false: whoever writes is gone. */
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

/* ---- in a child ---------------------------------------------------------------------------- */

/* The number of bytes, the task, and the bytes. */
static bool answer(const qfp_crew_terms *terms, size_t task, int to)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);
    if (stream == NULL)
        return false;
    terms->solve(terms->data, task, stream);
    bool good = !ferror(stream);
    good = fclose(stream) == 0 && good;
    const uint64_t head[2] = {size, task};
    good = good && write_all(to, head, sizeof head) && write_all(to, bytes, size);
    free(bytes);
    return good;
}

static _Noreturn void labour(const qfp_crew *crew, int tasks, int answers)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGABRT};
    size_t task;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], SIG_DFL);
    qfpi_stop_remove(NULL); /* what the parent made is the parent's to remove */
    qfpi_ranks_leave();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES); /* what one task frees the next one takes */
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    omp_set_num_threads(crew->terms.threads);
    for (int i = 0; i < crew->terms.processes; i++)
        if (crew->children[i].tasks >= 0) /* open here, they would not end with the parent */
            close(crew->children[i].tasks);
    while (read_all(tasks, &task, sizeof task))
        if (!answer(&crew->terms, task, answers))
            _exit(4);
    _exit(0);
}

/* ---- in the parent ------------------------------------------------------------------------- */

/* What comes from the child and what goes to it: [0] is read, [1] written. */
static qfp_status make_pipes(int answers[2], int tasks[2])
{
    if (pipe2(answers, O_CLOEXEC) != 0)
        return QFP_FAIL(QFP_MEMORY, "a pipe to a child cannot be made: %s", strerror(errno));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, tasks) == 0)
        return QFP_OK;
    close(answers[0]);
    close(answers[1]);
    return QFP_FAIL(QFP_MEMORY, "a pipe to a child cannot be made: %s", strerror(errno));
}

static qfp_status hire(qfp_crew *c, int number)
{
    int answers[2], tasks[2];
    QFP_TRY(make_pipes(answers, tasks));
    fcntl(answers[1], F_SETPIPE_SZ, 1 << 20); /* fewer turns; smaller where that is not allowed */
    pid_t process = fork();
    if (process == 0) {
        close(answers[0]);
        close(tasks[1]);
        labour(c, tasks[0], answers[1]);
    }
    close(answers[1]);
    close(tasks[0]);
    if (process < 0) {
        close(answers[0]);
        close(tasks[1]);
        return QFP_FAIL(QFP_MEMORY, "a child cannot be made: %s", strerror(errno));
    }
    c->children[number] = (child){.process = process, .answers = answers[0], .tasks = tasks[1]};
    c->alive++;
    return QFP_OK;
}

static void dismiss(qfp_crew *c, int number, int *result)
{
    child *gone = &c->children[number];
    close(gone->answers);
    close(gone->tasks);
    gone->answers = gone->tasks = -1;
    while (waitpid(gone->process, result, 0) < 0 && errno == EINTR) {
    }
    c->alive--;
}

void qfp_crew_dismiss(qfp_crew *c)
{
    if (c == NULL)
        return;
    for (int i = 0; c->children != NULL && i < c->terms.processes; i++)
        if (c->children[i].answers >= 0)
            kill(c->children[i].process, SIGKILL);
    for (int i = 0; c->children != NULL && i < c->terms.processes; i++) {
        int ignored;
        if (c->children[i].answers >= 0)
            dismiss(c, i, &ignored);
    }
    free(c->children);
    free(c->polled);
    free(c->answer);
    free(c);
}

qfp_status qfp_crew_hire(const qfp_crew_terms *terms, qfp_crew **out)
{
    qfp_crew *c = NULL;
    size_t count = (size_t)terms->processes;
    *out = NULL;
    QFP_TRY(QFP_ALLOCATE(c, 1, "the children of a sweep"));
    c->terms = *terms;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(c->children, count, "the children of a sweep"));
    for (size_t i = 0; i < count; i++)
        c->children[i].answers = c->children[i].tasks = -1;
    QFP_TRY_GOTO(QFP_ALLOCATE(c->polled, count, "the children of a sweep"));
    for (int i = 0; i < terms->processes && status == QFP_OK; i++)
        status = hire(c, i);
    if (c->alive > 0)
        status = QFP_OK;
done:
    if (status == QFP_OK)
        *out = c;
    else
        qfp_crew_dismiss(c);
    return status;
}

size_t qfp_crew_size(const qfp_crew *c)
{
    return c->alive;
}

size_t qfp_crew_room(const qfp_crew *c)
{
    size_t room = 0;
    for (int i = 0; i < c->terms.processes; i++)
        if (c->children[i].answers >= 0)
            room += QUEUE - c->children[i].count;
    return room;
}

qfp_status qfp_crew_give(qfp_crew *c, size_t task)
{
    child *to = NULL;
    for (int i = 0; i < c->terms.processes; i++) {
        child *one = &c->children[i];
        if (one->answers >= 0 && (to == NULL || one->count < to->count))
            to = one;
    }
    if (to == NULL || to->count == QUEUE)
        return QFP_FAIL(QFP_INTERNAL, "no child has room for task %zu", task);
    to->queue[(to->first + to->count++) % QUEUE] = task;
    while (send(to->tasks, &task, sizeof task, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    } /* where the child is gone its answers end, which tells */
    return QFP_OK;
}

static size_t take_first(child *from)
{
    size_t task = from->queue[from->first];
    from->first = (from->first + 1) % QUEUE;
    from->count--;
    return task;
}

static qfp_status make_room(qfp_crew *c, size_t size)
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

/* A child ended: its task is lost, and those that waited behind that go to another, to its replacement at first. */
static qfp_status part_with(qfp_crew *c, int number)
{
    char how[128];
    int result = 0;
    dismiss(c, number, &result);
    child gone = c->children[number];
    describe(result, how, sizeof how);
    if (gone.count == 0) /* between two tasks there is nothing to go wrong twice */
        return QFP_FAIL(QFP_INTERNAL, "a child of the sweep ended %s", how);
    qfp_status hired = hire(c, number);
    QFP_TRY(c->terms.lose(c->terms.data, take_first(&gone), how));
    if (hired != QFP_OK && c->alive == 0)
        return hired;
    while (gone.count > 0)
        QFP_TRY(qfp_crew_give(c, take_first(&gone)));
    return QFP_OK;
}

static qfp_status listen_to(qfp_crew *c, int number)
{
    uint64_t head[2];
    child *from = &c->children[number];
    if (!read_all(from->answers, head, sizeof head))
        return part_with(c, number);
    QFP_TRY(make_room(c, head[0]));
    if (!read_all(from->answers, c->answer, head[0]))
        return part_with(c, number);
    if (from->count == 0 || take_first(from) != head[1])
        return QFP_FAIL(QFP_INTERNAL, "a child of the sweep answered for another point");
    return c->terms.receive(c->terms.data, head[1], c->answer, head[0]);
}

qfp_status qfp_crew_listen(qfp_crew *c, int milliseconds)
{
    int count = c->terms.processes;
    for (int i = 0; i < count; i++)
        c->polled[i] = (struct pollfd){.fd = c->children[i].answers, .events = POLLIN};
    if (poll(c->polled, (nfds_t)count, milliseconds) < 0) {
        if (errno == EINTR)
            return QFP_OK;
        return QFP_FAIL(QFP_INTERNAL, "poll: %s", strerror(errno));
    }
    if (qfpi_stop_requested() != 0) /* children may have ended by the same signal */
        return QFP_OK;
    for (int i = 0; i < count; i++)
        if (c->polled[i].fd >= 0 && c->polled[i].revents != 0)
            QFP_TRY(listen_to(c, i));
    return QFP_OK;
}
