/* `qfp plan --ranks`: memory, exchange and time against the arithmetic of the slabs, and what is refused. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <jansson.h>
#include <math.h>

#include "../support/program.h"

/* 10 transpositions: four products go through transforms of the whole grid. */
static const char chain[] =
    "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + 0.1*ad[1]^2*a[1]^2 + 0.1*n[1]*n[2]\"}\n"
    "initial: {coherent: [0.5, 0.5]}\n"
    "solver: {basis: fourier, grid: {points: [32, 24]}}\n"
    "output: {times: [0.0, 0.1]}\n";

static void begin(void)
{
    scratch_make();
    write_text("chain.yaml", chain);
}

TestSuite(ranks_plan, .init = begin, .fini = scratch_remove);

static json_t *plan_of(const char *ranks, const char *network, const char *rate)
{
    outcome o = RUN("plan", "chain.yaml", "--json", "--ranks", ranks, "--device-memory", "1GB",
                    "--network", network, "--device-rate", rate);
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    json_t *found = json_loads(o.out, 0, NULL);
    cr_assert(found != NULL);
    return found;
}

static double number(const json_t *plan, const char *key)
{
    const json_t *found = json_object_get(plan, key);
    int is_number = json_is_number(found);
    cr_assert(is_number, "%s", key);
    return json_number_value(found);
}

static const double cells = 32.0 * 32.0 * 24.0 * 24.0;

Test(ranks_plan, exchange_is_the_arithmetic_of_slabs)
{
    /* 32 points of Q_1 in units of 1 (24 Q_2 are a multiple of 8): 8 ranks hold 4 each */
    json_t *plan = plan_of("8", "2GB/s,3us", "1TB/s");
    double sent = 10.0 * (1.0 - 1.0 / 8.0) * 8.0 * cells / 8.0;
    double exchange = sent / 2e9 + 10.0 * 7.0 * 3e-6 + 2.0 * 3.0 * 3e-6;
    cr_assert(epsilon_eq(dbl, number(plan, "bytes_sent"), sent, 1e-9 * sent));
    cr_assert(epsilon_eq(dbl, number(plan, "exchange_seconds"), exchange, 1e-9 * exchange));
    cr_assert(eq(dbl, number(plan, "transpositions"), 10.0));
    cr_assert(eq(dbl, number(plan, "working_ranks"), 8.0));
    cr_assert(eq(dbl, number(plan, "bytes_available"), 1e9));
    /* its own work: the bytes of one process, at the rate, a part of 1/8 each */
    json_t *one = plan_of("1", "2GB/s", "1TB/s");
    double own = number(one, "seconds_per_application") / 8.0;
    cr_assert(epsilon_eq(dbl, number(plan, "seconds_per_application"), own + exchange,
                         1e-9 * (own + exchange)));
    cr_assert(lt(dbl, number(plan, "bytes"), 0.5 * number(one, "bytes")));
    json_decref(plan);
    json_decref(one);
    plan = plan_of("8", "2GB/s,3ms", "1TB/s");
    exchange = sent / 2e9 + 10.0 * 7.0 * 3e-3 + 2.0 * 3.0 * 3e-3;
    cr_assert(epsilon_eq(dbl, number(plan, "exchange_seconds"), exchange, 1e-9 * exchange));
    json_decref(plan);
}

/* Beside its part of the grid, 1/8 and 1/2: three such arrays, two of one mode, which has no planes. */
Test(ranks_plan, arrays_on_their_way_are_in_the_memory)
{
    outcome o = RUN("plan", "chain.yaml", "--ranks", "8", "--device-memory", "1GB");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, ", transforms 1.77, ") != NULL, "%s", o.out); /* 3 · 8 B · cells / 8 */
    write_text("one.yaml", "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "solver: {basis: fourier, grid: {points: 64}}\n"
                           "output: {times: [0.0, 0.1]}\n");
    o = RUN("plan", "one.yaml", "--ranks", "2", "--device-memory", "1GB");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, ", transforms 0.0328, ") != NULL, "%s", o.out); /* 2 · 8 B · 64² / 2 */
}

/* While a piece is on its way another is worked on, as long as that reads and writes its part of u once. */
Test(ranks_plan, work_hides_some_of_the_exchange)
{
    const char *options[] = {"2GB/s,3us", "400GB/s,2us"};
    const double rate[] = {2e9, 400e9}, latency[] = {3e-6, 2e-6}, u = 64.0 * 64.0 * 64.0 * 64.0;
    for (int i = 0; i < 2; i++) {
        outcome o = RUN("plan", "chain.yaml", "--json", "--ranks", "4", "--device-memory", "80GB",
                        "--network", options[i], "--device-rate", "3TB/s", "--set",
                        "solver.grid.points=[64,64]");
        cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
        json_t *plan = json_loads(o.out, 0, NULL);
        cr_assert(plan != NULL);
        /* 8.4 MB from every rank to every other: four pieces of more than 1 MiB */
        double each = 0.75 * 8.0 * u / 4.0 / rate[i] + 4.0 * 3.0 * latency[i];
        double work = 16.0 * u / 4.0 / 3e12;
        double exchange = 10.0 * (each - 0.75 * fmin(each, work)) + 2.0 * 2.0 * latency[i];
        cr_assert(epsilon_eq(dbl, number(plan, "exchange_seconds"), exchange, 1e-9 * exchange));
        json_decref(plan);
    }
}

Test(ranks_plan, more_ranks_than_slabs)
{
    json_t *plan = plan_of("100", "2GB/s", "1TB/s");
    cr_assert(eq(dbl, number(plan, "ranks"), 100.0));
    cr_assert(eq(dbl, number(plan, "working_ranks"), 32.0));
    double sent = 10.0 * (1.0 - 1.0 / 32.0) * 8.0 * cells / 32.0;
    cr_assert(epsilon_eq(dbl, number(plan, "bytes_sent"), sent, 1e-9 * sent));
    json_decref(plan);
    outcome o = RUN("plan", "chain.yaml", "--ranks", "100");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "68 of them have no part") != NULL, "%s", o.out);
    cr_assert(strstr(o.out, "--network RATE says") != NULL, "%s", o.out);
}

/* What one process does not hold, so many do: the fewest, and not one less. */
Test(ranks_plan, says_how_many_would_hold_it)
{
    const char *memory = "30MB";
    outcome o = RUN("plan", "chain.yaml", "--ranks", "1", "--device-memory", memory);
    int fewest = 0;
    cr_assert(eq(int, o.exit_status, 4), "%s", o.out);
    const char *at = strstr(o.err, "or take ");
    cr_assert(at != NULL, "%s", o.err);
    cr_assert(eq(int, sscanf(at, "or take %d processes", &fewest), 1), "%s", o.err);
    cr_assert(lt(int, 1, fewest));
    char ranks[16];
    snprintf(ranks, sizeof ranks, "%d", fewest);
    o = RUN("plan", "chain.yaml", "--ranks", ranks, "--device-memory", memory, "--device-rate",
            "1TB/s");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    snprintf(ranks, sizeof ranks, "%d", fewest - 1);
    o = RUN("plan", "chain.yaml", "--ranks", ranks, "--device-memory", memory);
    cr_assert(eq(int, o.exit_status, 4), "%s", o.out);
}

static void refused(const char *option, const char *value, const char *expected)
{
    outcome o = RUN("plan", "chain.yaml", option, value);
    cr_assert(eq(int, o.exit_status, 2), "%s %s: %s", option, value, o.out);
    cr_assert(strstr(o.err, option) != NULL, "%s", o.err);
    cr_assert(strstr(o.err, expected) != NULL, "%s", o.err);
}

Test(ranks_plan, refusals)
{
    refused("--ranks", "0", "1 to 1000000");
    refused("--ranks", "1000001", "1 to 1000000");
    refused("--ranks", "2x", "'2x'");
    refused("--device-memory", "80", "such as 80GB");
    refused("--device-memory", "80GB/s", "such as 80GB");
    refused("--device-memory", "-1GB", "positive");
    refused("--device-memory", "nanGB", "positive");
    refused("--device-rate", "3TB", "3TB");
    refused("--device-rate", "0TB/s", "positive");
    refused("--network", "25GB/s,", "behind the comma");
    refused("--network", "25GB/s,-2us", "behind the comma");
    refused("--network", "25GB/s,2", "behind the comma");
    refused("--network", ",2us", "unit");
}
