#include "plot/picture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output_lock.h"
#include "io/output_path.h"

typedef struct bytes {
    const char *at;
    size_t count;
} bytes;
#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* How a file of a kind begins and ends, and the mark that says whose it is: where its format has a place for a
 * remark, so many bytes from the beginning, or else from the end; a text has it behind its first line. */
static const struct {
    const char *ending;
    bool is_movie, is_text, is_behind;
    size_t from;
    size_t signature_at;
    bytes signature, last, mark;
} kinds[QFP_PICTURE_KINDS] = {
    /* the chunk behind the first one: length, type, keyword and text, checksum */
    [QFP_PICTURE_PNG] = {".png", false, false, false, 33, 0, BYTES("\x89PNG\r\n\x1a\n"),
                         BYTES("IEND\xae\x42\x60\x82"),
                         BYTES("\0\0\0\x0ctEXtSoftware\0qfp\x23\x0d\x8a\x3d")},
    [QFP_PICTURE_PDF] = {".pdf", false, true, true, 0, 0, BYTES("%PDF-"), BYTES("%%EOF"),
                         BYTES("%Software: qfp\n")},
    [QFP_PICTURE_SVG] = {".svg", false, true, false, 0, 0, BYTES("<?xml "), BYTES("</svg>"),
                         BYTES("<!-- Software: qfp -->\n")},
    /* an extension before the trailer */
    [QFP_PICTURE_GIF] = {".gif", true, false, true, 1, 0, BYTES("GIF89a"), BYTES(";"),
                         BYTES("!\xfe\x0dSoftware: qfp\0")},
    /* a box that is skipped */
    [QFP_PICTURE_MP4] = {".mp4", true, false, true, 0, 4, BYTES("ftyp"), BYTES(""),
                         BYTES("\0\0\0\x15"
                               "freeSoftware: qfp")},
};
enum { EACH = 128 }; /* bytes of the beginning and of the end that are looked at */

typedef struct target {
    const char *path;
    char *part, *lock_path;
    qfp_output_lock lock;
} target;

/* ---- whole pictures ---------------------------------------------------------------------------- */

qfp_status qfpi_picture_kind_of(const char *path, bool is_movie, qfp_picture_kind *out)
{
    const char *dot = strrchr(path, '.');
    for (int k = 0; k < QFP_PICTURE_KINDS && dot != NULL; k++)
        if (kinds[k].is_movie == is_movie && strcasecmp(dot, kinds[k].ending) == 0) {
            *out = (qfp_picture_kind)k;
            return QFP_OK;
        }
    return QFP_FAIL(QFP_USAGE, "%s: %s", path,
                    is_movie ? "a movie is written to a file that ends in .gif or .mp4"
                             : "a picture is written to a file that ends in .png, .pdf or .svg; "
                               "movies, with --movie, to .gif or .mp4");
}

static bool is_at(const char *from, size_t count, size_t place, bytes what)
{
    return place + what.count <= count && memcmp(from + place, what.at, what.count) == 0;
}

/* Where the mark of a kind stands behind the beginning `first`. */
static size_t place_in_front(int kind, const char *first, size_t count)
{
    const char *line = memchr(first, '\n', count);
    return !kinds[kind].is_text ? kinds[kind].from
           : line != NULL       ? (size_t)(line - first) + 1
                                : count;
}

/* gnuplot answers a full disk with exit status 0. */
static bool is_whole(int kind, const char *picture, size_t size)
{
    bytes last = kinds[kind].last;
    while (kinds[kind].is_text && size > 0 && picture[size - 1] == '\n')
        size--;
    return size > EACH && is_at(picture, size, kinds[kind].signature_at, kinds[kind].signature) &&
           is_at(picture, size, size - last.count, last);
}

static qfp_status read_whole(int drawn, int kind, const char *path, char **out, size_t *size)
{
    off_t length = lseek(drawn, 0, SEEK_END);
    if (length <= 0)
        return QFP_FAIL(QFP_IO, "%s: gnuplot wrote no picture", path);
    QFP_TRY(QFP_ALLOCATE(*out, (size_t)length, "a picture"));
    *size = (size_t)length;
    bool whole = pread(drawn, *out, *size, 0) == length && is_whole(kind, *out, *size);
    return whole ? QFP_OK
                 : QFP_FAIL(QFP_IO, "%s: the picture ends after %lld bytes; is the disk full?",
                            path, (long long)length);
}

static qfp_status write_marked(int file, const char *path, int kind, const char *picture,
                               size_t size)
{
    size_t place =
        kinds[kind].is_behind ? size - kinds[kind].from : place_in_front(kind, picture, size);
    QFP_TRY(qfpi_output_write(file, path, picture, place));
    QFP_TRY(qfpi_output_write(file, path, kinds[kind].mark.at, kinds[kind].mark.count));
    return qfpi_output_write(file, path, picture + place, size - place);
}

/* ---- what would be lost ------------------------------------------------------------------------ */

/* Up to EACH bytes of both ends of a plain file; how many there are. */
static size_t read_ends(const char *path, char first[EACH], char last[EACH])
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = file >= 0 ? pread(file, first, EACH, 0) : -1;
    off_t size = got == EACH ? lseek(file, -EACH, SEEK_END) : -1;
    if (size >= 0 && pread(file, last, EACH, size) != EACH)
        got = -1;
    if (file >= 0)
        close(file);
    return got > 0 ? (size_t)got : 0;
}

static bool is_empty(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && found.st_size == 0;
}

static bool is_ours(const char *path)
{
    char first[EACH], last[EACH];
    bool found = false;
    for (int k = 0; k < QFP_PICTURE_KINDS && read_ends(path, first, last) == EACH; k++) {
        bytes mark = kinds[k].mark;
        size_t place =
            kinds[k].is_behind ? EACH - kinds[k].from - mark.count : place_in_front(k, first, EACH);
        found |= is_at(first, EACH, kinds[k].signature_at, kinds[k].signature) &&
                 is_at(kinds[k].is_behind ? last : first, EACH, place, mark);
    }
    return found;
}

static bool is_unfinished(const char *path)
{
    char first[EACH], last[EACH];
    size_t count = read_ends(path, first, last);
    bool found = is_empty(path);
    for (int k = 0; k < QFP_PICTURE_KINDS; k++)
        found |= is_at(first, count, kinds[k].signature_at, kinds[k].signature);
    return found;
}

/* An empty file is what mktemp makes, and holds nothing. */
static qfp_status check_losses(const target *t, bool replace)
{
    struct stat found;
    bool stands = stat(t->path, &found) == 0;
    bool grows = lstat(t->part, &found) == 0;
    if (stands && !replace && !is_empty(t->path) && !is_ours(t->path))
        return QFP_FAIL(QFP_IO,
                        "%s: exists and is no picture of this program; give another file with -o, "
                        "or --force to replace it",
                        t->path);
    if (grows && !(t->lock.was_left && is_unfinished(t->part)))
        return QFP_FAIL(QFP_IO,
                        "%s: stands where the picture would grow and is no unfinished picture; "
                        "move it, or give another file with -o",
                        t->part);
    return QFP_OK;
}

/* ---- the file ---------------------------------------------------------------------------------- */

static qfp_status write_part(const target *t, int kind, const char *picture, size_t size)
{
    int file;
    QFP_TRY(qfpi_output_create(t->part, &file));
    qfp_status status = write_marked(file, t->path, kind, picture, size);
    if (status == QFP_OK && fsync(file) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", t->path, strerror(errno));
    if (close(file) != 0 && status == QFP_OK)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", t->path, strerror(errno));
    if (status == QFP_OK && rename(t->part, t->path) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", t->path, strerror(errno));
    if (status == QFP_OK)
        return qfpi_output_sync_folder(t->path);
    unlink(t->part);
    return status;
}

static qfp_status take_and_write(target *t, const char *input, bool replace, int kind,
                                 const char *picture, size_t size)
{
    QFP_TRY(qfpi_output_path_differs(t->path, input));
    QFP_TRY(qfpi_output_path_differs(t->part, input));
    QFP_TRY(qfpi_output_path_differs(t->lock_path, input));
    QFP_TRY(qfpi_output_path_check(t->path, t->part));
    QFP_TRY(qfpi_output_lock_take(t->lock_path, t->path, &t->lock));
    qfp_status status = check_losses(t, replace);
    if (status == QFP_OK)
        status = write_part(t, kind, picture, size);
    qfpi_output_lock_drop(t->lock_path, &t->lock);
    return status;
}

qfp_status qfpi_picture_file_write(int drawn, qfp_picture_kind kind, const char *path,
                                   const char *input, bool replace)
{
    char *picture = NULL;
    size_t size = 0;
    target t = {.path = path,
                .part = qfpi_format("%s.part", path),
                .lock_path = qfpi_format("%s.part.lock", path)};
    qfp_status status = t.part != NULL && t.lock_path != NULL
                            ? read_whole(drawn, (int)kind, path, &picture, &size)
                            : QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    if (status == QFP_OK)
        status = take_and_write(&t, input, replace, (int)kind, picture, size);
    free(picture);
    free(t.part);
    free(t.lock_path);
    return status;
}
