#include "sweep/settled.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "io/config_sweep.h"
#include "io/record.h"
#include "qfp/devices.h"
#include "qfp/plan.h"
#include "qfp/run.h"
#include "qfp/steady.h"
#include "run/solution.h"
#include "sweep/workers.h"

/* Corner number `corner` of the sweep: at its end on the axes whose bit is set, else at their beginning. */
static size_t corner_point(const qfp_config *config, unsigned corner)
{
    size_t point = 0;
    for (int a = 0; a < config->sweep_count; a++)
        point = point * config->sweep[a].count +
                ((corner >> a & 1u) != 0 ? config->sweep[a].count - 1 : 0);
    return point;
}

/* Stationary states are where they are found to be. */
static qfp_status find_stationary_window(qfp_config *c)
{
    const qfp_run_options keep = {.keep = 1};
    qfp_run_result result;
    qfp_steady_modes modes;
    QFP_TRY(qfp_steady(c, &keep, &result, &modes));
    for (int j = 0; j < c->modes; j++) {
        char name[32];
        snprintf(name, sizeof name, "/husimi/mode_%d", j + 1);
        const qfp_record_array *q = qfp_record_find(result.arrays, name);
        for (int a = 0; q != NULL && a < 2; a++) {
            const qfp_record_axis *axis = &q->axes[1 + a];
            c->husimi_window[j][a] = (qfp_interval){axis->values[0], axis->values[axis->count - 1]};
        }
    }
    qfp_run_result_destroy(&result);
    return QFP_OK;
}

/* The widest window that a corner of the sweep asks for: one file has one pair of axes. */
static void find_window(const qfp_config *config, qfp_settled *s)
{
    for (unsigned corner = 0; corner < 1u << config->sweep_count; corner++) {
        qfp_config *c = NULL;
        qfp_status status = qfp_config_at_point(config, corner_point(config, corner), &c);
        if (status == QFP_OK)
            status = config->for_steady ? find_stationary_window(c) : qfp_output_window(c);
        for (int j = 0; status == QFP_OK && j < c->modes; j++)
            for (int a = 0; a < 2; a++) {
                s->window[j][a].from = fmin(s->window[j][a].from, c->husimi_window[j][a].from);
                s->window[j][a].to = fmax(s->window[j][a].to, c->husimi_window[j][a].to);
            }
        qfp_config_destroy(c);
    }
}

static int count_devices(const qfp_config *config)
{
    qfp_device devices[16];
    int usable = 0;
    size_t count = qfp_devices_list(sizeof devices / sizeof *devices, devices);
    for (size_t i = 0; i < count && i < sizeof devices / sizeof *devices; i++)
        usable += config->backend != QFP_BACKEND_CPU && devices[i].available &&
                  strcmp(devices[i].backend, "cuda") == 0;
    return usable;
}

static qfp_status settle_first(const qfp_config *config, qfp_settled *s)
{
    qfp_config *first = NULL;
    qfp_basis_choice choice;
    QFP_TRY(qfp_config_at_point(config, 0, &first));
    s->basis = config->for_steady ? QFP_BASIS_FOCK : first->basis;
    qfp_status status = QFP_OK;
    if (s->basis == QFP_BASIS_AUTO) {
        status = qfp_plan_choose(first, 0, &choice);
        s->basis = choice.basis;
        snprintf(s->choice, sizeof s->choice, "the first point: %.380s", choice.sentence);
    }
    s->devices = count_devices(first);
    qfp_config_destroy(first);
    return status;
}

/* The configuration, and what is found out about it. */
typedef struct settling {
    const qfp_config *config;
    qfp_settled *out;
} settling;

static void settle(void *data, size_t task, FILE *answer)
{
    const settling *s = data;
    qfp_settled found = {.status = QFP_OK};
    (void)task;
    found.status = settle_first(s->config, &found);
    if (found.status == QFP_OK)
        find_window(s->config, &found);
    else
        snprintf(found.sentence, sizeof found.sentence, "%s", qfp_last_error());
    fwrite(&found, sizeof found, 1, answer);
}

static qfp_status take_settled(void *data, size_t task, const void *bytes, size_t size)
{
    const settling *s = data;
    (void)task;
    if (size != sizeof *s->out)
        return QFP_FAIL(QFP_INTERNAL, "the first point of the sweep gave no answer");
    memcpy(s->out, bytes, size);
    return QFP_OK;
}

static qfp_status settling_lost(void *data, size_t task, const char *how)
{
    (void)data;
    (void)task;
    return QFP_FAIL(QFP_MEMORY, "the plan of the first point ended %s", how);
}

qfp_status qfp_sweep_settle(const qfp_config *config, qfp_settled *out)
{
    settling s = {.config = config, .out = out};
    int processes;
    const qfp_work work = {.count = 1,
                           .crew = {.processes = 1,
                                    .threads = omp_get_max_threads(),
                                    .data = &s,
                                    .solve = settle,
                                    .receive = take_settled,
                                    .lose = settling_lost}};
    QFP_TRY(qfp_work_do(&work, &processes));
    return out->status == QFP_OK
               ? QFP_OK
               : QFP_FAIL(out->status, "the first point of the sweep: %s", out->sentence);
}
