#include "plot/describe.h"

#include <math.h>
#include <string.h>

const char *qfpi_subscript(int number)
{
    static const char *const digits[] = {"", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈"};
    return number > 0 && number < (int)(sizeof digits / sizeof *digits) ? digits[number] : "";
}

void qfpi_spread_rows(qfp_picture *q, int first)
{
    int count = 0, widest = 0, most, each;
    for (const qfp_panel *p = q->first; p != NULL; p = p->next)
        if (p->row >= first)
            count++;
        else if (p->row == 0 && p->frame <= 0)
            widest++;
    if (count == 0)
        return;
    most = widest > 3 ? 4 : 3;
    each = (count + (count + most - 1) / most - 1) / ((count + most - 1) / most);
    for (qfp_panel *p = q->first; p != NULL; p = p->next)
        if (p->row >= first)
            p->row = first + (p->row - first) / each;
    q->rows = first + (count + each - 1) / each;
}

/* Which ensemble it is, and why it has no more times. */
static qfp_status add_sentences(qfp_source *f)
{
    qfp_picture *q = f->picture;
    const char *text;
    QFP_TRY(qfpi_file_text(f, "/", "ensemble", &text));
    if (text[0] != '\0')
        qfpi_picture_note(q, text);
    QFP_TRY(qfpi_file_text(f, "/", "stopped", &text));
    if (text[0] == '\0')
        return QFP_OK;
    qfpi_picture_note(q, qfpi_picture_text(q, "stopped: %s", text));
    q->stop_time = f->time[f->times - 1];
    return QFP_OK;
}

static qfp_status add_title(qfp_source *f)
{
    const char *slash = strrchr(f->path, '/');
    QFP_TRY(qfpi_file_text(f, "/", "title", &f->picture->title));
    if (f->picture->title[0] == '\0')
        f->picture->title = slash != NULL ? slash + 1 : f->path;
    return QFP_OK;
}

static qfp_status add_all(qfp_source *f)
{
    const char *kind, *theories;
    QFP_TRY(qfpi_file_begin(f));
    QFP_TRY(add_title(f));
    QFP_TRY(add_sentences(f));
    QFP_TRY(qfpi_file_text(f, "/", "kind", &kind));
    if (strcmp(kind, "process") == 0)
        return qfpi_describe_process(f);
    QFP_TRY(qfpi_file_text(f, "/", "theories", &theories));
    if (theories[0] != '\0')
        return qfpi_describe_theories(f, theories);
    QFP_TRY(qfpi_describe_maps(f));
    QFP_TRY(qfpi_describe_observables(f));
    if (f->is_movie)
        return QFP_OK; /* the others do not move, or have a time of their own */
    QFP_TRY(qfpi_describe_fields(f));
    QFP_TRY(qfpi_describe_correlations(f));
    return qfpi_describe_steady(f);
}

qfp_status qfpi_describe(hid_t file, const char *path, bool is_movie, qfp_picture *out)
{
    qfp_source f = {.file = file, .path = path, .picture = out, .is_movie = is_movie};
    *out = (qfp_picture){.stop_time = NAN};
    QFP_TRY(add_all(&f));
    if (is_movie) {
        out->frame_count = f.times;
        out->frame_time = f.time;
    }
    if (out->first == NULL)
        return QFP_FAIL(QFP_IO,
                        "%s: has neither Q nor observables to draw; is it an output of qfp?", path);
    return qfpi_picture_check(out);
}
