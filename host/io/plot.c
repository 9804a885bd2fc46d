/* plot.c - a picture: its script from a process that reads the file, gnuplot, and the file of the picture. */
#include "qfp/plot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/gnuplot_pipe.h"
#include "io/guard.h"
#include "io/output_path.h"
#include "io/plot_script.h"

static qfp_status write_script(void *path, FILE *answer)
{
    return qfpi_plot_script(path, answer);
}

/* Begin and end of a PNG: gnuplot answers a full disk with exit status 0. */
static qfp_status check_whole(int picture, const char *path)
{
    static const char first[] = "\x89PNG\r\n\x1a\n", last[] = "IEND\xae\x42\x60\x82";
    enum { EACH = 8 };
    char found[2 * EACH] = "";
    off_t length = lseek(picture, 0, SEEK_END);
    if (length == 0)
        return QFP_FAIL(QFP_IO, "%s: gnuplot wrote no picture", path);
    if (length < 2 * EACH || pread(picture, found, EACH, 0) != EACH ||
        pread(picture, found + EACH, EACH, length - EACH) != EACH ||
        memcmp(found, first, EACH) != 0 || memcmp(found + EACH, last, EACH) != 0)
        return QFP_FAIL(QFP_IO, "%s: the picture ends after %lld bytes; is the disk full?", path,
                        (long long)length);
    return QFP_OK;
}

static qfp_status draw(const char *script, size_t size, int picture, const char *path)
{
    qfp_gnuplot *g = NULL;
    QFP_TRY(qfp_gnuplot_open(picture, &g));
    fwrite(script, 1, size, qfp_gnuplot_stream(g));
    QFP_TRY(qfp_gnuplot_close(g));
    QFP_TRY(check_whole(picture, path));
    if (fsync(picture) != 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be written: %s", path, strerror(errno));
    return QFP_OK;
}

static qfp_status draw_to(const char *script, size_t size, const char *path, const char *part)
{
    int picture;
    QFP_TRY(qfpi_output_create(part, &picture));
    qfp_status status = draw(script, size, picture, path);
    if (close(picture) != 0 && status == QFP_OK)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (status == QFP_OK && rename(part, path) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (status == QFP_OK)
        return qfpi_output_sync_folder(path);
    unlink(part);
    return status;
}

qfp_status qfp_plot_file(const char *h5_path, const char *png_path)
{
    char *path = qfpi_format("%s", h5_path), *part = qfpi_format("%s.part", png_path);
    char *script = NULL;
    size_t size;
    qfp_status status = QFP_OK;
    if (path == NULL || part == NULL)
        status = QFP_FAIL(QFP_MEMORY, "%s: out of memory", png_path);
    if (status == QFP_OK)
        status = qfpi_output_path_differs(png_path, h5_path);
    if (status == QFP_OK)
        status = qfpi_output_path_check(png_path, part);
    if (status == QFP_OK)
        status = qfpi_guard(&h5_path, 1, write_script, path, &script, &size);
    if (status == QFP_OK)
        status = draw_to(script, size, png_path, part);
    free(script);
    free(part);
    free(path);
    return status;
}
