#include "io/output_claim.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ranks.h"
#include "core/stop.h"
#include "io/guard.h"
#include "io/hdf5_access.h"
#include "io/output_lock.h"
#include "io/output_path.h"

enum { PART, CHECKPOINT, FRESH, JOURNAL, ENDING, LOCK, KEPT, NAMES };
static const char *const endings[NAMES] = {
    [PART] = ".part",
    [CHECKPOINT] = ".part.checkpoint",
    [FRESH] = ".part.checkpoint.new",
    [JOURNAL] = ".part.journal",
    [ENDING] = ".part.ending",
    [LOCK] = ".part.lock",
    [KEPT] = "~",
};

struct qfp_output_claim {
    const char *path;
    char *name[NAMES];
    qfp_output_lock lock;
    bool replaces; /* an older result is there */
};

/* ---- inputs ---------------------------------------------------------------------------------- */

static qfp_status differ_from(const qfp_output_claim *c, const char *input)
{
    QFP_TRY(qfpi_output_path_differs(c->path, input));
    for (int i = 0; i < NAMES; ++i)
        QFP_TRY(qfpi_output_path_differs(c->name[i], input));
    return QFP_OK;
}

static qfp_status differ_from_states(const qfp_output_claim *c, const qfp_state *state)
{
    if (state->path != NULL)
        QFP_TRY(differ_from(c, state->path));
    for (size_t i = 0; i < state->part_count; ++i)
        QFP_TRY(differ_from_states(c, &state->parts[i]));
    return QFP_OK;
}

/* ---- what would be lost ---------------------------------------------------------------------- */

static bool exists(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0;
}

/* qfp_guarded_work: anybody may have made the file that stands under the name of the output. */
static qfp_status look_for_ours(void *path, FILE *answer)
{
    (void)answer;
    hid_t file;
    QFP_TRY(qfp_hdf5_open(path, &file));
    bool ours = H5Aexists(file, "format_version") > 0 && H5Aexists(file, "config") > 0;
    H5Fclose(file);
    return ours ? QFP_OK : QFP_FAIL(QFP_IO, "%s: is no result of this program", (const char *)path);
}

/* An empty file is what mktemp makes, and holds nothing. */
static bool may_be_replaced(const char *path)
{
    struct stat found;
    char *answer = NULL, *name;
    size_t size;
    if (stat(path, &found) != 0 || found.st_size == 0)
        return true;
    name = qfpi_format("%s", path);
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    bool ours = name != NULL && qfpi_guard(&path, 1, look_for_ours, name, &answer, &size) == QFP_OK;
    qfp_hdf5_quiet_end(quiet);
    free(answer);
    free(name);
    return ours;
}

static qfp_status keep_foreign(const char *path)
{
    if (may_be_replaced(path))
        return QFP_OK;
    return QFP_FAIL(QFP_IO,
                    "%s: exists and is no result of this program; give another file with -o, or "
                    "--force to replace it",
                    path);
}

static qfp_status keep_checkpoint(const qfp_output_claim *c)
{
    const char *part = c->name[PART], *checkpoint = c->name[CHECKPOINT];
    if (!exists(checkpoint))
        return c->lock.was_left ? QFP_OK : keep_foreign(part);
    if (!exists(part))
        return QFP_FAIL(QFP_IO,
                        "%s: is a checkpoint whose %s is gone; bring that back for --resume, or "
                        "give --force to begin anew",
                        checkpoint, part);
    return QFP_FAIL(QFP_IO,
                    "%s: a run was interrupted here and left a checkpoint; go on from it with "
                    "--resume, or give --force to begin anew",
                    part);
}

static qfp_status check_losses(const qfp_output_claim *c, qfp_output_terms terms)
{
    if (!terms.force && !terms.resume)
        QFP_TRY(keep_checkpoint(c));
    if (!terms.force)
        QFP_TRY(keep_foreign(c->path));
    return terms.force || !c->replaces ? QFP_OK : keep_foreign(c->name[KEPT]);
}

/* ---- the claim ------------------------------------------------------------------------------- */

static qfp_status make_names(qfp_output_claim *c, const char *path)
{
    c->path = path;
    c->lock.descriptor = -1;
    for (int i = 0; i < NAMES; ++i) {
        c->name[i] = qfpi_format("%s%s", path, endings[i]);
        if (c->name[i] == NULL)
            return QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    }
    return QFP_OK;
}

/* A signal finds either no lock or one that it knows of. */
static qfp_status take_lock(qfp_output_claim *c)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    qfp_status status = qfpi_output_lock_take(c->name[LOCK], c->path, &c->lock);
    if (status == QFP_OK)
        qfpi_stop_remove(c->name[LOCK]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

static qfp_status take(qfp_output_claim *c, const qfp_config *config, qfp_output_terms terms)
{
    struct stat found;
    QFP_TRY(differ_from(c, config->path));
    for (size_t i = 0; i < config->observed_count; ++i)
        QFP_TRY(differ_from(c, config->observed[i].path));
    QFP_TRY(differ_from_states(c, &config->initial));
    QFP_TRY(qfpi_output_path_check(c->path, c->name[PART]));
    QFP_TRY(qfpi_output_path_check(c->name[KEPT], c->name[CHECKPOINT]));
    QFP_TRY(take_lock(c));
    c->replaces = stat(c->path, &found) == 0 && found.st_size > 0;
    return check_losses(c, terms);
}

static qfp_status create(const qfp_config *config, const char *path, qfp_output_terms terms,
                         qfp_output_claim **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, 1, "the name of the output"));
    QFP_TRY(make_names(*out, path));
    return take(*out, config, terms);
}

qfp_status qfp_output_claim_create(const qfp_config *config, const char *path,
                                   qfp_output_terms terms, qfp_output_claim **out)
{
    qfp_output_claim *c = NULL;
    if (path == NULL)
        return terms.resume ? QFP_FAIL(QFP_USAGE, "--resume needs an output file") : QFP_OK;
    if (terms.resume && terms.force)
        return QFP_FAIL(QFP_USAGE, "--resume goes on from a checkpoint that --force gives up");
    qfp_status status = QFP_OK;
    if (qfpi_rank() == 0) /* of several, the one that writes */
        status = create(config, path, terms, &c);
    status = qfpi_ranks_agree(status);
    if (status == QFP_OK)
        *out = c;
    else
        qfp_output_claim_release(c);
    return status;
}

/* A killed process left it half written. */
static void remove_fresh(const char *path)
{
    struct stat found;
    if (lstat(path, &found) == 0 && S_ISREG(found.st_mode))
        unlink(path);
}

void qfp_output_claim_release(qfp_output_claim *c)
{
    if (c == NULL)
        return;
    if (c->lock.descriptor >= 0) {
        qfpi_stop_remove(NULL);
        remove_fresh(c->name[FRESH]);
        remove_fresh(c->name[ENDING]);
        /* what a killed process left, and this one has not replaced, the next may replace as well */
        if (c->lock.was_left && exists(c->name[PART]) && !exists(c->name[CHECKPOINT]))
            close(c->lock.descriptor);
        else
            qfpi_output_lock_drop(c->name[LOCK], &c->lock);
    }
    for (int i = 0; i < NAMES; ++i)
        free(c->name[i]);
    free(c);
}

const char *qfp_output_claim_kept(const qfp_output_claim *c)
{
    return c != NULL && c->replaces ? c->name[KEPT] : "";
}
