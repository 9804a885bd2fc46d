#include "io/config_inputs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/checksum.h"
#include "core/text.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

static void put_state(qfp_text *out, const qfp_state *state)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK], bytes = sizeof(double);
    double *data = NULL;
    for (size_t i = 0; i < state->part_count; ++i)
        put_state(out, &state->parts[i]);
    if (state->path == NULL)
        return;
    if (qfp_hdf5_read(state->path, state->dataset, &rank, shape, &is_complex, &data) != QFP_OK) {
        qfpi_text_put(out, "%s\n", qfp_last_error());
        return;
    }
    for (int i = 0; i < rank; ++i)
        bytes *= shape[i];
    bytes *= is_complex ? 2 : 1;
    qfpi_text_put(out, "%s: %s, checksum %016" PRIx64 "\n", state->path, state->dataset,
                  qfpi_checksum(0, data, bytes));
    free(data);
}

static void put_table(qfp_text *out, const qfp_parameter *parameter, const qfp_time_function *table)
{
    uint64_t sum = qfpi_checksum(0, table->times, table->count * sizeof *table->times);
    sum = qfpi_checksum(sum, table->values, table->count * sizeof *table->values);
    if (table->count > 0)
        qfpi_text_put(out, "hamiltonian.parameters.%s: checksum %016" PRIx64 "\n", parameter->name,
                      sum);
}

static void put_observed(qfp_text *out, const qfp_observed *observed)
{
    uint64_t sum = qfpi_checksum(0, observed->values, observed->count * sizeof(double));
    if (observed->times != NULL)
        sum = qfpi_checksum(sum, observed->times, observed->count * sizeof(double));
    qfpi_text_put(out, "%s: %s, checksum %016" PRIx64 "\n", observed->path, observed->dataset, sum);
}

char *qfp_config_inputs(const qfp_config *config)
{
    qfp_text out = {0};
    for (size_t i = 0; i < config->parameter_count; ++i)
        put_table(&out, &config->parameters[i], &config->functions[i]);
    for (size_t i = 0; i < config->observed_count; ++i)
        put_observed(&out, &config->observed[i]);
    put_state(&out, &config->initial);
    return qfpi_text_finish(&out);
}
