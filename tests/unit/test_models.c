/* Models: the operator they write against the classical field theory they stand for.
 *
 * The Weyl symbol of a polynomial in commuting field operators is that polynomial of the classical
 * fields, and it is covariant under q → ℓx, p → (κ/ℓ)p: so the Weyl symbol at a point must be the
 * classical energy there, summed in the test from the definition of the model, less the zero point.
 */
#include "../support/models.h"

/* --- real scalar field --- */

static double omega_of(int sites, double spacing, double mass, int k)
{
    double s = 2.0 / spacing * sin(M_PI * k / sites);
    return sqrt(mass * mass + s * s);
}

/* s Σ_x [½π² + ½(∇φ)² + ½m²φ² + λφ⁴] − Σ_k ½κω_k */
static double lattice_energy(int sites, double s, double mass, double lambda, double kappa,
                             const double *phi, const double *pi)
{
    double energy = 0.0;
    for (int x = 0; x < sites; x++) {
        double gradient = (phi[(x + 1) % sites] - phi[x]) / s;
        energy += s * (0.5 * pi[x] * pi[x] + 0.5 * gradient * gradient +
                       0.5 * mass * mass * phi[x] * phi[x] + lambda * pow(phi[x], 4));
        energy -= 0.5 * kappa * omega_of(sites, s, mass, x);
    }
    return energy;
}

/* φ_x and π_x of the momentum modes: φ = Σ_k √(κ/2ωLs) (a e^{ikxs} + c.c.), π = φ's time
 * derivative under H₀, a → −iωa */
static void fields_of(int sites, double s, double mass, double kappa, const double *q,
                      const double *p, double *phi, double *pi)
{
    for (int x = 0; x < sites; x++) {
        phi[x] = pi[x] = 0.0;
        for (int k = 0; k < sites; k++) {
            double omega = omega_of(sites, s, mass, k), length = sqrt(kappa / omega);
            double complex a = (q[k] / length + I * p[k] * length / kappa) * M_SQRT1_2;
            double complex wave =
                sqrt(kappa / (2 * omega * sites * s)) * a * cexp(2 * M_PI * I * k * x / sites);
            phi[x] += 2 * creal(wave);
            pi[x] += 2 * creal(-I * omega * wave);
        }
    }
}

Test(models, scalar_field_is_the_lattice_energy_in_momentum_modes)
{
    const double s = 0.6, mass = 0.8, lambda = 0.3, kappa = 0.7;
    for (int sites = 1; sites <= 5; sites++)
        for (int own = 0; own <= 1; own++) {
            uint64_t seed = 77;
            built b = BUILD(
                "scalar_field", .kappa = kappa, .length = own ? NULL : odd_lengths,
                .settings = {{"sites", sites}, {"spacing", s}, {"mass", mass}, {"lambda", lambda}});
            for (int trial = 0; trial < 5; trial++) {
                double q[8], p[8], phi[8], pi[8];
                random_point(sites, &seed, q, p);
                fields_of(sites, s, mass, kappa, q, p, phi, pi);
                ASSERT_ENERGY(weyl_at(&b, q, p),
                              lattice_energy(sites, s, mass, lambda, kappa, phi, pi));
            }
            discard(&b);
        }
}

/* q_x = √s φ_x, p_x = √s π_x */
Test(models, scalar_field_is_the_lattice_energy_in_position_modes)
{
    const double s = 0.6, mass = 0.8, lambda = 0.3, kappa = 0.7;
    for (int sites = 1; sites <= 4; sites++) {
        uint64_t seed = 78;
        built b = BUILD("scalar_field", .kappa = kappa,
                        .settings = {{"sites", sites},
                                     {"spacing", s},
                                     {"mass", mass},
                                     {"lambda", lambda},
                                     {"basis", 1}});
        for (int trial = 0; trial < 5; trial++) {
            double q[8], p[8], phi[8], pi[8];
            random_point(sites, &seed, q, p);
            for (int x = 0; x < sites; x++) {
                phi[x] = q[x] / sqrt(s);
                pi[x] = p[x] / sqrt(s);
            }
            ASSERT_ENERGY(weyl_at(&b, q, p),
                          lattice_energy(sites, s, mass, lambda, kappa, phi, pi));
        }
        discard(&b);
    }
}

/* The Weyl symbol of λ s Σ_x φ_x⁴ from the sum over four momenta and signs with Σ ±k = 0 mod L. */
static void add_interaction(int sites, double s, double mass, double lambda, double kappa,
                            qfp_polynomial *out)
{
    double amplitude[8];
    for (int k = 0; k < sites; k++)
        amplitude[k] = sqrt(kappa / (2 * omega_of(sites, s, mass, k) * sites * s));
    int combinations = 1;
    for (int i = 0; i < 4; i++)
        combinations *= 2 * sites;
    for (int c = 0; c < combinations; c++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        int total = 0, rest = c;
        double product = lambda * s * sites;
        for (int i = 0; i < 4; i++, rest /= 2 * sites) {
            int letter = rest % (2 * sites), k = letter % sites;
            total += letter < sites ? k : -k;
            power[letter]++;
            product *= amplitude[k];
        }
        if (total % sites == 0)
            MUST(qfp_polynomial_add_term(out, product, power));
    }
}

Test(models, scalar_field_conserves_momentum_and_is_the_sum_over_momenta)
{
    const double s = 1.3, mass = 0.5, lambda = 0.2, kappa = 0.9;
    for (int sites = 1; sites <= 4; sites++) {
        built b = BUILD(
            "scalar_field", .kappa = kappa,
            .settings = {{"sites", sites}, {"spacing", s}, {"mass", mass}, {"lambda", lambda}});
        for (size_t t = 0; t < b.wick.count; t++) {
            int total = 0;
            for (int k = 0; k < sites; k++)
                total += k * (b.wick.terms[t].power[k] - b.wick.terms[t].power[sites + k]);
            cr_assert(eq(int, total % sites, 0));
        }
        qfp_polynomial expected;
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        qfp_polynomial_init(&expected, 2 * sites);
        add_interaction(sites, s, mass, lambda, kappa, &expected);
        for (int k = 0; k < sites; k++) {
            double energy = kappa * omega_of(sites, s, mass, k);
            MUST(qfp_polynomial_add_term(&expected, -0.5 * energy, power));
            power[k] = power[sites + k] = 1;
            MUST(qfp_polynomial_add_term(&expected, energy, power));
            power[k] = power[sites + k] = 0;
        }
        /* 1e-14: some hundred terms of size below one */
        cr_assert(lt(dbl, distance(&expected, &b.weyl), 1e-14), "%d sites", sites);
        qfp_polynomial_destroy(&expected);
        discard(&b);
    }
}

/* Eq. (57): with the lengths of Eq. (59) the free field is Σ κω_k n_k; known frequencies for m = s
 * = 1: ω² = 1 + 4 sin²(πk/L). */
Test(models, free_field_has_the_lattice_dispersion)
{
    const double omega_squared[4] = {1.0, 3.0, 5.0, 3.0};
    built b = BUILD("scalar_field", .kappa = 2.0, .settings = {{"sites", 4}});
    cr_assert(eq(sz, b.wick.count, 4));
    for (int k = 0; k < 4; k++) {
        uint8_t power[QFP_MAX_VARIABLES] = {0};
        power[k] = power[4 + k] = 1;
        double found = creal(coefficient_of(&b.wick, power));
        cr_assert(epsilon_eq(dbl, found, 2.0 * sqrt(omega_squared[k]), 1e-14));
        cr_assert(epsilon_eq(dbl, b.length[k], sqrt(2.0 / sqrt(omega_squared[k])), 1e-14));
    }
    discard(&b);
}

/* --- complex scalar --- */

/* Eq. (71) with κ: φ = √(κ/2m)(α + β*), π = i√(κm/2)(β − α*) */
Test(models, complex_scalar_is_equation_70)
{
    const double mass = 0.8, lambda = 0.6, kappa = 0.7;
    for (int own = 0; own <= 1; own++) {
        uint64_t seed = 5;
        built b = BUILD("complex_scalar", .kappa = kappa, .length = own ? NULL : odd_lengths,
                        .settings = {{"mass", mass}, {"lambda", lambda}});
        for (int trial = 0; trial < 10; trial++) {
            double q[2], p[2], length = sqrt(kappa / mass);
            double complex z[2];
            random_point(2, &seed, q, p);
            for (int j = 0; j < 2; j++)
                z[j] = (q[j] / length + I * p[j] * length / kappa) * M_SQRT1_2;
            double phi = cabs(sqrt(kappa / (2 * mass)) * (z[0] + conj(z[1])));
            double pi = cabs(sqrt(kappa * mass / 2) * (z[1] - conj(z[0])));
            ASSERT_ENERGY(weyl_at(&b, q, p), pi * pi + mass * mass * phi * phi +
                                                 0.5 * lambda * pow(phi, 4) - kappa * mass);
        }
        discard(&b);
    }
}

/* The charge n₁ − n₂ commutes with H: every term changes both numbers alike. */
Test(models, complex_scalar_conserves_charge)
{
    built b = BUILD("complex_scalar", .settings = {{"lambda", 0.5}});
    for (size_t t = 0; t < b.wick.count; t++) {
        const uint8_t *power = b.wick.terms[t].power; /* α, β, α*, β* */
        cr_assert(eq(int, power[2] - power[0], power[3] - power[1]));
    }
    discard(&b);
}

/* --- the others, against typed operators and closed forms --- */

/* Erratum of Eq. (69): (U/2)(|α|⁴ − 4|α|² + 2) for n(n − 1), where the paper prints −3. */
Test(models, bose_hubbard_has_the_symbol_of_n_times_n_minus_one)
{
    built b = BUILD("bose_hubbard", .settings = {{"sites", 2}, {"J", 0.3}, {"U", 2.0}});
    cr_assert(eq(dbl, creal(coefficient_of(&b.antiwick, POWERS(2, 0, 2, 0))), 1.0));
    cr_assert(eq(dbl, creal(coefficient_of(&b.antiwick, POWERS(1, 0, 1, 0))), -4.0));
    cr_assert(eq(dbl, creal(coefficient_of(&b.antiwick, POWERS(0, 0, 0, 0))), 4.0));
    cr_assert(eq(dbl, creal(coefficient_of(&b.antiwick, POWERS(1, 0, 0, 1))), -0.3));
    discard(&b);
}

Test(models, small_models_are_their_operators)
{
    const struct {
        request model;
        const char *text;
        int modes;
    } cases[] = {
        {{"bose_hubbard", 0, NULL, {{"sites", 3}, {"J", 0.5}, {"U", 3}, {"mu", 0.1}, {"graph", 1}}},
         "-0.5*hc(ad[1]*a[2]) - 0.5*hc(ad[2]*a[3]) - 0.5*hc(ad[3]*a[1]) + 1.5*sum(j, "
         "n[j]*(n[j]-1)) "
         "- 0.1*sum(j, n[j])",
         3},
        {{"parametric_amplifier", 0.5, NULL, {{"g", 1.2}, {"omega", 0.4}}},
         "0.5*(I*1.2/2*(ad^2 - a^2) + 0.4*n)",
         1},
        {{"pointer", 0.5, NULL, {{"chi", 2}, {"g", 0.6}}},
         "0.5*(2*n[1]*p[2] + I*0.6/2*(ad[2]^2 - a[2]^2))",
         2},
        {{"driven_kerr", 0.5, NULL, {{"Delta", 1}, {"U", 0.5}, {"F", 1}}},
         "-n + 0.25*n*(n-1) + a + ad",
         1},
        {{"cross_kerr", 0.5, NULL, {{"chi", 1.5}, {"omega_1", 0.2}, {"omega_2", -0.3}}},
         "1.5*n[1]*n[2] + 0.2*n[1] - 0.3*n[2]",
         2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        built b = build(&cases[i].model);
        qfp_polynomial typed = wick_of(cases[i].text, cases[i].modes);
        /* 1e-15: the same few operations in another order */
        cr_expect(lt(dbl, distance(&typed, &b.wick), 1e-15), "%s", cases[i].text);
        qfp_polynomial_destroy(&typed);
        discard(&b);
    }
}

/* Which systems satisfy Eq. (64), and how many third and fourth derivatives break it otherwise.
 * φ⁴ with two momenta 0, π: third ∂₀∂₀∂₀, ∂₀∂₀∂₁, …: all C(4, 3) = 4, fourth only the even ones
 * 0000, 0011, 1111.  |φ|⁴: ααβ, αββ are there, ααα is not; fourth only ααββ. */
Test(models, classes)
{
    const struct {
        request model;
        int order;
        size_t third, fourth;
    } cases[] = {
        {{"scalar_field", 0, NULL, {{"sites", 3}}}, 1, 0, 0},
        {{"scalar_field", 0, NULL, {{"sites", 3}, {"basis", 1}}}, 2, 0, 0},
        {{"scalar_field", 0, NULL, {{"sites", 2}, {"lambda", 0.1}}}, 4, 4, 3},
        {{"scalar_field", 0, NULL, {{"sites", 2}, {"lambda", 0.1}, {"basis", 1}}}, 4, 2, 2},
        {{"complex_scalar", 0, NULL, {{"lambda", 0.4}}}, 4, 2, 1},
        {{"gauge_bosons", 0, NULL, {{"group", 0}}}, 4, 7, 3},
        {{"bose_hubbard", 0, NULL, {{"sites", 4}, {"U", 1}, {"graph", 1}}}, 2, 0, 0},
        {{"parametric_amplifier", 0, NULL, {{"g", 1}}}, 2, 0, 0},
        {{"pointer", 0, NULL, {{"chi", 1}, {"g", 1}}}, 2, 0, 0},
        {{"driven_kerr", 0, NULL, {{"U", 1}, {"F", 1}}}, 2, 0, 0},
        {{"cross_kerr", 0, NULL, {{"chi", 1}}}, 2, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        built b = build(&cases[i].model);
        qfp_hamiltonian_class class;
        MUST(qfp_classify(&b.antiwick, b.modes, &class));
        const char *name = cases[i].model.name;
        cr_expect(eq(int, class.order, cases[i].order), "%s", name);
        cr_expect(eq(int, class.satisfies_64, cases[i].third == 0), "%s", name);
        cr_expect(eq(sz, class.third_count, cases[i].third), "%s", name);
        cr_expect(eq(sz, class.breaking_count - class.third_count, cases[i].fourth), "%s", name);
        qfp_hamiltonian_class_destroy(&class);
        discard(&b);
    }
}
