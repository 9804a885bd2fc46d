/* The Hamiltonian matrix, the propagation and the choice of levels of the reference. */
#include "reference_case.h"

#include "reference/schrodinger.h"
#include "reference/system_words.h"

#define ROUNDING 1e-12 /* of sums of order one */

#define EXPECT_NEAR(found, expected, tolerance)                                                    \
    cr_expect(epsilon_eq(dbl, (found), (expected), (tolerance)))

/* The symbols of n(n−1) in the three orderings are one operator. */
Test(reference_dynamics, symbols_of_all_orderings_mean_the_same_operator)
{
    const struct {
        qfp_symbol_ordering ordering;
        const char *expression;
    } cases[] = {{QFP_WICK, "ad^2*a^2"},
                 {QFP_WEYL, "ad^2*a^2 - 2*ad*a + 1/2"},
                 {QFP_ANTIWICK, "ad^2*a^2 - 4*ad*a + 2"}};
    for (int i = 0; i < 3; i++) {
        qfp_config config = case_new(1, cases[i].expression);
        config.is_symbol = true;
        config.symbol_ordering = cases[i].ordering;
        config.initial.kind = QFP_STATE_FOCK;
        for (int n = 0; n < 5; n++) {
            config.initial.level[0] = n;
            qfp_reference *r = case_reference(&config);
            EXPECT_NEAR(case_observe(r).energy, n * (n - 1.0), ROUNDING * 20.0);
            qfp_reference_destroy(r);
        }
    }
}

/* The commuting product a·ad is α α*, whatever the order in the text; as an operator it is
 * n + 1. */
Test(reference_dynamics, order_matters_for_operators_only)
{
    qfp_config config = case_new(2, "a[2]*ad[2] + comm(a[1], ad[1])");
    config.initial.kind = QFP_STATE_FOCK;
    config.initial.level[1] = 3;
    qfp_reference *r = case_reference(&config);
    EXPECT_NEAR(case_observe(r).energy, 5.0, ROUNDING);
    qfp_reference_destroy(r);
    config.is_symbol = true;
    config.symbol_ordering = QFP_WICK;
    r = case_reference(&config);
    EXPECT_NEAR(case_observe(r).energy, 3.0, ROUNDING);
    qfp_reference_destroy(r);
}

/* ⟨n|x⁴|n⟩ = (6n² + 6n + 3)/4: the top level of the basis too, where a product of truncated
 * matrices is wrong. */
Test(reference_dynamics, products_are_not_truncated)
{
    qfp_config config = case_new(1, "x^4 + hc(I*a)*0 + x*p + p*x");
    config.initial.kind = QFP_STATE_FOCK;
    config.levels[0] = 6;
    for (int n = 0; n < 6; n++) {
        config.initial.level[0] = n;
        qfp_reference *r = case_reference(&config);
        EXPECT_NEAR(case_observe(r).energy, (6.0 * n * n + 6.0 * n + 3.0) / 4.0, 1e-11);
        qfp_reference_destroy(r);
    }
}

Test(reference_dynamics, hamiltonians_that_are_not_hermitian_are_refused)
{
    const char *const wrong[] = {"a", "I*n", "ad^2*a", "a + 1.001*ad", "n + I*comm(a, ad)", "x*p"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        qfp_config config = case_coherent(1, wrong[i], 1.0);
        case_refused(&config, QFP_CONFIG, "not Hermitian");
    }
}

Test(reference_dynamics, configurations_out_of_reach_are_refused)
{
    qfp_config config = case_coherent(1, "n", 1.0);
    config.kappa = 0.0;
    case_refused(&config, QFP_CONFIG, "kappa");
    config = case_coherent(9, "n[1]", 1.0);
    case_refused(&config, QFP_CONFIG, "modes");
    config = case_coherent(1, "n", 1.0);
    config.levels[0] = -1;
    case_refused(&config, QFP_CONFIG, "levels");
    config = case_coherent(1, "n +", 1.0);
    case_refused(&config, QFP_CONFIG, "case.yaml");
    config = case_coherent(1, "ad^40*a^40", 1.0);
    case_refused(&config, QFP_UNSUPPORTED, "64 ladder operators");
    config = case_coherent(8, "sum(j, x[j]^2)", 3.0);
    for (int j = 0; j < 8; j++)
        config.levels[j] = 100;
    case_refused(&config, QFP_MEMORY, "1e+16 states");
    config = case_new(1, "n");
    config.initial = (qfp_state){.kind = QFP_STATE_GAUSSIAN, .nbar = {1e6}};
    case_refused(&config, QFP_MEMORY, "too many for the reference");
}

/* A Kerr mode under a drive leaves the levels of its initial state. */
Test(reference_dynamics, levels_grow_until_the_state_fits)
{
    double times[] = {0.0, 1.0, 2.0};
    qfp_config config = case_coherent(1, "2*(a + ad)", 0.0); /* ⟨a⟩ = −2it: n = 16 at t = 2 */
    config.times = times;
    config.time_count = 3;
    qfp_reference *r = case_reference(&config);
    case_observables o = case_observe(r);
    cr_expect(lt(int, 50, o.levels[0])); /* Poisson of 16 beyond amplitude 1e-11 */
    EXPECT_NEAR(o.n[0], 0.0, ROUNDING);  /* create leaves it at t = 0 */
    case_evolve(r, 2.0);
    o = case_observe(r);
    EXPECT_NEAR(o.n[0], 16.0, 1e-10);
    EXPECT_NEAR(o.im_a[0], -4.0, 1e-10);
    cr_expect(lt(dbl, o.tail, 1e-20));
    qfp_reference_destroy(r);
}

/* Steps of four levels: a rim of two levels could stay empty while the state walks out. */
Test(reference_dynamics, levels_grow_for_long_steps)
{
    double times[] = {0.1};
    qfp_config config = case_coherent(1, "0.02*(a^4 + ad^4) + 0.02*n^3", 0.0);
    config.times = times;
    config.time_count = 1;
    qfp_reference *chosen = case_reference(&config);
    config.levels[0] = 200;
    qfp_reference *generous = case_reference(&config);
    case_evolve(chosen, 0.1);
    case_evolve(generous, 0.1);
    cr_expect(lt(int, case_observe(chosen).levels[0], 200));
    EXPECT_NEAR(case_observe(chosen).n[0], case_observe(generous).n[0], 1e-10);
    qfp_reference_destroy(chosen);
    qfp_reference_destroy(generous);
}

/* Driven and back in the vacuum at every time that the choice of levels looks at. */
Test(reference_dynamics, levels_grow_between_the_output_times)
{
    double times[] = {4.0 * M_PI};
    qfp_config config = case_coherent(1, "n + 3*(a + ad)", 0.0); /* ⟨a⟩ = 3(e^{−it} − 1) */
    config.times = times;
    config.time_count = 1;
    qfp_reference *r = case_reference(&config);
    case_evolve(r, M_PI);
    EXPECT_NEAR(case_observe(r).re_a[0], -6.0, 1e-10);
    EXPECT_NEAR(case_observe(r).n[0], 36.0, 1e-9); /* 36 times the accuracy of the ket */
    qfp_reference_destroy(r);
}

/* A tolerance at the rounding of a ket must not let levels grow after noise. */
Test(reference_dynamics, the_tightest_tolerance_is_met_by_a_finite_basis)
{
    double times[] = {1.0};
    qfp_config config =
        case_coherent(2, "n[1] - n[2] + x[1]^2*x[2]/10 + 0.05*n[1]^2 + 0.05*n[2]^2", 0.5);
    config.initial.alpha[1] = 0.5;
    config.times = times;
    config.time_count = 1;
    config.tolerance = 2e-15;
    qfp_reference *tight = case_reference(&config);
    cr_expect(lt(int, case_observe(tight).levels[0], 60)); /* beyond 400 without the floor */
    config.tolerance = 1e-10;
    qfp_reference *usual = case_reference(&config);
    case_evolve(tight, 1.0);
    case_evolve(usual, 1.0);
    EXPECT_NEAR(case_observe(tight).n[0], case_observe(usual).n[0], 1e-10);
    qfp_reference_destroy(tight);
    qfp_reference_destroy(usual);
}

Test(reference_dynamics, given_levels_are_kept_and_their_tail_reported)
{
    double times[] = {2.0};
    qfp_config config = case_coherent(1, "2*(a + ad)", 0.0);
    config.levels[0] = 10;
    config.times = times;
    config.time_count = 1;
    qfp_reference *r = case_reference(&config);
    case_evolve(r, 2.0);
    case_observables o = case_observe(r);
    cr_expect(eq(int, o.levels[0], 10));
    cr_expect(lt(dbl, 1e-2, o.tail));
    qfp_reference_destroy(r);
}

/* Time enters as t/κ only, forwards and backwards. */
Test(reference_dynamics, kappa_scales_time_and_backward_undoes_forward)
{
    qfp_config config = case_coherent(1, "0.5*ad^2*a^2 + 0.3*(a + ad)", 1.0);
    config.levels[0] = 60;
    qfp_reference *one = case_reference(&config);
    config.kappa = 0.25;
    qfp_reference *quarter = case_reference(&config);
    case_evolve(one, 0.8);
    case_evolve(quarter, 0.2);
    double complex alpha = 0.4 - 0.9 * I;
    EXPECT_NEAR(case_q(one, 0, alpha), case_q(quarter, 0, alpha), ROUNDING);
    case_evolve(one, -0.8);
    double backwards = case_q(one, 0, conj(alpha));
    case_evolve(one, 0.8); /* H(Q, P) = H(Q, −P): Q(α, t) = Q(α*, −t) for a real initial state */
    EXPECT_NEAR(case_q(one, 0, alpha), backwards, ROUNDING);
    case_evolve(one, 0.0);
    EXPECT_NEAR(case_observe(one).re_a[0], 1.0, ROUNDING);
    qfp_reference_destroy(one);
    qfp_reference_destroy(quarter);
}

/* A drive along p has a complex H and complex eigenvectors: ȧ = −ia + g/√2 turns every coherent state about −ig/√2. */
Test(reference_dynamics, complex_hamiltonians_turn_the_right_way)
{
    const double g = 0.8, t = 1.3;
    qfp_config config = case_coherent(1, "n + 0.8*p", 0.7);
    config.levels[0] = 50;
    qfp_reference *r = case_reference(&config);
    case_evolve(r, t);
    double complex centre = -I * g * M_SQRT1_2, alpha = centre + (0.7 - centre) * cexp(-I * t);
    case_observables o = case_observe(r);
    EXPECT_NEAR(o.re_a[0], creal(alpha), ROUNDING);
    EXPECT_NEAR(o.im_a[0], cimag(alpha), ROUNDING);
    EXPECT_NEAR(o.n[0], pow(cabs(alpha), 2.0), ROUNDING);
    qfp_reference_destroy(r);
}

static double largest_difference(const qfp_ket_set *a, const qfp_ket_set *b)
{
    double worst = 0.0;
    for (size_t i = 0; i < a->count * a->dim; i++)
        worst = fmax(worst, cabs(a->ket[i] - b->ket[i]));
    return worst;
}

/* The same kets through diagonalised blocks and through series, forth and back. */
Test(reference_dynamics, series_agree_with_diagonalisation)
{
    const int levels[2] = {18, 12};
    qfp_config config = case_new(2, "hc(ad[1]*a[2]) + 0.4*n[1]^2 + 0.3*x[2]^3 + 0.2*n[1]*n[2]");
    qfp_system_words words;
    qfp_sparse h;
    cr_assert(eq(int, qfp_system_words_create(&config, &words), QFP_OK));
    qfp_kept kept;
    cr_assert(eq(int, qfp_kept_create(2, levels, NULL, 0, &kept), QFP_OK));
    cr_assert(eq(int, qfp_sparse_build(&config, &words.hamiltonian, &kept, &h), QFP_OK));
    qfp_ket_set initial, dense, moved;
    cr_assert(eq(int, qfp_ket_set_allocate(2, h.dim, &initial), QFP_OK));
    cr_assert(eq(int, qfp_ket_set_allocate(2, h.dim, &dense), QFP_OK));
    cr_assert(eq(int, qfp_ket_set_allocate(2, h.dim, &moved), QFP_OK));
    initial.weight[0] = initial.weight[1] = 0.5;
    initial.ket[5] = 0.6;
    initial.ket[40] = 0.8 * I;
    initial.ket[h.dim + 100] = 1.0;
    const qfp_schrodinger_choice diagonal = {0.5, 1e-11, 1000, INFINITY, 0.0, NULL, 1.0};
    const qfp_schrodinger_choice series_only = {0.5, 1e-11, 0, INFINITY, 0.0, NULL, 1.0};
    qfp_schrodinger *a = NULL, *b = NULL;
    cr_assert(eq(int, qfp_schrodinger_create(&h, &diagonal, &initial, &a), QFP_OK));
    cr_assert(eq(int, qfp_schrodinger_create(&h, &series_only, &initial, &b), QFP_OK));
    const double times[] = {0.3, 2.0, -1.0, 0.0};
    for (int i = 0; i < 4; i++) {
        cr_assert(eq(int, qfp_schrodinger_evolve(a, times[i], &dense), QFP_OK));
        cr_assert(eq(int, qfp_schrodinger_evolve(b, times[i], &moved), QFP_OK));
        /* 1e-11 for each of the moves so far */
        cr_expect(lt(dbl, largest_difference(&dense, &moved), 4e-11));
    }
    cr_expect(lt(dbl, largest_difference(&initial, &moved), 4e-11));
    qfp_schrodinger_destroy(a);
    qfp_schrodinger_destroy(b);
    qfp_ket_set_destroy(&initial);
    qfp_ket_set_destroy(&dense);
    qfp_ket_set_destroy(&moved);
    qfp_sparse_destroy(&h);
    qfp_kept_destroy(&kept);
    qfp_system_words_destroy(&words);
}

/* Of three blocks of a number-conserving H, one holds 1e-15 in amplitude, one 1e-8. */
Test(reference_dynamics, only_blocks_below_the_tolerance_are_left_out)
{
    const int levels[2] = {4, 4};
    qfp_config config = case_new(2, "hc(ad[1]*a[2]) + 0.3*n[1]^2");
    qfp_system_words words;
    qfp_sparse h;
    qfp_ket_set initial, later;
    cr_assert(eq(int, qfp_system_words_create(&config, &words), QFP_OK));
    qfp_kept kept;
    cr_assert(eq(int, qfp_kept_create(2, levels, NULL, 0, &kept), QFP_OK));
    cr_assert(eq(int, qfp_sparse_build(&config, &words.hamiltonian, &kept, &h), QFP_OK));
    cr_assert(eq(int, qfp_ket_set_allocate(1, h.dim, &initial), QFP_OK));
    cr_assert(eq(int, qfp_ket_set_allocate(1, h.dim, &later), QFP_OK));
    initial.weight[0] = 1.0;
    initial.ket[1] = 1.0;   /* |0,1⟩ */
    initial.ket[2] = 1e-15; /* |0,2⟩ */
    initial.ket[3] = 1e-8;  /* |0,3⟩ */
    const qfp_schrodinger_choice choice = {1.0, 1e-11, 1000, INFINITY, 0.0, NULL, 1.0};
    qfp_schrodinger *s = NULL;
    cr_assert(eq(int, qfp_schrodinger_create(&h, &choice, &initial, &s), QFP_OK));
    cr_assert(eq(int, qfp_schrodinger_evolve(s, 0.5, &later), QFP_OK));
    double population[3] = {0.0};
    for (size_t i = 0; i < h.dim; i++)
        if (i / 4 + i % 4 >= 1 && i / 4 + i % 4 <= 3)
            population[i / 4 + i % 4 - 1] += pow(cabs(later.ket[i]), 2.0);
    EXPECT_NEAR(population[0], 1.0, ROUNDING);
    cr_expect(eq(dbl, population[1], 0.0));
    EXPECT_NEAR(population[2] / 1e-16, 1.0, ROUNDING);
    qfp_schrodinger_destroy(s);
    qfp_ket_set_destroy(&initial);
    qfp_ket_set_destroy(&later);
    qfp_sparse_destroy(&h);
    qfp_kept_destroy(&kept);
    qfp_system_words_destroy(&words);
}

/* Summed over the other mode's plane, the full Q is the marginal. */
Test(reference_dynamics, full_husimi_integrates_to_the_marginal)
{
    enum { N = 25 };
    double axis[N], step = 0.45;
    for (int i = 0; i < N; i++)
        axis[i] = (i - N / 2) * step;
    qfp_config config = case_coherent(2, "-hc(ad[1]*a[2]) + 0.5*sum(j, ad[j]^2*a[j]^2)", 0.8);
    qfp_reference *r = case_reference(&config);
    case_evolve(r, 0.6);
    double *full = malloc(sizeof(double) * N * N * N * N), marginal[2][N * N];
    cr_assert(eq(int, qfp_reference_husimi_full(r, N, axis, N, axis, full), QFP_OK));
    for (int j = 0; j < 2; j++)
        cr_assert(eq(int, qfp_reference_husimi(r, j, N, axis, N, axis, marginal[j]), QFP_OK));
    double worst = 0.0;
    for (size_t i = 0; i < N * N; i++) {
        double first = 0.0, second = 0.0;
        for (size_t k = 0; k < N * N; k++) {
            first += full[i * N * N + k] * 0.5 * step * step;
            second += full[k * N * N + i] * 0.5 * step * step;
        }
        worst = fmax(worst, fmax(fabs(first - marginal[0][i]), fabs(second - marginal[1][i])));
    }
    /* the box ends at 5.4, where Q is some e^{-(5.4/√2 − 0.8)²}·its slope: 1e-5 would show it */
    cr_expect(lt(dbl, worst, 1e-5));
    free(full);
    qfp_reference_destroy(r);
}

/* Number states: 1 + n + ln n! − n ψ(n+1), with ψ(n+1) = Σ_{k≤n} 1/k − γ. */
Test(reference_dynamics, wehrl_entropy_of_number_states)
{
    double digamma = -0.57721566490153286;
    qfp_config config = case_new(1, "n");
    config.initial.kind = QFP_STATE_FOCK;
    for (int n = 0; n < 6; n++) {
        digamma += n > 0 ? 1.0 / n : 0.0;
        config.initial.level[0] = n;
        qfp_reference *r = case_reference(&config);
        double exact = 1.0 + n + lgamma(n + 1.0) - n * digamma;
        qfp_reference_diagnostics d;
        cr_assert(eq(int, qfp_reference_diagnose(r, &d), QFP_OK));
        EXPECT_NEAR(d.wehrl, exact, d.wehrl_error + 10.0 * d.wehrl_left_out);
        cr_expect(lt(dbl, d.wehrl_error, 1e-9));
        qfp_reference_destroy(r);
    }
}

Test(reference_dynamics, misuse_is_refused)
{
    double q = 0.0, value;
    qfp_config config = case_coherent(1, "n", 1.0);
    qfp_reference *r = case_reference(&config);
    cr_expect(eq(int, qfp_reference_husimi(r, 1, 1, &q, 1, &q, &value), QFP_USAGE));
    cr_expect(eq(int, qfp_reference_evolve(r, NAN), QFP_USAGE));
    qfp_reference_destroy(r);
    qfp_reference_destroy(NULL);
}

/* Bit for bit, from its numbers alone: a block of 900 states, moved from time to time by series,
 * and a small one that is diagonalised. */
Test(reference_dynamics, what_it_carries_goes_on_bit_for_bit)
{
    double times[] = {0.1, 0.2, 0.3};
    for (int i = 0; i < 2; i++) {
        qfp_config config =
            case_coherent(2, "ad[1]*a[2] + ad[2]*a[1] + x[1] + p[2] + 0.1*n[2]^2", 0.5);
        config.times = times;
        config.time_count = 3;
        config.levels[0] = config.levels[1] = i == 0 ? 30 : 6;
        qfp_reference *whole = case_reference(&config), *part = case_reference(&config);
        case_evolve(whole, times[0]);
        case_evolve(whole, times[1]);
        size_t count = qfp_reference_carried(whole);
        cr_assert(eq(sz, qfp_reference_carried(part), count));
        double *carried = malloc(count * sizeof *carried);
        qfp_reference_save(whole, carried);
        cr_assert(eq(int, qfp_reference_load(part, carried), QFP_OK), "%s", qfp_last_error());
        for (int step = 0; step < 2; step++) {
            qfp_reference_kets a, b;
            qfp_reference_error of_a, of_b;
            qfp_reference_state(whole, &a);
            qfp_reference_state(part, &b);
            size_t bytes = a.count * a.dimension * sizeof *a.ket;
            cr_assert(memcmp(a.ket, b.ket, bytes) == 0, "%d levels", config.levels[0]);
            cr_assert(eq(int, qfp_reference_error_now(whole, &of_a), QFP_OK));
            cr_assert(eq(int, qfp_reference_error_now(part, &of_b), QFP_OK));
            cr_assert(eq(dbl, of_a.lost, of_b.lost));
            cr_assert(eq(dbl, of_a.state, of_b.state));
            case_evolve(whole, times[2]);
            case_evolve(part, times[2]);
        }
        free(carried);
        qfp_reference_destroy(whole);
        qfp_reference_destroy(part);
    }
}
