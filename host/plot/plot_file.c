/* plot_file.c - a picture: its script from a process that reads the file, gnuplot, and the file of the picture. */
#define _GNU_SOURCE /* memfd_create */
#include "plot/plot_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/clock.h"
#include "io/guard.h"
#include "io/hdf5_access.h"
#include "io/output_path.h"
#include "io/progress.h"
#include "plot/describe.h"
#include "plot/program.h"
#include "plot/script.h"
#include "qfp/plot.h"

qfp_status qfpi_plot_script(const char *h5_path, qfp_picture_kind kind, bool is_movie, FILE *out)
{
    hid_t file;
    qfp_picture picture;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfp_hdf5_open(h5_path, &file);
    if (status == QFP_OK) {
        status = qfpi_describe(file, h5_path, is_movie, &picture);
        if (status == QFP_OK)
            qfpi_script_write(out, &picture, kind);
        qfp_picture_destroy(&picture);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}

typedef struct question {
    const char *path;
    qfp_picture_kind kind;
    bool is_movie;
} question;

/* qfp_guarded_work */
static qfp_status answer_script(void *self, FILE *answer)
{
    const question *q = self;
    return qfpi_plot_script(q->path, q->kind, q->is_movie, answer);
}

static qfp_status open_memory(const char *path, int *out)
{
    *out = memfd_create("picture", MFD_CLOEXEC);
    return *out >= 0
               ? QFP_OK
               : QFP_FAIL(QFP_MEMORY, "%s: no memory for a picture: %s", path, strerror(errno));
}

/* In memory first: on the disk stands a whole picture or none. */
static qfp_status draw(const char *script, size_t size, const question *q, const char *path,
                       bool replace, qfp_progress *progress)
{
    bool is_encoded = q->kind == QFP_PICTURE_MP4;
    double drawn = is_encoded ? 0.9 : 1.0; /* of the work, about */
    int file[3] = {-1, -1, -1}, last = is_encoded ? 2 : 1;
    qfp_status status = QFP_OK;
    for (int i = 0; i <= last; i++)
        QFP_TRY_GOTO(open_memory(path, &file[i]));
    QFP_TRY_GOTO(qfpi_output_write(file[0], path, script, size));
    QFP_TRY_GOTO(qfpi_program_run(QFP_GNUPLOT, file[0], file[1], progress, 0.0, drawn));
    if (is_encoded)
        QFP_TRY_GOTO(qfpi_program_run(QFP_FFMPEG, file[1], file[2], progress, drawn, 1.0));
    status = qfpi_picture_file_write(file[last], q->kind, path, q->path, replace);
done:
    for (int i = 0; i <= last; i++)
        if (file[i] >= 0)
            close(file[i]);
    return status;
}

qfp_status qfp_plot_file(const char *h5_path, const char *picture_path,
                         const qfp_plot_options *options)
{
    static const qfp_plot_options none = {0};
    const qfp_plot_options *o = options != NULL ? options : &none;
    question q = {.path = h5_path, .is_movie = o->movie};
    char *script = NULL;
    size_t size;
    QFP_TRY(qfpi_output_path_differs(picture_path, h5_path));
    QFP_TRY(qfpi_picture_kind_of(picture_path, o->movie, &q.kind));
    qfp_status status = qfpi_guard(&h5_path, 1, answer_script, &q, &script, &size);
    qfp_progress *progress =
        qfp_progress_create(o->movie && o->show_progress ? picture_path : NULL, qfpi_seconds_now);
    if (status == QFP_OK)
        status = draw(script, size, &q, picture_path, o->replace, progress);
    qfp_progress_destroy(progress);
    free(script);
    return status;
}
