/* A result against a good one, on either side by the first byte. */
#include <stdlib.h>

#include "fuzz.h"
#include "qfp/compare.h"

static const char made[] =
    "hamiltonian: {modes: 1, operator: n}\n"
    "initial: {coherent: [0.5]}\n"
    "theory: [{}, {order: 1}]\n"
    "solver: {grid: {points: 16}}\n"
    "output: {times: [0, 0.1], husimi: {from: -4, to: 4, points: 5}, fields: [drift],\n"
    "         series: {from: 0, to: 0.1, count: 3}}\n";

static fuzz_bytes original;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *good = fuzz_path("good.h5"), *path = fuzz_path("edited.h5");
    if (original.bytes == NULL) {
        fuzz_make_run(made, "good.h5");
        original = fuzz_read(good);
    }
    fuzz_bytes edited =
        fuzz_edit_hdf5(original, size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
    fuzz_write(path, edited);
    bool first = size > 0 && data[0] % 2 == 1;
    qfp_comparison comparison = {0};
    size_t handles = fuzz_open_handles();
    qfp_status status = qfp_compare_files(first ? path : good, first ? good : path,
                                          &(qfp_compare_options){.tolerance = 1e-6}, &comparison);
    fuzz_check_refusal(status);
    FUZZ_CHECK(fuzz_open_handles() == handles);
    qfp_comparison_destroy(&comparison);
    free(edited.bytes);
    free(path);
    free(good);
    return 0;
}
