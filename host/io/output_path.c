#include "io/output_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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

qfp_status qfpi_output_path_differs(const char *path, const char *input)
{
    if (path[0] == '\0')
        return QFP_FAIL(QFP_USAGE, "the file name of the output is empty");
    if (is_same_file(path, input))
        return QFP_FAIL(QFP_USAGE, "%s: the output would replace the input %s", path, input);
    return QFP_OK;
}
