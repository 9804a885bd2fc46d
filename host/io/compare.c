#include "qfp/compare.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/turn.h"
#include "expression/expression.h"
#include "io/compare_names.h"
#include "io/compare_rules.h"
#include "io/compare_values.h"

typedef struct comparing {
    compare_file files[2];
    compare_names names[2];
    bool is_ours[2]; /* written by this program, so that its set of datasets is known */
    const qfp_compare_options *options;
    bool only_takes_times, only_takes_axes; /* of what `only` names */
    qfp_comparison result;
} comparing;

/* ---- only -------------------------------------------------------------------------------------- */

/* The word of the list after the one at `word`, NULL after the last. */
static const char *next_word(const char *word)
{
    const char *comma = strchr(word, ',');
    return comma != NULL ? comma + 1 : NULL;
}

static compare_match match_any(const comparing *c, const char *name)
{
    compare_match best = NO_MATCH;
    for (const char *word = c->options->only; word != NULL; word = next_word(word)) {
        compare_match match = qfpi_compare_match(name, word, strcspn(word, ","));
        best = match > best ? match : best;
    }
    return best;
}

/* The name nearest to `word` among the datasets and groups of both files. */
static qfp_status fail_unknown(const comparing *c, const char *word)
{
    size_t most = 2 * (c->names[0].count + c->names[1].count), count = 0;
    const char **known = NULL;
    char(*groups)[64] = NULL, advice[160] = "their names are in the table without --only";
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(known, most, "names"));
    QFP_TRY_GOTO(QFP_ALLOCATE(groups, most / 2, "names"));
    for (size_t i = 0; i < most / 2; i++) {
        size_t first = c->names[0].count;
        const char *name = i < first ? c->names[0].names[i] : c->names[1].names[i - first];
        known[count++] =
            strchr(word, '/') != NULL ? name + (word[0] != '/') : strrchr(name, '/') + 1;
        snprintf(groups[i], sizeof *groups, "%.*s", (int)strcspn(name + 1, "/"), name + 1);
        known[count++] = groups[i];
    }
    const char *near = qfp_nearest(word, known, count);
    if (near != NULL)
        snprintf(advice, sizeof advice, "did you mean '%.120s'?", near);
    status = QFP_FAIL(QFP_USAGE, "--only: neither %s nor %s has a dataset or group '%s'; %s",
                      c->files[0].path, c->files[1].path, word, advice);
done:
    free(known);
    free(groups);
    return status;
}

static qfp_status check_word(const comparing *c, const char *word, size_t length)
{
    if (length == 0)
        return QFP_FAIL(QFP_USAGE,
                        "--only: expected names of datasets or groups separated by "
                        "commas, such as husimi,energy, not '%s'",
                        c->options->only);
    for (int f = 0; f < 2; f++)
        for (size_t i = 0; i < c->names[f].count; i++)
            if (qfpi_compare_match(c->names[f].names[i], word, length) != NO_MATCH)
                return QFP_OK;
    char *copy = qfpi_format("%.*s", (int)length, word);
    qfp_status status =
        copy != NULL ? fail_unknown(c, copy) : QFP_FAIL(QFP_MEMORY, "out of memory for --only");
    free(copy);
    return status;
}

/* Every name is known; a dataset is compared with its times, a function of phase space with its axes. */
static qfp_status check_only(comparing *c)
{
    for (const char *word = c->options->only; word != NULL; word = next_word(word))
        QFP_TRY(check_word(c, word, strcspn(word, ",")));
    for (int f = 0; f < 2; f++)
        for (size_t i = 0; i < c->names[f].count; i++) {
            const char *name = c->names[f].names[i];
            if (match_any(c, name) == NO_MATCH || qfpi_compare_role(name) == ROLE_COORDINATE)
                continue;
            c->only_takes_times = c->only_takes_times || qfpi_compare_times(name) != NULL;
            c->only_takes_axes = c->only_takes_axes || qfpi_compare_is_relative(name);
        }
    return QFP_OK;
}

static bool is_wanted(const comparing *c, const char *name)
{
    if (c->options->only == NULL)
        return !qfpi_compare_is_error(name); /* they stand in the column of what they belong to */
    if (match_any(c, name) != NO_MATCH)
        return true;
    if (qfpi_compare_role(name) != ROLE_COORDINATE)
        return false;
    return strncmp(name, "/axes/", 6) == 0 ? c->only_takes_axes : c->only_takes_times;
}

/* ---- one dataset ------------------------------------------------------------------------------- */

static bool is_judged(const comparing *c, const qfp_comparison_row *row)
{
    const char *name = row->dataset;
    if (c->options->only != NULL && match_any(c, name) == MATCHES_DATASET)
        return true;
    compare_role role = qfpi_compare_role(name);
    if (row->finding == QFP_ONLY_IN_A || row->finding == QFP_ONLY_IN_B) {
        int lacking = row->finding == QFP_ONLY_IN_A;
        bool foreign = !c->is_ours[lacking] && c->is_ours[!lacking];
        return role == ROLE_COORDINATE ||
               (role == ROLE_PHYSICS && (!foreign || qfpi_compare_is_core(name)));
    }
    if (row->finding == QFP_NOTHING_BUT_NAN && qfpi_compare_may_be_blank(name))
        return false;
    return role == ROLE_STATED ? !isnan(row->stated) : role != ROLE_METHOD;
}

static qfp_status give_reason(comparing *c, qfp_comparison_row *row, char *sentence)
{
    if (sentence == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory for the comparison", c->files[0].path);
    row->reason = sentence;
    if (c->result.failures++ > 0)
        return QFP_OK;
    c->result.reason = qfpi_format("%s", sentence);
    return c->result.reason != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory");
}

/* What follows the name in the sentence about a row that fails. */
static char *say_difference(const qfp_comparison_row *row, double tolerance)
{
    char at[48] = "", stated[64] = "";
    if (!isnan(row->at_time))
        snprintf(at, sizeof at, " at t = %.6g", row->at_time);
    if (!isnan(row->stated))
        snprintf(stated, sizeof stated, " and than the stated %.3e", row->stated);
    if (isinf(row->disagreement))
        return qfpi_format("%s is a number in one file and NaN or infinite in the other%s",
                           row->dataset, at);
    return qfpi_format("%s differs by %.3e%s%s, more than %g%s", row->dataset, row->disagreement,
                       row->scale == 1.0 ? "" : " of its scale", at, tolerance, stated);
}

static void measure(const comparing *c, const compare_values *v, qfp_comparison_row *row)
{
    double largest = v->largest.amount > 0.0 ? v->largest.amount : 0.0;
    row->scale = qfpi_compare_is_relative(row->dataset) ? v->scale : fmax(1.0, v->scale);
    bool fails = v->unexplained.amount > c->options->tolerance * row->scale;
    const compare_difference *d = fails ? &v->unexplained : &v->largest;
    row->disagreement = largest > 0.0 ? d->amount / row->scale : 0.0;
    row->stated = d->stated / (row->scale > 0.0 ? row->scale : 1.0);
    const char *times = qfpi_compare_times(row->dataset);
    if (qfpi_compare_names_contain(&c->names[0], times))
        row->at_time = qfpi_compare_time(&c->files[0], times, v->rows, d->row);
}

static qfp_status compare_common(comparing *c, qfp_comparison_row *row)
{
    compare_values v;
    char *name = qfpi_compare_errors(row->dataset), *sentence = NULL;
    const char *errors[2];
    for (int f = 0; f < 2; f++)
        errors[f] = qfpi_compare_names_contain(&c->names[f], name) ? name : NULL;
    qfp_status status = qfpi_compare_values(c->files, row->dataset, errors, &v);
    free(name);
    QFP_TRY(status);
    if (v.agreement == HAS_NUMBERS)
        measure(c, &v, row);
    row->finding = v.agreement == SHAPES_DIFFER ? QFP_OTHER_SHAPE
                   : v.agreement == ONLY_NAN    ? QFP_NOTHING_BUT_NAN
                                                : QFP_COMPARED;
    if (row->finding == QFP_OTHER_SHAPE)
        row->disagreement = INFINITY;
    row->judged = is_judged(c, row);
    if (!row->judged)
        return QFP_OK;
    bool is_named = c->options->only != NULL && match_any(c, row->dataset) != NO_MATCH;
    bool counts = is_named || qfpi_compare_role(row->dataset) != ROLE_COORDINATE;
    c->result.compared += counts && row->finding != QFP_NOTHING_BUT_NAN;
    if (row->finding == QFP_OTHER_SHAPE)
        sentence = qfpi_format("%s has another shape, %s", row->dataset, v.shapes);
    else if (row->finding == QFP_NOTHING_BUT_NAN)
        sentence = qfpi_format("%s holds no number but NaN in either file", row->dataset);
    else if (isinf(row->disagreement) || v.unexplained.amount > c->options->tolerance * row->scale)
        sentence = say_difference(row, c->options->tolerance);
    else
        return QFP_OK;
    return give_reason(c, row, sentence);
}

static qfp_status compare_dataset(comparing *c, const char *name, bool in_a, bool in_b)
{
    qfp_comparison *result = &c->result;
    qfp_comparison_row *row = &result->rows[result->count];
    *row = (qfp_comparison_row){.dataset = qfpi_format("%s", name),
                                .finding = in_a ? QFP_ONLY_IN_A : QFP_ONLY_IN_B,
                                .stated = NAN,
                                .at_time = NAN};
    if (row->dataset == NULL)
        return QFP_FAIL(QFP_MEMORY, "out of memory for the comparison");
    result->count++;
    if (in_a && in_b) {
        QFP_TRY(compare_common(c, row));
        bool leads = result->worst_dataset == NULL || row->disagreement > result->worst;
        if (row->judged && row->finding != QFP_NOTHING_BUT_NAN && leads) {
            result->worst = row->disagreement;
            result->worst_dataset = row->dataset;
        }
        return QFP_OK;
    }
    result->only_in_a += in_a;
    result->only_in_b += in_b;
    row->judged = is_judged(c, row);
    return row->judged ? give_reason(c, row,
                                     qfpi_format("%s is missing in %s", row->dataset,
                                                 c->files[in_a ? 1 : 0].path))
                       : QFP_OK;
}

/* ---- two files --------------------------------------------------------------------------------- */

static qfp_status compare_all(comparing *c)
{
    const compare_names *a = &c->names[0], *b = &c->names[1];
    qfp_comparison *result = &c->result;
    QFP_TRY(QFP_ALLOCATE(result->rows, a->count + b->count, "the comparison"));
    for (size_t i = 0, k = 0; i < a->count || k < b->count;) {
        int order = i == a->count ? 1 : k == b->count ? -1 : strcmp(a->names[i], b->names[k]);
        const char *name = order <= 0 ? a->names[i] : b->names[k];
        if (is_wanted(c, name))
            QFP_TRY(compare_dataset(c, name, order <= 0, order >= 0));
        i += order <= 0;
        k += order >= 0;
    }
    if (result->compared > 0)
        return QFP_OK;
    result->worst = INFINITY;
    result->worst_dataset = "(nothing could be compared)";
    result->failures++;
    free(result->reason);
    result->reason = qfpi_format("nothing could be compared but times and axes");
    return result->reason != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory");
}

static qfp_status open_file(comparing *c, int f, const char *path)
{
    c->files[f].path = path;
    QFP_TRY(qfp_hdf5_open(path, &c->files[f].file));
    c->is_ours[f] = H5Aexists(c->files[f].file, "format_version") > 0;
    return qfpi_compare_names_list(c->files[f].file, path, &c->names[f]);
}

qfp_status qfp_compare_files(const char *a, const char *b, const qfp_compare_options *options,
                             qfp_comparison *out)
{
    QFPI_TAKE_TURN();
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    static const qfp_compare_options everything = {.tolerance = INFINITY};
    comparing c = {.files = {{.file = -1}, {.file = -1}},
                   .options = options != NULL ? options : &everything};
    qfp_status status;
    QFP_TRY_GOTO(open_file(&c, 0, a));
    QFP_TRY_GOTO(open_file(&c, 1, b));
    QFP_TRY_GOTO(check_only(&c));
    QFP_TRY_GOTO(compare_all(&c));
done:
    for (int f = 0; f < 2; f++) {
        qfpi_compare_names_destroy(&c.names[f]);
        if (c.files[f].file >= 0)
            H5Fclose(c.files[f].file);
    }
    qfp_hdf5_quiet_end(quiet);
    if (status != QFP_OK) {
        qfp_comparison_destroy(&c.result);
        return status;
    }
    *out = c.result;
    return QFP_OK;
}

void qfp_comparison_destroy(qfp_comparison *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->count; i++) {
        free(c->rows[i].dataset);
        free(c->rows[i].reason);
    }
    free(c->rows);
    free(c->reason);
    memset(c, 0, sizeof *c);
}
