/* Good files with one to 64 bytes changed, read by every command that reads such a file: an answer or a refusal
 * with a sentence, never a crash, within bounds of processor time and memory; and what a refused --resume
 * was given stays as it was. */
#define _GNU_SOURCE
#include "faults.h"

#include <hdf5.h>
#include <stdint.h>
#include <sys/resource.h>

/* The commands take some hundredths of a second of a good file; a hang is anything without an end. */
#define MOST_SECONDS 10.0
/* The process that reads may have 256 MiB beyond the program, gnuplot some forty. */
#define MOST_MEGABYTES 400

static const char *const inputs[] = {"run.h5", "theories.h5", "sample.h5", "process.h5"};
enum { INPUTS = 4 };

static void make(const char *command, const char *name, const char *text)
{
    char *config = qfpi_format("%.*s.yaml", (int)strcspn(name, "."), name);
    write_text(config, text);
    outcome o = RUN(command, config, "-o", name);
    cr_assert(eq(int, o.exit_status, 0), "%s: %s", name, o.err);
    free(config);
}

static void make_results(void)
{
    make("run", "run.h5",
         "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
         "solver: {grid: {points: 16}, tolerance: 0.09}\n"
         "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 17},\n"
         "         series: {from: 0, to: 0.1, count: 3}}\n");
    make("run", "theories.h5",
         "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
         "theory: [{}, {order: 1}]\nsolver: {grid: {points: 16}, tolerance: 0.09}\n"
         "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}}\n");
    make("sample", "sample.h5",
         "hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: [0.5]}\n"
         "ensemble: {method: guided, paths: 32, steps: 4}\n"
         "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}, paths: {count: 3}}\n");
    make("sample", "process.h5",
         "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"1\"]], paths: 64, steps: 4,\n"
         "           preparations: [{mean: [-1], deviation: [0.8]},\n"
         "                          {mean: [1], deviation: [0.6]}]}\n"
         "output: {times: [0, 0.1, 0.2], husimi: {from: -6, to: 6, points: 13},\n"
         "         paths: {count: 3}}\n");
}

static void prepare(void)
{
    scratch_make();
    make_results();
}

TestSuite(flips, .init = prepare, .fini = scratch_remove);

/* ---- changes ----------------------------------------------------------------------------------- */

typedef struct bytes {
    size_t size;
    uint8_t byte[1 << 20];
} bytes;

static void read_bytes(const char *name, bytes *out)
{
    FILE *file = fopen(scratch_path(name), "rb");
    cr_assert(file != NULL, "%s", name);
    out->size = fread(out->byte, 1, sizeof out->byte, file);
    fclose(file);
    cr_assert(lt(sz, out->size, sizeof out->byte), "%s is too large for this test", name);
}

/* splitmix64: the changes of a number are the same everywhere */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Anywhere, side by side, or among the first two kilobytes, where the structure of a file begins. */
static void change(bytes *b, uint64_t seed)
{
    uint64_t state = seed * 1000003u;
    size_t count = 1 + draw(&state) % 64, kind = draw(&state) % 3, at = draw(&state) % b->size;
    size_t range = kind == 2 && b->size > 2048 ? 2048 : b->size;
    for (size_t i = 0; i < count; i++) {
        size_t where = kind == 1 ? (at + i) % b->size : draw(&state) % range;
        b->byte[where] = (uint8_t)draw(&state);
    }
}

/* `to` is `from` with changes; what it is now comes back in `out`. */
static void spoil(const char *from, const char *to, uint64_t seed, bytes *out)
{
    read_bytes(from, out);
    change(out, seed);
    scratch_write(scratch_path(to), out->byte, out->size);
}

/* ---- verdicts ---------------------------------------------------------------------------------- */

typedef struct trial {
    const char *what;
    long number;
    double slowest; /* s */
    tally counts;
} trial;

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

/* The file as it was read, for whoever looks into it. */
static void keep_evidence(const trial *t, const char *name)
{
    const char *table = getenv("QFP_FAULTS_TABLE");
    if (table == NULL)
        return;
    static bytes found;
    char *kept = qfpi_format("%s.%s.%ld.h5", table, t->what, t->number);
    read_bytes(name, &found);
    scratch_write(kept, found.byte, found.size);
    free(kept);
}

/* One of the exit statuses of the command, whose digits are `allowed`, and a sentence with one that is not 0. */
static outcome judge(trial *t, const char *allowed, const char *spoilt,
                     const char *const *arguments)
{
    struct rusage before, after;
    const struct rlimit most = {(rlim_t)MOST_SECONDS, (rlim_t)MOST_SECONDS + 1};
    getrusage(RUSAGE_CHILDREN, &before);
    pid_t pid = program_start(arguments);
    prlimit(pid, RLIMIT_CPU, &most, NULL);
    outcome o = program_wait(pid);
    getrusage(RUSAGE_CHILDREN, &after);
    double used = seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime) -
                  seconds(before.ru_stime);
    bool answered =
        o.exit_status >= 0 && o.exit_status < 10 && strchr(allowed, '0' + o.exit_status) != NULL;
    bool said = o.exit_status == 0 || strstr(o.err, "qfp: ") != NULL;
    bool bounded = used < MOST_SECONDS && after.ru_maxrss >> 10 < MOST_MEGABYTES;
    if (!answered || !said || !bounded)
        keep_evidence(t, spoilt);
    cr_assert(answered, "%s %ld: ended with %d: %s", t->what, t->number, o.exit_status, o.err);
    cr_assert(said, "%s %ld: %d without a sentence", t->what, t->number, o.exit_status);
    cr_assert(bounded, "%s %ld: %.1f s, %ld MB", t->what, t->number, used, after.ru_maxrss >> 10);
    t->slowest = used > t->slowest ? used : t->slowest;
    count_outcome(&t->counts, &o);
    return o;
}

#define JUDGE(t, allowed, spoilt, ...)                                                             \
    judge((t), (allowed), (spoilt), (const char *const[]){__VA_ARGS__, NULL})

/* A few for ctest, many for a campaign. */
static long trials(long few)
{
    return getenv("QFP_FAULTS_ALL") != NULL ? 100 * few : few;
}

static void report(const trial *t)
{
    char text[80];
    snprintf(text, sizeof text, "bytes changed: %s, at most %.1f s", t->what, t->slowest);
    print_tally(text, &t->counts);
}

/* ---- the commands ------------------------------------------------------------------------------ */

static bytes spoilt;

Test(flips, plot)
{
    trial t = {.what = "plot"};
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    for (; t.number < trials(12); t.number++) {
        spoil(inputs[t.number % INPUTS], "bad.h5", (uint64_t)t.number, &spoilt);
        JUDGE(&t, "04", "bad.h5", "plot", "bad.h5", "-o", "bad.png");
        cr_assert(not(left_behind(".part")), "%ld", t.number);
    }
    report(&t);
}

Test(flips, compare)
{
    trial t = {.what = "compare"};
    for (; t.number < trials(16); t.number++) {
        const char *good = inputs[t.number % INPUTS];
        bool first = t.number / INPUTS % 2 == 0;
        spoil(good, "bad.h5", 1000000u + (uint64_t)t.number, &spoilt);
        JUDGE(&t, "014", "bad.h5", "compare", first ? "bad.h5" : good, first ? good : "bad.h5",
              "--tol", "1e-6");
    }
    report(&t);
}

/* A ket, a density matrix and the Husimi function of a result. */
static void make_states(void)
{
    static const double ket[4][2] = {{0.6, 0.0}, {0.0, 0.8}}, rho[2][2][2] = {{{1.0, 0.0}}};
    const hsize_t levels[] = {4}, twice[] = {2, 2};
    hid_t file = H5Fcreate(scratch_path("state.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t number = H5Tcreate(H5T_COMPOUND, 2 * sizeof(double));
    H5Tinsert(number, "r", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(number, "i", sizeof(double), H5T_NATIVE_DOUBLE);
    for (int i = 0; i < 2; i++) {
        hid_t space = H5Screate_simple(i + 1, i == 0 ? levels : twice, NULL);
        hid_t dataset = H5Dcreate2(file, i == 0 ? "ket" : "rho", number, space, H5P_DEFAULT,
                                   H5P_DEFAULT, H5P_DEFAULT);
        cr_assert(0 <= H5Dwrite(dataset, number, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                                i == 0 ? (const void *)ket : (const void *)rho));
        H5Dclose(dataset);
        H5Sclose(space);
    }
    H5Tclose(number);
    H5Fclose(file);
}

Test(flips, states)
{
    static const char *const datasets[] = {"/ket", "/rho", "/husimi/mode_1"};
    trial t = {.what = "initial.file"};
    make_states();
    for (; t.number < trials(12); t.number++) {
        const char *dataset = datasets[t.number % 3];
        char *config = qfpi_format("hamiltonian: {modes: 1, operator: n}\n"
                                   "initial: {file: {path: bad.h5, dataset: %s}}\n"
                                   "solver: {basis: fock, tolerance: 0.01}\n"
                                   "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: "
                                   "5}}\n",
                                   dataset);
        write_text("state.yaml", config);
        free(config);
        spoil(t.number % 3 == 2 ? "run.h5" : "state.h5", "bad.h5", 2000000u + (uint64_t)t.number,
              &spoilt);
        JUDGE(&t, "0234", "bad.h5", "run", "state.yaml", "-o", "out.h5", "--force");
    }
    report(&t);
}

/* What stands under the name of an output: a result is kept, what is none refused. */
Test(flips, older_results)
{
    trial t = {.what = "an older result"};
    for (; t.number < trials(8); t.number++) {
        const char *good = inputs[t.number % INPUTS];
        static bytes after;
        spoil(good, "old.h5", 3000000u + (uint64_t)t.number, &spoilt);
        outcome o = JUDGE(&t, "04", "old.h5", "run", "run.yaml", "-o", "old.h5");
        read_bytes(o.exit_status == 0 ? "old.h5~" : "old.h5", &after);
        bool kept = after.size == spoilt.size && memcmp(after.byte, spoilt.byte, after.size) == 0;
        cr_assert(kept, "%ld", t.number);
        remove(scratch_path("old.h5~"));
    }
    report(&t);
}

/* A run that was killed behind a checkpoint: kept.part and kept.checkpoint. */
static void interrupt(const char *text)
{
    write_text("long.yaml", text);
    fault half = {.kind = "kill"};
    outcome o = RUN_WITH(&half, "run", "long.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    half.at = half.calls * 3 / 4;
    remove(scratch_path("r.h5"));
    o = RUN_WITH(&half, "run", "long.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, -SIGKILL), "%s", o.err);
    copy_file("r.h5.part", "kept.part");
    copy_file("r.h5.part.checkpoint", "kept.checkpoint");
}

static bool is_unchanged(const char *name, const bytes *before)
{
    static bytes now;
    read_bytes(name, &now);
    return now.size == before->size && memcmp(now.byte, before->byte, now.size) == 0;
}

static void resume(const char *what, const char *text, uint64_t seeds)
{
    static const char *const files[] = {"r.h5.part", "r.h5.part.checkpoint"};
    static bytes before[2];
    trial t = {.what = what};
    interrupt(text);
    for (; t.number < trials(10); t.number++) {
        int bad = t.number % 3 == 0; /* the checkpoint is the smaller file */
        remove(scratch_path("r.h5"));
        copy_file("kept.part", files[0]);
        copy_file("kept.checkpoint", files[1]);
        spoil(bad ? "kept.checkpoint" : "kept.part", files[bad], seeds + (uint64_t)t.number,
              &spoilt);
        for (int i = 0; i < 2; i++)
            read_bytes(files[i], &before[i]);
        outcome o = JUDGE(&t, "0234", files[bad], "run", "long.yaml", "-o", "r.h5", "--resume");
        /* rarely is a damage met by a later row only, when the run has gone on from its checkpoint */
        bool is_refused = (o.exit_status == 2 || o.exit_status == 4) &&
                          strstr(o.err, "stay, for --resume") == NULL;
        for (int i = 0; i < 2 && is_refused; i++)
            cr_assert(is_unchanged(files[i], &before[i]), "%s %ld: %s: %s", what, t.number,
                      files[i], o.err);
    }
    report(&t);
}

Test(flips, resumed_theories)
{
    resume("theories, resumed",
           "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [0.5]}\n"
           "theory: [{}, {order: 1}]\nsolver: {grid: {points: 16}, tolerance: 0.09}\n"
           "output: {times: [0, 0.05, 0.1], series: {from: 0, to: 0.1, count: 5},\n"
           "         husimi: {from: -4, to: 4, points: 5}, checkpoint: {every: 1e-9s}}\n",
           4000000u);
}

Test(flips, resumed_number_states)
{
    resume("number states, resumed",
           "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\ninitial: {coherent: [0.5]}\n"
           "solver: {basis: fock, tolerance: 0.01}\n"
           "output: {times: [0, 0.05, 0.1], husimi: {from: -4, to: 4, points: 5},\n"
           "         checkpoint: {every: 1e-9s}}\n",
           5000000u);
}
