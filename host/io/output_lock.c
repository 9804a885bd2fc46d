#define _GNU_SOURCE /* F_OFD_SETLK: the lock belongs to the descriptor, not to the process */
#include "io/output_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct holder {
    long process; /* 0: the file does not say */
    char host[256];
} holder;

static holder this_process(void)
{
    holder h = {.process = (long)getpid()};
    if (gethostname(h.host, sizeof h.host - 1) != 0 || h.host[0] == '\0')
        snprintf(h.host, sizeof h.host, "?");
    return h;
}

static holder read_holder(int file)
{
    char text[300];
    holder h = {.process = 0};
    ssize_t length = pread(file, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    if (sscanf(text, "%ld %255s", &h.process, h.host) != 2 || h.process <= 0)
        h.process = 0;
    return h;
}

/* On a full disk the lock holds without its name. */
static void write_holder(int file)
{
    char text[300];
    holder h = this_process();
    int length = snprintf(text, sizeof text, "%ld %s\n", h.process, h.host);
    if (ftruncate(file, 0) == 0 && pwrite(file, text, (size_t)length, 0) != length)
        (void)!ftruncate(file, 0);
}

static qfp_status fail_taken(int file, const char *path)
{
    const struct timespec moment = {.tv_nsec = 2000000};
    holder h = read_holder(file), here = this_process();
    for (int i = 0; i < 50 && h.process == 0; ++i) { /* between its lock and its name */
        nanosleep(&moment, NULL);
        h = read_holder(file);
    }
    if (h.process == 0)
        return QFP_FAIL(QFP_IO,
                        "%s: is being written by another process; wait for it, or give another "
                        "file with -o",
                        path);
    bool elsewhere = strcmp(h.host, here.host) != 0;
    return QFP_FAIL(QFP_IO,
                    "%s: is being written by process %ld%s%s; wait for it, or give another file "
                    "with -o",
                    path, h.process, elsewhere ? " on " : "", elsewhere ? h.host : "");
}

/* On a file system without locks who is in the file decides: gone, when it is of this machine and does
 * not run. */
static bool is_gone(int file)
{
    holder h = read_holder(file), here = this_process();
    return h.process > 0 && strcmp(h.host, here.host) == 0 && kill((pid_t)h.process, 0) != 0 &&
           errno == ESRCH;
}

/* Whether the name still means the file that was locked: its last owner may have removed it. */
static bool is_named(int file, const char *path)
{
    struct stat of_file, of_name;
    return fstat(file, &of_file) == 0 && lstat(path, &of_name) == 0 &&
           of_file.st_dev == of_name.st_dev && of_file.st_ino == of_name.st_ino;
}

/* *file -1: the file was removed meanwhile, or its owner is about to be gone. */
static qfp_status try_lock(const char *lock_path, const char *path, int *file, bool *was_left)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool is_new = true;
    *file = open(lock_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*file < 0 && errno == EEXIST) {
        is_new = false;
        *file = open(lock_path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (*file < 0 && errno == ENOENT)
            return QFP_OK;
    }
    if (*file < 0)
        return QFP_FAIL(QFP_IO, "%s: cannot be created: %s", path, strerror(errno));
    bool locked = fcntl(*file, F_OFD_SETLK, &whole) == 0;
    bool taken = !locked && (errno == EAGAIN || errno == EACCES);
    if (!locked && !taken)
        taken = !is_new && !is_gone(*file);
    /* a process of its own that a killed one leaves behind has the lock until it ends too */
    bool ends = taken && is_gone(*file);
    if (ends)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    qfp_status status = taken && !ends ? fail_taken(*file, path) : QFP_OK;
    if (taken || (locked && !is_named(*file, lock_path))) {
        close(*file);
        *file = -1;
    }
    *was_left = !is_new;
    return status;
}

qfp_status qfpi_output_lock_take(const char *lock_path, const char *path, qfp_output_lock *out)
{
    for (int tries = 0; tries < 100; ++tries) {
        QFP_TRY(try_lock(lock_path, path, &out->descriptor, &out->was_left));
        if (out->descriptor >= 0) {
            write_holder(out->descriptor);
            return QFP_OK;
        }
    }
    return QFP_FAIL(QFP_IO, "%s: others take and leave this name too quickly; try again", path);
}

void qfpi_output_lock_drop(const char *lock_path, const qfp_output_lock *lock)
{
    unlink(lock_path); /* first: who opens it now finds that the name means another file */
    close(lock->descriptor);
}
