/* A run in memory holds what its file holds, under the same names, and survives being bytes. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/scratch.h"
#include "io/config_load.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"
#include "run/run.h"

/* everything that a run can write but /fields of more modes */
static const char *const everything[] = {
    "hamiltonian: {operator: \"n + 0.2*x^3\"}\n"
    "initial: {coherent: [0.5]}\n"
    "theory: [{order: exact, label: exact}, {order: 2, label: second, accept_unbalanced: true}]\n"
    "solver: {basis: fourier, tolerance: 1e-4}\n"
    "output:\n  times: [0, 0.1]\n  husimi: {points: 9, full: true}\n  wigner: true\n"
    "  fields: [drift, diffusion, current]\n",
    "hamiltonian: {modes: 2, operator: \"hc(ad[1]*a[2]) + n[1]^2\"}\n"
    "initial: {fock: [1, 0]}\n"
    "solver: {basis: fock, levels: 4}\n"
    "output:\n  times: [0, 0.1, 0.2]\n  husimi: {points: 5, full: true}\n"
    "  state: {times: [0.1, 0.2]}\n"
    "  series: {from: 0, to: 0.2, count: 7}\n  planes: [[x_1, p_2]]\n"
    "  correlations: [{left: 'ad[1]', right: 'a[2]', at: 0.1, tau: {to: 1, count: 9}}]\n",
};
enum { CASES = sizeof everything / sizeof *everything };

TestSuite(record, .init = scratch_make, .fini = scratch_remove);

static qfp_config *load(const char *text)
{
    qfp_config *config = NULL;
    cr_assert(qfp_config_parse(text, strlen(text), "everything.yaml", NULL, 0, &config) == QFP_OK,
              "%s", qfp_last_error());
    return config;
}

static void run_into(const char *text, qfp_record *record)
{
    qfp_config *config = load(text);
    qfp_run_result result;
    const qfp_run_options keep = {.keep = 1};
    cr_assert(qfp_run(config, &keep, &result) == QFP_OK, "%s", qfp_last_error());
    *record = *result.arrays; /* to be destroyed by the test */
    *result.arrays = (qfp_record){0};
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
}

static void run_to_file(const char *text)
{
    qfp_config *config = load(text);
    qfp_run_result result;
    const qfp_run_options options = {.output_path = scratch_path("run.h5")};
    cr_assert(qfp_run(config, &options, &result) == QFP_OK, "%s", qfp_last_error());
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
}

typedef struct visit {
    const qfp_record *record;
    size_t datasets;
} visit;

/* Every dataset of the file that is no scale is in the record, to the bits. */
static herr_t meet(hid_t file, const char *name, const H5O_info_t *information, void *data)
{
    visit *v = data;
    char path[256];
    size_t shape[16];
    int rank, is_complex;
    double *values = NULL;
    if (information->type != H5O_TYPE_DATASET)
        return 0;
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    bool is_scale = H5Aexists(dataset, "CLASS") > 0 && strcmp(name, "time") != 0;
    H5Dclose(dataset);
    if (is_scale)
        return 0;
    v->datasets++;
    snprintf(path, sizeof path, "/%s", name);
    const qfp_record_array *kept = qfp_record_find(v->record, path);
    cr_assert(kept != NULL, "the record lacks %s", path);
    cr_assert(qfp_hdf5_read(scratch_path("run.h5"), name, &rank, shape, &is_complex, &values) ==
                  QFP_OK,
              "%s", qfp_last_error());
    cr_assert(eq(int, kept->rank, rank), "%s", path);
    cr_assert(eq(int, kept->is_complex, is_complex), "%s", path);
    for (int a = 0; a < rank; ++a)
        cr_assert(eq(sz, kept->axes[a].count, shape[a]), "%s, axis %d", path, a);
    size_t size = qfp_record_size(kept) * (is_complex ? 2 : 1);
    for (size_t i = 0; i < size; ++i) {
        bool same = kept->data[i] == values[i] || (isnan(kept->data[i]) && isnan(values[i]));
        cr_assert(same, "%s[%zu]: %.17g and %.17g", path, i, kept->data[i], values[i]);
    }
    free(values);
    return 0;
}

static void assert_same_as_file(const qfp_record *record)
{
    visit v = {.record = record};
    hid_t file = H5Fopen(scratch_path("run.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, meet, &v) >= 0);
    H5Fclose(file);
    cr_assert(eq(sz, v.datasets, record->array_count));
}

Test(record, holds_what_the_file_holds)
{
    for (int i = 0; i < CASES; ++i) {
        qfp_record record = {0};
        run_to_file(everything[i]);
        run_into(everything[i], &record);
        assert_same_as_file(&record);
        const qfp_record_attribute *basis = qfp_record_attribute_find(&record, "basis");
        cr_assert(basis != NULL);
        cr_assert(eq(str, basis->text, (char *)(i == 0 ? "fourier" : "fock")));
        cr_assert(eq(dbl, qfp_record_attribute_find(&record, "kappa")->numbers[0], 1.0));
        qfp_record_destroy(&record);
    }
}

static char *as_bytes(const qfp_record *record, size_t *size)
{
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, size);
    qfp_record_write(record, stream);
    cr_assert(fclose(stream) == 0);
    return bytes;
}

Test(record, comes_back_from_bytes)
{
    qfp_record record = {0}, back;
    size_t size, again;
    run_to_file(everything[1]);
    run_into(everything[1], &record);
    char *bytes = as_bytes(&record, &size);
    cr_assert(qfp_record_read("r", bytes, size, &back) == QFP_OK, "%s", qfp_last_error());
    assert_same_as_file(&back);
    char *second = as_bytes(&back, &again);
    cr_assert(eq(sz, again, size));
    cr_assert(memcmp(bytes, second, size) == 0);
    qfp_record_destroy(&back);
    qfp_record_destroy(&record);
    free(second);
    free(bytes);
}

/* Cut at any length, or with a byte changed: an error, or a record that can be freed; no crash. */
Test(record, of_damaged_bytes_is_none)
{
    qfp_record record = {0}, back;
    size_t size;
    run_into("hamiltonian: {operator: n}\ninitial: {coherent: [0.5]}\n"
             "solver: {basis: fock, levels: 9, tolerance: 1e-2}\n"
             "output: {times: [0], husimi: {points: 2}}\n",
             &record);
    char *bytes = as_bytes(&record, &size);
    for (size_t cut = 0; cut < size; cut += 1 + cut / 64) {
        cr_assert(qfp_record_read("r", bytes, cut, &back) == QFP_IO, "cut at %zu", cut);
        qfp_record_destroy(&back);
    }
    for (size_t at = 0; at < size; at += 3) {
        bytes[at] = (char)(bytes[at] ^ 0x55);
        (void)!qfp_record_read("r", bytes, size, &back);
        qfp_record_destroy(&back);
        bytes[at] = (char)(bytes[at] ^ 0x55);
    }
    qfp_record_destroy(&record);
    free(bytes);
}
