/* buffer_shared.c - buffers in pages of a file in memory, which other processes of this user map too.
 *
 * The key is where the process that made the file has it open, /proc/PID/fd/N, and the file's number, by which one knows that
 * it is the same.
 */
#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpu/buffer.h"
#include "cpu/objects.h"

typedef struct file_key {
    pid_t process;
    int file;
    dev_t device;
    ino_t number;
} file_key;
_Static_assert(sizeof(file_key) <= sizeof(qfp_buffer_key), "a key has room for this");

static qfp_status map(qfp_context *context, size_t count, int file, qfp_buffer **out)
{
    qfp_buffer *buffer = NULL;
    QFP_TRY(QFP_ALLOCATE(buffer, 1, "a buffer"));
    void *data = mmap(NULL, count * sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (data == MAP_FAILED) {
        free(buffer);
        return QFP_FAIL(QFP_MEMORY, "cannot map %zu doubles that processes share: %s", count,
                        strerror(errno));
    }
#ifdef MADV_HUGEPAGE
    (void)madvise(data, count * sizeof(double), MADV_HUGEPAGE); /* as cpu_allocate does */
#endif
    *buffer =
        (qfp_buffer){.context = context, .count = count, .is_shared = 1, .file = -1, .data = data};
    *out = buffer;
    return QFP_OK;
}

void cpu_unmap(const qfp_buffer *buffer)
{
    munmap(buffer->data, buffer->count * sizeof(double));
    if (buffer->file >= 0)
        close(buffer->file);
}

static qfp_status create_file(size_t count, int *out)
{
    int error = count > (SIZE_MAX >> 4) ? EFBIG : 0;
    *out = error == 0 ? memfd_create("qfp buffer", MFD_CLOEXEC) : -1;
    if (*out < 0)
        error = error != 0 ? error : errno;
    else if (ftruncate(*out, (off_t)(count * sizeof(double))) != 0)
        error = errno;
    if (error == 0)
        return QFP_OK;
    if (*out >= 0)
        close(*out);
    return QFP_FAIL(QFP_MEMORY, "cannot allocate %zu doubles that processes share: %s", count,
                    strerror(error));
}

qfp_status cpu_create_shared(qfp_context *context, size_t count, qfp_buffer **out,
                             qfp_buffer_key *key)
{
    *out = NULL;
    int file;
    struct stat found;
    if (count == 0)
        return QFP_FAIL(QFP_UNSUPPORTED, "no buffer of nothing for other processes");
    QFP_TRY(create_file(count, &file));
    qfp_status status =
        fstat(file, &found) == 0
            ? QFP_OK
            : QFP_FAIL(QFP_MEMORY, "cannot look at a file in memory: %s", strerror(errno));
    if (status == QFP_OK)
        status = map(context, count, file, out);
    if (status != QFP_OK) {
        close(file);
        return status;
    }
    (*out)->file = file;
    const file_key own = {getpid(), file, found.st_dev, found.st_ino};
    memset(key, 0, sizeof *key);
    memcpy(key, &own, sizeof own);
    return QFP_OK;
}

qfp_status cpu_open_shared(qfp_context *context, size_t count, const qfp_buffer_key *key,
                           qfp_buffer **out)
{
    *out = NULL;
    char path[64];
    struct stat found;
    file_key k;
    memcpy(&k, key, sizeof k);
    snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)k.process, k.file);
    int file = open(path, O_RDWR | O_CLOEXEC);
    int same = file >= 0 && fstat(file, &found) == 0 && found.st_dev == k.device &&
               found.st_ino == k.number && (size_t)found.st_size == count * sizeof(double);
    qfp_status status =
        same ? map(context, count, file, out)
             : QFP_FAIL(QFP_UNSUPPORTED, "the memory of another process cannot be opened");
    if (file >= 0)
        close(file);
    return status;
}
