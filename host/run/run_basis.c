/* run_basis.c - the basis of a run that leaves it open, and what was foretold of it beside what it took. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/footprint.h"
#include "core/ranks.h"
#include "run/run.h"

/* Another basis could not go on from the checkpoint. */
static qfp_status basis_of_part(const run *r, qfp_basis *out)
{
    char *name = NULL;
    QFP_TRY(qfp_snapshot_resumed_text(r->options->output_path, r->config->text, "basis", &name));
    qfp_status status = QFP_FAIL(QFP_USAGE,
                                 "%s.part: does not say in which basis the run was begun; run with "
                                 "--force to begin anew",
                                 r->options->output_path);
    for (int i = QFP_BASIS_AUTO + 1; name != NULL && qfp_basis_names[i] != NULL; i++)
        if (strcmp(name, qfp_basis_names[i]) == 0) {
            *out = (qfp_basis)i;
            status = QFP_OK;
        }
    free(name);
    return status;
}

qfp_status qfpi_run_basis(run *r, qfp_config *settled)
{
    qfp_run_result *out = r->result;
    qfp_basis_choice choice;
    out->predicted_seconds = NAN;
    if (settled->basis == QFP_BASIS_AUTO && r->options->resume) {
        QFP_TRY(basis_of_part(r, &settled->basis));
    } else if (settled->basis == QFP_BASIS_AUTO) {
        QFP_TRY(qfp_plan_choose(settled, 0, &choice));
        settled->basis = choice.basis;
        out->predicted_seconds = choice.seconds;
        out->predicted_bytes = choice.bytes;
        snprintf(out->choice, sizeof out->choice, "%s", choice.sentence);
        if (r->options->show_progress)
            qfp_progress_tell(choice.sentence);
    }
    qfpi_footprint_reset(&r->footprint);
    r->settled_at = qfpi_seconds_now();
    r->settled_traffic = qfpi_ranks_traffic();
    return QFP_OK;
}

/* That have no part of any grid. */
static int idle_ranks(const run *r)
{
    int fewest = qfpi_ranks();
    for (size_t i = 0; r->members != NULL && i < r->count; i++) {
        const qfp_plan *p = &r->members[i].plan;
        if (p->ranks - p->working < fewest)
            fewest = p->ranks - p->working;
    }
    return r->members != NULL ? fewest : 0;
}

qfp_status qfpi_run_exchanged(run *r)
{
    qfp_run_result *out = r->result;
    const qfpi_traffic now = qfpi_ranks_traffic();
    size_t used = strlen(out->note);
    out->ranks = qfpi_ranks();
    out->exchanged_bytes = now.bytes - r->settled_traffic.bytes;
    out->exchange_seconds = qfpi_ranks_most(now.seconds - r->settled_traffic.seconds);
    out->wait_seconds = qfpi_ranks_most(now.waited - r->settled_traffic.waited);
    QFP_TRY(qfpi_ranks_add(&out->exchanged_bytes, 1));
    if (out->ranks > 1 && out->exchanged_bytes == 0.0)
        snprintf(out->note + used, sizeof out->note - used,
                 "%seach of the %d ranks computed all of this run; they divide the grids of basis "
                 "fourier, the paths of `qfp sample` and the points of `qfp sweep`",
                 used > 0 ? "; " : "", out->ranks);
    else if (idle_ranks(r) > 0)
        snprintf(out->note + used, sizeof out->note - used,
                 "%s%d of the %d ranks had no part of the grid, which is divided along Q_1 alone; "
                 "take fewer",
                 used > 0 ? "; " : "", idle_ranks(r), out->ranks);
    return QFP_OK;
}

void qfpi_run_took(run *r)
{
    qfp_run_result *out = r->result;
    size_t count = r->members != NULL ? r->count : 0;
    for (size_t i = 0; i < count && isnan(out->predicted_seconds); i++)
        out->predicted_bytes += r->members[i].plan.bytes_total;
    out->taken_seconds = qfpi_seconds_now() - r->settled_at;
    out->taken_bytes = qfpi_footprint_peak(&r->footprint);
}
