#include "io/output_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static qfp_status check_kind(const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0 || S_ISREG(found.st_mode))
        return QFP_OK;
    if (S_ISDIR(found.st_mode))
        return QFP_FAIL(QFP_IO, "%s: is a folder, not a file name for the output", path);
    return QFP_FAIL(QFP_IO, "%s: is a device, a pipe or a socket; the output needs a file", path);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

/* What lies under the name of a file that is not finished may be another's trap. */
static qfp_status check_no_link(const char *part)
{
    struct stat found;
    if (lstat(part, &found) == 0 && S_ISLNK(found.st_mode))
        return QFP_FAIL(QFP_IO, "%s: is a symbolic link, which is not followed; remove it", part);
    return QFP_OK;
}

qfp_status qfpi_output_path_check(const char *path, const char *part)
{
    QFP_TRY(check_kind(path));
    QFP_TRY(check_no_link(part));
    return check_kind(part);
}

qfp_status qfpi_output_create(const char *path, int *descriptor)
{
    QFP_TRY(check_no_link(path));
    QFP_TRY(check_kind(path));
    if (unlink(path) != 0 && errno != ENOENT)
        return QFP_FAIL(QFP_IO, "%s: cannot be replaced: %s", path, strerror(errno));
    *descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*descriptor < 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be created: %s", path, strerror(errno));
    return QFP_OK;
}

qfp_status qfpi_output_write(int file, const char *path, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0 && errno != EINTR)
            return QFP_FAIL(QFP_IO, "%s: cannot be written: %s", path, strerror(errno));
        bytes += written > 0 ? written : 0;
        count -= written > 0 ? (size_t)written : 0;
    }
    return QFP_OK;
}

qfp_status qfpi_output_path_differs(const char *path, const char *input)
{
    if (path[0] == '\0')
        return QFP_FAIL(QFP_USAGE, "the file name of the output is empty");
    if (is_same_file(path, input))
        return QFP_FAIL(QFP_USAGE, "%s: the output would replace the input %s", path, input);
    return QFP_OK;
}

/* Some file systems have nothing to do for a folder, and say so. */
static qfp_status sync_as(const char *path, const char *opened, int flags)
{
    int file = open(opened, O_RDONLY | O_CLOEXEC | flags);
    bool good = file >= 0 && (fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP);
    qfp_status status =
        good ? QFP_OK : QFP_FAIL(QFP_IO, "%s: cannot be completed: %s", path, strerror(errno));
    if (file >= 0)
        close(file);
    return status;
}

qfp_status qfpi_output_sync(const char *path)
{
    return sync_as(path, path, O_NOFOLLOW);
}

qfp_status qfpi_output_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    char *folder = qfpi_format("%.*s", length, slash == NULL ? "." : path);
    if (folder == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    qfp_status status = sync_as(path, folder, O_DIRECTORY);
    free(folder);
    return status;
}

/* A second name for what is at `path`, which then takes the place of PATH~ as a whole. */
static qfp_status keep_older(const char *path, const char *kept, const char *second)
{
    struct stat found;
    if (lstat(path, &found) != 0 || found.st_size == 0)
        return QFP_OK;
    unlink(second);
    bool linked = link(path, second) == 0;
    if (rename(linked ? second : path, kept) != 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be kept as %s: %s", path, kept, strerror(errno));
    unlink(second); /* a rename between two names of one file leaves both */
    return QFP_OK;
}

qfp_status qfpi_output_publish(const char *part, const char *path)
{
    char *kept = qfpi_format("%s~", path), *second = qfpi_format("%s.part~", path);
    qfp_status status = kept != NULL && second != NULL
                            ? qfpi_output_sync(part)
                            : QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    if (status == QFP_OK)
        status = keep_older(path, kept, second);
    if (status == QFP_OK && rename(part, path) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be renamed to %s: %s", part, path, strerror(errno));
    free(kept);
    free(second);
    return status == QFP_OK ? qfpi_output_sync_folder(path) : status;
}
