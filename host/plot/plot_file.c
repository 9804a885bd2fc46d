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

/* The frames, one PNG behind the other, into a movie.  ffmpeg comes back to the beginning of what it writes: a name for
 * the file, not a pipe. */
static qfp_status encode(int frames, int movie)
{
    static const char missing[] = "a movie .mp4 needs it: install the package ffmpeg, or let the "
                                  "name end in .gif";
    char *const arguments[] = {"ffmpeg",      "-nostdin",   "-loglevel", "error", "-f",
                               "image2pipe",  "-framerate", "10",        "-i",    "/dev/stdin",
                               "-pix_fmt",    "yuv420p",    "-f",        "mp4",   "-y",
                               "/dev/stdout", NULL};
    pid_t process;
    FILE *complaints = tmpfile();
    if (complaints == NULL)
        return QFP_FAIL(QFP_IO, "a temporary file cannot be created: %s", strerror(errno));
    lseek(frames, 0, SEEK_SET);
    int failure = qfpi_program_spawn(arguments, (const int[]){frames, movie, fileno(complaints)},
                                     -1, NULL, &process);
    qfp_status status =
        failure != 0
            ? QFP_FAIL(QFP_IO, "ffmpeg cannot be started (%s); %s", strerror(failure), missing)
            : qfpi_program_end(process, complaints, true, "ffmpeg", missing);
    fclose(complaints);
    return status;
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
        QFP_TRY_GOTO(encode(drawn, movie));
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
