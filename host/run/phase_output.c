#include "run/phase_output.h"

#include <stdlib.h>

bool qfp_phase_output_is_marginal(const qfp_config *config, const qfp_axis_pair *pair)
{
    return pair->first % config->modes == pair->second % config->modes;
}

/* The marginal of a mode, x first or p first. */
static qfp_status own_plane(const qfp_basis_table *basis, void *self, const qfp_config *config,
                            const qfp_axis_pair *pair, double *out)
{
    size_t n = (size_t)config->husimi_points;
    QFP_TRY(basis->marginal(self, pair->first % config->modes, out));
    for (size_t i = 0; pair->first > pair->second && i < n; i++)
        for (size_t k = 0; k < i; k++) {
            double kept = out[i * n + k];
            out[i * n + k] = out[k * n + i];
            out[k * n + i] = kept;
        }
    return QFP_OK;
}

static qfp_status write_maps(const qfp_basis_table *basis, void *self, const qfp_config *config,
                             double *map, qfp_snapshot *snapshot)
{
    for (size_t i = 0; i < config->plane_count; i++) {
        const qfp_axis_pair *pair = &config->planes[i];
        QFP_TRY(qfp_phase_output_is_marginal(config, pair)
                    ? own_plane(basis, self, config, pair, map)
                    : basis->plane(self, pair, map));
        QFP_TRY(qfp_snapshot_append_plane(snapshot, pair->first, pair->second, map));
    }
    for (int j = 0; config->wigner && j < config->modes; j++) {
        QFP_TRY(basis->wigner(self, j, map));
        QFP_TRY(qfp_snapshot_append_wigner(snapshot, j, map));
    }
    return QFP_OK;
}

static qfp_status write_state(const qfp_basis_table *basis, void *self, const qfp_config *config,
                              size_t row, double error, qfp_snapshot *snapshot)
{
    qfp_given_state state = {0};
    qfp_status status = basis->state(self, &state);
    const qfp_state_row written = {.is_matrix = state.is_matrix,
                                   .modes = config->modes,
                                   .levels = state.levels,
                                   .value = state.value,
                                   .error = error + state.error,
                                   .row = row,
                                   .rows = config->state_is_last ? 0 : config->state_count,
                                   .times = config->state_times};
    if (status == QFP_OK)
        status = qfp_snapshot_write_state(snapshot, &written);
    free(state.value);
    return status;
}

qfp_status qfp_phase_output_write(const qfp_basis_table *basis, void *self,
                                  const qfp_config *config, double t, double error,
                                  qfp_snapshot *snapshot)
{
    size_t n = (size_t)config->husimi_points;
    double *map = NULL;
    qfp_status status = QFP_OK;
    if (config->plane_count > 0 || config->wigner) {
        QFP_TRY(QFP_ALLOCATE(map, n * n, "a function of a plane"));
        status = write_maps(basis, self, config, map, snapshot);
        free(map);
    }
    for (size_t i = 0; i < config->state_count && status == QFP_OK; i++)
        if (config->state_times[i] == t)
            status = write_state(basis, self, config, i, error, snapshot);
    return status;
}
