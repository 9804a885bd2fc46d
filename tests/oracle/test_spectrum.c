/* Spectra of generators: figures which came from dense eigenvalues of a program of its own,
 * differences of energies for exact theories, and dense against iterated. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>

#include "../support/operators.h"
#include "fock/spectrum.h"

static qfp_spectrum spectrum_of(const char *hamiltonian, int modes, int order, int levels)
{
    qfp_polynomial generator = generator_of(hamiltonian, modes, order, 1.0, 0.0);
    qfp_spectrum s;
    MUST(qfp_spectrum_find(&generator, modes, levels, &s));
    qfp_polynomial_destroy(&generator);
    return s;
}

static const char quartic[] = "n + 0.1*x^4";

Test(spectrum, quartic_oscillator_truncated)
{
    static const int levels[] = {8, 12, 16, 20, 24};
    static const double second[] = {26.6, 72.5, 142, 236, 354};
    static const double third[] = {6.5, 30, 72, 132, 213};
    for (int i = 0; i < 5; i++) {
        double half_digit = second[i] < 100 ? 0.05 : 0.5;
        cr_assert(
            epsilon_eq(dbl, spectrum_of(quartic, 1, 2, levels[i]).growth, second[i], half_digit));
        half_digit = third[i] < 10 ? 0.05 : 0.5;
        cr_assert(
            epsilon_eq(dbl, spectrum_of(quartic, 1, 3, levels[i]).growth, third[i], half_digit));
    }
}

Test(spectrum, balanced_theories_do_not_grow)
{
    /* rounding of eigenvalues of size 100 to 1000 of a normal matrix */
    cr_assert(lt(dbl, fabs(spectrum_of(quartic, 1, QFP_ORDER_EXACT, 16).growth), 1e-10));
    cr_assert(lt(dbl, fabs(spectrum_of("n + 0.3*x^3", 1, 2, 16).growth), 1e-10));
    cr_assert(lt(dbl, fabs(spectrum_of("-hc(ad[1]*a[2]) + n[1]*n[2]", 2, 2, 4).growth), 1e-10));
}

/* −i[H, ρ] of H = n(n−1)/2: frequencies E_m − E_n, the largest (d−1)(d−2)/2. */
Test(spectrum, frequencies_are_differences_of_energies)
{
    cr_assert(
        epsilon_eq(dbl, spectrum_of("0.5*ad^2*a^2", 1, QFP_ORDER_EXACT, 10).frequency, 36, 1e-10));
}

/* 41² = 1681 unknowns are iterated, 40² = 1600 dense. */
Test(spectrum, iteration_takes_over_from_dense)
{
    qfp_spectrum iterated = spectrum_of(quartic, 1, QFP_ORDER_EXACT, 41);
    cr_assert(not(iterated.dense));
    cr_assert(eq(dbl, iterated.growth, 0.0));
    qfp_spectrum grown = spectrum_of(quartic, 1, 2, 41);
    /* 26.6, 72.5, 142, 236, 354 grow like n_c^{2.4}; 41 levels lie between 1000 and 1600 */
    cr_assert(grown.growth > 1000.0 && grown.growth < 1600.0, "%g", grown.growth);
}

Test(spectrum, too_large_is_refused_with_the_figure)
{
    qfp_polynomial generator = generator_of(quartic, 1, 2, 1.0, 0.0);
    qfp_spectrum s;
    cr_assert(qfp_spectrum_find(&generator, 1, 40000, &s) == QFP_MEMORY);
    cr_assert(strstr(qfp_last_error(), "GB") != NULL, "%s", qfp_last_error());
    qfp_polynomial_destroy(&generator);
}
