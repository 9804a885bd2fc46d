/* A conserved number bounds the states that the reference keeps: what it makes of them is what the whole product of levels
 * makes, and what is cut is stated. */
#include "../support/config_text.h"
#include "reference_case.h"

#include "reference/states.h"

TestSuite(reference_total, .init = scratch_make, .fini = scratch_remove);

Test(reference_total, kept_states_are_counted_in_their_order)
{
    static const int levels[3] = {4, 6, 3}, weight[3] = {2, 1, 0};
    for (int most = 0; most < 14; most++) {
        qfp_kept kept;
        int n[QFP_MAX_MODES] = {0};
        size_t count = 0;
        cr_assert(eq(int, qfp_kept_create(3, levels, weight, most, &kept), QFP_OK));
        for (int a = 0; a < 4; a++)
            for (int b = 0; b < 6; b++)
                for (int c = 0; c < 3; c++) {
                    const int here[QFP_MAX_MODES] = {a, b, c};
                    size_t expected = 2 * a + b <= most ? count++ : QFP_NOT_KEPT;
                    cr_assert(eq(sz, qfp_kept_place(&kept, here), expected));
                    if (expected == QFP_NOT_KEPT)
                        continue;
                    cr_assert(eq(int, memcmp(n, here, sizeof n), 0), "%d %d %d", a, b, c);
                    qfp_kept_next(&kept, n);
                }
        cr_assert(eq(sz, kept.dim, count));
        cr_assert(eq(sz, qfp_kept_place(&kept, (int[]){0, -1, 0}), QFP_NOT_KEPT));
        qfp_kept_destroy(&kept);
    }
}

/* Everything that is read off, of the same configuration with a conserved number and on the whole product. */
static void compare(const char *text, double t, double limit)
{
    enum { N = 9 };
    static const char *const operators[] = {
        "1", "n[1]", "a[2]", "ad[1]*a[2]", "x[1]*p[2]", "n[1]*n[2]^2", "ad[2]^2*a[1]", "p[1]^2"};
    double axis[N], a[N * N], b[N * N], all[2][N * N * N * N];
    qfp_config *config = load(text);
    qfp_reference *cut = case_reference(config), *whole = NULL;
    cr_assert(eq(int, qfp_reference_create_boxed(config, &whole), QFP_OK), "%s", qfp_last_error());
    qfp_reference_kets of_cut, of_whole;
    qfp_reference_state(cut, &of_cut);
    qfp_reference_state(whole, &of_whole);
    cr_expect(of_cut.kept->is_cut && !of_whole.kept->is_cut);
    case_evolve(cut, t);
    case_evolve(whole, t);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        cr_expect(
            lt(dbl, cabs(case_mean(cut, operators[i]) - case_mean(whole, operators[i])), limit),
            "%s: %s", text, operators[i]);
    cr_expect(lt(dbl, fabs(creal(case_mean(cut, NULL) - case_mean(whole, NULL))), limit));
    for (int i = 0; i < N; i++)
        axis[i] = 0.7 * (i - N / 2);
    for (int mode = 0; mode < config->modes; mode++) {
        cr_assert(eq(int, qfp_reference_husimi(cut, mode, N, axis, N, axis, a), QFP_OK));
        cr_assert(eq(int, qfp_reference_husimi(whole, mode, N, axis, N, axis, b), QFP_OK));
        for (int i = 0; i < N * N; i++)
            cr_expect(lt(dbl, fabs(a[i] - b[i]), limit), "mode %d, point %d", mode, i);
    }
    cr_assert(eq(int, qfp_reference_plane(cut, 0, N, axis, config->modes + 1, N, axis, a), QFP_OK));
    cr_assert(
        eq(int, qfp_reference_plane(whole, 0, N, axis, config->modes + 1, N, axis, b), QFP_OK));
    for (int i = 0; i < N * N; i++)
        cr_expect(lt(dbl, fabs(a[i] - b[i]), limit), "plane, point %d", i);
    for (int k = 0; k < 2 && config->modes == 2; k++)
        cr_assert(eq(int, qfp_reference_husimi_full(k == 0 ? cut : whole, N, axis, N, axis, all[k]),
                     QFP_OK));
    for (int i = 0; i < N * N * N * N && config->modes == 2; i++)
        cr_expect(lt(dbl, fabs(all[0][i] - all[1][i]), limit), "full, point %d", i);
    qfp_reference_diagnostics d, e;
    cr_assert(eq(int, qfp_reference_diagnose(cut, &d), QFP_OK));
    cr_assert(eq(int, qfp_reference_diagnose(whole, &e), QFP_OK));
    cr_expect(lt(dbl, fabs(d.purity - e.purity), limit));
    qfp_reference_destroy(cut);
    qfp_reference_destroy(whole);
    qfp_config_destroy(config);
}

#define TIMES "output: {times: [0, 0.4, 0.9]}\n"

Test(reference_total, a_dimer_is_what_its_product_makes)
{
    compare("hamiltonian: {modes: 2, operator: \"-hc(ad[1]*a[2]) + 0.25*sum(j, ad[j]^2*a[j]^2)\"}\n"
            "initial: {coherent: [0.9, 0.3]}\n" TIMES,
            0.9, 1e-8);
}

Test(reference_total, kinds_of_states_are_what_their_products_make)
{
    static const char *const states[] = {
        "superposition: [{coherent: [0.8, 0]}, {coherent: [-0.8, 0.2], weight: '0.5*I'}]",
        "mixture: [{fock: [2, 1], weight: 0.3}, {coherent: [0.5, 0.5], weight: 0.7}]",
        "product: [{superposition: [{fock: [0]}, {fock: [3]}]}, {squeezed: {r: 0.2}}]"};
    for (int i = 0; i < 3; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"hc(I*ad[1]^2*a[2]) + 0.3*n[1]*n[2]\"}\n"
                 "initial: {%s}\n" TIMES,
                 states[i]);
        compare(text, 0.4, 1e-8); /* a photon pair from one: weights 1 and 2 */
    }
}

/* The third mode is driven, and its levels grow. */
Test(reference_total, a_part_of_the_modes_is_bound)
{
    compare(
        "hamiltonian: {modes: 3, operator: \"hc(ad[1]*a[2]) + 0.2*n[1]*x[3] + n[3] + 0.3*p[3]\"}\n"
        "initial: {fock: [2, 1, 0]}\n" TIMES,
        0.9, 1e-8);
}

/* No jump raises the number: a density matrix on the kept states, and a drive. */
Test(reference_total, losses_and_drives_stay_within)
{
    compare(
        "hamiltonian: {modes: 2, parameters: {J: \"1 + sin(t)\"}, operator: \"J*hc(ad[1]*a[2]) + "
        "0.2*ad[1]^2*a[1]^2\"}\n"
        "dissipation: [{operator: \"a[1]\", rate: 0.4}, {operator: \"n[2]\", rate: 0.1}]\n"
        "initial: {fock: [2, 1]}\n" TIMES,
        0.9, 1e-8);
    compare(
        "hamiltonian: {modes: 2, parameters: {J: \"1 + sin(t)\"}, operator: \"J*hc(ad[1]*a[2])\"}\n"
        "initial: {coherent: [0.7, 0]}\n" TIMES,
        0.9, 1e-8);
}

/* Hopping leaves coherent states coherent: a_1 = α cos Jt − iβ sin Jt; levels as the total asks for. */
Test(reference_total, levels_are_those_of_the_total_and_the_cut_is_stated)
{
    qfp_config *config = load("hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2])\"}\n"
                              "initial: {coherent: [1.2, 0.9]}\n" TIMES);
    qfp_reference *r = case_reference(config);
    qfp_reference_kets kets;
    qfp_reference_error error;
    qfp_reference_state(r, &kets);
    int most = kets.kept->most;
    cr_assert(eq(int, kets.levels[0], most + 1));
    cr_assert(eq(int, kets.levels[1], most + 1));
    cr_assert(eq(sz, kets.dimension, (size_t)(most + 1) * (size_t)(most + 2) / 2));
    case_evolve(r, 0.9);
    cr_assert(eq(int, qfp_reference_error_now(r, &error), QFP_OK));
    double beyond = 0.0, term = exp(-2.25);
    for (int n = 1; n < 200; n++) {
        term *= 2.25 / n;
        beyond += n > most ? term : 0.0;
    }
    cr_expect(le(dbl, 2.0 * sqrt(beyond), error.cut * (1.0 + 1e-6)));
    cr_expect(lt(dbl, error.cut, 4.0 * sqrt(beyond)));
    cr_expect(lt(dbl, error.cut, 1e-10));
    cr_expect(eq(dbl, error.lost, 0.0));
    cr_expect(lt(dbl, cabs(case_mean(r, "a[1]") - 1.2 * cos(0.9) + 0.9 * I * sin(0.9)), 1e-10));
    cr_expect(lt(dbl, cabs(case_mean(r, "a[2]") - 0.9 * cos(0.9) + 1.2 * I * sin(0.9)), 1e-10));
    qfp_reference_destroy(r);
    qfp_config_destroy(config);
}

/* What conserves nothing keeps its product. */
Test(reference_total, nothing_is_cut_where_nothing_is_bound)
{
    static const char *const operators[] = {"hc(ad[1]*ad[2])", "hc(ad[1]*a[2]) + x[1]"};
    for (int i = 0; i < 2; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "hamiltonian: {modes: 2, operator: \"%s\"}\ninitial: {fock: [2, 0]}\n"
                 "output: {times: [0, 0.1]}\n",
                 operators[i]);
        qfp_config *config = load(text);
        qfp_reference *r = case_reference(config);
        qfp_reference_kets kets;
        qfp_reference_state(r, &kets);
        cr_expect(eq(int, kets.kept->is_cut, 0), "%s", operators[i]);
        cr_expect(eq(sz, kets.dimension, (size_t)(kets.levels[0] * kets.levels[1])));
        qfp_reference_destroy(r);
        qfp_config_destroy(config);
    }
}
