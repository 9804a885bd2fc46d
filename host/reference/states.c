#include "reference/states.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reference/file_kets.h"

#define JOINT_REST 1e-16           /* weight that products of mixed states may leave out */
#define MAX_JOINT 20000000         /* products looked at */
#define MAX_KET_BYTES 4294967296.0 /* 4 GiB */

typedef struct space {
    const qfp_config *config;
    int modes;
    const qfp_kept *kept;
    size_t dim;
} space;

static qfp_status check_size(size_t count, size_t dim)
{
    double bytes = (double)count * (double)dim * sizeof(double complex);
    if (bytes > MAX_KET_BYTES)
        return QFP_FAIL(QFP_MEMORY,
                        "the initial state is a mixture of %zu kets of dimension %zu, %.3g GiB: "
                        "too large for the reference (limit 4 GiB); lower solver.levels",
                        count, dim, bytes / 1073741824.0);
    return QFP_OK;
}

/* One product of one-mode kets: which, and its weight. */
typedef struct joint {
    double weight;
    size_t index;
} joint;

static int by_weight(const void *a, const void *b)
{
    double x = ((const joint *)a)->weight, y = ((const joint *)b)->weight;
    return (x < y) - (x > y);
}

static void tensor(const space *s, const qfp_ket_set *mode, size_t index, double complex *out)
{
    const double complex *factor[QFP_MAX_MODES];
    double complex product[QFP_MAX_MODES + 1] = {1.0};
    int n[QFP_MAX_MODES] = {0}, changed = 0;
    for (int j = 0; j < s->modes; j++) {
        factor[j] = mode[j].ket + (index % mode[j].count) * mode[j].dim;
        index /= mode[j].count;
    }
    for (size_t i = 0; i < s->dim; i++) {
        int before[QFP_MAX_MODES];
        for (int j = changed; j < s->modes; j++)
            product[j + 1] = product[j] * factor[j][n[j]];
        out[i] = product[s->modes];
        memcpy(before, n, sizeof before);
        qfp_kept_next(s->kept, n);
        for (changed = 0; changed + 1 < s->modes && n[changed] == before[changed];)
            changed++;
    }
}

static qfp_status join(const space *s, const qfp_ket_set *mode, qfp_ket_set *out)
{
    int modes = s->modes;
    double products = 1.0;
    for (int j = 0; j < modes; j++)
        products *= (double)mode[j].count;
    if (products > MAX_JOINT)
        return QFP_FAIL(QFP_MEMORY,
                        "the initial state is a product of mixtures with %.3g kets in all, too "
                        "many for the reference",
                        products);
    joint *list = NULL;
    size_t count = (size_t)products;
    QFP_TRY(QFP_ALLOCATE(list, count, "products of kets"));
    double total = 0.0;
    for (size_t i = 0; i < count; i++) {
        list[i] = (joint){1.0, i};
        size_t rest = i;
        for (int j = 0; j < modes; j++) {
            list[i].weight *= mode[j].weight[rest % mode[j].count];
            rest /= mode[j].count;
        }
        total += list[i].weight;
    }
    qsort(list, count, sizeof *list, by_weight);
    for (double rest = 0.0; count > 1 && rest + list[count - 1].weight < JOINT_REST * total;)
        rest += list[--count].weight;
    qfp_status status;
    QFP_TRY_GOTO(check_size(count, s->dim));
    QFP_TRY_GOTO(qfp_ket_set_allocate(count, s->dim, out));
    for (size_t i = 0; i < count; i++) {
        out->weight[i] = list[i].weight;
        tensor(s, mode, list[i].index, out->ket + i * s->dim);
    }
done:
    free(list);
    return status;
}

static qfp_status build(const space *s, const qfp_state *state, qfp_ket_set *out,
                        qfp_state_error *error);

/* The kets of one mode: of a part of its own, or of a state of one kind in all modes. */
static qfp_status mode_kets(const space *s, const qfp_state *state, int mode, int levels,
                            qfp_ket_set *out, qfp_state_error *error)
{
    qfp_kept kept;
    if (state->kind != QFP_STATE_PRODUCT) {
        QFP_TRY(qfp_one_mode_rest(state, mode, (size_t)levels, &error->cut));
        return qfp_one_mode_kets(state, mode, (size_t)levels, out);
    }
    qfp_status status = qfp_kept_create(1, &levels, NULL, 0, &kept);
    const space own = {.config = s->config, .modes = 1, .kept = &kept, .dim = kept.dim};
    if (status == QFP_OK)
        status = build(&own, &state->parts[mode], out, error);
    qfp_kept_destroy(&kept);
    return status;
}

/* *population ← of the modes' kets by W, [*count]. */
static qfp_status totals(int modes, const int *weight, const qfp_ket_set *mode, size_t *count,
                         double **population)
{
    double *sum = NULL;
    *count = 1;
    QFP_TRY(QFP_ALLOCATE(*population, 1, "a distribution of quanta"));
    (*population)[0] = 1.0;
    for (int j = 0; j < modes; j++) {
        size_t longer = *count + (size_t)weight[j] * (mode[j].dim - 1);
        QFP_TRY(QFP_ALLOCATE(sum, longer, "a distribution of quanta"));
        for (size_t k = 0; k < mode[j].count; k++)
            for (size_t n = 0; n < mode[j].dim; n++) {
                double complex c = mode[j].ket[k * mode[j].dim + n];
                double here = mode[j].weight[k] * (pow(creal(c), 2.0) + pow(cimag(c), 2.0));
                for (size_t i = 0; i < *count && here > 0.0; i++)
                    sum[i + (size_t)weight[j] * n] += here * (*population)[i];
            }
        free(*population);
        *population = sum;
        *count = longer;
    }
    return QFP_OK;
}

/* √(Σ_k w_k p_k) bounds Σ_k w_k √p_k. */
static qfp_status add_cut(const space *s, const qfp_ket_set *mode, qfp_rest *cut)
{
    double *population = NULL, beyond = 0.0;
    size_t count;
    if (!s->kept->is_cut)
        return QFP_OK;
    qfp_status status = totals(s->modes, s->kept->weight, mode, &count, &population);
    for (size_t w = count; status == QFP_OK && w-- > (size_t)s->kept->most + 1;)
        beyond += population[w];
    free(population);
    cut->amplitude += sqrt(beyond);
    cut->population += beyond;
    return status;
}

/* To first order what is cut of the modes adds up. */
static qfp_status product_state(const space *s, const qfp_state *state, qfp_ket_set *out,
                                qfp_state_error *error)
{
    qfp_ket_set mode[QFP_MAX_MODES] = {0};
    qfp_status status = QFP_OK;
    for (int j = 0; j < s->modes && status == QFP_OK; j++) {
        qfp_state_error own = {0};
        status = mode_kets(s, state, j, s->kept->levels[j], &mode[j], &own);
        error->cut.amplitude += own.cut.amplitude;
        error->cut.population += own.cut.population;
        error->cancelled += own.cancelled;
    }
    if (status == QFP_OK)
        status = add_cut(s, mode, &error->cut);
    if (status == QFP_OK)
        status = join(s, mode, out);
    for (int j = 0; j < s->modes; j++)
        qfp_ket_set_destroy(&mode[j]);
    return status;
}

static double norm_squared(size_t dim, const double complex *ket)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += creal(ket[i]) * creal(ket[i]) + cimag(ket[i]) * cimag(ket[i]);
    return sum;
}

/* The parts' own errors, beside the norm that is left of them. */
static void add_part_error(double size, const qfp_state_error *part, qfp_state_error *sum)
{
    sum->cut.amplitude += size * part->cut.amplitude;
    sum->cancelled += size * (part->cancelled + DBL_EPSILON);
}

static qfp_status add_part(const space *s, const qfp_state *state, size_t i, double complex *ket,
                           qfp_state_error *error)
{
    qfp_ket_set part = {0};
    qfp_state_error own = {0};
    QFP_TRY(build(s, &state->parts[i], &part, &own));
    qfp_status status = QFP_OK;
    if (part.count != 1)
        status = QFP_FAIL(QFP_CONFIG,
                          "%s:%d:%d: part %zu of the superposition is a mixed state; only "
                          "kets can be superposed",
                          s->config->path != NULL ? s->config->path : "initial",
                          state->parts[i].line, state->parts[i].column, i + 1);
    for (size_t n = 0; n < s->dim && status == QFP_OK; n++)
        ket[n] += state->weights[i] * part.ket[n];
    add_part_error(cabs(state->weights[i]), &own, error);
    qfp_ket_set_destroy(&part);
    return status;
}

static qfp_status superposition(const space *s, const qfp_state *state, qfp_ket_set *out,
                                qfp_state_error *error)
{
    double largest = 0.0;
    QFP_TRY(qfp_ket_set_allocate(1, s->dim, out));
    for (size_t i = 0; i < state->part_count; i++) {
        QFP_TRY(add_part(s, state, i, out->ket, error));
        largest = fmax(largest, pow(cabs(state->weights[i]), 2.0));
    }
    double norm = norm_squared(s->dim, out->ket);
    if (!(norm > 1e-24 * largest)) /* below: only rounding is left of the parts */
        return QFP_FAIL(QFP_CONFIG, "%s:%d:%d: the superposition cancels to zero",
                        s->config->path != NULL ? s->config->path : "initial", state->line,
                        state->column);
    for (size_t n = 0; n < s->dim; n++)
        out->ket[n] /= sqrt(norm);
    out->weight[0] = 1.0;
    error->cut.amplitude /= sqrt(norm);
    error->cut.population = error->cut.amplitude * error->cut.amplitude;
    error->cancelled /= sqrt(norm);
    return QFP_OK;
}

static qfp_status append(qfp_ket_set *all, const qfp_ket_set *part, double weight)
{
    qfp_ket_set joined;
    QFP_TRY(check_size(all->count + part->count, part->dim));
    QFP_TRY(qfp_ket_set_allocate(all->count + part->count, part->dim, &joined));
    if (all->count > 0) {
        memcpy(joined.weight, all->weight, all->count * sizeof *all->weight);
        memcpy(joined.ket, all->ket, all->count * all->dim * sizeof *all->ket);
    }
    for (size_t k = 0; k < part->count; k++)
        joined.weight[all->count + k] = weight * part->weight[k];
    memcpy(joined.ket + all->count * part->dim, part->ket,
           part->count * part->dim * sizeof *part->ket);
    qfp_ket_set_destroy(all);
    *all = joined;
    return QFP_OK;
}

static qfp_status mixture(const space *s, const qfp_state *state, qfp_ket_set *out,
                          qfp_state_error *error)
{
    double total = 0.0;
    for (size_t i = 0; i < state->part_count; i++) {
        double weight = creal(state->weights[i]);
        if (!(weight >= 0.0) || cimag(state->weights[i]) != 0.0)
            return QFP_FAIL(QFP_CONFIG,
                            "%s:%d:%d: weight %zu of the mixture must be real and not negative",
                            s->config->path != NULL ? s->config->path : "initial", state->line,
                            state->column, i + 1);
        total += weight;
    }
    if (!(total > 0.0))
        return QFP_FAIL(QFP_CONFIG, "%s:%d:%d: the weights of the mixture are all zero",
                        s->config->path != NULL ? s->config->path : "initial", state->line,
                        state->column);
    for (size_t i = 0; i < state->part_count; i++) {
        double weight = creal(state->weights[i]) / total;
        if (weight == 0.0)
            continue;
        qfp_ket_set part = {0};
        qfp_state_error own = {0};
        QFP_TRY(build(s, &state->parts[i], &part, &own));
        qfp_status status = append(out, &part, weight);
        error->cut.amplitude += weight * own.cut.amplitude;
        error->cut.population += weight * own.cut.population;
        error->cancelled += weight * own.cancelled;
        qfp_ket_set_destroy(&part);
        QFP_TRY(status);
    }
    return QFP_OK;
}

static qfp_status build(const space *s, const qfp_state *state, qfp_ket_set *out,
                        qfp_state_error *error)
{
    qfp_status status;
    *out = (qfp_ket_set){0};
    switch (state->kind) {
    case QFP_STATE_SUPERPOSITION:
        status = superposition(s, state, out, error);
        break;
    case QFP_STATE_MIXTURE:
        status = mixture(s, state, out, error);
        break;
    case QFP_STATE_FILE:
        status = qfp_file_kets(state, s->kept, out);
        break;
    default:
        status = product_state(s, state, out, error);
    }
    if (status != QFP_OK)
        qfp_ket_set_destroy(out);
    return status;
}

/* A state that is too much for the reference is one place of the file. */
static qfp_status at_its_place(const qfp_config *config, qfp_status status)
{
    if (status != QFP_RESOLUTION && status != QFP_MEMORY)
        return status;
    return QFP_FAIL(status, "%s:%d:%d: %s", config->path, config->initial.line,
                    config->initial.column, qfp_last_error());
}

qfp_status qfp_state_kets(const qfp_config *config, const qfp_kept *kept, qfp_ket_set *out,
                          qfp_state_error *error)
{
    space s = {.config = config, .modes = config->modes, .kept = kept, .dim = kept->dim};
    *error = (qfp_state_error){0};
    QFP_TRY(check_size(1, s.dim));
    return at_its_place(config, build(&s, &config->initial, out, error));
}

static qfp_status raise_levels(const qfp_state *state, int modes, double limit, int *levels)
{
    if (state->kind == QFP_STATE_FILE)
        return qfp_file_levels(state, modes, levels);
    if (state->kind == QFP_STATE_SUPERPOSITION || state->kind == QFP_STATE_MIXTURE) {
        for (size_t i = 0; i < state->part_count; i++)
            QFP_TRY(raise_levels(&state->parts[i], modes, limit, levels));
        return QFP_OK;
    }
    if (state->kind == QFP_STATE_PRODUCT) {
        for (int j = 0; j < modes; j++)
            QFP_TRY(raise_levels(&state->parts[j], 1, limit, &levels[j]));
        return QFP_OK;
    }
    for (int j = 0; j < modes; j++) {
        size_t needed;
        QFP_TRY(qfp_one_mode_levels(state, j, limit, &needed));
        if (needed > (size_t)levels[j])
            levels[j] = (int)needed;
    }
    return QFP_OK;
}

qfp_status qfp_state_levels(const qfp_config *config, double limit, int *levels)
{
    return at_its_place(config, raise_levels(&config->initial, config->modes, limit, levels));
}

/* ---- how many quanta there are --------------------------------------------------------------- */

static qfp_status raise_most(const space *s, const qfp_state *state, const int *weight,
                             double limit, int *most);

static qfp_status most_of_product(const space *s, const qfp_state *state, const int *weight,
                                  double limit, int *most)
{
    qfp_ket_set mode[QFP_MAX_MODES] = {0};
    double *population = NULL, beyond = 0.0;
    int levels[QFP_MAX_MODES] = {0};
    size_t count = 0;
    qfp_status status;
    QFP_TRY_GOTO(raise_levels(state, s->modes, limit / (2.0 * s->modes), levels));
    for (int j = 0; j < s->modes; j++) {
        qfp_state_error own = {0};
        QFP_TRY_GOTO(mode_kets(s, state, j, levels[j], &mode[j], &own));
    }
    QFP_TRY_GOTO(totals(s->modes, weight, mode, &count, &population));
    while (count > 1 && beyond + population[count - 1] <= 0.25 * limit * limit)
        beyond += population[--count];
    *most = (int)count - 1 > *most ? (int)count - 1 : *most;
done:
    free(population);
    for (int j = 0; j < s->modes; j++)
        qfp_ket_set_destroy(&mode[j]);
    return status;
}

static qfp_status raise_most(const space *s, const qfp_state *state, const int *weight,
                             double limit, int *most)
{
    if (state->kind == QFP_STATE_FILE)
        return qfp_file_most(state, s->modes, weight, most);
    if (state->kind != QFP_STATE_SUPERPOSITION && state->kind != QFP_STATE_MIXTURE)
        return most_of_product(s, state, weight, limit, most);
    for (size_t i = 0; i < state->part_count; i++)
        QFP_TRY(raise_most(s, &state->parts[i], weight, limit, most));
    return QFP_OK;
}

qfp_status qfp_state_most(const qfp_config *config, const int *weight, double limit, int *most)
{
    space s = {.config = config, .modes = config->modes};
    *most = 0;
    return at_its_place(config, raise_most(&s, &config->initial, weight, limit, most));
}
