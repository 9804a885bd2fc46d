/* action.c - paths between mixed boundary data: x(0) of the variable that diffuses forwards and
 * y(T) of the one that diffuses backwards are given, and the density of paths is e^{−S} of
 * kernels/shared/action_cell.h.  Quadratic Hamiltonians: x = p, y = q of the eigenframe of the
 * diffusion.  Kerr: x, y of ensemble/kerr_frame.h.
 *
 * One chain per trajectory; every chain gives one path, so that trajectories are independent.  A
 * second run on half the slices sees the same noise: what it moves is the error of the slices.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/ranks.h"
#include "ensemble/kerr_frame.h"
#include "ensemble/method.h"
#include "ensemble/quadratic_frame.h"

typedef struct action {
    qfp_method_setting setting;
    qfp_action_spec spec;
    size_t node_count;
    /* fine and coarse: of t = 0 and of every later output time, in slices; [node_count][Re α, Im α][paths] of this
     * rank */
    size_t *slices[2];
    double *states[2];
    size_t done, piece; /* chains, of all ranks; of the next piece of work */
    double taken;       /* proposals, of the fine ones */
    bool couples;
} action;

static void destroy(void *self)
{
    action *a = self;
    if (a == NULL)
        return;
    for (int run = 0; run < 2; run++) {
        free(a->slices[run]);
        free(a->states[run]);
    }
    free(a);
}

static qfp_status check_times(const qfp_config *config)
{
    double last = config->times[config->time_count - 1];
    if (!(last > 0.0))
        return QFP_FAIL(QFP_CONFIG,
                        "%s: output.times: action needs a last time above 0, where the variable "
                        "that diffuses backwards is given",
                        config->path);
    for (size_t row = 0; row < config->time_count; row++) {
        double pair = config->times[row] / last * (config->ensemble.slices / 2);
        if (fabs(pair - round(pair)) > 1e-6)
            return QFP_FAIL(QFP_CONFIG,
                            "%s: output.times: t = %.6g is no end of a pair of the %d slices of "
                            "[0, %.6g]; change ensemble.slices",
                            config->path, config->times[row], config->ensemble.slices, last);
    }
    return QFP_OK;
}

/* Drift, rate and the way back to α; *couples: the density at one time is not Q(t). */
static qfp_status read_frame(const qfp_config *config, qfp_action_spec *spec, bool *couples)
{
    qfp_kerr_frame kerr;
    qfp_quadratic_frame f;
    QFP_TRY(check_times(config));
    QFP_TRY(qfp_kerr_frame_read(config, &kerr, couples));
    if (*couples) {
        *spec = (qfp_action_spec){.kind = QFP_ACTION_KERR,
                                  .frequency = kerr.frequency,
                                  .strength = kerr.strength,
                                  .rate = 0.5 * kerr.strength,
                                  .turn = {kerr.sign, 0.0}};
        return QFP_OK;
    }
    QFP_TRY(qfp_quadratic_frame_read(config, ", and Kerr (w*n + U/2*ad^2*a^2) in ln a", &f));
    if (f.rate <= 0.0)
        return QFP_FAIL(QFP_CONFIG,
                        "%s: ensemble.method: action needs diffusion, a term with a^2; here there "
                        "is none",
                        config->path);
    *couples = f.coupling != 0.0;
    *spec = (qfp_action_spec){
        .kind = QFP_ACTION_LINEAR,
        .drift = {{-f.rate, -f.coupling, f.force[1]}, {f.coupling, f.rate, f.force[0]}},
        .rate = f.rate,
        .turn = {f.turn[0], f.turn[1]}};
    return QFP_OK;
}

qfp_status qfp_action_check(const qfp_config *config)
{
    qfp_action_spec ignored;
    bool couples;
    QFP_TRY(qfp_ensemble_refuse_dissipation(config));
    return read_frame(config, &ignored, &couples);
}

static qfp_status create_nodes(action *a)
{
    const qfp_config *config = a->setting.config;
    double t = 0.0;
    for (int run = 0; run < 2; run++)
        QFP_TRY(QFP_ALLOCATE(a->slices[run], config->time_count + 1, "output times"));
    a->node_count = 1;
    for (size_t row = 0; row < config->time_count; row++) {
        size_t pairs =
            (size_t)llround(config->times[row] / a->spec.duration * (config->ensemble.slices / 2));
        a->slices[0][a->node_count] = 2 * pairs;
        a->slices[1][a->node_count] = pairs;
        a->node_count += config->times[row] > t;
        t = config->times[row];
    }
    for (int run = 0; run < 2; run++)
        QFP_TRY(QFP_ALLOCATE(a->states[run], 2 * a->node_count * a->setting.share->paths,
                             "paths at the output times"));
    return QFP_OK;
}

static qfp_status load(const action *a, int run, const qfp_path_set *set, size_t node,
                       qfp_buffer *x)
{
    return a->setting.backend->vector->upload(x, 0, 2 * set->paths,
                                              a->states[run] + 2 * node * set->paths);
}

static qfp_status draw(void *self, const qfp_path_set *set, qfp_buffer *x)
{
    return load(self, 0, set, 0, x);
}

static qfp_status draw_coarse(void *self, const qfp_path_set *set, qfp_buffer *coarse)
{
    return load(self, 1, set, 0, coarse);
}

static qfp_status advance(void *self, const qfp_path_set *set, double t, double h, uint64_t step,
                          qfp_buffer *x, qfp_buffer *coarse)
{
    size_t node = (size_t)(step / 2) + 1;
    (void)t;
    (void)h;
    QFP_TRY(load(self, 0, set, node, x));
    return load(self, 1, set, node, coarse);
}

static void describe(const void *self, char *statement, size_t size)
{
    const action *a = self;
    bool kerr = a->spec.kind == QFP_ACTION_KERR;
    double proposals = (double)a->setting.config->ensemble.paths * (double)a->spec.sweeps;
    snprintf(statement, size,
             "time-symmetric action, %s(0) = %.6g, %s(T) = %.6g%s, %zu slices, acceptance %.3f; "
             "no quantum state belongs to these figures; %s",
             kerr ? "x" : "p", a->spec.begin, kerr ? "y" : "q", a->spec.end,
             kerr ? ", ln a = (x + y)/sqrt2 + i (x - y)/sqrt2 (U < 0: - i)" : "", a->spec.slices,
             a->taken / proposals,
             a->couples
                 ? "drift couples both: this is the mixed-boundary measure, its density at one "
                   "time is not Q(t)"
                 : "drift does not couple q and p: mixed over boundary data it is "
                   "forward-backward diffusion");
}

/* Of the chains of a piece, states [2 node_count][count] of all ranks, those that are trajectories of this rank. */
static void keep_own(action *a, int run, size_t count, const double *states)
{
    const qfp_share *share = a->setting.share;
    size_t from = a->done > share->before ? a->done : share->before;
    size_t end = share->before + share->paths, to = a->done + count < end ? a->done + count : end;
    for (size_t k = 0; k < 2 * a->node_count && from < to; k++)
        memcpy(a->states[run] + k * share->paths + from - share->before,
               states + k * count + from - a->done, (to - from) * sizeof *states);
}

/* The chains of `set`, on all slices (run 0) or on half of them. */
static qfp_status run_chains(const action *a, const qfp_path_set *set, int run, double *states,
                             double *taken)
{
    qfp_action_spec spec = a->spec;
    double acceptance = 0.0;
    if (run == 1) {
        spec.slices /= 2;
        spec.merge = 2;
    }
    if (set->paths > 0)
        QFP_TRY(a->setting.backend->action->run(a->setting.context, set, &spec, a->node_count,
                                                a->slices[run], states, &acceptance));
    *taken = round(acceptance * (double)set->paths * (double)spec.sweeps);
    return QFP_OK;
}

/* The next `count` chains, a part of them on every rank. */
static qfp_status run_piece(action *a, uint64_t seed, size_t count, int run)
{
    const size_t ranks = (size_t)qfpi_ranks(), rank = (size_t)qfpi_rank();
    const size_t rows = 2 * a->node_count;
    size_t *first = NULL;
    double *own = NULL, *all = NULL, taken;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(first, ranks + 1, "paths at the output times"));
    for (size_t r = 0; r <= ranks; r++)
        first[r] = r * count / ranks;
    const qfp_path_set set = {.paths = first[rank + 1] - first[rank],
                              .coordinates = 1,
                              .seed = seed,
                              .first_path = a->done + first[rank]};
    QFP_TRY_GOTO(QFP_ALLOCATE(own, rows * set.paths, "paths at the output times"));
    QFP_TRY_GOTO(QFP_ALLOCATE(all, rows * count, "paths at the output times"));
    QFP_TRY_GOTO(run_chains(a, &set, run, own, &taken));
    QFP_TRY_GOTO(qfpi_ranks_gather(rows, first, own, all));
    QFP_TRY_GOTO(qfpi_ranks_share(all, rows * count * sizeof *all));
    QFP_TRY_GOTO(qfpi_ranks_add(&taken, 1));
    keep_own(a, run, count, all);
    a->taken += run == 0 ? taken : 0.0;
done:
    free(first);
    free(own);
    free(all);
    return status;
}

/* Chains know nothing of each other: pieces grow until they take a while, for devices that run many at
 * once.  They are worked off in the order of their numbers, so that a checkpoint knows those that are done
 * whatever the number of ranks. */
static qfp_status work(void *self, const qfp_path_set *set, double *share)
{
    const double enough = 0.5; /* seconds */
    action *a = self;
    const size_t paths = a->setting.share->batches.paths;
    double start = qfpi_seconds_now();
    size_t left = paths - a->done, count = a->piece < left ? a->piece : left;
    QFP_TRY(run_piece(a, set->seed, count, 1));
    QFP_TRY(run_piece(a, set->seed, count, 0));
    a->done += count;
    bool is_short = qfpi_seconds_now() - start < enough;
    QFP_TRY(qfpi_ranks_share(&is_short, sizeof is_short));
    a->piece *= is_short ? 2 : 1;
    *share = (double)a->done / (double)paths;
    return QFP_OK;
}

/* How many chains are done, what they took, and their states. */
static size_t states_of_a_run(const action *a)
{
    return 2 * a->node_count * a->setting.share->batches.paths;
}

static size_t carried_count(const void *self)
{
    return 2 + 2 * states_of_a_run(self);
}

static qfp_status save(const void *self, double *out)
{
    const action *a = self;
    if (out != NULL) {
        out[0] = (double)a->done;
        out[1] = a->taken;
    }
    for (size_t run = 0; run < 2; run++)
        QFP_TRY(qfpi_ranks_gather(2 * a->node_count, a->setting.share->path_of, a->states[run],
                                  out != NULL ? out + 2 + run * states_of_a_run(a) : NULL));
    return QFP_OK;
}

static void load_states(void *self, const double *from)
{
    action *a = self;
    const qfp_share *share = a->setting.share;
    const size_t paths = share->batches.paths;
    a->done = (size_t)fmin(fmax(from[0], 0.0), (double)paths);
    a->taken = from[1];
    for (size_t run = 0; run < 2; run++)
        for (size_t k = 0; k < 2 * a->node_count; k++)
            memcpy(a->states[run] + k * share->paths,
                   from + 2 + run * states_of_a_run(a) + k * paths + share->before,
                   share->paths * sizeof *from);
}

qfp_status qfp_action_create(const qfp_method_setting *setting, qfp_ensemble_object *out)
{
    const qfp_config *config = setting->config;
    const qfp_ensemble_settings *e = &config->ensemble;
    action *a = NULL;
    QFP_TRY(QFP_ALLOCATE(a, 1, "chains of paths"));
    a->setting = *setting;
    qfp_status status = read_frame(config, &a->spec, &a->couples);
    a->piece = 1024;
    a->spec.duration = config->times[config->time_count - 1];
    a->spec.begin = e->begin;
    a->spec.end = e->end;
    a->spec.slices = (size_t)e->slices;
    a->spec.sweeps = (size_t)e->sweeps;
    a->spec.merge = 1;
    a->spec.virtual_step = e->virtual_step;
    if (status == QFP_OK)
        status = create_nodes(a);
    if (status != QFP_OK) {
        destroy(a);
        return status;
    }
    *out = (qfp_ensemble_object){.self = a,
                                 .coordinates = 1,
                                 .ordering = 1.0,
                                 .exact_steps = true,
                                 .has_no_state = true,
                                 .work = work,
                                 .describe = describe,
                                 .draw = draw,
                                 .draw_coarse = draw_coarse,
                                 .advance = advance,
                                 .carried = {carried_count, save, load_states},
                                 .destroy = destroy};
    snprintf(out->effort, sizeof out->effort, "%zu slices and %zu sweeps", a->spec.slices,
             a->spec.sweeps);
    return QFP_OK;
}
