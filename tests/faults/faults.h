/* faults.h - runs the program with one fault of preload.c and judges what it leaves. */
#ifndef QFP_FAULTS_H
#define QFP_FAULTS_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdbool.h>

#include "../support/program.h"
#include "../support/same_files.h"

typedef struct fault {
    const char *kind; /* of preload.c */
    long at;
    char module[128]; /* that made the call that failed */
    long calls;       /* how many there were, with at = 0 */
} fault;

/* Only this fault; `arguments` end with NULL. */
static inline outcome run_with(fault *f, const char *const *arguments)
{
    char number[32], report[512];
    snprintf(number, sizeof number, "%ld", f->at);
    remove(scratch_path("report"));
    setenv("LD_PRELOAD", QFP_PRELOAD, 1);
    setenv("FAULT_KIND", f->kind, 1);
    setenv("FAULT_AT", number, 1);
    setenv("FAULT_REPORT", scratch_path("report"), 1);
    setenv("OMP_NUM_THREADS", "1", 1);
    pid_t pid = program_start(arguments);
    unsetenv("LD_PRELOAD");
    outcome o = program_wait(pid);
    read_back(scratch_path("report"), report, sizeof report);
    if (sscanf(report, "%ld %127s", &f->calls, f->module) != 2)
        f->calls = 0;
    return o;
}

#define RUN_WITH(f, ...) run_with((f), (const char *const[]){__VA_ARGS__, NULL})

/* How many calls of this kind the program makes. */
static inline long count_calls(const char *kind, const char *const *arguments)
{
    fault none = {.kind = kind};
    outcome o = run_with(&none, arguments);
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(none.calls > 0, "%s: nothing was counted", kind);
    return none.calls;
}

/* From one fault to the next: so many in all that the tests stay short, every one in a campaign
 * (tests/faults/campaign.sh). */
static inline long stride(long calls, long wanted)
{
    return getenv("QFP_FAULTS_ALL") != NULL || calls <= wanted ? 1 : calls / wanted;
}

typedef struct tally {
    long faults, refused, done, killed; /* exit status 4; 0; by a signal or by a library */
    long begun_anew;                    /* what could not be gone on from, and said so */
} tally;

static inline void print_tally(const char *what, const tally *t)
{
    const char *table = getenv("QFP_FAULTS_TABLE");
    FILE *out = table != NULL ? fopen(table, "a") : NULL;
    fprintf(out != NULL ? out : stderr,
            "%-44s %6ld faults %6ld refused %6ld done %6ld killed %4ld begun anew\n", what,
            t->faults, t->refused, t->done, t->killed, t->begun_anew);
    if (out != NULL)
        fclose(out);
}

static inline void count_outcome(tally *t, const outcome *o)
{
    t->faults++;
    t->refused += o->exit_status == 4;
    t->done += o->exit_status == 0;
    t->killed += o->exit_status != 4 && o->exit_status != 0;
}

/* Status 4 comes with a sentence, and nothing but 4 and 0 comes. */
static inline void assert_refused_or_done(const fault *f, const outcome *o, const char *what)
{
    bool documented = o->exit_status == 4 || o->exit_status == 0;
    cr_assert(documented, "%s: %s %ld of %s: ended with %d: %s", what, f->kind, f->at, f->module,
              o->exit_status, o->err);
    if (o->exit_status == 4)
        cr_assert(strstr(o->err, "qfp: ") != NULL, "%s: %s %ld of %s: %s", what, f->kind, f->at,
                  f->module, o->err);
}

static inline void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 22];
    FILE *file = fopen(scratch_path(from), "rb");
    cr_assert(file != NULL, "%s", from);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    cr_assert(size < sizeof bytes, "%s is larger than a test should make it", from);
    scratch_write(scratch_path(to), bytes, size);
}

static inline void remove_all(const char *const *names)
{
    for (; *names != NULL; names++)
        remove(scratch_path(*names));
}

#endif
