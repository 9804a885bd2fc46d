/* The program in the Fock basis: answers, exit statuses, a killed run. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>
#include <time.h>
#include <yaml.h>

#include "../support/program.h"
#include "../support/same_files.h"
#include "io/snapshot.h"

static const char driven[] = "title: Driven Kerr\n"
                             "hamiltonian: {modes: 1, operator: \"-n + 0.25*n*(n-1) + a + ad\"}\n"
                             "initial: {coherent: [0.0]}\n"
                             "solver: {basis: fock, tolerance: 1.0e-6}\n"
                             "output:\n"
                             "  times: [0.0, 0.1, 1.0]\n"
                             "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

/* JSON is YAML: the value of a key of the one mapping, as text. */
static void json_value(const char *text, const char *key, char *value, size_t size)
{
    yaml_parser_t parser;
    yaml_document_t document;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    cr_assert(yaml_parser_load(&parser, &document) == 1, "not JSON: %s", text);
    yaml_node_t *root = yaml_document_get_root_node(&document);
    cr_assert(root != NULL && root->type == YAML_MAPPING_NODE, "not JSON: %s", text);
    value[0] = '\0';
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top;
         p++) {
        const yaml_node_t *name = yaml_document_get_node(&document, p->key);
        const yaml_node_t *found = yaml_document_get_node(&document, p->value);
        if (strcmp((const char *)name->data.scalar.value, key) != 0)
            continue;
        if (found->type == YAML_SEQUENCE_NODE)
            found = yaml_document_get_node(&document, found->data.sequence.items.start[0]);
        snprintf(value, size, "%s", (const char *)found->data.scalar.value);
    }
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
}

static double *dataset(const char *file, const char *name, size_t *count)
{
    double *data = NULL;
    int rank, is_complex;
    size_t shape[16];
    cr_assert(qfp_hdf5_read(scratch_path(file), name, &rank, shape, &is_complex, &data) == QFP_OK,
              "%s", qfp_last_error());
    *count = 1;
    for (int d = 0; d < rank; d++)
        *count *= shape[d];
    return data;
}

Test(fock_program, runs_plans_and_compares)
{
    char value[64];
    scratch_make();
    write_text("driven.yaml", driven);
    outcome o = RUN("run", "driven.yaml", "-o", "fock.h5", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    json_value(o.out, "basis", value, sizeof value);
    cr_assert(eq(str, value, "fock"));
    json_value(o.out, "status", value, sizeof value);
    cr_assert(eq(str, value, "done"));
    o = RUN("plan", "driven.yaml", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    json_value(o.out, "levels", value, sizeof value);
    cr_assert(lt(int, 8, atoi(value)), "%s", o.out);
    json_value(o.out, "bytes", value, sizeof value);
    cr_assert(lt(dbl, 1e4, atof(value)), "%s", o.out);
    json_value(o.out, "seconds", value, sizeof value);
    cr_assert(lt(dbl, 0.0, atof(value)), "%s", o.out);
    o = RUN("plan", "driven.yaml");
    cr_assert(strstr(o.out, "levels") != NULL && strstr(o.out, "memory") != NULL &&
                  strstr(o.out, "shift terms") != NULL,
              "%s", o.out);
    /* the basis of the command line wins over that of the file */
    o = RUN("run", "driven.yaml", "--basis", "reference", "-o", "exact.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("run", "driven.yaml", "--basis", "fourier", "-o", "grid.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    o = RUN("compare", "fock.h5", "exact.h5", "--tol", "1e-4"); /* wehrl, tail, min_q are in it */
    cr_assert(eq(int, o.exit_status, 0), "%s", o.out);
    scratch_remove();
}

Test(fock_program, exit_statuses)
{
    static const struct {
        const char *set;
        int exit_status;
        const char *says[2];
    } cases[] = {
        {"solver={basis: fock, levels: 0}", 2, {"solver.levels", "2"}},
        {"solver={basis: fock, levels: [4, 4]}", 2, {"solver.levels", "one per mode"}},
        {"solver={basis: fock, levels: 7.5}", 2, {"solver.levels", "7.5"}},
        {"output.fields=[current]", 2, {"output.fields", "fourier"}},
        {"solver={basis: fock, levels: 60000}", 4, {"solver.levels", "GB"}},
    };
    scratch_make();
    write_text("driven.yaml", driven);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        outcome o = RUN("run", "driven.yaml", "-o", "x.h5", "--set", cases[i].set);
        cr_assert(eq(int, o.exit_status, cases[i].exit_status), "%s: %s", cases[i].set, o.err);
        for (int s = 0; s < 2; s++)
            cr_assert(strstr(o.err, cases[i].says[s]) != NULL, "%s: %s", cases[i].set, o.err);
        cr_assert(not(left_behind("x.h5")), "%s", cases[i].set);
    }
    scratch_remove();
}

/* The plan refuses with the arithmetic before anything of that size is allocated. */
Test(fock_program, levels_too_many_for_the_memory_are_refused_by_the_plan)
{
    scratch_make();
    write_text("driven.yaml", driven);
    outcome o = RUN("plan", "driven.yaml", "--set", "solver={basis: fock, levels: 100000}");
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    /* (1e5)² numbers of 16 bytes over two: 80 GB for one state */
    cr_assert(strstr(o.err, "1e+10") != NULL && strstr(o.err, "80 GB") != NULL, "%s", o.err);
    scratch_remove();
}

/* Exit status 3: what was computed before the tail filled is kept, with the reason. */
Test(fock_program, a_full_tail_stops_the_run_and_keeps_the_file)
{
    size_t times;
    char value[512];
    scratch_make();
    write_text("driven.yaml", driven);
    outcome o = RUN("run", "driven.yaml", "-o", "x.h5", "--json", "--set", "solver.levels=9");
    cr_assert(eq(int, o.exit_status, 3), "%s", o.err);
    cr_assert(strstr(o.err, "solver.levels") != NULL, "%s", o.err);
    json_value(o.out, "status", value, sizeof value);
    cr_assert(eq(str, value, "stopped"));
    free(dataset("x.h5", "/time", &times));
    cr_assert(eq(sz, times, 2));
    hid_t file = H5Fopen(scratch_path("x.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(H5Aexists(file, "stopped") > 0);
    H5Fclose(file);
    scratch_remove();
}

Test(fock_program, a_killed_run_resumes_to_the_same_answer)
{
    static const char slow[] =
        "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
        "initial: {fock: [0]}\n"
        "solver: {basis: fock, levels: 120, tolerance: 1.0e-6, integrator: krylov}\n"
        "output:\n"
        "  times: [0.0, 0.1, 1.0]\n"
        "  husimi: {from: -5.0, to: 5.0, points: 9}\n"
        "  checkpoint: {every: 0.02s}\n";
    scratch_make();
    write_text("slow.yaml", slow);
    outcome o = RUN("run", "slow.yaml", "-o", "whole.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    pid_t pid = program_start((const char *const[]){"run", "slow.yaml", "-o", "killed.h5", NULL});
    program_until(pid, "killed.h5.part.checkpoint", 2);
    kill(pid, SIGKILL);
    o = program_wait(pid);
    cr_assert(eq(int, o.exit_status, -SIGKILL));
    o = RUN("run", "slow.yaml", "-o", "killed.h5", "--resume");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(not(left_behind(".part")));
    assert_same_bits("whole.h5", "killed.h5", "a run that was killed");
    /* another number of levels is another run */
    o = RUN("run", "slow.yaml", "-o", "killed.h5", "--resume", "--set", "solver.levels=121");
    cr_assert(ne(int, o.exit_status, 0));
    scratch_remove();
}
