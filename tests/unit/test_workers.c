/* Tasks between ranks, letter by letter: this process is one of them, and a test writes what the other one says.
 * Linked with --wrap of what passes between them (core/ranks.h); the children here are real. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ranks.h"
#include "core/stop.h"
#include "sweep/workers.h"

enum { TASKS = 6, MOST = 64, NEVER = -1 };

#define MUST(call) cr_assert(eq(int, (call), QFP_OK), "%s", qfp_last_error())

TestSuite(workers, .timeout = 20);

/* ---- the other rank ---------------------------------------------------------------------------- */

static struct {
    void *bytes;
    size_t size;
} inbox[MOST];
static int here, begin, end; /* the rank that this process is; of the inbox */
static void (*hear)(const qfp_work_letter *letter, const char *text);
static int said[QFP_WORK_BYE + 1]; /* letters of this process, of every kind */

/* A letter of the other rank. */
static void say(enum qfp_work_letter_kind kind, size_t number, const char *text)
{
    const qfp_work_letter head = {.kind = kind, .number = number};
    size_t size = text == NULL ? 0 : strlen(text) + 1;
    char *letter = malloc(sizeof head + size);
    cr_assert(letter != NULL && end < MOST);
    memcpy(letter, &head, sizeof head);
    if (size > 0)
        memcpy(letter + sizeof head, text, size);
    inbox[end].bytes = letter;
    inbox[end++].size = sizeof head + size;
}

int __wrap_qfpi_rank(void);
int __wrap_qfpi_ranks(void);
qfp_status __wrap_qfpi_ranks_send(int to, const void *data, size_t bytes);
qfp_status __wrap_qfpi_ranks_receive(int *from, void **data, size_t *bytes);

int __wrap_qfpi_rank(void)
{
    return here;
}

int __wrap_qfpi_ranks(void)
{
    return 2;
}

qfp_status __wrap_qfpi_ranks_send(int to, const void *data, size_t bytes)
{
    const qfp_work_letter *letter = data;
    cr_assert(eq(int, to, 1 - here));
    cr_assert(le(sz, sizeof *letter, bytes));
    said[letter->kind]++;
    hear(letter, (const char *)(letter + 1));
    return QFP_OK;
}

qfp_status __wrap_qfpi_ranks_receive(int *from, void **data, size_t *bytes)
{
    *from = 1 - here;
    *data = begin < end ? inbox[begin].bytes : NULL;
    *bytes = begin < end ? inbox[begin++].size : 0;
    return QFP_OK;
}

/* ---- what is solved here ------------------------------------------------------------------------- */

static int deadly = NEVER; /* the task at which a child here ends */
static int received[TASKS], lost[TASKS];
static char last_loss[128], last_note[700];

static void solve(void *data, size_t task, FILE *answer)
{
    (void)data;
    if ((int)task == deadly)
        _exit(9);
    fprintf(answer, "%d%c", (int)getpid(), 0);
}

static qfp_status receive(void *data, size_t task, const void *bytes, size_t size)
{
    (void)data, (void)bytes, (void)size;
    received[task]++;
    return QFP_OK;
}

static qfp_status lose(void *data, size_t task, const char *how)
{
    (void)data;
    lost[task]++;
    snprintf(last_loss, sizeof last_loss, "%s", how);
    return QFP_OK;
}

static void note(void *data, const char *sentence)
{
    (void)data;
    snprintf(last_note, sizeof last_note, "%s", sentence);
}

/* TASKS tasks by `children` here and another rank; all but `missing` are received once. */
static int share_with(void (*other)(const qfp_work_letter *, const char *), int children,
                      int missing)
{
    const qfp_work work = {.count = TASKS,
                           .crew = {.processes = children,
                                    .threads = 1,
                                    .solve = solve,
                                    .receive = receive,
                                    .lose = lose},
                           .note = note};
    int processes = 0;
    hear = other;
    MUST(qfp_work_do(&work, &processes));
    for (int task = 0; task < TASKS; task++) {
        cr_assert(eq(int, received[task], task != missing), "task %d", task);
        cr_assert(eq(int, lost[task], task == missing), "task %d", task);
    }
    cr_assert(eq(int, begin, end));
    cr_assert(eq(int, said[QFP_WORK_END], 1));
    return processes;
}

/* ---- rank 0 ------------------------------------------------------------------------------------ */

static void answer_all(const qfp_work_letter *letter, const char *text)
{
    (void)text;
    if (letter->kind == QFP_WORK_TASK)
        say(QFP_WORK_ANSWER, letter->number, "an answer");
    else
        say(QFP_WORK_BYE, 0, NULL);
}

Test(workers, every_task_is_answered_once)
{
    say(QFP_WORK_READY, 3, NULL);
    cr_assert(eq(int, share_with(answer_all, 1, NEVER), 4));
    cr_assert(eq(str, last_note, ""));
    cr_assert(le(int, 3, said[QFP_WORK_TASK])); /* one for each child, in the first turn */
}

/* Whose only child ends: it is let go, its task goes to others, and a late answer is none. */
static void lose_the_first(const qfp_work_letter *letter, const char *text)
{
    (void)text;
    if (letter->kind == QFP_WORK_TASK) {
        say(QFP_WORK_LOST, letter->number, "by signal 9");
        say(QFP_WORK_ANSWER, letter->number, "late");
        say(QFP_WORK_LOST, letter->number, "late");
    } else
        say(QFP_WORK_BYE, 0, NULL);
}

Test(workers, a_rank_whose_children_all_end_is_let_go)
{
    say(QFP_WORK_READY, 1, NULL);
    cr_assert(eq(int, share_with(lose_the_first, 1, NEVER), 1));
    cr_assert(eq(int, said[QFP_WORK_TASK], 1));
    cr_assert(eq(str, last_note,
                 "rank 1 of 2 failed: its children ended before one answered, the last by signal "
                 "9; others solved its points"));
}

/* With another child that may yet answer it stays, but never gets that task again. */
static void lose_task_1(const qfp_work_letter *letter, const char *text)
{
    if (letter->kind == QFP_WORK_TASK && letter->number == 1)
        say(QFP_WORK_LOST, 1, "there");
    else
        answer_all(letter, text);
}

Test(workers, a_task_that_is_lost_is_tried_elsewhere)
{
    say(QFP_WORK_READY, 2, NULL);
    cr_assert(eq(int, share_with(lose_task_1, 1, NEVER), 3));
    cr_assert(eq(str, last_note, ""));
}

Test(workers, a_task_that_is_lost_twice_is_lost)
{
    deadly = 1;
    say(QFP_WORK_READY, 2, NULL);
    cr_assert(eq(int, share_with(lose_task_1, 1, 1), 3));
    cr_assert(strstr(last_loss, "with status 9, ") == last_loss, "%s", last_loss);
    cr_assert(eq(str, last_note, ""));
}

/* Lost here first; the rank that has it then is gone, and the only one that is left tries it again. */
static void fail_at_task_0(const qfp_work_letter *letter, const char *text)
{
    if (letter->kind == QFP_WORK_TASK && letter->number == 0)
        say(QFP_WORK_FAILED, 0, "no child can be made");
    else
        answer_all(letter, text);
}

Test(workers, tasks_of_a_rank_that_failed_go_to_others)
{
    deadly = 0;
    say(QFP_WORK_READY, 1, NULL);
    cr_assert(eq(int, share_with(fail_at_task_0, 2, 0), 2));
    cr_assert(strstr(last_loss, "with status 9, ") == last_loss, "%s", last_loss);
    cr_assert(
        eq(str, last_note, "rank 1 of 2 failed: no child can be made; others solved its points"));
}

/* Answers that are on their way when a signal comes are taken. */
static void stop_at_the_first(const qfp_work_letter *letter, const char *text)
{
    if (letter->kind == QFP_WORK_TASK)
        say(QFP_WORK_STOPPED, SIGTERM, NULL);
    else
        say(QFP_WORK_ANSWER, 1, "an answer");
    if (letter->kind == QFP_WORK_END)
        answer_all(letter, text);
}

Test(workers, a_signal_of_another_rank_ends_the_work)
{
    const qfp_work work = {
        .count = TASKS,
        .crew = {.processes = 1, .threads = 1, .solve = solve, .receive = receive, .lose = lose}};
    int processes = 0;
    hear = stop_at_the_first;
    say(QFP_WORK_READY, 1, NULL);
    cr_assert(eq(int, qfp_work_do(&work, &processes), QFP_INTERRUPTED));
    cr_assert(eq(int, qfpi_stop_requested(), SIGTERM));
    cr_assert(eq(int, received[1], 1));
}

/* ---- another rank ------------------------------------------------------------------------------- */

static void note_answers(const qfp_work_letter *letter, const char *text)
{
    if (letter->kind == QFP_WORK_ANSWER)
        received[letter->number]++;
    if (letter->kind == QFP_WORK_LOST) {
        lost[letter->number]++;
        snprintf(last_loss, sizeof last_loss, "%s", text);
    }
    if (letter->kind != QFP_WORK_BYE && said[QFP_WORK_ANSWER] + said[QFP_WORK_LOST] == TASKS)
        say(QFP_WORK_END, 0, NULL);
}

static void serve(void (*rank_0)(const qfp_work_letter *, const char *))
{
    const qfp_work work = {.count = TASKS, .crew = {.processes = 1, .threads = 1, .solve = solve}};
    here = 1;
    hear = rank_0;
    MUST(qfp_work_do(&work, NULL));
    cr_assert(eq(int, begin, end));
    cr_assert(eq(int, said[QFP_WORK_READY], 1));
    cr_assert(eq(int, said[QFP_WORK_BYE], 1));
}

/* A child that ends loses one task; those that waited behind it go to its replacement. */
Test(workers, another_rank_answers_and_tells_what_was_lost)
{
    deadly = 2;
    for (size_t task = 0; task < TASKS; task++)
        say(QFP_WORK_TASK, task, NULL);
    serve(note_answers);
    for (int task = 0; task < TASKS; task++) {
        cr_assert(eq(int, received[task], task != deadly), "task %d", task);
        cr_assert(eq(int, lost[task], task == deadly), "task %d", task);
    }
    cr_assert(strstr(last_loss, "with status 9, ") == last_loss, "%s", last_loss);
    cr_assert(eq(int, said[QFP_WORK_FAILED], 0));
}

/* A signal is told once, and ends nothing here: rank 0 does that. */
static void end_when_stopped(const qfp_work_letter *letter, const char *text)
{
    (void)text;
    if (letter->kind != QFP_WORK_STOPPED)
        return;
    cr_assert(eq(sz, letter->number, (size_t)SIGTERM));
    say(QFP_WORK_TASK, 0, NULL);
    say(QFP_WORK_TASK, 1, NULL);
    say(QFP_WORK_END, 0, NULL);
}

Test(workers, another_rank_tells_a_signal)
{
    (void)qfpi_stop_request(SIGTERM);
    serve(end_when_stopped);
    cr_assert(eq(int, said[QFP_WORK_STOPPED], 1));
}

/* The only child is killed between two tasks. */
static void kill_the_child(const qfp_work_letter *letter, const char *text)
{
    if (letter->kind == QFP_WORK_ANSWER)
        kill((pid_t)atoi(text), SIGKILL);
    if (letter->kind == QFP_WORK_FAILED) {
        snprintf(last_note, sizeof last_note, "%s", text);
        say(QFP_WORK_TASK, 1, NULL); /* on its way */
        say(QFP_WORK_END, 0, NULL);
    }
}

Test(workers, another_rank_without_children_says_why)
{
    say(QFP_WORK_TASK, 0, NULL);
    serve(kill_the_child);
    cr_assert(eq(int, said[QFP_WORK_FAILED], 1));
    cr_assert(eq(str, last_note,
                 "a child of the sweep ended by signal 9, Killed, as for lack of memory"));
}
