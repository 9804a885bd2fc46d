/* Mistakes at the command line and in configurations: the documented exit status, a sentence that
 * names the place, nothing left behind. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <sys/stat.h>

#include "../support/program.h"

static const char good[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "solver: {tolerance: 1.0e-4}\n"
                           "output:\n"
                           "  times: [0.0, 0.05]\n"
                           "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

/* A bad line for one of the good ones: what is replaced, by what, and what the answer must
 * contain. */
static const struct mistake {
    const char *from, *to;
    int exit_status;
    const char *says[3];
} mistakes[] = {
    {"tolerance: 1.0e-4", "tolerence: 1.0e-4", 2, {"bad.yaml:3", "tolerence", "tolerance"}},
    {"modes: 1", "modes: many", 2, {"bad.yaml:1", "hamiltonian.modes", "many"}},
    {"modes: 1", "modes: 0", 2, {"bad.yaml:1", "modes"}},
    {"modes: 1", "modes: 99", 2, {"bad.yaml:1", "modes"}},
    {"ad^2*a^2", "(ad^2*a^2", 2, {"bad.yaml:1", "hamiltonian.operator", "')'"}},
    {"ad^2*a^2", "ad^2*a", 2, {"bad.yaml:1", "Hermitian"}},
    {"0.5*ad^2", "U*ad^2", 2, {"bad.yaml:1", "'U'"}},
    {"ad^2*a^2", "ad[2]*a[2]", 2, {"bad.yaml:1", "mode 2"}},
    {"0.5*ad", "0.5/0*ad", 2, {"bad.yaml:1", "zero"}},
    {"0.5*ad", "1e999*ad", 2, {"bad.yaml:1"}},
    {"[0.0, 0.05]", "[0.0, 0.05, 0.02]", 2, {"bad.yaml:5", "output.times"}},
    {"[0.0, 0.05]", "[0.0, .nan]", 2, {"bad.yaml:5", "output.times"}},
    {"[0.0, 0.05]", "[]", 2, {"bad.yaml:5", "output.times"}},
    {"[1.0]", "[.inf]", 2, {"bad.yaml:2", "coherent"}},
    {"[1.0]", "[1.0, 2.0]", 2, {"bad.yaml:2", "coherent"}},
    {"coherent: [1.0]", "coherrent: [1.0]", 2, {"bad.yaml:2", "coherrent", "coherent"}},
    {"coherent: [1.0]", "thermal: {nbar: -1}", 2, {"bad.yaml:2", "nbar"}},
    {"coherent: [1.0]", "fock: [-1]", 2, {"bad.yaml:2", "fock"}},
    {"coherent: [1.0]",
     "superposition: [{coherent: [1.0], weight: 1}, {coherent: [1.0], weight: -1}]",
     2,
     {"cancel"}},
    {"coherent: [1.0]", "file: {path: none.h5, dataset: /ket}", 4, {"none.h5"}},
    {"tolerance: 1.0e-4", "grid: {points: 33}", 2, {"bad.yaml:3", "points", "even"}},
    {"tolerance: 1.0e-4", "grid: {points: 1000000000}", 4, {"cells", "GB"}},
    {"tolerance: 1.0e-4", "tolerance: 0", 2, {"bad.yaml:3", "tolerance"}},
    {"tolerance: 1.0e-4", "ordering: 0.9", 2, {"bad.yaml:3", "ordering"}},
    {"tolerance: 1.0e-4", "integrator: chebyshev, ordering: 0.0", 2, {"chebyshev", "krylov"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: 1", 2, {"bad.yaml:3", "solver.levels", "2"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: 12.5", 2, {"bad.yaml:3", "solver.levels", "12.5"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: [9, 9]", 2, {"bad.yaml:3", "solver.levels"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: many", 2, {"bad.yaml:3", "solver.levels", "many"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: 100000", 4, {"solver.levels", "1e+10", "GB"}},
    {"tolerance: 1.0e-4", "basis: fock, levels: 3", 3, {"solver.levels", "initial state"}},
    {"tolerance: 1.0e-4", "precision: single", 2, {"bad.yaml:3", "tolerance: 1e-05"}},
    {"solver: {", "backend: cpu\nsolver: {precision: single, ", 2, {"double precision only"}},
    {"solver:", "ensemble: {method: markov}\nsolver:", 2, {"bad.yaml:1", "hamiltonian"}},
    {"solver:", "ensemble: {method: action, slices: 0}\nsolver:", 2, {"bad.yaml:3", "slices"}},
    {"solver:", "ensemble: {method: action, slices: 7}\nsolver:", 2, {"bad.yaml:3", "even"}},
    {"solver:", "ensemble: {method: action, sweeps: 0}\nsolver:", 2, {"bad.yaml:3", "sweeps"}},
    {"solver:",
     "ensemble: {method: action, virtual_step: 2.5}\nsolver:",
     2,
     {"bad.yaml:3", "virtual_step"}},
    {"solver:", "ensemble: {method: action, begin: far}\nsolver:", 2, {"bad.yaml:3", "begin"}},
    {"solver:", "ensemble: {method: guided, end: 1}\nsolver:", 2, {"bad.yaml:3", "method: action"}},
    {"solver:",
     "ensemble: {method: forward_backward, initialisation: loose}\nsolver:",
     2,
     {"bad.yaml:3", "ensemble.initialisation"}},
    {"solver:",
     "ensemble: {method: guided, initialisation: signed}\nsolver:",
     2,
     {"bad.yaml:3", "only `method: forward_backward`"}},
    {"initial: {coherent: [1.0]}", "ensemble: {method: action}", 2, {"bad.yaml:1", "initial"}},
    {"solver:", "ensemble: {method: gided}\nsolver:", 2, {"bad.yaml:3", "ensemble.method"}},
    {"solver:", "ensemble: {paths: 10}\nsolver:", 2, {"bad.yaml:3", "method"}},
    {"solver:", "ensemble: {method: guided, paths: 0}\nsolver:", 2, {"bad.yaml:3", "paths"}},
    {"solver:", "ensemble: {method: guided, steps: 0}\nsolver:", 2, {"bad.yaml:3", "steps"}},
    {"solver:", "ensemble: {method: guided, noise: 1.5}\nsolver:", 2, {"bad.yaml:3", "noise"}},
    {"solver:", "ensemble: {method: guided, noise: -0.1}\nsolver:", 2, {"bad.yaml:3", "noise"}},
    {"solver:",
     "ensemble: {method: guided, target_error: 0}\nsolver:",
     2,
     {"bad.yaml:3", "target_error"}},
    {"  times:", "  paths: {count: 0}\n  times:", 2, {"bad.yaml:5", "output.paths.count"}},
    {"  times:", "  paths: 7\n  times:", 2, {"bad.yaml:5", "output.paths"}},
    {"  times:", "  paths: {}\n  times:", 2, {"bad.yaml:5", "count"}},
    {"  times:", "  paths: {count: 3, every: 2}\n  times:", 2, {"bad.yaml:5", "every"}},
    {"solver:", "ensemble: {method: guided, seed: -1}\nsolver:", 2, {"bad.yaml:3", "seed"}},
    {"solver:", "theory: [{order: 2}, {order: 2}]\nsolver:", 2, {"bad.yaml:3", "M2", "label"}},
    {"solver:", "solver: {}\nsolver:", 2, {"bad.yaml:4", "solver"}},
    {"solver:", "backend: cuda\nsolver:", 5, {"CUDA"}},
    {"solver:", "theory: {order: 0}\nsolver:", 2, {"bad.yaml:3", "order"}},
    {"points: 9", "points: 1", 2, {"bad.yaml:6", "points"}},
    {"from: -3.0", "from: 5.0", 2, {"bad.yaml:6"}},
    {"output:", "outputs:", 2, {"bad.yaml:4", "outputs", "output"}},
};
enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

static void write_mistake(const struct mistake *m)
{
    char text[4096];
    const char *at = strstr(good, m->from);
    cr_assert(at != NULL, "nothing to replace for '%s'", m->from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, m->to, at + strlen(m->from));
    write_text("bad.yaml", text);
}

Test(bad_input, every_mistake_gets_its_sentence)
{
    scratch_make();
    for (int i = 0; i < MISTAKES; i++) {
        const struct mistake *m = &mistakes[i];
        write_mistake(m);
        outcome o = RUN("run", "bad.yaml", "-o", "out.h5");
        cr_assert(eq(int, o.exit_status, m->exit_status), "'%s': %s", m->to, o.err);
        for (int s = 0; s < 3 && m->says[s] != NULL; s++)
            cr_assert(strstr(o.err, m->says[s]) != NULL, "'%s' must say '%s': %s", m->to,
                      m->says[s], o.err);
        cr_assert(eq(str, o.out, ""), "'%s'", m->to);
        cr_assert(not(left_behind("out.h5")), "'%s' left a file", m->to);
    }
    scratch_remove();
}

Test(bad_input, the_unchanged_configuration_runs)
{
    scratch_make();
    write_text("good.yaml", good);
    outcome o = RUN("run", "good.yaml", "-o", "out.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "re_a_1") != NULL);
    cr_assert(left_behind("out.h5"));
    cr_assert(not(left_behind(".part")));
    scratch_remove();
}

Test(bad_input, files_that_are_no_configuration)
{
    enum { SIZE = 1 << 20 };
    unsigned char *bytes = malloc(SIZE);
    unsigned state = 12345;
    scratch_make();
    for (int i = 0; i < SIZE; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (unsigned char)(state >> 24);
    }
    scratch_write(scratch_path("random.yaml"), bytes, SIZE);
    write_text("empty.yaml", "");
    write_text("list.yaml", "- 1\n- 2\n");
    const char *const names[] = {"random.yaml", "empty.yaml", "list.yaml"};
    for (int i = 0; i < 3; i++) {
        outcome o = RUN("run", names[i], "-o", "out.h5");
        cr_assert(eq(int, o.exit_status, 2), "%s: %s", names[i], o.err);
        cr_assert(strstr(o.err, names[i]) != NULL, "%s", o.err);
        cr_assert(not(left_behind("out.h5")));
    }
    outcome o = RUN("run", "missing.yaml");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "missing.yaml") != NULL);
    free(bytes);
    scratch_remove();
}

Test(bad_input, output_that_cannot_be_written)
{
    scratch_make();
    write_text("good.yaml", good);
    mkdir(scratch_path("folder.h5"), 0700);
    outcome o = RUN("run", "good.yaml", "-o", "nowhere/out.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "nowhere/out.h5") != NULL, "%s", o.err);
    o = RUN("run", "good.yaml", "-o", "folder.h5");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    scratch_remove();
}

Test(bad_input, hdf5_files_that_are_broken)
{
    scratch_make();
    write_text("good.yaml", good);
    outcome o = RUN("run", "good.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    char *start = malloc(2000);
    FILE *file = fopen(scratch_path("whole.h5"), "rb");
    cr_assert(eq(ulong, fread(start, 1, 2000, file), 2000));
    fclose(file);
    scratch_write(scratch_path("cut.h5"), start, 2000);
    write_text("text.h5", "this is no HDF5 file");
    free(start);
    const char *const names[] = {"cut.h5", "text.h5", "none.h5"};
    for (int i = 0; i < 3; i++) {
        o = RUN("compare", "whole.h5", names[i]);
        cr_assert(eq(int, o.exit_status, 4), "%s: %s", names[i], o.err);
        cr_assert(strstr(o.err, names[i]) != NULL, "%s", o.err);
        o = RUN("plot", names[i], "-o", "picture.png");
        cr_assert(eq(int, o.exit_status, 4), "%s: %s", names[i], o.err);
        cr_assert(not(left_behind("picture.png")));
    }
    scratch_remove();
}

Test(bad_input, command_lines)
{
    static const struct {
        const char *arguments[6];
        int exit_status;
        const char *says;
    } lines[] = {
        {{NULL}, 2, "usage"},
        {{"rum", "good.yaml"}, 2, "rum"},
        {{"run"}, 2, "CONFIG.yaml"},
        {{"run", "good.yaml", "more.yaml"}, 2, "more.yaml"},
        {{"run", "good.yaml", "--frobnicate"}, 2, "--frobnicate"},
        {{"run", "good.yaml", "-o"}, 2, "-o"},
        {{"run", "good.yaml", "--set", "solver.tolerence=1"}, 2, "tolerence"},
        {{"run", "good.yaml", "--set", "solver"}, 2, "--set"},
        {{"run", "good.yaml", "--set", "solver.tolerance=fast"}, 2, "tolerance"},
        {{"run", "good.yaml", "--basis", "chebychev"}, 2, "basis"},
        {{"run", "good.yaml", "--backend", "cuda"}, 5, "CUDA"},
        {{"plan", "good.yaml", "--device", "255"}, 5, "device"},
        {{"bench", "--device", "first"}, 2, "device"},
        {{"run", "good.yaml", "--backend=cpu", "--device=0"}, 2, "backend is not cpu"},
        {{"run", "good.yaml", "--resume", "-o", "x.h5"}, 4, "x.h5"},
        {{"plan", "good.yaml", "--set", "solver.grid.points=1000000000"}, 4, "GB"},
        {{"compare", "a.h5"}, 2, "B.h5"},
        {{"compare", "a.h5", "b.h5", "--tol", "tight"}, 2, "tight"},
        {{"compare", "a.h5", "b.h5", "--tol", "-1e-6"}, 2, "-1e-6"},
        {{"compare", "a.h5", "b.h5", "--tol", "nan"}, 2, "nan"},
        {{"sample", "good.yaml"}, 2, "ensemble: missing"},
        {{"bench", "a.yaml", "b.yaml"}, 2, "one argument too many"},
        {{"help", "modells"}, 2, "qfp help models"},
        {{"help", "nothing"}, 2, "nothing"},
    };
    scratch_make();
    write_text("good.yaml", good);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        outcome o = program_wait(program_start(lines[i].arguments));
        cr_assert(eq(int, o.exit_status, lines[i].exit_status), "%zu: %s", i, o.err);
        cr_assert(strstr(o.err, lines[i].says) != NULL, "%zu: %s", i, o.err);
        cr_assert(not(left_behind(".h5")), "%zu", i);
    }
    scratch_remove();
}

/* Editors on Windows put it before UTF-8; lines and columns are those that they show. */
Test(bad_input, a_byte_order_mark_is_no_text, .init = scratch_make, .fini = scratch_remove)
{
    write_text("marked.yaml", "\xEF\xBB\xBFhamiltonian: {modes: 1, operator: n}\n"
                              "initial: {coherent: [0.5]}\noutput: {times: [0.0]}\n");
    outcome o = RUN("audit", "marked.yaml");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    write_text("marked.yaml", "\xEF\xBB\xBF"
                              "kapa: 1\n");
    o = RUN("audit", "marked.yaml");
    cr_assert(eq(int, o.exit_status, 2));
    cr_assert(strstr(o.err, "marked.yaml:1:1: kapa: unknown key") != NULL, "%s", o.err);
}
