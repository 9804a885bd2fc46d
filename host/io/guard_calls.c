#define _GNU_SOURCE
#include "io/guard_calls.h"

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define QFP_NO_FILTER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define QFP_NO_FILTER 1
#endif
#endif

#if defined(__x86_64__)
#define QFP_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define QFP_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define QFP_NO_FILTER 1
#endif

#ifndef QFP_NO_FILTER
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What reading, the heap, the C library's streams and an orderly or disorderly end need. */
static const int free_calls[] = {
    SYS_read,
    SYS_pread64,
    SYS_readv,
    SYS_lseek,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_close,
    SYS_fcntl,
    SYS_flock,
    SYS_dup,
    SYS_dup3,
    SYS_getcwd,
    SYS_faccessat,
    SYS_readlinkat,
    SYS_munmap,
    SYS_mremap,
    SYS_brk,
    SYS_madvise,
    SYS_write,
    SYS_writev,
    SYS_exit,
    SYS_futex,
    SYS_exit_group,
    SYS_sched_yield,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_getpid,
    SYS_rt_sigreturn,
    SYS_gettid,
    SYS_clock_gettime,
    SYS_gettimeofday,
    SYS_uname,
    SYS_restart_syscall,
#ifdef SYS_getrandom
    SYS_getrandom,
#endif
#ifdef SYS_open /* the older calls, which newer systems do without */
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_dup2,
    SYS_readlink,
    SYS_time,
#endif
};

/* Calls that are allowed with some of an argument only: none of `bits` in it, or exactly `value`. */
typedef struct narrow_call {
    int number, argument;
    uint32_t bits, value;
} narrow_call;

enum { MOST = 256 };

typedef struct program {
    struct sock_filter line[MOST];
    unsigned short count;
} program;

static void add(program *p, struct sock_filter line)
{
    if (p->count < MOST)
        p->line[p->count++] = line;
}

static struct sock_filter load(size_t offset)
{
    return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

static struct sock_filter answer(uint32_t action)
{
    return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
}

/* Goes over the next `lines` unless the test holds. */
static struct sock_filter unless(uint16_t test, uint32_t value, uint8_t lines)
{
    return (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, value, 0, lines);
}

static void allow(program *p, int number)
{
    add(p, unless(BPF_JEQ, (uint32_t)number, 1));
    add(p, answer(SECCOMP_RET_ALLOW));
}

/* The lower half of an argument: every number asked about fits it. */
static void allow_narrow(program *p, const narrow_call *call)
{
    size_t argument = offsetof(struct seccomp_data, args) + 8 * (size_t)call->argument;
    add(p, unless(BPF_JEQ, (uint32_t)call->number, 4));
    add(p, load(argument));
    if (call->bits != 0) {
        add(p, unless(BPF_JSET, call->bits, 1));
        add(p, answer(SECCOMP_RET_ERRNO | EPERM));
        add(p, answer(SECCOMP_RET_ALLOW));
    } else {
        add(p, unless(BPF_JEQ, call->value, 1));
        add(p, answer(SECCOMP_RET_ALLOW));
        add(p, answer(SECCOMP_RET_ERRNO | EPERM));
    }
}

void qfpi_guard_calls(void)
{
    const uint32_t writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    const narrow_call narrow[] = {
        {.number = SYS_openat, .argument = 2, .bits = writes},
#ifdef SYS_open
        {.number = SYS_open, .argument = 1, .bits = writes},
#endif
        {.number = SYS_mmap, .argument = 2, .bits = PROT_EXEC},
        {.number = SYS_mprotect, .argument = 2, .bits = PROT_EXEC},
        {.number = SYS_tgkill, .argument = 0, .value = (uint32_t)getpid()}, /* abort */
    };
    program p = {.count = 0};
    add(&p, load(offsetof(struct seccomp_data, arch)));
    add(&p, unless(BPF_JEQ, QFP_ARCHITECTURE, 1));
    add(&p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
    add(&p, answer(SECCOMP_RET_ERRNO | EPERM));
    add(&p, load(offsetof(struct seccomp_data, nr)));
    for (size_t i = 0; i < sizeof free_calls / sizeof *free_calls; i++)
        allow(&p, free_calls[i]);
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
        allow_narrow(&p, &narrow[i]);
    add(&p, answer(SECCOMP_RET_ERRNO | EPERM));
    const struct sock_fprog filter = {.len = p.count, .filter = p.line};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
#else
void qfpi_guard_calls(void)
{
}
#endif
