/* plot.c - a picture: its script from a process that reads the file, gnuplot, and the file of the picture. */
#define _GNU_SOURCE /* memfd_create */
#include "qfp/plot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/gnuplot_pipe.h"
#include "io/guard.h"
#include "io/output_path.h"
#include "io/picture_file.h"
#include "io/plot_script.h"

static qfp_status write_script(void *path, FILE *answer)
{
    return qfpi_plot_script(path, answer);
}

static qfp_status draw(const char *script, size_t size, int picture)
{
    qfp_gnuplot *g = NULL;
    QFP_TRY(qfp_gnuplot_open(picture, &g));
    fwrite(script, 1, size, qfp_gnuplot_stream(g));
    return qfp_gnuplot_close(g);
}

/* In memory first: on the disk stands a whole picture or none. */
static qfp_status draw_to(const char *script, size_t size, const char *path, const char *input,
                          bool replace)
{
    int picture = memfd_create("picture", MFD_CLOEXEC);
    if (picture < 0)
        return QFP_FAIL(QFP_MEMORY, "%s: no memory for a picture: %s", path, strerror(errno));
    qfp_status status = draw(script, size, picture);
    if (status == QFP_OK)
        status = qfpi_picture_file_write(picture, path, input, replace);
    close(picture);
    return status;
}

static qfp_status plot(const char *h5_path, const char *png_path, bool replace)
{
    char *path = qfpi_format("%s", h5_path), *script = NULL;
    size_t size;
    qfp_status status;
    if (path == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", png_path);
    QFP_TRY_GOTO(qfpi_output_path_differs(png_path, h5_path));
    QFP_TRY_GOTO(qfpi_guard(&h5_path, 1, write_script, path, &script, &size));
    status = draw_to(script, size, png_path, h5_path, replace);
done:
    free(script);
    free(path);
    return status;
}

qfp_status qfp_plot_file(const char *h5_path, const char *png_path)
{
    return plot(h5_path, png_path, false);
}

qfp_status qfp_plot_file_over(const char *h5_path, const char *png_path)
{
    return plot(h5_path, png_path, true);
}
