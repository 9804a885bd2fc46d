/* fiber.cpp - on x86-64 a stack is changed by hand, since swapcontext() asks the system to save the
 * signal mask each time and a reduction passes thousands of barriers; elsewhere by
 * swapcontext(). */
#include "fiber.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "shim.h"

namespace shim {

#if SHIM_ASAN
constexpr size_t stack_bytes = 256 * 1024; /* red zones around every local array */
#else
constexpr size_t stack_bytes = 64 * 1024;
#endif

#if defined(__x86_64__)
/* Pushes the registers a called function must keep, leaves the stack at *save, and pops them from
 * the other one. */
extern "C" void shim_switch_stack(void **save, void *load);
asm(R"(
    .text
    .globl shim_switch_stack
    .hidden shim_switch_stack
    .type shim_switch_stack, @function
shim_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size shim_switch_stack, .-shim_switch_stack
)");
using context = void *;
#else
using context = ucontext_t;
#endif

struct fiber {
    char *map, *stack;
    context place;
    void (*entry)();
    void *fake_stack;
    fiber *next; /* in the list of all: they live as long as the process */
};

static context scheduler;
static fiber *running, *every;
#if SHIM_ASAN
static void *scheduler_fake_stack;
static const void *scheduler_stack;
static size_t scheduler_stack_bytes;
#endif

static void arrived_in_fiber(fiber *f)
{
    (void)f;
#if SHIM_ASAN
    __sanitizer_finish_switch_fiber(f->fake_stack, &scheduler_stack, &scheduler_stack_bytes);
#endif
}

static void start()
{
    arrived_in_fiber(running);
    running->entry();
    abort(); /* entry() has no way out */
}

static void prepare(fiber *f)
{
#if defined(__x86_64__)
    /* Six registers, then the address `ret` goes to; a function expects the stack 8 bytes off a
     * multiple of 16. */
    void **top = reinterpret_cast<void **>(f->stack + stack_bytes) - 2;
    *--top = nullptr;
    *--top = reinterpret_cast<void *>(&start);
    for (int k = 0; k < 6; ++k)
        *--top = nullptr;
    f->place = top;
#else
    getcontext(&f->place);
    f->place.uc_stack.ss_sp = f->stack;
    f->place.uc_stack.ss_size = stack_bytes;
    f->place.uc_link = nullptr;
    makecontext(&f->place, start, 0);
#endif
}

fiber *fiber_create(void (*entry)())
{
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    void *map = mmap(nullptr, stack_bytes + page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED || mprotect(map, page, PROT_NONE) != 0) {
        perror("cuda_on_host: a stack for a device thread");
        abort();
    }
    fiber *f = new fiber();
    f->map = static_cast<char *>(map);
    f->stack = f->map + page;
    f->entry = entry;
    f->next = every;
    every = f;
    prepare(f);
    return f;
}

void fiber_destroy(fiber *f)
{
#if SHIM_ASAN
    __asan_unpoison_memory_region(f->stack, stack_bytes);
#endif
    munmap(f->map, static_cast<size_t>(f->stack - f->map) + stack_bytes);
    fiber **link = &every;
    while (*link != f)
        link = &(*link)->next;
    *link = f->next;
    delete f;
}

static void change(context &from, context &to)
{
#if defined(__x86_64__)
    shim_switch_stack(&from, to);
#else
    swapcontext(&from, &to);
#endif
}

void fiber_resume(fiber *f)
{
    running = f;
#if SHIM_ASAN
    __sanitizer_start_switch_fiber(&scheduler_fake_stack, f->stack, stack_bytes);
#endif
    change(scheduler, f->place);
#if SHIM_ASAN
    __sanitizer_finish_switch_fiber(scheduler_fake_stack, nullptr, nullptr);
#endif
    running = nullptr;
}

void fiber_yield()
{
    fiber *f = running;
#if SHIM_ASAN
    __sanitizer_start_switch_fiber(&f->fake_stack, scheduler_stack, scheduler_stack_bytes);
#endif
    change(f->place, scheduler);
    arrived_in_fiber(f);
}

fiber *fiber_running()
{
    return running;
}

} // namespace shim
