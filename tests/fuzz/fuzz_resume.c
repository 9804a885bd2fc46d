/* --resume of an interrupted run of which the result or the checkpoint, by the first byte, was
 * changed. Neither may be changed further by a run that is refused. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "io/config_load.h"
#include "qfp/run.h"

static const char yaml[] = "hamiltonian: {modes: 1, operator: \"n + 0.1*x^4\"}\n"
                           "initial: {coherent: [0.5]}\n"
                           "theory: [{}, {order: 1}]\n"
                           "solver: {grid: {points: 16}, tolerance: 0.09}\n"
                           "output:\n"
                           "  times: [0.0, 0.01, 0.02]\n"
                           "  husimi: {from: -4.0, to: 4.0, points: 5}\n"
                           "  checkpoint: {every: 1e-9s}\n";

/* A run whose checkpoint can be renamed so and so often, as on a full disk; 0: always. */
static int renames_left;
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

int __wrap_rename(const char *from, const char *to)
{
    if (renames_left > 0 && --renames_left == 0) {
        errno = ENOSPC;
        return -1;
    }
    return __real_rename(from, to);
}

static qfp_status run(int resume)
{
    qfp_config *config = NULL;
    qfp_run_result result;
    char *path = fuzz_path("r.h5");
    FUZZ_CHECK(qfp_config_parse(yaml, strlen(yaml), "fuzz.yaml", NULL, 0, &config) == QFP_OK);
    qfp_status status =
        qfp_run(config, &(qfp_run_options){.output_path = path, .resume = resume}, &result);
    qfp_run_result_destroy(&result);
    qfp_config_destroy(config);
    free(path);
    return status;
}

static const char *const names[] = {"r.h5.part", "r.h5.part.checkpoint"};
static fuzz_bytes originals[2];

static void make_originals(void)
{
    renames_left = 4;
    FUZZ_CHECK(run(0) == QFP_IO);
    renames_left = 0;
    for (int i = 0; i < 2; i++) {
        char *path = fuzz_path(names[i]);
        originals[i] = fuzz_read(path);
        free(path);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (originals[0].bytes == NULL)
        make_originals();
    int which = size > 0 ? data[0] % 2 : 0;
    fuzz_bytes files[2] = {originals[0], originals[1]};
    files[which] =
        fuzz_edit_hdf5(originals[which], size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
    char *paths[2] = {fuzz_path(names[0]), fuzz_path(names[1])};
    for (int i = 0; i < 2; i++)
        fuzz_write(paths[i], files[i]);
    size_t handles = fuzz_open_handles();
    fuzz_check_refusal(run(1));
    FUZZ_CHECK(fuzz_open_handles() == handles);
    for (int i = 0; i < 2; i++)
        free(paths[i]);
    free(files[which].bytes);
    return 0;
}
