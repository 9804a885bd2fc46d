/* Q grids as initial states, in all three bases: formulas written to files here, read back, and what
 * is no Husimi function, or too badly cut, refused. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include "../support/operators.h"
#include "../support/simulate.h"
#include "io/file_density.h"

TestSuite(grid_states, .init = scratch_make, .fini = scratch_remove);

/* How a grid is written: from −reach to reach, and where its axes are. */
typedef struct layout {
    size_t points;
    double reach;
    bool attached;           /* scales x and p at the root, else /axes/x and /axes/p */
    bool turned;             /* [p, x] */
    bool three;              /* [T, x, p], the last time is meant */
    double scale_x, scale_p; /* x = scale_x Q, p = scale_p P */
} layout;

static const layout plain = {97, 8.0, false, false, false, 1.0, 1.0};

typedef double (*husimi_function)(double q, double p);

static void write_axis(hid_t file, const char *name, const layout *l, double scale)
{
    double *values = malloc(l->points * sizeof *values);
    hsize_t count = l->points;
    for (size_t i = 0; i < l->points; i++)
        values[i] = scale * l->reach * (2.0 * (double)i / (double)(l->points - 1) - 1.0);
    cr_assert(H5LTmake_dataset_double(file, name, 1, &count, values) >= 0);
    free(values);
}

static void attach(hid_t file, const char *axis, unsigned at)
{
    hid_t set = H5Dopen2(file, "/q", H5P_DEFAULT), scale = H5Dopen2(file, axis, H5P_DEFAULT);
    cr_assert(H5DSset_scale(scale, NULL) >= 0 && H5DSattach_scale(set, scale, at) >= 0);
    H5Dclose(scale);
    H5Dclose(set);
}

static void write_grid(const char *name, husimi_function f, const layout *l)
{
    size_t n = l->points, skip = l->three ? n * n : 0;
    double *q = calloc(skip + n * n, sizeof *q);
    const hsize_t shape[3] = {l->three ? 2 : n, n, n};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double a = l->reach * (2.0 * (double)i / (double)(n - 1) - 1.0);
            double b = l->reach * (2.0 * (double)k / (double)(n - 1) - 1.0);
            q[skip + (l->turned ? k * n + i : i * n + k)] = f(a, b);
        }
    hid_t file = H5Fcreate(scratch_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(H5LTmake_dataset_double(file, "/q", l->three ? 3 : 2, shape, q) >= 0);
    if (!l->attached)
        H5Gclose(H5Gcreate2(file, "/axes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    write_axis(file, l->attached ? "/x" : "/axes/x", l, l->scale_x);
    write_axis(file, l->attached ? "/p" : "/axes/p", l, l->scale_p);
    if (l->attached) {
        attach(file, "/x", (l->three ? 1 : 0) + (l->turned ? 1 : 0));
        attach(file, "/p", (l->three ? 1 : 0) + (l->turned ? 0 : 1));
    }
    H5Fclose(file);
    free(q);
}

/* ---- Husimi functions, per d²α, α = (q + ip)/√2 ----------------------------------------------- */

static double coherent(double q, double p) /* α = 1.5 */
{
    return exp(-0.5 * (pow(q - 1.5 * sqrt(2.0), 2.0) + p * p)) / M_PI;
}

static double one_quantum(double q, double p)
{
    double n = 0.5 * (q * q + p * p);
    return n * exp(-n) / M_PI;
}

static double cat(double q, double p) /* |β⟩ + |−β⟩, β = 1.2 */
{
    const double beta = 1.2;
    double complex back = (q - I * p) / sqrt(2.0);
    double complex sum = cexp(back * beta) + cexp(-back * beta);
    double norm = 2.0 * (1.0 + exp(-2.0 * beta * beta));
    return exp(-0.5 * (q * q + p * p) - beta * beta) * creal(sum * conj(sum)) / (M_PI * norm);
}

static double warm(double q, double p) /* thermal, half a quantum */
{
    return exp(-0.5 * (q * q + p * p) / 1.5) / (1.5 * M_PI);
}

static double square(double q, double p)
{
    return fabs(q) < 1.9 && fabs(p) < 1.9 ? 1.0 / (0.5 * 3.8 * 3.8) : 0.0;
}

static double too_narrow(double q, double p) /* narrower than the vacuum by five percent */
{
    double n = 0.5 * (q * q + p * p) * 1.05;
    return 1.05 * exp(-n) / M_PI;
}

static double negative(double q, double p) /* integral 1, and below zero around the origin */
{
    double n = 0.5 * (q * q + p * p);
    return (1.3 * n - 0.3) * exp(-n) / M_PI;
}

/* ---- what becomes of them --------------------------------------------------------------------- */

static const char *const bases[] = {"reference", "fock", "fourier"};

static void write_config(const char *name, const char *dataset, const char *basis,
                         const char *lines, char *out, size_t size)
{
    snprintf(out, size,
             "hamiltonian: {operator: \"n\"}\ninitial: {file: {path: %s, dataset: %s}}\n%s"
             "solver: {basis: %s}\noutput: {times: [0.0], husimi: {points: 9}}\n",
             scratch_path(name), dataset, lines, basis);
}

static void starts_with(const char *name, const char *dataset, const char *lines, double quanta,
                        double variance, double purity, double bound)
{
    for (int b = 0; b < 3; b++) {
        char text[2048];
        write_config(name, dataset, bases[b], lines, text, sizeof text);
        qfp_run_result r = simulate(text, "out.h5");
        cr_assert(epsilon_eq(dbl, observable(&r, "norm", 0), 1.0, bound), "%s", bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "n_1", 0), quanta, bound), "%s: %s", name,
                  bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "var_x_1", 0), variance, bound), "%s: %s", name,
                  bases[b]);
        cr_assert(epsilon_eq(dbl, observable(&r, "purity", 0), purity, bound), "%s: %s", name,
                  bases[b]);
        qfp_run_result_destroy(&r);
    }
}

static void refused_with(const char *name, const char *words)
{
    for (int b = 0; b < 3; b++) {
        char text[2048];
        write_config(name, "/q", bases[b], "", text, sizeof text);
        qfp_config *config = load_text(text);
        const qfp_run_options options = {.output_path = scratch_path("refused.h5")};
        qfp_run_result result;
        qfp_status status = qfp_run(config, &options, &result);
        cr_assert(eq(int, qfp_status_exit(status), 3), "%s: %s", bases[b], qfp_last_error());
        cr_assert(strstr(qfp_last_error(), words) != NULL, "%s", qfp_last_error());
        cr_assert(strstr(qfp_last_error(), "trace norm") != NULL, "%s", qfp_last_error());
        cr_assert(strstr(qfp_last_error(), "a ket or a density matrix") != NULL);
        qfp_config_destroy(config);
    }
}

/* The cut of the window at 8 leaves e^{−(8−2.1)²/2} = 3e-8 outside; moments see it times 32. */
#define PURE 1e-6

Test(grid_states, every_layout_is_recognised)
{
    static const layout layouts[] = {
        {65, 8.0, false, false, false, 1.0, 1.0},
        {65, 8.0, true, false, true, 1.0, 1.0},
        {65, 8.0, true, true, false, 1.0, 1.0},
    };
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        write_grid("layout.h5", coherent, &layouts[i]);
        starts_with("layout.h5", "/q", "", 2.25, 0.5, 1.0, PURE);
    }
}

/* x = 2 Q and p = P κ/2. */
Test(grid_states, axes_are_physical)
{
    const layout scaled = {97, 8.0, true, false, false, 2.0, 0.25};
    write_grid("scaled.h5", coherent, &scaled);
    starts_with("scaled.h5", "/q", "kappa: 0.5\nlengths: 2\n", 2.25, 0.5, 1.0, PURE);
}

Test(grid_states, pure_and_mixed)
{
    const double beta2 = 1.44, overlap = exp(-2.0 * beta2);
    const double even = beta2 * (1.0 - overlap) / (1.0 + overlap);
    write_grid("one.h5", one_quantum, &plain);
    starts_with("one.h5", "/q", "", 1.0, 1.5, 1.0, PURE);
    write_grid("cat.h5", cat, &plain);
    /* ⟨x²⟩ = ½ + n + Re a², ⟨a²⟩ = β² */
    starts_with("cat.h5", "/q", "", even, 0.5 + even + beta2, 1.0, PURE);
    write_grid("warm.h5", warm, &plain);
    starts_with("warm.h5", "/q", "", 0.5, 1.0, 0.5, 1e-4);
}

/* What a run wrote at t = 0.7, with the errors of that run: Kerr from α = 1.5.  ⟨a⟩ = α
 * e^{−|α|²(1 − e^{−iUt})}, ⟨a²⟩ = α² e^{−iUt} e^{−|α|²(1 − e^{−2iUt})}. */
Test(grid_states, the_output_of_a_run_is_read_back)
{
    const double n = 2.25, t = 0.7;
    double complex mean = 1.5 * cexp(-n * (1.0 - cexp(-I * t)));
    double complex square_mean = n * cexp(-I * t) * cexp(-n * (1.0 - cexp(-2.0 * I * t)));
    double variance = 0.5 + n + creal(square_mean) - 2.0 * pow(creal(mean), 2.0);
    qfp_run_result r =
        simulate("hamiltonian: {operator: \"0.5*ad^2*a^2\"}\n"
                 "initial: {coherent: [1.5]}\nsolver: {basis: reference}\n"
                 "output: {times: [0, 0.7], husimi: {points: 97, from: -8, to: 8}}\n",
                 "chain.h5");
    qfp_run_result_destroy(&r);
    starts_with("chain.h5", "/husimi/mode_1", "", n, variance, 1.0, PURE);
}

Test(grid_states, what_is_no_husimi_function_is_refused_with_the_error)
{
    write_grid("square.h5", square, &plain);
    refused_with("square.h5", "fixes a state only to");
    write_grid("narrow.h5", too_narrow, &plain);
    refused_with("narrow.h5", "fixes a state only to");
    write_grid("negative.h5", negative, &plain);
    refused_with("negative.h5", "fixes a state only to");
}

Test(grid_states, what_is_cut_too_badly_is_refused_with_the_error)
{
    const layout window = {49, 3.0, false, false, false, 1.0, 1.0};
    const layout coarse = {9, 8.0, false, false, false, 1.0, 1.0};
    write_grid("window.h5", coherent, &window);
    refused_with("window.h5", "the window leaves");
    write_grid("coarse.h5", coherent, &coarse);
    refused_with("coarse.h5", "fixes a state only to");
    /* the window leaves erfc(2.9/√2)/2 = 2e-3 outside, more than what is allowed by default */
    const layout slightly = {61, 5.0, false, false, false, 1.0, 1.0};
    write_grid("slightly.h5", coherent, &slightly);
    refused_with("slightly.h5", "fixes a state only to 0.01");
}

/* What two grids leave open adds up in what is made of both. */
Test(grid_states, doubts_of_parts_add_up)
{
    qfp_file_doubt whole, part[2];
    char text[1024];
    write_grid("warm.h5", warm, &plain);
    write_grid("cat.h5", cat, &plain);
    snprintf(text, sizeof text,
             "hamiltonian: {operator: \"n\"}\ninitial: {mixture: [{file: {path: %s, dataset: /q}}, "
             "{file: {path: %s, dataset: /q}}]}\noutput: {times: [0.0]}\n",
             scratch_path("warm.h5"), scratch_path("cat.h5"));
    qfp_config *config = load_text(text);
    for (int i = 0; i < 2; i++)
        OK(qfp_file_density_doubt(&config->initial.parts[i], 1, &part[i]));
    OK(qfp_file_density_doubt(&config->initial, 1, &whole));
    cr_assert(lt(dbl, 0.0, fmin(part[0].error, part[1].error)));
    cr_assert(eq(dbl, whole.error, part[0].error + part[1].error));
    cr_assert(
        eq(int, whole.levels, part[0].levels > part[1].levels ? part[0].levels : part[1].levels));
    qfp_config_destroy(config);
}

/* A tolerance that the user wrote is what the grid must fix the state to. */
Test(grid_states, a_tolerance_of_the_user_is_kept)
{
    char text[2048];
    write_grid("warm.h5", warm, &plain);
    for (int i = 0; i < 2; i++) {
        write_config("warm.h5", "/q", i == 0 ? "fock, tolerance: 1e-3" : "fock, tolerance: 1e-7",
                     "", text, sizeof text);
        qfp_config *config = load_text(text);
        const qfp_run_options options = {.output_path = scratch_path("out.h5")};
        qfp_run_result result;
        qfp_status status = qfp_run(config, &options, &result);
        cr_assert(eq(int, qfp_status_exit(status), i == 0 ? 0 : 3), "%s", qfp_last_error());
        qfp_run_result_destroy(&result);
        qfp_config_destroy(config);
    }
}
