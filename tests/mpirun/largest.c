/* largest.c - a library for LD_PRELOAD that notes the largest block of memory that a rank, the libraries in it or the
 * processes that it makes of itself ask for, of fewer than LARGEST_BELOW bytes: they go to the file
 * LARGEST_REPORT.RANK. */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static atomic_size_t *largest; /* shared with those processes */
static size_t below;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *pointer, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void note(size_t size)
{
    size_t before = size < below ? atomic_load(largest) : size;
    while (before < size && !atomic_compare_exchange_weak(largest, &before, size)) {
    }
}

__attribute__((constructor)) static void begin(void)
{
    void *page =
        mmap(NULL, sizeof *largest, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *limit = getenv("LARGEST_BELOW");
    largest = page;
    if (page != MAP_FAILED && limit != NULL)
        below = strtoull(limit, NULL, 10);
}

__attribute__((destructor)) static void end(void)
{
    char path[4096];
    const char *report = getenv("LARGEST_REPORT"), *rank = getenv("OMPI_COMM_WORLD_RANK");
    if (report == NULL || rank == NULL || below == 0)
        return;
    size_t bytes = atomic_load(largest);
    snprintf(path, sizeof path, "%s.%s", report, rank);
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    fprintf(file, "%zu\n", bytes);
    fclose(file);
}

void *malloc(size_t size)
{
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    note(count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    note(size);
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size)
{
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *memory = memalign(alignment, size);
    if (memory == NULL)
        return ENOMEM;
    *out = memory;
    return 0;
}
