// kerr.cpp - the same from C++, with a bar of its own.
#include <cmath>
#include <complex>
#include <cstdio>
#include <memory>
#include <qfp/qfp.h>
#include <string>

int main()
{
    const std::string text =
        "hamiltonian: {operator: '0.5*ad^2*a^2'}\ninitial: {coherent: [2.0]}\n"
        "solver: {basis: fock}\noutput: {times: [0, 0.5], state: {times: last}}\n";
    qfp_config *config = nullptr;
    qfp_run_result result{};
    qfp_array rho{};
    qfp_run_options options{};
    options.keep = 1;
    options.watch = [](void *, const qfp_run_moment *at) {
        return std::fprintf(stderr, "\r%3.0f %%", 100 * at->done) < 0 ? 1 : 0;
    };
    if (qfp_config_parse(text.data(), text.size(), "kerr", nullptr, 0, &config) != QFP_OK ||
        qfp_run(config, &options, &result) != QFP_OK ||
        qfp_arrays_find(result.arrays, "/state/rho", &rho) != QFP_OK)
        return std::fprintf(stderr, "%s\n", qfp_last_error()), 1;
    std::unique_ptr<qfp_config, void (*)(qfp_config *)> kept(config, qfp_config_destroy);
    std::unique_ptr<qfp_run_result, void (*)(qfp_run_result *)> values(&result,
                                                                       qfp_run_result_destroy);
    // <2|rho|0> of e^{-iHt}|alpha>: alpha^2/sqrt 2 e^{-|alpha|^2} e^{-it}
    const double *number = rho.values + 2 * (2 * rho.axes[1].count);
    const std::complex<double> is(number[0], number[1]);
    const auto exact = std::polar(4 / std::sqrt(2.0) * std::exp(-4.0), -0.5);
    std::printf("\nrho_20 = %.9f%+.9fi, exact %.9f%+.9fi\n", is.real(), is.imag(), exact.real(),
                exact.imag());
    return std::abs(is - exact) < 1e-7 ? 0 : 1;
}
