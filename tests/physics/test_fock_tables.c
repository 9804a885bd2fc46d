/* The Fock basis against ten-digit tables (support/exact_tables.h) at tolerance 1e-10. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/exact_tables.h"
#include "../support/judge.h"

/* What the basis must hold for all of them; the tables add 1e-10 of rounding of their own. */
#define NINE_DIGITS 1e-9

#define EXPECT_NEAR(found, expected) cr_expect(epsilon_eq(dbl, (found), (expected), NINE_DIGITS))

/* The last three are texts of YAML; U is given where the operator has it. */
static qfp_run_result run_table(const char *name, int modes, const char *operator, double u,
                                const char *initial, const char *times, const char *husimi)
{
    char text[1024], parameters[64] = "";
    if (strchr(operator, 'U') != NULL)
        snprintf(parameters, sizeof parameters, "parameters: {U: %.17g}, ", u);
    snprintf(text, sizeof text,
             "hamiltonian: {modes: %d, %soperator: \"%s\"}\n"
             "initial: %s\n"
             "solver: {basis: fock, tolerance: 1.0e-10}\n"
             "output: {times: %s, husimi: %s}\n",
             modes, parameters, operator, initial, times, husimi);
    return simulate(text, name);
}

Test(fock_tables, K1_kerr)
{
    const double complex point[3] = {2.0, 2.0 * I, 1.0 + I};
    scratch_make();
    qfp_run_result r = run_table("k1.h5", 1, K1_OPERATOR, 0.0, "{coherent: [2.0]}",
                                 "[0.25, 0.5, 1.0, 'pi/2', '2*pi/3', 'pi', '2*pi']",
                                 "{from: '-sqrt(8)', to: 'sqrt(8)', points: 5}");
    for (size_t i = 0; i < TABLE_LENGTH(table_k1); i++) {
        cr_assert(epsilon_eq(dbl, r.times[i], table_k1[i].t, 1e-14));
        EXPECT_NEAR(observable(&r, "re_a_1", i), table_k1[i].re);
        EXPECT_NEAR(observable(&r, "im_a_1", i), table_k1[i].im);
        EXPECT_NEAR(observable(&r, "n_1", i), 4.0);
        for (int k = 0; k < 3; k++)
            EXPECT_NEAR(
                husimi_at("k1.h5", 1, i, M_SQRT2 * creal(point[k]), M_SQRT2 * cimag(point[k])),
                table_k1[i].q[k]);
        EXPECT_NEAR(husimi_at("k1.h5", 1, i, 0.0, 0.0), K1_ORIGIN);
    }
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(fock_tables, K2_cross_kerr)
{
    scratch_make();
    qfp_run_result r =
        run_table("k2.h5", 2, K2_OPERATOR, 0.0, "{coherent: [1.5, 1.0]}", "[0.7]", "{points: 3}");
    EXPECT_NEAR(observable(&r, "re_a_1", 0), table_k2[0]);
    EXPECT_NEAR(observable(&r, "im_a_1", 0), table_k2[1]);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(fock_tables, A1_amplifier)
{
    double stretch = exp(a1_gt);
    scratch_make();
    qfp_run_result r =
        run_table("a1.h5", 1, A1_OPERATOR, 0.0, "{coherent: ['(0.7 - 0.9*I)/sqrt(2)']}", "[0.6]",
                  "{from: -2, to: 2, points: 5}");
    EXPECT_NEAR(M_SQRT2 * observable(&r, "re_a_1", 0), a1_q0 * stretch);
    EXPECT_NEAR(M_SQRT2 * observable(&r, "im_a_1", 0), a1_p0 / stretch);
    EXPECT_NEAR(observable(&r, "var_x_1", 0), 0.5 * stretch * stretch);
    EXPECT_NEAR(observable(&r, "var_p_1", 0), 0.5 / (stretch * stretch));
    for (int i = 0; i < 25; i++)
        EXPECT_NEAR(husimi_at("a1.h5", 1, 0, i / 5 - 2.0, i % 5 - 2.0),
                    a1_husimi(i / 5 - 2.0, i % 5 - 2.0));
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(fock_tables, A2_amplified_cat)
{
    scratch_make();
    qfp_run_result r =
        run_table("a2.h5", 1, A2_OPERATOR, 0.0,
                  "{superposition: [{coherent: ['1.5/sqrt(2)']}, {coherent: ['-1.5/sqrt(2)']}]}",
                  "[0.5]", "{from: -2, to: 2, points: 41}");
    for (int i = 0; i < 4; i++)
        EXPECT_NEAR(0.5 * husimi_at("a2.h5", 1, 0, table_a2[i][0], table_a2[i][1]), table_a2[i][2]);
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(fock_tables, D1_dimer_of_number_states)
{
    scratch_make();
    for (size_t d = 0; d < TABLE_LENGTH(table_d1); d++) {
        int particles = table_d1[d].particles;
        char initial[64];
        snprintf(initial, sizeof initial, "{fock: [%d, 0]}", particles);
        qfp_run_result r = run_table("d1.h5", 2, D1_OPERATOR, table_d1[d].u, initial,
                                     "[0.5, 1.0, 2.0, 5.0]", "{points: 3}");
        for (size_t i = 0; i < 4; i++) {
            double n1 = observable(&r, "n_1", i), n2 = observable(&r, "n_2", i);
            EXPECT_NEAR((n1 - n2) / particles, table_d1[d].z[i]);
            EXPECT_NEAR(n1 + n2, particles);
        }
        qfp_run_result_destroy(&r);
    }
    scratch_remove();
}

Test(fock_tables, D2_dimer_of_coherent_states)
{
    scratch_make();
    for (size_t d = 0; d < TABLE_LENGTH(table_d2); d++) {
        const struct d2_row *row = &table_d2[d];
        char times[32];
        snprintf(times, sizeof times, "[%.17g]", row->t);
        qfp_run_result r = run_table("d2.h5", 2, D2_OPERATOR, row->u, "{coherent: [2.0, 0.0]}",
                                     times, "{points: 3}");
        EXPECT_NEAR(observable(&r, "n_1", 0), row->n1);
        EXPECT_NEAR(observable(&r, "n_2", 0), row->n2);
        EXPECT_NEAR(observable(&r, "re_a_1", 0), row->re1);
        EXPECT_NEAR(observable(&r, "im_a_1", 0), row->im1);
        EXPECT_NEAR(observable(&r, "re_a_2", 0), row->re2);
        EXPECT_NEAR(observable(&r, "im_a_2", 0), row->im2);
        qfp_run_result_destroy(&r);
    }
    scratch_remove();
}

Test(fock_tables, R1_driven_kerr)
{
    scratch_make();
    qfp_run_result r = run_table("r1.h5", 1, R1_OPERATOR, 0.0, "{coherent: [0.0]}",
                                 "[0.5, 1.0, 2.0, 4.0, 8.0]", "{from: -1, to: 1, points: 3}");
    for (size_t i = 0; i < TABLE_LENGTH(table_r1); i++) {
        EXPECT_NEAR(observable(&r, "re_a_1", i), table_r1[i][1]);
        EXPECT_NEAR(observable(&r, "im_a_1", i), table_r1[i][2]);
        EXPECT_NEAR(observable(&r, "n_1", i), table_r1[i][3]);
        EXPECT_NEAR(husimi_at("r1.h5", 1, i, 0.0, 0.0), table_r1[i][4]);
        EXPECT_NEAR(observable(&r, "energy", i), 0.0);
    }
    qfp_run_result_destroy(&r);
    scratch_remove();
}

Test(fock_tables, Q1_quartic)
{
    scratch_make();
    qfp_run_result r =
        run_table("q1.h5", 1, Q1_OPERATOR, 0.0, "{coherent: [1.0]}", "[0.5, 1.0, 2.0, 5.0]",
                  "{from: '-sqrt(2)', to: 'sqrt(2)', points: 3}");
    for (size_t i = 0; i < 4; i++) {
        /* the table of 120 levels is converged to 2e-8 only */
        double found[3] = {M_SQRT2 * observable(&r, "re_a_1", i),
                           M_SQRT2 * observable(&r, "im_a_1", i),
                           husimi_at("q1.h5", 1, i, M_SQRT2, 0.0)};
        for (int k = 0; k < 3; k++) {
            cr_expect(epsilon_eq(dbl, found[k], table_q1_cut[i][k + 1], 2e-8));
            if (i % 3 == 0)
                EXPECT_NEAR(found[k], table_q1[i / 3][k + 1]);
        }
    }
    qfp_run_result_destroy(&r);
    scratch_remove();
}
