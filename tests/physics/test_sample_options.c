/* Options of `qfp sample`: the target error and the trajectories written to the file. */
#include <hdf5_hl.h>

#include "../support/sampling.h"
#include "../support/text_attribute.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

static const char kerr[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "lengths: [2.0]\n"
                           "initial: {coherent: [1.0]}\n"
                           "ensemble: {method: truncated_wigner, paths: %d, steps: 20, seed: 3%s}\n"
                           "output: {times: [0.0, 0.2], husimi: {from: -5, to: 5, points: 5}%s}\n";

static qfp_status sample_kerr(int paths, const char *ensemble, const char *output, const char *file,
                              qfp_sample_result *r)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml, kerr, paths, ensemble, output);
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {.output_path = file};
    qfp_status status = qfp_sample(config, &options, r);
    qfp_config_destroy(config);
    return status;
}

static double worst(const qfp_sample_result *r)
{
    double most = 0.0;
    for (size_t i = 0; i < r->time_count * r->observable_count; i++)
        most = fmax(most, r->estimates[i].stderr_);
    return most;
}

Test(sample_options, target_error_takes_as_many_trajectories_as_it_needs)
{
    scratch_make();
    qfp_sample_result first, target, again, plain;
    OK(sample_kerr(1024, "", "", NULL, &first));
    char key[64];
    double wanted = 0.5 * worst(&first); /* four times the trajectories */
    snprintf(key, sizeof key, ", target_error: %.17g", wanted);
    OK(sample_kerr(1000000, key, "", NULL, &target));
    cr_assert(worst(&target) <= wanted);
    /* a quarter of the variance, with the program's margin for its own estimate; not all of them */
    cr_assert(target.paths > 3000 && target.paths < 20000, "%d", target.paths);
    OK(sample_kerr(1000000, key, "", NULL, &again));
    OK(sample_kerr(target.paths, "", "", NULL, &plain));
    size_t size = target.time_count * target.observable_count * sizeof *target.estimates;
    cr_assert(eq(int, again.paths, target.paths));
    cr_assert(memcmp(again.estimates, target.estimates, size) == 0);
    cr_assert(memcmp(plain.estimates, target.estimates, size) == 0); /* the ensemble of that size */
    qfp_sample_result_destroy(&first);
    qfp_sample_result_destroy(&target);
    qfp_sample_result_destroy(&again);
    qfp_sample_result_destroy(&plain);
    scratch_remove();
}

Test(sample_options, a_target_out_of_reach_keeps_the_figures)
{
    scratch_make();
    const char *path = scratch_path("short.h5");
    qfp_sample_result r;
    hid_t file;
    qfp_status status = sample_kerr(2000, ", target_error: 1.0e-6", "", path, &r);
    cr_assert(status == QFP_TOLERANCE && qfp_status_exit(status) == 3);
    cr_assert(strstr(qfp_last_error(), "raise ensemble.paths") != NULL, "%s", qfp_last_error());
    cr_assert(eq(int, r.paths, 2000));
    cr_assert(eq(sz, r.time_count, 2));
    OK(qfp_hdf5_open(path, &file));
    char *stopped = text_attribute(file, "stopped");
    cr_assert(stopped != NULL && strstr(stopped, "target_error") != NULL);
    free(stopped);
    H5Fclose(file);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* With all paths at work the target is met or it is not: there is no margin. */
Test(sample_options, a_target_is_met_or_refused)
{
    scratch_make();
    qfp_sample_result r, met, short_of_it;
    OK(sample_kerr(512, "", "", NULL, &r));
    double error = worst(&r);
    for (int i = 0; i < 2; i++) {
        char key[64];
        snprintf(key, sizeof key, ", target_error: %.17g", (i == 0 ? 1.01 : 0.99) * error);
        qfp_sample_result *out = i == 0 ? &met : &short_of_it;
        qfp_status wanted = i == 0 ? QFP_OK : QFP_TOLERANCE;
        cr_assert(eq(int, (int)sample_kerr(512, key, "", NULL, out), (int)wanted));
        qfp_sample_result_destroy(out);
    }
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* Paths are drawn from 512 levels at most: more are refused before anything is drawn. */
Test(sample_options, a_state_of_too_many_levels_is_refused)
{
    static const char yaml[] = "hamiltonian: {operator: \"n\"}\ninitial: {fock: [%d]}\n"
                               "ensemble: {method: guided, paths: 2, steps: 2}\n"
                               "output: {times: [0], husimi: {points: 5}}\n";
    scratch_make();
    for (int i = 0; i < 2; i++) {
        char text[512];
        qfp_sample_result r;
        snprintf(text, sizeof text, yaml, i == 0 ? 500 : 520);
        qfp_config *config = load_text(text);
        qfp_sample_options options = {0};
        qfp_status status = qfp_sample(config, &options, &r);
        cr_assert(eq(int, (int)status, i == 0 ? QFP_OK : QFP_UNSUPPORTED));
        if (i == 1)
            cr_assert(strstr(qfp_last_error(), "at most 512") != NULL, "%s", qfp_last_error());
        qfp_sample_result_destroy(&r);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

Test(sample_options, trajectories_in_the_file_are_those_of_the_means)
{
    scratch_make();
    enum { PATHS = 70 };
    const char *path = scratch_path("paths.h5");
    qfp_sample_result r;
    int rank, is_complex;
    size_t shape[16];
    double *paths;
    hid_t file, dataset;
    /* more than there are: all are written */
    OK(sample_kerr(PATHS, "", ", paths: {count: 1000}", path, &r));
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(eq(int, rank, 3));
    cr_assert(eq(sz, shape[0], 2));
    cr_assert(eq(sz, shape[1], PATHS));
    cr_assert(eq(sz, shape[2], 4)); /* α and β */
    for (size_t row = 0; row < 2; row++) {
        double re_a = 0.0;
        for (size_t i = 0; i < PATHS; i++) {
            const double *z = paths + (row * PATHS + i) * 4;
            re_a += z[0] / PATHS;
            cr_assert(epsilon_eq(dbl, z[2], z[0], 1e-12)); /* Wigner: β = α*, to rounding */
            cr_assert(epsilon_eq(dbl, z[3], -z[1], 1e-12));
        }
        cr_assert(strcmp(r.names[2], "re_a_1") == 0);
        /* the sum in another order */
        cr_assert(epsilon_eq(dbl, re_a, r.estimates[row * r.observable_count + 2].value, 1e-13));
    }
    free(paths);
    OK(qfp_hdf5_open(path, &file));
    size_t extent;
    hsize_t shape_h5[QFP_HDF5_MAX_RANK];
    OK(qfp_hdf5_open_dataset(file, path, "/paths", &dataset, &rank, shape_h5));
    char *names = text_attribute(dataset, "coordinates");
    cr_assert(eq(str, names, "re_alpha_1, im_alpha_1, re_beta_1, im_beta_1"));
    free(names);
    H5Dclose(dataset);
    H5Fclose(file);
    OK(qfp_hdf5_read(path, "/path", /* a link to /axes/path */
                     &rank, &extent, &is_complex, &paths));
    cr_assert(eq(sz, extent, PATHS));
    cr_assert(eq(dbl, paths[PATHS - 1], PATHS));
    free(paths);
    qfp_sample_result_destroy(&r);
    scratch_remove();
}

/* x = √2 ℓ Re α, p = √2 (κ/ℓ) Im α: in a plain phase space the coordinates of the output's axes. */
Test(sample_options, trajectories_are_written_in_physical_units)
{
    scratch_make();
    const char *path = scratch_path("paths.h5");
    qfp_config *config = load_text("hamiltonian: {modes: 2, operator: \"n[1] + n[2]\"}\n"
                                   "lengths: [2.0, 1.0]\nkappa: 0.5\n"
                                   "initial: {coherent: ['3+2*I', '-1+4*I']}\n"
                                   "ensemble: {method: guided, paths: 20}\n"
                                   "output: {times: [0], paths: {count: 7},"
                                   " husimi: {from: -5, to: 5, points: 5}}\n");
    qfp_sample_options options = {.output_path = path};
    qfp_sample_result r;
    int rank, is_complex;
    size_t shape[16];
    double *paths;
    OK(qfp_sample(config, &options, &r));
    OK(qfp_hdf5_read(path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(eq(sz, shape[1], 7));
    cr_assert(eq(sz, shape[2], 4));
    const double root = sqrt(2.0);
    const double centre[4] = {root * 2.0 * 3.0, root * 0.25 * 2.0, -root, root * 0.5 * 4.0};
    const double spread[4] = {2.0, 0.25, 1.0, 0.5}; /* of Q: √2 × √½ × unit */
    for (size_t i = 0; i < 7; i++)
        for (size_t c = 0; c < 4; c++) /* five standard deviations: 2e-5 for all 28 together */
            cr_assert(fabs(paths[4 * i + c] - centre[c]) < 5.0 * spread[c], "%zu %zu: %g", i, c,
                      paths[4 * i + c]);
    free(paths);
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    scratch_remove();
}

/* An initial state of the wrong shape: neither a ket, nor a density matrix, nor a square grid. */
Test(sample_options, refuses_a_state_of_the_wrong_shape)
{
    scratch_make();
    static const hsize_t shapes[][3] = {{5, 7}, {0}, {3, 3, 5}};
    static const int ranks[] = {2, 0, 3};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        const double numbers[45] = {1.0};
        char yaml[640];
        const char *state = scratch_path("state.h5");
        hid_t file = H5Fcreate(state, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        cr_assert(H5LTmake_dataset_double(file, "/state", ranks[i], shapes[i], numbers) >= 0);
        H5Fclose(file);
        snprintf(yaml, sizeof yaml,
                 "hamiltonian: {modes: 1, operator: \"n\"}\n"
                 "initial: {file: {path: \"%s\", dataset: /state}}\n"
                 "ensemble: {method: guided, paths: 10}\n"
                 "output: {times: [0.1]}\n",
                 state);
        qfp_config *config = load_text(yaml);
        qfp_sample_options options = {0};
        qfp_sample_result r;
        qfp_status status = qfp_sample(config, &options, &r);
        cr_assert(qfp_status_exit(status) == 2 || qfp_status_exit(status) == 4, "%zu", i);
        cr_assert(strstr(qfp_last_error(), "/state") != NULL, "%s", qfp_last_error());
        cr_assert(r.names == NULL && r.time_count == 0);
        qfp_config_destroy(config);
    }
    scratch_remove();
}

/* Chains are run in pieces, the first of 1024: those of the second have random numbers of their own. */
Test(sample_options, chains_of_different_pieces_are_different)
{
    enum { PATHS = 1100, FIRST = 1024 };
    static const char yaml[] =
        "hamiltonian: {modes: 1, operator: \"(x*p + p*x)/2\"}\ninitial: {coherent: [0.0]}\n"
        "ensemble: {method: action, paths: 1100, slices: 4, sweeps: 5, seed: 1}\n"
        "output: {times: [0, 0.5], husimi: {points: 5}, paths: {count: 1100}}\n";
    scratch_make();
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *paths = NULL;
    qfp_sample_result r;
    qfp_config *config = load_text(yaml);
    qfp_sample_options options = {.output_path = scratch_path("a.h5")};
    OK(qfp_sample(config, &options, &r));
    OK(qfp_hdf5_read(options.output_path, "/paths", &rank, shape, &is_complex, &paths));
    cr_assert(eq(sz, shape[1], PATHS));
    for (size_t i = FIRST; i < PATHS; i++) /* x at t = 0, which is not given */
        cr_assert(ne(dbl, paths[2 * i], paths[2 * (i - FIRST)]), "%zu", i);
    free(paths);
    qfp_sample_result_destroy(&r);
    qfp_config_destroy(config);
    scratch_remove();
}
