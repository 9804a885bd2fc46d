#include "io/picture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output_lock.h"
#include "io/output_path.h"

/* A PNG: these, a chunk IHDR of a known length, other chunks, the last of which is empty. */
#define SIGNATURE "\x89PNG\r\n\x1a\n"
#define ENDING "IEND\xae\x42\x60\x82"
enum { EACH = 8, HEAD = 33 };

/* The chunk behind the first one: length, type, keyword and text, checksum. */
static const char mark[] = "\0\0\0\x0c"
                           "tEXtSoftware\0qfp"
                           "\x23\x0d\x8a\x3d";
enum { MARK = sizeof mark - 1 };

typedef struct target {
    const char *path;
    char *part, *lock_path;
    qfp_output_lock lock;
} target;

/* ---- whole pictures ---------------------------------------------------------------------------- */

/* gnuplot answers a full disk with exit status 0. */
static qfp_status read_whole(int drawn, const char *path, char **out, size_t *size)
{
    off_t length = lseek(drawn, 0, SEEK_END);
    if (length <= 0)
        return QFP_FAIL(QFP_IO, "%s: gnuplot wrote no picture", path);
    QFP_TRY(QFP_ALLOCATE(*out, (size_t)length, "a picture"));
    *size = (size_t)length;
    bool whole = length >= HEAD + EACH && pread(drawn, *out, *size, 0) == length &&
                 memcmp(*out, SIGNATURE, EACH) == 0 &&
                 memcmp(*out + length - EACH, ENDING, EACH) == 0;
    return whole ? QFP_OK
                 : QFP_FAIL(QFP_IO, "%s: the picture ends after %lld bytes; is the disk full?",
                            path, (long long)length);
}

static qfp_status write_marked(int file, const char *path, const char *picture, size_t size)
{
    QFP_TRY(qfpi_output_write(file, path, picture, HEAD));
    QFP_TRY(qfpi_output_write(file, path, mark, MARK));
    return qfpi_output_write(file, path, picture + HEAD, size - HEAD);
}

/* ---- what would be lost ------------------------------------------------------------------------ */

/* How many of the first `count` bytes of a plain file there are. */
static size_t read_first(const char *path, char *bytes, size_t count)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = file >= 0 ? read(file, bytes, count) : -1;
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
    char first[HEAD + MARK];
    return read_first(path, first, sizeof first) == sizeof first &&
           memcmp(first, SIGNATURE, EACH) == 0 && memcmp(first + HEAD, mark, MARK) == 0;
}

static bool is_unfinished(const char *path)
{
    char first[EACH];
    return is_empty(path) || (read_first(path, first, sizeof first) == sizeof first &&
                              memcmp(first, SIGNATURE, EACH) == 0);
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

static qfp_status write_part(const target *t, const char *picture, size_t size)
{
    int file;
    QFP_TRY(qfpi_output_create(t->part, &file));
    qfp_status status = write_marked(file, t->path, picture, size);
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

static qfp_status take_and_write(target *t, const char *input, bool replace, const char *picture,
                                 size_t size)
{
    QFP_TRY(qfpi_output_path_differs(t->path, input));
    QFP_TRY(qfpi_output_path_differs(t->part, input));
    QFP_TRY(qfpi_output_path_differs(t->lock_path, input));
    QFP_TRY(qfpi_output_path_check(t->path, t->part));
    QFP_TRY(qfpi_output_lock_take(t->lock_path, t->path, &t->lock));
    qfp_status status = check_losses(t, replace);
    if (status == QFP_OK)
        status = write_part(t, picture, size);
    qfpi_output_lock_drop(t->lock_path, &t->lock);
    return status;
}

qfp_status qfpi_picture_file_write(int drawn, const char *path, const char *input, bool replace)
{
    char *picture = NULL;
    size_t size = 0;
    target t = {.path = path,
                .part = qfpi_format("%s.part", path),
                .lock_path = qfpi_format("%s.part.lock", path)};
    qfp_status status = t.part != NULL && t.lock_path != NULL
                            ? read_whole(drawn, path, &picture, &size)
                            : QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    if (status == QFP_OK)
        status = take_and_write(&t, input, replace, picture, size);
    free(picture);
    free(t.part);
    free(t.lock_path);
    return status;
}
