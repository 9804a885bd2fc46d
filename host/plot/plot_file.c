/* plot_file.c - a picture: its script from a process that reads the file, gnuplot, and the file of the picture. */
#define _GNU_SOURCE /* memfd_create */
#include "plot/plot_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/guard.h"
#include "io/hdf5_access.h"
#include "io/output_path.h"
#include "plot/describe.h"
#include "plot/gnuplot_pipe.h"
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

static qfp_status draw(const char *script, size_t size, int picture)
{
    qfp_gnuplot *g = NULL;
    QFP_TRY(qfp_gnuplot_open(picture, &g));
    fwrite(script, 1, size, qfp_gnuplot_stream(g));
    return qfp_gnuplot_close(g);
}

static qfp_status open_memory(const char *path, int *out)
{
    *out = memfd_create("picture", MFD_CLOEXEC);
    return *out >= 0
               ? QFP_OK
               : QFP_FAIL(QFP_MEMORY, "%s: no memory for a picture: %s", path, strerror(errno));
}

/* In memory first: on the disk stands a whole picture or none. */
static qfp_status draw_to(const char *script, size_t size, qfp_picture_kind kind, const char *path,
                          const char *input, bool replace)
{
    int drawn = -1, movie = -1;
    bool is_encoded = kind == QFP_PICTURE_MP4;
    qfp_status status;
    QFP_TRY_GOTO(open_memory(path, &drawn));
    QFP_TRY_GOTO(draw(script, size, drawn));
    if (is_encoded) {
        QFP_TRY_GOTO(open_memory(path, &movie));
        QFP_TRY_GOTO(qfpi_ffmpeg(drawn, movie));
    }
    status = qfpi_picture_file_write(is_encoded ? movie : drawn, kind, path, input, replace);
done:
    if (drawn >= 0)
        close(drawn);
    if (movie >= 0)
        close(movie);
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
    if (status == QFP_OK)
        status = draw_to(script, size, q.kind, picture_path, h5_path, o->replace);
    free(script);
    return status;
}
