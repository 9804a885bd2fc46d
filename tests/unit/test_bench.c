/* What `qfp bench` reports: the operations of a run with the bytes that backend.h states for them.
 * Times are only asked to be times. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/simulate.h"
#include "qfp/bench.h"

TestSuite(bench, .init = scratch_make, .fini = scratch_remove);

static qfp_bench measured(const char *system, const char *solver)
{
    char text[512];
    qfp_bench out;
    snprintf(text, sizeof text, "%s\nsolver: {tolerance: 1.0e-2, %s}\noutput: {times: [0, 1]}\n",
             system, solver);
    qfp_config *config = load_text(text);
    OK(qfp_bench_measure(config, &out));
    qfp_config_destroy(config);
    for (size_t i = 0; i < out.count; i++)
        cr_expect(out.operation[i].seconds > 0.0 && isfinite(out.operation[i].seconds));
    cr_assert(eq(str, out.operation[0].name, "copy"));
    cr_expect(eq(dbl, out.operation[0].bytes, 2.0 * out.bytes));
    cr_expect(eq(dbl, out.floor_bytes, 2.0 * out.bytes));
    return out;
}

static double bytes_of(const qfp_bench *b, const char *name)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->operation[i].name, name) == 0)
            return b->operation[i].bytes;
    cr_assert(false, "no operation %s", name);
    return 0.0;
}

Test(bench, grid)
{
    qfp_bench b = measured("hamiltonian: {modes: 1, operator: \"x^4\"}\ninitial: {coherent: 0.5}",
                           "grid: {points: 16, extent: 9}");
    double state = 8.0 * 16 * 16, mixed = 16.0 * 16 * 9; /* complex, 16/2 + 1 wavenumbers */
    cr_expect(eq(dbl, b.bytes, state));
    cr_expect(eq(sz, b.count, 7));
    cr_expect(eq(dbl, bytes_of(&b, "combine two vectors"), 3.0 * state));
    cr_expect(eq(dbl, bytes_of(&b, "inner product"), 2.0 * state));
    cr_expect(eq(dbl, bytes_of(&b, "transform over P, forward"), state + mixed));
    cr_expect(eq(dbl, bytes_of(&b, "multiply by i k Q^2"), 2.0 * mixed));
    /* there and back for every pass over the whole array */
    cr_expect(ge(dbl, bytes_of(&b, "application of the generator"), 4.0 * state));
    cr_expect(eq(str, b.problem, "fourier, 16² points, double"));
}

Test(bench, stencil)
{
    qfp_bench b = measured("hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + n[1]^2\"}\n"
                           "initial: {coherent: [0.5, 0.0]}",
                           "basis: fock, levels: [5, 4]");
    cr_expect(eq(dbl, b.bytes, 8.0 * 20 * 21));
    cr_expect(eq(sz, b.count, 4));
    cr_expect(eq(dbl, bytes_of(&b, "application of the generator"), 16.0 * 20 * 21));
    cr_expect(eq(str, b.problem, "fock, 5 × 4 levels, double"));
}

Test(bench, what_has_no_generator_is_refused)
{
    qfp_bench b;
    qfp_config *config = load_text("hamiltonian: {modes: 1, operator: n}\ninitial: {coherent: 1}\n"
                                   "solver: {basis: reference}\noutput: {times: [0, 1]}\n");
    cr_expect(eq(int, (int)qfp_bench_measure(config, &b), (int)QFP_CONFIG));
    cr_expect(strstr(qfp_last_error(), "solver.basis") != NULL, "%s", qfp_last_error());
    qfp_config_destroy(config);
}
