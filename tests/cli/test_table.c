/* The table of a run: every mode, wrapped without tearing a mode apart, what was asked for, zeros. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../support/program.h"

static const char *const three_modes =
    "hamiltonian: {modes: 3, operator: 'hc(ad[1]*a[2]) + hc(ad[2]*a[3])'}\n"
    "initial: {fock: [1, 0, 0]}\n"
    "solver: {basis: fock, levels: 3}\n"
    "output: {times: [0, 0.5], husimi: {points: 5}, observables: [{name: of_my_own, operator: "
    "'n[2]^2'}]}\n";

static outcome run(const char *option, const char *value)
{
    write_text("three.yaml", three_modes);
    return RUN("run", "three.yaml", "-o", "three.h5", "--force", option, value);
}

/* The line that begins with the t of a head, number `index` of them from 0; "" for none. */
static const char *head(const char *text, int index, char *line, size_t size)
{
    line[0] = '\0';
    for (const char *at = text; (at = strstr(at, "           t ")) != NULL; ++at)
        if ((at == text || at[-1] == '\n') && index-- == 0) {
            snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
            break;
        }
    return line;
}

static void assert_columns(const char *line, const char *expected)
{
    char found[256] = "", word[64];
    for (int used = 0; sscanf(line, "%63s%n", word, &used) == 1; line += used) {
        strcat(found, found[0] != '\0' ? " " : "");
        strcat(found, word);
    }
    cr_assert(eq(str, found, (char *)expected));
}

Test(table, every_mode_stands_in_one_piece)
{
    char line[256];
    scratch_make();
    outcome o = run("--basis", "fock");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    assert_columns(head(o.out, 0, line, sizeof line), "t norm energy of_my_own n_1 re_a_1 im_a_1");
    assert_columns(head(o.out, 1, line, sizeof line), "t n_2 re_a_2 im_a_2 n_3 re_a_3 im_a_3");
    assert_columns(head(o.out, 2, line, sizeof line), "");
    cr_assert(strstr(o.out, "with --show: var_x_1") != NULL, "%s", o.out);
    scratch_remove();
}

/* A single mode has its variances in the table however narrow it is: here its lines are full. */
Test(table, variances_of_a_single_mode_are_shown)
{
    char line[256];
    scratch_make();
    write_text("one.yaml", "hamiltonian: {operator: n}\ninitial: {fock: [1]}\n"
                           "solver: {basis: fock, levels: 3}\noutput: {times: [0, 0.5], husimi: "
                           "{points: 5}, observables: ['n^2', 'n^3', 'n^4']}\n");
    outcome o = RUN("run", "one.yaml", "-o", "one.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    assert_columns(head(o.out, 0, line, sizeof line), "t norm energy n_2 n_3 n_4");
    assert_columns(head(o.out, 1, line, sizeof line), "t n_1 re_a_1 im_a_1 var_x_1 var_p_1");
    scratch_remove();
}

Test(table, shows_what_is_asked_for_in_that_order)
{
    char line[256];
    scratch_make();
    outcome o = run("--show", "purity,n_?,nrom");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    assert_columns(head(o.out, 0, line, sizeof line), "t purity n_1 n_2 n_3");
    cr_assert(strstr(o.err, "no 'nrom'; did you mean 'norm'?") != NULL, "%s", o.err);
    cr_assert(strstr(o.out, "with --show") == NULL);
    scratch_remove();
}

Test(table, quiet_says_nothing)
{
    scratch_make();
    outcome o = run("--quiet", "--device=-1");
    cr_assert(eq(int, o.exit_status, 2)); /* an error is said */
    cr_assert(strlen(o.err) > 0);
    o = RUN("run", "three.yaml", "-o", "three.h5", "-q", "--backend", "cpu");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(eq(str, o.out, (char *)""));
    cr_assert(eq(str, o.err, (char *)""));
    scratch_remove();
}

/* ⟨p⟩ at half a revival is 0 up to roundings of 1e-16. */
Test(table, roundings_are_zero)
{
    scratch_make();
    outcome o = RUN("run", QFP_SOURCE_DIR "/configs/kerr.yaml", "--basis", "fock", "-o", "k.h5",
                    "--show", "im_a_1");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    char *errors = strstr(o.out, "error below");
    cr_assert(errors != NULL, "%s", o.out);
    *errors = '\0';
    cr_assert(strstr(o.out, "e-1") == NULL, "%s", o.out);
    cr_assert(strstr(o.out, " 0\n") != NULL, "%s", o.out);
    scratch_remove();
}

Test(table, roundings_of_a_stationary_state_are_zero)
{
    scratch_make();
    write_text("open.yaml", "hamiltonian: {operator: 'n + 0.1*ad^2*a^2'}\n"
                            "dissipation: [{operator: a}, {operator: ad, rate: 0.2}]\n");
    outcome o = RUN("steady", "open.yaml", "-o", "open.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    const char *smallest = strstr(o.out, "\nmin_q ");
    cr_assert(smallest != NULL, "%s", o.out);
    double value = NAN;
    cr_assert(eq(int, sscanf(smallest, " min_q %lf", &value), 1));
    cr_assert(eq(dbl, value, 0.0), "%s", o.out); /* 1e-28 */
    scratch_remove();
}
