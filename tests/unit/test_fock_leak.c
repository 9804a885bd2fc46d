/* The bound on what leaves the kept levels, against dense matrices on more levels. */
#include "../support/operators.h"

#include <stdio.h>
#include <stdlib.h>

#include "fock/fock_leak.h"

static const double kappa = 0.7;

typedef struct rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_fock_space space;
    qfp_fock_leak *leak;
    qfp_buffer *u, *scratch;
} rig;

/* u = |ψ⟩⟨ψ|, amplitudes by flat index */
static rig rig_make(const char *h, int modes, const int *levels, const double complex *ket,
                    bool is_exact)
{
    rig r = {.backend = qfp_backend_checked()};
    MUST(r.backend->device->context_create(1, &r.context));
    MUST(qfp_fock_space_set(modes, levels, &r.space));
    qfp_lindblad system = {.wick = wick_of(h, modes)};
    MUST(qfp_fock_leak_create(r.backend, r.context, &r.space, &system, kappa, is_exact, 1e-15,
                              &r.leak));
    qfp_lindblad_destroy(&system);
    double *packed = calloc(r.space.count, sizeof *packed), *at = packed;
    for (size_t m = 0; m < r.space.dimension; m++)
        for (size_t n = m; n < r.space.dimension; n++, at += 2) {
            double complex rho = ket[m] * conj(ket[n]) * (n > m ? sqrt(2.0) : 1.0);
            at[0] = creal(rho);
            at[1] = cimag(rho);
        }
    MUST(r.backend->vector->create(r.context, r.space.count, &r.u));
    MUST(r.backend->vector->create(r.context, r.space.count, &r.scratch));
    MUST(r.backend->vector->upload(r.u, 0, r.space.count, packed));
    free(packed);
    return r;
}

static void rig_destroy(rig *r)
{
    r->backend->vector->destroy(r->u);
    r->backend->vector->destroy(r->scratch);
    qfp_fock_leak_destroy(r->leak);
    r->backend->device->context_destroy(r->context);
}

static double rate_of(rig *r)
{
    qfp_fock_loss loss;
    MUST(qfp_fock_leak_measure(r->leak, r->u, r->scratch, true, &loss));
    return loss.rate;
}

/* x = (a + a†)/√2 raises |d − 1⟩ by √(d/2): with one move that leaves the bound is the value
 * 2 √(d/2) |ψ_{d−1}| ‖ψ‖/κ. */
Test(fock_leak, one_move_is_exact)
{
    const int levels[1] = {5};
    const double complex ket[5] = {0.5, 0.1 * I, 0.0, 0.3, 0.2 - 0.1 * I};
    rig r = rig_make("n^2 + x", 1, levels, ket, true);
    double norm = 0.25 + 0.01 + 0.09 + 0.05, lost = 0.05, population;
    cr_assert(epsilon_eq(dbl, rate_of(&r), 2.0 * sqrt(2.5 * lost * norm) / kappa, 1e-14));
    qfp_fock_loss loss;
    MUST(qfp_fock_leak_measure(r.leak, r.u, r.scratch, true, &loss));
    cr_assert(epsilon_eq(dbl, loss.amplitude, sqrt(lost * norm), 1e-15));
    MUST(qfp_fock_leak_population(r.leak, r.u, &population));
    cr_assert(epsilon_eq(dbl, population, 0.05, 1e-16));
    rig_destroy(&r);
}

/* Hopping leads out of a box where one mode is full and the other is not empty: nowhere with no more quanta than either
 * mode holds. */
Test(fock_leak, nothing_leaves_a_joint_cut)
{
    const int levels[2] = {3, 3};
    qfp_context *context;
    qfp_fock_space space;
    qfp_lindblad system = {.wick = wick_of("hc(ad[1]*a[2])", 2)};
    MUST(qfp_backend_cpu()->device->context_create(1, &context));
    MUST(qfp_fock_space_set(2, levels, &space));
    for (int most = 0; most < 4; most++) {
        qfp_fock_leak *leak;
        space.weight[0] = space.weight[1] = most > 0;
        space.most = most;
        MUST(qfp_fock_leak_create(qfp_backend_cpu(), context, &space, &system, kappa, true, 1e-15,
                                  &leak));
        bool is_box = most == 0, expected = is_box || most == 3;
        cr_assert(eq(int, qfp_fock_leak_is_possible(leak), expected), "%d", most);
        qfp_fock_leak_destroy(leak);
    }
    qfp_lindblad_destroy(&system);
    qfp_backend_cpu()->device->context_destroy(context);
}

/* ⟨k|x⁴|n⟩ by four products with the tridiagonal x */
static double x4_element(int k, int n)
{
    double v[40] = {0}, w[40];
    v[n] = 1.0;
    for (int power = 0; power < 4; power++) {
        for (int i = 0; i < 40; i++)
            w[i] = (i > 0 ? sqrt(0.5 * i) * v[i - 1] : 0.0) +
                   (i < 39 ? sqrt(0.5 * (i + 1)) * v[i + 1] : 0.0);
        memcpy(v, w, sizeof v);
    }
    return v[k];
}

/* x⁴ has two moves that leave (δ = 2, 4), so that the bound is at most √2 above the true loss for
 * a single target, and never below it. */
Test(fock_leak, bounds_the_true_loss)
{
    const int levels[1] = {12};
    uint64_t seed = 5;
    for (int trial = 0; trial < 10; trial++) {
        double complex ket[12];
        double norm = 0.0, lost = 0.0, bound = 0.0;
        for (int n = 0; n < 12; n++) {
            ket[n] = CMPLX(random_number(&seed), random_number(&seed));
            norm += pow(cabs(ket[n]), 2.0);
        }
        rig r = rig_make("p^2/2 + 0.3*x^4", 1, levels, ket, true);
        for (int k = 12; k < 16; k++) {
            double complex sum = 0.0;
            for (int n = 0; n < 12; n++) {
                double element = 0.3 * x4_element(k, n);
                /* p²/2 moves by 2: −½ √((n+1)(n+2))/2 */
                if (k == n + 2)
                    element -= 0.25 * sqrt((n + 1.0) * (n + 2.0));
                sum += element * ket[n];
                bound += 2.0 * pow(element * cabs(ket[n]), 2.0);
            }
            lost += pow(cabs(sum), 2.0);
        }
        double rate = rate_of(&r) * kappa / 2.0;
        cr_assert(ge(dbl, rate, sqrt(lost * norm)));
        cr_assert(epsilon_eq(dbl, rate, sqrt(bound * norm), 1e-12 * rate));
        rig_destroy(&r);
    }
}

/* What H keeps inside loses nothing, whatever the last levels hold. */
Test(fock_leak, nothing_is_lost_by_what_stays)
{
    const int levels[2] = {4, 4};
    double complex ket[16] = {0};
    ket[15] = 1.0; /* |3, 3⟩ */
    rig r = rig_make("n[1]^2 + 0.4*n[1]*n[2]", 2, levels, ket, true);
    cr_assert(not(qfp_fock_leak_is_possible(r.leak)));
    cr_assert(eq(dbl, rate_of(&r), 0.0));
    rig_destroy(&r);
    ket[15] = 0.0;
    ket[12] = 0.6; /* |3, 0⟩ */
    ket[6] = 0.8;  /* |1, 2⟩: hopping keeps three quanta */
    r = rig_make("-hc(ad[1]*a[2]) + sum(j, ad[j]^2*a[j]^2)", 2, levels, ket, true);
    cr_assert(qfp_fock_leak_is_possible(r.leak));
    cr_assert(eq(dbl, rate_of(&r), 0.0));
    rig_destroy(&r);
}

/* |3, 1⟩ can leave through the first mode only, |1, 3⟩ through the second. */
Test(fock_leak, tells_the_modes_apart)
{
    const int levels[2] = {4, 4};
    double complex ket[16] = {0};
    double rates[4];
    ket[4 * 3 + 1] = 1.0;
    rig r = rig_make("hc(ad[1]*a[2])", 2, levels, ket, true);
    MUST(qfp_fock_leak_rates(r.leak, r.u, r.scratch, rates));
    /* both directions raise a mode: T = 2; √4 √1 */
    cr_assert(epsilon_eq(dbl, rates[0], sqrt(2.0) * sqrt(2.0) * 2.0 / kappa, 1e-14));
    cr_assert(eq(dbl, rates[1], 0.0));
    for (int j = 2; j < 4; j++) /* below the vacuum there is nothing */
        cr_assert(eq(dbl, rates[j], 0.0));
    rig_destroy(&r);
}

/* Another theory than Schrödinger's: the last levels count although H itself is diagonal. */
Test(fock_leak, other_theories_watch_the_last_levels)
{
    const int levels[1] = {8};
    double complex ket[8] = {0};
    ket[7] = 1.0;
    rig r = rig_make("0.5*ad^2*a^2", 1, levels, ket, false);
    cr_assert(lt(dbl, 1.0, rate_of(&r)));
    rig_destroy(&r);
    ket[7] = 0.0;
    ket[6] = 1.0; /* a†² takes it to 8, the first that is not kept */
    r = rig_make("0.5*ad^2*a^2", 1, levels, ket, false);
    cr_assert(lt(dbl, 1.0, rate_of(&r)));
    rig_destroy(&r);
    ket[6] = 0.0;
    ket[5] = 1.0; /* two below the cut: a†² does not reach it */
    r = rig_make("0.5*ad^2*a^2", 1, levels, ket, false);
    cr_assert(eq(dbl, rate_of(&r), 0.0));
    rig_destroy(&r);
}
