/* What happens to work on a file that crashes, never ends, takes all memory or writes where it should not. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../support/scratch.h"
#include "io/guard.h"

TestSuite(guard, .init = scratch_make, .fini = scratch_remove);

/* Half a second of processor time, 256 MB and as much as an answer. */
static qfp_status guard(qfp_guarded_work work, const char *self, char **answer, size_t *size)
{
    const char *path = scratch_path("foreign.h5");
    scratch_write(path, "tiny", 4);
    return qfpi_guard(&path, 1, work, (void *)(size_t)self, answer, size);
}

static void assert_ends(qfp_guarded_work work, qfp_status expected, const char *says)
{
    char *answer = NULL;
    size_t size = 1;
    cr_assert(eq(int, (int)guard(work, scratch_folder, &answer, &size), (int)expected), "%s",
              qfp_last_error());
    cr_assert(strstr(qfp_last_error(), says) != NULL, "%s", qfp_last_error());
    cr_assert(strstr(qfp_last_error(), "foreign.h5") != NULL, "%s", qfp_last_error());
    cr_assert(eq(sz, size, 0));
    free(answer);
}

static qfp_status says(void *text, FILE *answer)
{
    fputs(text, answer);
    return QFP_OK;
}

static qfp_status says_and_fails(void *text, FILE *answer)
{
    fputs(text, answer);
    return QFP_FAIL(QFP_DISAGREE, "no: %s", (const char *)text);
}

/* To the child's group: a terminal's and those that mpirun passes on. */
static qfp_status is_told_to_end(void *text, FILE *answer)
{
    raise(SIGINT);
    raise(SIGTERM);
    raise(SIGHUP);
    raise(SIGUSR1);
    return says(text, answer);
}

Test(guard, wishes_to_end_are_the_parents_to_answer)
{
    char *answer = NULL;
    size_t size;
    cr_assert(guard(is_told_to_end, "done", &answer, &size) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(sz, size, 4));
    free(answer);
}

Test(guard, answers_and_failures_come_back)
{
    char *answer = NULL;
    size_t size;
    cr_assert(guard(says, "found", &answer, &size) == QFP_OK, "%s", qfp_last_error());
    cr_assert(eq(sz, size, 5));
    cr_assert(eq(int, memcmp(answer, "found", 5), 0));
    free(answer);
    cr_assert(eq(int, (int)guard(says_and_fails, "half", &answer, &size), (int)QFP_DISAGREE));
    cr_assert(eq(str, (char *)qfp_last_error(), "no: half"));
    cr_assert(eq(sz, size, 4)); /* what compare printed before its verdict */
    free(answer);
}

static qfp_status jumps_nowhere(void *self, FILE *answer)
{
    (void)self;
    fputs("half an answer", answer);
    raise(SIGSEGV);
    return QFP_OK;
}

static qfp_status aborts(void *self, FILE *answer)
{
    (void)self;
    (void)answer;
    abort();
}

static qfp_status leaves(void *self, FILE *answer)
{
    (void)self;
    fputs("half an answer", answer);
    _exit(0);
}

static qfp_status never_ends(void *self, FILE *answer)
{
    (void)self;
    for (volatile unsigned spins = 0; answer != NULL; ++spins) {
    }
    return QFP_OK;
}

static qfp_status never_stops_talking(void *self, FILE *answer)
{
    static char block[1 << 16];
    (void)self;
    for (;;)
        if (fwrite(block, 1, sizeof block, answer) == 0)
            return QFP_OK;
}

Test(guard, an_end_that_was_none_is_a_sentence)
{
    assert_ends(jumps_nowhere, QFP_IO, "libhdf5 crashed while reading (Segmentation fault)");
    assert_ends(aborts, QFP_IO, "libhdf5 crashed while reading (Aborted)");
    assert_ends(leaves, QFP_IO, "ended the process that was reading");
    assert_ends(never_ends, QFP_IO, "more than the 0.5 s of processor time");
    assert_ends(never_stops_talking, QFP_MEMORY, "holds more than 256 MB");
}

static qfp_status wants_memory(void *self, FILE *answer)
{
    char *block = NULL;
    (void)self;
    QFP_TRY(QFP_ALLOCATE(block, (size_t)1 << 30, "a gigabyte"));
    memset(block, 1, (size_t)1 << 30);
    fputc(block[1000], answer);
    free(block);
    return QFP_OK;
}

Test(guard, memory_is_limited)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    cr_skip_test("a sanitizer's shadow is larger than any limit");
#endif
    char *answer = NULL;
    size_t size;
    cr_assert(eq(int, (int)guard(wants_memory, NULL, &answer, &size), (int)QFP_MEMORY));
    cr_assert(strstr(qfp_last_error(), "a gigabyte") != NULL, "%s", qfp_last_error());
    free(answer);
}

static qfp_status reaches_out(void *folder, FILE *answer)
{
    char *path = qfpi_format("%s/written", (const char *)folder);
    char *const none[] = {NULL};
    int created = open(path, O_WRONLY | O_CREAT, 0600);
    fprintf(answer, "%d", created >= 0 && write(created, "from inside", 11) > 0);
    fprintf(answer, "%d", open("/dev/null", O_RDONLY) < 0); /* which is allowed */
    fprintf(answer, "%d", mkdir(path, 0700) == 0);
    fprintf(answer, "%d", rename(folder, path) == 0 || unlink(folder) == 0);
    fprintf(answer, "%d", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    fprintf(answer, "%d", kill(getppid(), 0) == 0);
    fprintf(answer, "%d", fork() >= 0);
    void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    fprintf(answer, "%d", code != MAP_FAILED);
    execve("/bin/true", none, none);
    fputs("0", answer);
    free(path);
    return QFP_OK;
}

/* A file's code, if a defect of libhdf5 ran any, would be alone. */
Test(guard, nothing_outside_is_reached)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    cr_skip_test("the reports of a sanitizer need more calls than are allowed");
#endif
    char *answer = NULL, *again;
    size_t size;
    cr_assert(guard(reaches_out, scratch_folder, &answer, &size) == QFP_OK, "%s", qfp_last_error());
    again = qfpi_format("%.*s", (int)size, answer);
    cr_assert(eq(str, again, "000000000"));
    free(again);
    free(answer);
}
