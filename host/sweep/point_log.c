#define _GNU_SOURCE
#include "sweep/point_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/checksum.h"
#include "io/output_path.h"

#define MARK UINT64_C(0x31746e696f706671) /* "qfpoint1" */

/* ---- entries ------------------------------------------------------------------------------- */

typedef struct head {
    uint64_t mark, number, status, sentence_size, record_size;
    double seconds;
    uint64_t checksum; /* of all before it and of the sentence and the record */
} head;

static uint64_t checksum_of(const head *h, const void *sentence, const void *record)
{
    uint64_t sum = qfpi_checksum(MARK, h, offsetof(head, checksum));
    sum = qfpi_checksum(sum, sentence, h->sentence_size);
    return qfpi_checksum(sum, record, h->record_size);
}

/* The sentence with its zero, then the record. */
void qfp_point_write(const qfp_point *point, FILE *to)
{
    head h = {.mark = MARK,
              .number = point->number,
              .status = (uint64_t)point->status,
              .sentence_size = strlen(point->sentence) + 1,
              .record_size = point->record_size,
              .seconds = point->seconds};
    h.checksum = checksum_of(&h, point->sentence, point->record);
    fwrite(&h, sizeof h, 1, to);
    fwrite(point->sentence, 1, h.sentence_size, to);
    if (h.record_size > 0)
        fwrite(point->record, 1, h.record_size, to);
}

qfp_status qfp_point_read(const void *bytes, size_t size, qfp_point *out, size_t *taken)
{
    head h;
    const char *sentence = (const char *)bytes + sizeof h;
    if (size < sizeof h)
        return QFP_FAIL(QFP_IO, "an entry of %zu bytes is none of a sweep", size);
    memcpy(&h, bytes, sizeof h);
    size_t left = size - sizeof h;
    bool fits = h.mark == MARK && h.status < QFP_STATUS_COUNT && h.sentence_size > 0 &&
                h.sentence_size <= left && h.record_size <= left - h.sentence_size;
    if (!fits || sentence[h.sentence_size - 1] != '\0' ||
        checksum_of(&h, sentence, sentence + h.sentence_size) != h.checksum)
        return QFP_FAIL(QFP_IO, "an entry of the sweep is damaged");
    *out = (qfp_point){.number = h.number,
                       .status = (qfp_status)h.status,
                       .seconds = h.seconds,
                       .sentence = sentence,
                       .record_size = h.record_size,
                       .record = sentence + h.sentence_size};
    *taken = sizeof h + h.sentence_size + h.record_size;
    return QFP_OK;
}

/* ---- the file ------------------------------------------------------------------------------ */

static const char first_line[] = "qfp sweep, points of the configuration\n";

struct qfp_point_log {
    char *path;
    int file;
    size_t begin, end; /* of the entries */
};

static qfp_status fail(const qfp_point_log *log, const char *what)
{
    return QFP_FAIL(QFP_IO, "%s: cannot be %s: %s", log->path, what, strerror(errno));
}

static qfp_status new_log(const char *path, qfp_point_log **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, 1, "the points of a sweep"));
    (*out)->file = -1;
    (*out)->path = qfpi_format("%s", path);
    return (*out)->path != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
}

void qfp_point_log_close(qfp_point_log *log)
{
    if (log == NULL)
        return;
    if (log->file >= 0)
        close(log->file);
    free(log->path);
    free(log);
}

/* Everything as it is on the disk; unmap it. */
static qfp_status map(const qfp_point_log *log, size_t size, void **out)
{
    *out = mmap(NULL, size, PROT_READ, MAP_PRIVATE, log->file, 0);
    return *out != MAP_FAILED ? QFP_OK : fail(log, "read");
}

/* The first line and the text with its zero, which are there in full. */
static char *opening(const char *text, size_t *size)
{
    char *bytes = qfpi_format("%s%s", first_line, text);
    *size = bytes != NULL ? strlen(bytes) + 1 : 0;
    return bytes;
}

static qfp_status create(qfp_point_log *log, const char *text)
{
    char *bytes = opening(text, &log->begin);
    if (bytes == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", log->path);
    log->end = log->begin;
    qfp_status status = qfpi_output_create(log->path, &log->file);
    if (status == QFP_OK)
        status = qfpi_output_write(log->file, log->path, bytes, log->begin);
    free(bytes);
    return status;
}

qfp_status qfp_point_log_create(const char *path, const char *text, qfp_point_log **out)
{
    qfp_point_log *log = NULL;
    qfp_status status = new_log(path, &log);
    if (status == QFP_OK)
        status = create(log, text);
    if (status == QFP_OK)
        *out = log;
    else
        qfp_point_log_close(log);
    return status;
}

/* Is it of this configuration, and where does the last whole entry end? */
static qfp_status survey(qfp_point_log *log, const char *bytes, size_t size, const char *text)
{
    char *expected = opening(text, &log->begin);
    if (expected == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", log->path);
    bool is_log =
        size >= sizeof first_line - 1 && memcmp(bytes, first_line, sizeof first_line - 1) == 0;
    bool is_same = size >= log->begin && memcmp(bytes, expected, log->begin) == 0;
    free(expected);
    if (!is_log)
        return QFP_FAIL(QFP_IO, "%s: holds no points of a sweep", log->path);
    if (!is_same)
        return QFP_FAIL(QFP_USAGE,
                        "%s: is of another configuration, or with other --set; --force begins anew",
                        log->path);
    qfp_point point;
    size_t taken = 0;
    for (log->end = log->begin;
         qfp_point_read(bytes + log->end, size - log->end, &point, &taken) == QFP_OK;)
        log->end += taken;
    return QFP_OK;
}

static qfp_status open_log(qfp_point_log *log, const char *text)
{
    struct stat found;
    void *bytes;
    log->file = open(log->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (log->file < 0 && errno == ENOENT)
        return QFP_FAIL(QFP_IO, "%s: there is no interrupted sweep to resume", log->path);
    if (log->file < 0 || fstat(log->file, &found) != 0)
        return fail(log, "opened");
    if (!S_ISREG(found.st_mode) || found.st_size == 0)
        return QFP_FAIL(QFP_IO, "%s: holds no points of a sweep", log->path);
    size_t size = (size_t)found.st_size;
    QFP_TRY(map(log, size, &bytes));
    qfp_status status = survey(log, bytes, size, text);
    munmap(bytes, size);
    QFP_TRY(status);
    return ftruncate(log->file, (off_t)log->end) == 0 &&
                   lseek(log->file, (off_t)log->end, SEEK_SET) >= 0
               ? QFP_OK
               : fail(log, "written");
}

qfp_status qfp_point_log_open(const char *path, const char *text, qfp_point_log **out)
{
    qfp_point_log *log = NULL;
    qfp_status status = new_log(path, &log);
    if (status == QFP_OK)
        status = open_log(log, text);
    if (status == QFP_OK)
        *out = log;
    else
        qfp_point_log_close(log);
    return status;
}

qfp_status qfp_point_log_append(qfp_point_log *log, const void *bytes, size_t size)
{
    qfp_status status = qfpi_output_write(log->file, log->path, bytes, size);
    if (status == QFP_OK)
        log->end += size;
    return status;
}

qfp_status qfp_point_log_each(qfp_point_log *log, void *data,
                              qfp_status (*visit)(void *data, const qfp_point *point))
{
    void *bytes;
    qfp_point point;
    size_t taken = 0;
    qfp_status status = QFP_OK;
    QFP_TRY(map(log, log->end, &bytes));
    for (size_t at = log->begin; at < log->end && status == QFP_OK; at += taken) {
        status = qfp_point_read((const char *)bytes + at, log->end - at, &point, &taken);
        if (status == QFP_OK)
            status = visit(data, &point);
    }
    munmap(bytes, log->end);
    return status;
}
