#include "plot/describe.h"

#include <math.h>
#include <string.h>

void qfpi_spread_rows(qfp_picture *q, int first)
{
    int count = q->rows - first, widest = 0;
    for (const qfp_panel *p = q->first; p != NULL; p = p->next)
        widest += p->row == 0 && p->frame <= 0;
    int rows = (count + (widest > 3 ? 3 : 2)) / (widest > 3 ? 4 : 3);
    for (qfp_panel *p = q->first; p != NULL && rows > 0; p = p->next)
        if (p->row >= first)
            p->row = first + (p->row - first) / ((count + rows - 1) / rows);
    q->rows = first + rows;
}

/* Which ensemble it is, and why it has no more times. */
static void add_sentences(qfp_source *f)
{
    qfp_picture *q = f->picture;
    const char *slash = strrchr(f->path, '/');
    q->title = qfpi_attribute(f, "/", "title");
    if (q->title[0] == '\0')
        q->title = slash != NULL ? slash + 1 : f->path;
    const char *ensemble = qfpi_attribute(f, "/", "ensemble");
    const char *stopped = qfpi_attribute(f, "/", "stopped");
    if (ensemble[0] != '\0')
        qfpi_note(q, ensemble);
    if (stopped[0] != '\0' && f->times > 0) {
        qfpi_note(q, qfpi_text(q, "stopped: %s", stopped));
        q->stop_time = f->time[f->times - 1];
    }
}

static void add_panels(qfp_source *f)
{
    const char *theories = qfpi_attribute(f, "/", "theories");
    if (strcmp(qfpi_attribute(f, "/", "kind"), "process") == 0) {
        qfpi_describe_process(f);
    } else if (theories[0] != '\0') {
        qfpi_describe_theories(f, theories);
    } else {
        qfpi_describe_maps(f);
        qfpi_describe_observables(f);
        if (f->is_movie || f->fixed_count > 0)
            return; /* the others do not move, or have a time of their own */
        qfpi_describe_fields(f);
        qfpi_describe_correlations(f);
        qfpi_describe_steady(f);
    }
}

qfp_status qfpi_describe(hid_t file, const char *path, bool is_movie, qfp_picture *out)
{
    qfp_source f = {.file = file, .path = path, .picture = out, .is_movie = is_movie};
    *out = (qfp_picture){.stop_time = NAN};
    qfpi_source_begin(&f);
    add_sentences(&f);
    if (out->status == QFP_OK)
        add_panels(&f);
    if (out->status == QFP_OK && out->first == NULL)
        return QFP_FAIL(QFP_IO,
                        "%s: has neither Q nor observables to draw; is it an output of qfp?", path);
    out->frame_count = is_movie ? f.times : 0;
    out->frame_time = f.time;
    out->frame_name = qfpi_room(out, out->frame_count, sizeof *out->frame_name);
    for (size_t i = 0; i < out->frame_count && out->frame_name != NULL; i++)
        out->frame_name[i] = qfpi_when(&f, i);
    return out->status;
}
