#include "reference/kept.h"

#include <stdlib.h>
#include <string.h>

/* How many states of the modes from `mode` on have W ≤ left. */
static size_t states_from(const qfp_kept *kept, int mode, int left)
{
    if (mode == kept->modes)
        return 1;
    size_t levels = (size_t)kept->levels[mode];
    return kept->before[mode][(size_t)left * (levels + 1) + levels];
}

static qfp_status count_states(qfp_kept *kept, int mode)
{
    size_t levels = (size_t)kept->levels[mode], rows = (size_t)kept->most + 1;
    QFP_TRY(QFP_ALLOCATE(kept->before[mode], rows * (levels + 1), "the basis of the reference"));
    for (int left = 0; left <= kept->most; left++) {
        size_t *row = kept->before[mode] + (size_t)left * (levels + 1);
        for (int n = 0; n < kept->levels[mode]; n++) {
            int rest = left - kept->weight[mode] * n;
            row[n + 1] = row[n] + (rest < 0 ? 0 : states_from(kept, mode + 1, rest));
        }
    }
    return QFP_OK;
}

qfp_status qfp_kept_create(int modes, const int *levels, const int *weight, int most, qfp_kept *out)
{
    *out = (qfp_kept){.modes = modes};
    for (int j = 0; j < modes; j++) {
        out->levels[j] = levels[j];
        out->weight[j] = weight != NULL ? weight[j] : 0;
        out->is_cut = out->is_cut || out->weight[j] > 0;
    }
    out->most = out->is_cut ? most : 0;
    for (int j = modes - 1; j >= 0; j--)
        QFP_TRY(count_states(out, j));
    out->dim = states_from(out, 0, out->most);
    return QFP_OK;
}

void qfp_kept_destroy(qfp_kept *kept)
{
    for (int j = 0; j < QFP_MAX_MODES; j++)
        free(kept->before[j]);
    *kept = (qfp_kept){0};
}

void qfp_kept_next(const qfp_kept *kept, int *n)
{
    int total = 0;
    for (int j = 0; j < kept->modes; j++)
        total += kept->weight[j] * n[j];
    for (int j = kept->modes - 1; j >= 0; j--) {
        total += kept->weight[j];
        if (++n[j] < kept->levels[j] && total <= kept->most)
            return;
        total -= kept->weight[j] * n[j];
        n[j] = 0;
    }
}

size_t qfp_kept_fibre(const qfp_kept *kept, const int *n, int mode, size_t *place)
{
    int moved[QFP_MAX_MODES];
    size_t count = 0;
    memcpy(moved, n, (size_t)kept->modes * sizeof *moved);
    for (int level = 0; level < kept->levels[mode]; level++) {
        moved[mode] = level;
        size_t here = qfp_kept_place(kept, moved);
        if (here == QFP_NOT_KEPT)
            break;
        place[count++] = here;
    }
    return count;
}

static size_t in_product(const qfp_kept *kept, const int *n)
{
    size_t at = 0;
    for (int j = 0; j < kept->modes; j++)
        at = at * (size_t)kept->levels[j] + (size_t)n[j];
    return at;
}

qfp_status qfp_kept_in_product(const qfp_kept *kept, size_t **place)
{
    int n[QFP_MAX_MODES] = {0};
    QFP_TRY(QFP_ALLOCATE(*place, kept->dim, "the basis of the reference"));
    for (size_t i = 0; i < kept->dim; i++, qfp_kept_next(kept, n))
        (*place)[i] = in_product(kept, n);
    return QFP_OK;
}

void qfp_kept_spread(const qfp_kept *kept, const double complex *ket, double complex *box)
{
    int n[QFP_MAX_MODES] = {0};
    size_t whole = 1;
    for (int j = 0; j < kept->modes; j++)
        whole *= (size_t)kept->levels[j];
    memset(box, 0, whole * sizeof *box);
    for (size_t i = 0; i < kept->dim; i++, qfp_kept_next(kept, n))
        box[in_product(kept, n)] = ket[i];
}
