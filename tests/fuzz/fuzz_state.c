/* An HDF5 file named by initial.file: a Q grid, a ket or a density matrix by the first byte, of one
 * or two modes, run in one of the bases to t = 0. */
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/config_load.h"
#include "qfp/run.h"

static const char made[] = "hamiltonian: {modes: 1, operator: n}\n"
                           "initial: {coherent: [0.5]}\n"
                           "solver: {grid: {points: 16}}\n"
                           "output: {times: [0], husimi: {from: -4, to: 4, points: 17}}\n";

static fuzz_bytes original;

static void add(hid_t file, const char *name, int rank, const hsize_t *shape, const double *values)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set =
        H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
}

static void make_original(void)
{
    static const double ket[4] = {0.6, 0.0, 0.8, 0.0};
    static const double matrix[16] = {[0] = 0.25, [5] = 0.25, [10] = 0.25, [15] = 0.25};
    fuzz_make_run(made, "state.h5");
    char *path = fuzz_path("state.h5");
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    add(file, "ket", 1, (const hsize_t[]){4}, ket);
    add(file, "matrix", 2, (const hsize_t[]){4, 4}, matrix);
    add(file, "ket2", 2, (const hsize_t[]){2, 2}, ket);
    add(file, "pairs", 2, (const hsize_t[]){2, 2}, ket);
    H5Fclose(file);
    original = fuzz_read(path);
    free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const sets[] = {"husimi/mode_1", "ket", "matrix", "ket2", "pairs"};
    static const char *const bases[] = {"fock", "fourier", "reference"};
    if (original.bytes == NULL)
        make_original();
    unsigned choice = size > 0 ? data[0] : 0;
    fuzz_bytes edited =
        size > 0 ? fuzz_edit_hdf5(original, data + 1, size - 1) : fuzz_edit_hdf5(original, NULL, 0);
    char *path = fuzz_path("edited.h5");
    size_t handles = fuzz_open_handles();
    fuzz_write(path, edited);
    int modes = choice / 5 % 2 + 1;
    char *text = qfpi_format("hamiltonian: {modes: %d, operator: \"n[1]\"}\n"
                             "initial: {file: {path: \"%s\", dataset: /%s}}\n"
                             "solver: {basis: %s%s}\n"
                             "output: {times: [0], husimi: {from: -4, to: 4, points: 5}}\n",
                             modes, path, sets[choice % 5], bases[choice / 10 % 3],
                             choice / 10 % 3 == 1 ? ", grid: {points: 16}" : "");
    qfp_config *config = NULL;
    qfp_status status = qfp_config_parse(text, strlen(text), "fuzz.yaml", NULL, 0, &config);
    qfp_run_result result = {0};
    if (status == QFP_OK)
        status = qfp_run(config, &(qfp_run_options){0}, &result);
    fuzz_check_refusal(status);
    FUZZ_CHECK(fuzz_open_handles() == handles);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    free(text);
    free(path);
    free(edited.bytes);
    return 0;
}
