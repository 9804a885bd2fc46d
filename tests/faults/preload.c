/* preload.c - a library for LD_PRELOAD that lets one call of the program fail, or ends the program
 * there, as if by kill -9.
 *
 *   FAULT_KIND    alloc: malloc, calloc, realloc and aligned_alloc, of the program and of every
 *                 library; own: of the program alone; write: write, pwrite and what truncates, of regular files other than
 *                 standard output; sync: fsync, fdatasync; kill: before each write, rename, unlink
 *                 or fsync; signal: SIGTERM there, which the program may heed
 *   FAULT_AT      the number of the call, from 1; a disk stays full from there on, memory is there
 *                 again. 0: none
 *   FAULT_REPORT  a file that gets "COUNT MODULE": how many calls there were (or, at a fault, its
 *                 number), and the library that made the one that failed
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { NONE, ALLOC, OWN, WRITE, SYNC, KILL };

static atomic_long *calls; /* shared with the processes that the program makes of itself */
static long fault_at;
static int sent = SIGKILL; /* where a process is killed */
static enum kind kind;
static const char *report;
static char preloaded[4096]; /* what LD_PRELOAD was */
static uintptr_t program_begin, program_end;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* No allocation, no stdio: this is called from inside malloc. */
static void write_report(long count, const void *caller)
{
    char text[256] = "", digits[24];
    size_t used = 0, length = 0;
    Dl_info module;
    const char *name = "-";
    if (report == NULL)
        return;
    do
        digits[length++] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    while (length > 0)
        text[used++] = digits[--length];
    text[used++] = ' ';
    if (caller != NULL && dladdr(caller, &module) != 0 && module.dli_fname != NULL) {
        const char *slash = strrchr(module.dli_fname, '/');
        name = slash != NULL ? slash + 1 : module.dli_fname;
    }
    for (; *name != '\0' && used < sizeof text - 1; name++)
        text[used++] = *name;
    text[used++] = '\n';
    long file = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0) {
        syscall(SYS_write, file, text, used);
        syscall(SYS_close, file);
    }
}

/* What runs before main, as the start of CUDA's library, is not the program's to survive. */
typedef int main_function(int argc, char **argv, char **environment);
typedef int start_function(main_function *program, int argc, char **argv, void (*init)(void),
                           void (*fini)(void), void (*loader_fini)(void), void *stack_end);
static main_function *program_main;
static bool has_begun;

static int counted_main(int argc, char **argv, char **environment)
{
    has_begun = true;
    return program_main(argc, argv, environment);
}

start_function __libc_start_main;

int __libc_start_main(main_function *program, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
    start_function *next;
    void *found = dlsym(RTLD_NEXT, "__libc_start_main");
    memcpy(&next, &found, sizeof next);
    program_main = program;
    return next(counted_main, argc, argv, init, fini, loader_fini, stack_end);
}

/* Is this call the one that fails? A disk that is full stays full. */
static bool strikes(enum kind of, const void *caller)
{
    if (of == ALLOC && kind == OWN && (uintptr_t)caller >= program_begin &&
        (uintptr_t)caller < program_end)
        of = OWN;
    if (of != kind || calls == NULL || !has_begun)
        return false;
    long number = atomic_fetch_add(calls, 1) + 1;
    if (number == fault_at)
        write_report(number, caller);
    if (kind == KILL && number == fault_at)
        syscall(SYS_kill, syscall(SYS_getpid), sent);
    return fault_at > 0 && (number == fault_at || (of == WRITE && number > fault_at));
}

/* dl_iterate_phdr: the program comes first. */
static int find_program(struct dl_phdr_info *module, size_t size, void *data)
{
    (void)size;
    (void)data;
    program_begin = module->dlpi_addr;
    for (int i = 0; i < module->dlpi_phnum; i++)
        if (module->dlpi_phdr[i].p_type == PT_LOAD) {
            uintptr_t last =
                module->dlpi_addr + module->dlpi_phdr[i].p_vaddr + module->dlpi_phdr[i].p_memsz;
            program_end = last > program_end ? last : program_end;
        }
    return 1;
}

#define CALLER __builtin_return_address(0)

__attribute__((constructor)) static void start(void)
{
    static const char *const kinds[] = {"none", "alloc", "own", "write", "sync", "kill", "signal"};
    const char *wanted = getenv("FAULT_KIND"), *at = getenv("FAULT_AT");
    report = getenv("FAULT_REPORT");
    dl_iterate_phdr(find_program, NULL);
    void *page =
        mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    calls = page != MAP_FAILED ? page : NULL;
    const char *own = getenv("LD_PRELOAD");
    snprintf(preloaded, sizeof preloaded, "%s", own != NULL ? own : "");
    unsetenv("LD_PRELOAD"); /* not for gnuplot */
    fault_at = at != NULL ? atol(at) : 0;
    for (int k = 0; wanted != NULL && k < 7; k++)
        if (strcmp(wanted, kinds[k]) == 0)
            kind = k <= KILL ? (enum kind)k : KILL;
    sent = wanted != NULL && strcmp(wanted, kinds[6]) == 0 ? SIGTERM : SIGKILL;
}

__attribute__((destructor)) static void end(void)
{
    if (fault_at == 0 && kind != NONE && calls != NULL)
        write_report(atomic_load(calls), NULL);
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    return strikes(ALLOC, CALLER) ? no_memory() : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return strikes(ALLOC, CALLER) ? no_memory() : __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    return strikes(ALLOC, CALLER) ? no_memory() : __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return strikes(ALLOC, CALLER) ? no_memory() : __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return strikes(ALLOC, CALLER) ? no_memory() : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *memory = strikes(ALLOC, CALLER) ? NULL : __libc_memalign(alignment, size);
    if (memory == NULL)
        return ENOMEM;
    *out = memory;
    return 0;
}

static bool is_regular(int file)
{
    struct stat found;
    return file > 2 && fstat(file, &found) == 0 && S_ISREG(found.st_mode);
}

static ssize_t disk_full(void)
{
    errno = ENOSPC;
    return -1;
}

static bool write_strikes(int file, const void *caller)
{
    if ((kind != WRITE && kind != KILL) || !is_regular(file))
        return false;
    strikes(KILL, caller);
    return strikes(WRITE, caller);
}

ssize_t write(int file, const void *data, size_t size)
{
    return write_strikes(file, CALLER) ? disk_full() : syscall(SYS_write, file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t at)
{
    return write_strikes(file, CALLER) ? disk_full() : syscall(SYS_pwrite64, file, data, size, at);
}

ssize_t pwrite64(int file, const void *data, size_t size, off_t at)
{
    return write_strikes(file, CALLER) ? disk_full() : syscall(SYS_pwrite64, file, data, size, at);
}

/* Growing takes blocks, or promises them. */
int ftruncate(int file, off_t size)
{
    return write_strikes(file, CALLER) ? (int)disk_full() : (int)syscall(SYS_ftruncate, file, size);
}

int ftruncate64(int file, off_t size)
{
    return write_strikes(file, CALLER) ? (int)disk_full() : (int)syscall(SYS_ftruncate, file, size);
}

static int sync_fails(void)
{
    errno = EIO;
    return -1;
}

int fsync(int file)
{
    strikes(KILL, CALLER);
    return strikes(SYNC, CALLER) ? sync_fails() : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    strikes(KILL, CALLER);
    return strikes(SYNC, CALLER) ? sync_fails() : (int)syscall(SYS_fdatasync, file);
}

int rename(const char *from, const char *to)
{
    strikes(KILL, CALLER);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path)
{
    strikes(KILL, CALLER);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* The program may begin anew with another environment. */
int execv(const char *path, char *const argv[])
{
    if (strcmp(path, "/proc/self/exe") == 0)
        setenv("LD_PRELOAD", preloaded, 1);
    return (int)syscall(SYS_execve, path, argv, environ);
}
