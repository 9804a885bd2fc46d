/* journal.c - a file driver of HDF5 that keeps what it writes over; see journal.h. */
#include "io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#include "io/output_path.h"

enum { PAGE = 4096 };
static const char magic[8] = "qfpback";

typedef struct header {
    char magic[8];
    uint64_t number, length; /* of the checkpoint; of the file then */
} header;

typedef struct entry {
    uint64_t page;
    unsigned char bytes[PAGE];
} entry;

typedef struct journalled {
    H5FD_t hdf5; /* first: HDF5 knows the rest as this */
    int file, journal;
    haddr_t end_of_space, end_of_file;
    dev_t device;
    ino_t inode;
    uint64_t length; /* of the file at the checkpoint; 0: there was none */
    bool *is_kept;   /* [pages of it] */
    uint64_t tail;   /* of the journal */
} journalled;

/* ---- plain reading and writing --------------------------------------------------------------- */

/* What lies beyond the end reads as zeros. */
static bool read_at(int file, uint64_t at, void *to, size_t count)
{
    char *next = to;
    while (count > 0) {
        ssize_t got = pread(file, next, count, (off_t)at);
        if (got < 0 && errno != EINTR)
            return false;
        if (got == 0) {
            memset(next, 0, count);
            return true;
        }
        got = got < 0 ? 0 : got;
        next += got;
        at += (uint64_t)got;
        count -= (size_t)got;
    }
    return true;
}

static bool write_at(int file, uint64_t at, const void *from, size_t count)
{
    const char *next = from;
    while (count > 0) {
        ssize_t put = pwrite(file, next, count, (off_t)at);
        if (put < 0 && errno != EINTR)
            return false;
        put = put < 0 ? 0 : put;
        next += put;
        at += (uint64_t)put;
        count -= (size_t)put;
    }
    return true;
}

/* ---- the driver ------------------------------------------------------------------------------ */

/* Everything in [from, to) that was there at the checkpoint is in the journal. */
static bool keep(journalled *j, uint64_t from, uint64_t to)
{
    uint64_t end = to < j->length ? to : j->length;
    if (from < end && j->journal < 0)
        return false;
    for (uint64_t page = from / PAGE; page * PAGE < end; ++page) {
        entry e = {.page = page};
        if (j->is_kept[page])
            continue;
        if (!read_at(j->file, page * PAGE, e.bytes, PAGE) ||
            !write_at(j->journal, j->tail, &e, sizeof e))
            return false;
        j->is_kept[page] = true;
        j->tail += sizeof e;
    }
    return true;
}

static void end_journal(journalled *j)
{
    if (j->journal >= 0)
        close(j->journal);
    free(j->is_kept);
    j->journal = -1;
    j->length = 0;
    j->is_kept = NULL;
}

/* The reason, where HDF5 collects reasons. */
static herr_t refuse(int line, hid_t kind)
{
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, (unsigned)line, H5E_ERR_CLS, H5E_IO, kind,
             "error message = '%s'", strerror(errno));
    return -1;
}

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    struct stat found;
    journalled *j = calloc(1, sizeof *j);
    (void)access;
    (void)most;
    if (j == NULL)
        return NULL;
    int how = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
    how |= (flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0;
    j->journal = -1;
    j->file = open(name, how | O_NOFOLLOW | O_CLOEXEC); /* it is there: qfpi_output_create */
    if (j->file < 0 || fstat(j->file, &found) != 0) {
        if (j->file >= 0)
            close(j->file);
        free(j);
        return NULL;
    }
    j->end_of_file = (haddr_t)found.st_size;
    j->device = found.st_dev;
    j->inode = found.st_ino;
    return &j->hdf5;
}

static herr_t close_file(H5FD_t *file)
{
    journalled *j = (journalled *)file;
    int closed = close(j->file);
    end_journal(j);
    free(j);
    return closed == 0 ? 0 : -1;
}

static int compare(const H5FD_t *a, const H5FD_t *b)
{
    const journalled *x = (const journalled *)a, *y = (const journalled *)b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->inode == y->inode ? 0 : x->inode < y->inode ? -1 : 1;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_space(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const journalled *)file)->end_of_space;
}

static herr_t set_space(H5FD_t *file, H5FD_mem_t type, haddr_t end)
{
    (void)type;
    ((journalled *)file)->end_of_space = end;
    return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const journalled *)file)->end_of_file;
}

static herr_t get_handle(H5FD_t *file, hid_t access, void **handle)
{
    (void)access;
    *handle = file;
    return 0;
}

static herr_t read_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t count,
                        void *to)
{
    (void)type;
    (void)transfer;
    return read_at(((journalled *)file)->file, at, to, count) ? 0 : refuse(__LINE__, H5E_READERROR);
}

static herr_t write_file(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t count,
                         const void *from)
{
    journalled *j = (journalled *)file;
    (void)type;
    (void)transfer;
    if (!keep(j, at, at + count) || !write_at(j->file, at, from, count))
        return refuse(__LINE__, H5E_WRITEERROR);
    j->end_of_file = at + count > j->end_of_file ? at + count : j->end_of_file;
    return 0;
}

static herr_t truncate_file(H5FD_t *file, hid_t transfer, hbool_t closing)
{
    journalled *j = (journalled *)file;
    (void)transfer;
    (void)closing;
    if (j->end_of_space == j->end_of_file)
        return 0;
    if (!keep(j, j->end_of_space, j->length) || ftruncate(j->file, (off_t)j->end_of_space) != 0)
        return refuse(__LINE__, H5E_WRITEERROR);
    j->end_of_file = j->end_of_space;
    return 0;
}

static herr_t lock_file(H5FD_t *file, hbool_t writes)
{
    int locked = flock(((journalled *)file)->file, (writes ? LOCK_EX : LOCK_SH) | LOCK_NB);
    return locked == 0 || errno == ENOSYS ? 0 : -1;
}

static herr_t unlock_file(H5FD_t *file)
{
    return flock(((journalled *)file)->file, LOCK_UN) == 0 || errno == ENOSYS ? 0 : -1;
}

static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "qfp_journal",
    .maxaddr = (haddr_t)1 << 62,
    .fc_degree = H5F_CLOSE_WEAK,
    .open = open_file,
    .close = close_file,
    .cmp = compare,
    .query = query,
    .get_eoa = get_space,
    .set_eoa = set_space,
    .get_eof = get_end,
    .get_handle = get_handle,
    .read = read_file,
    .write = write_file,
    .truncate = truncate_file,
    .lock = lock_file,
    .unlock = unlock_file,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t qfpi_journal_access(void)
{
    static hid_t registered = -1;
    if (registered < 0 || H5Iis_valid(registered) <= 0)
        registered = H5FDregister(&driver);
    hid_t access = registered >= 0 ? H5Pcreate(H5P_FILE_ACCESS) : -1;
    if (access >= 0 && H5Pset_driver(access, registered, NULL) < 0) {
        H5Pclose(access);
        return -1;
    }
    return access;
}

/* ---- the journal ----------------------------------------------------------------------------- */

qfp_status qfpi_journal_begin(hid_t file, const char *journal, uint64_t number)
{
    void *handle = NULL;
    struct stat found;
    header head = {.number = number};
    memcpy(head.magic, magic, sizeof magic);
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0)
        return QFP_HDF5_FAIL(journal, "has no file");
    journalled *j = handle;
    end_journal(j);
    if (fstat(j->file, &found) != 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be begun: %s", journal, strerror(errno));
    head.length = (uint64_t)found.st_size;
    QFP_TRY(QFP_ALLOCATE(j->is_kept, head.length / PAGE + 1, "a journal"));
    j->length = head.length; /* whatever comes: nothing of it is written over without a journal */
    QFP_TRY(qfpi_output_create(journal, &j->journal));
    if (write_at(j->journal, 0, &head, sizeof head)) {
        j->tail = sizeof head;
        return QFP_OK;
    }
    close(j->journal);
    j->journal = -1;
    return QFP_FAIL(QFP_IO, "%s: cannot be written: %s", journal, strerror(errno));
}

/* Its descriptor, -1: it belongs to another checkpoint, or there is none. */
static int open_journal(const char *journal, header *head)
{
    int file = open(journal, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool good = file >= 0 && read_at(file, 0, head, sizeof *head) &&
                memcmp(head->magic, magic, sizeof magic) == 0;
    if (!good && file >= 0)
        close(file);
    return good ? file : -1;
}

static uint64_t count_entries(int file)
{
    struct stat found;
    bool any = fstat(file, &found) == 0 && (uint64_t)found.st_size > sizeof(header);
    return any ? ((uint64_t)found.st_size - sizeof(header)) / sizeof(entry) : 0;
}

bool qfpi_journal_applies(const char *journal, uint64_t number)
{
    header head;
    int file = open_journal(journal, &head);
    bool applies = file >= 0 && head.number == number && count_entries(file) > 0;
    if (file >= 0)
        close(file);
    return applies;
}

static bool put_back(int from, int to, const header *head)
{
    uint64_t count = count_entries(from);
    for (uint64_t i = 0; i < count; ++i) {
        entry e;
        if (!read_at(from, sizeof *head + i * sizeof e, &e, sizeof e))
            return false;
        if (e.page < head->length / PAGE + 1 && !write_at(to, e.page * PAGE, e.bytes, PAGE))
            return false;
    }
    return ftruncate(to, (off_t)head->length) == 0;
}

qfp_status qfpi_journal_roll_back(const char *journal, const char *part, const char *copy)
{
    header head;
    struct stat found;
    int from = open_journal(journal, &head), to = open(copy, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    /* what was cut off is in the journal: a longer file is no honest one */
    bool good = from >= 0 && to >= 0 && fstat(to, &found) == 0 &&
                head.length <= (uint64_t)found.st_size + count_entries(from) * PAGE;
    qfp_status status = QFP_OK;
    if (!good)
        status = QFP_FAIL(QFP_IO,
                          "%s: the HDF5 file is truncated or damaged: it does not fit %s; run with "
                          "--force to begin anew",
                          part, journal);
    else if (!put_back(from, to, &head))
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", copy, strerror(errno));
    if (from >= 0)
        close(from);
    if (to >= 0 && close(to) != 0 && status == QFP_OK)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", copy, strerror(errno));
    return status;
}
