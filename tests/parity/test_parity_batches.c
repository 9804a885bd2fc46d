/* test_parity_batches.c - who holds some batches of an ensemble finds the sums of who holds all of it, bit for bit. */
#include "../suite/suite.h"

#include "backend.h"

enum { OF = 64, FIRST = 7, COUNT = 22 };

/* The coordinate of `paths` paths from number `before` on, of `all`. */
static void sum(const qfp_backend *backend, const qfp_batches *batches, size_t before, size_t paths,
                const double *numbers, double *out)
{
    const qfp_symbol_term square = {.re = 1.0, .power = {1, 1}};
    const qfp_path_polynomial function = {1, &square};
    const qfp_path_set set = {.paths = paths, .coordinates = 1, .first_path = before};
    qfp_context *context = NULL;
    qfp_buffer *x = NULL;
    OK(backend->device->context_create(0, &context));
    OK(backend->vector->create(context, 2 * paths, &x));
    for (size_t real = 0; real < 2; ++real)
        OK(backend->vector->upload(x, real * paths, paths,
                                   numbers + real * batches->paths + before));
    OK(backend->paths->sums(context, &set, 0, 1, &function, batches, x, NULL, out));
    backend->vector->destroy(x);
    backend->device->context_destroy(context);
}

/* 64 batches of unequal size, of which a part holds 22 from the eighth on. */
Test(parity_batches, a_part_has_the_sums_of_the_whole)
{
    const qfp_batches all = {.paths = 60011, .of = OF, .count = OF};
    const qfp_batches some = {.paths = 60011, .of = OF, .first = FIRST, .count = COUNT};
    const size_t before = qfpi_paths_before(&all, FIRST), paths = qfpi_paths_before(&some, COUNT);
    double *numbers = suite_random_array(2 * all.paths, 5);
    cr_assert(eq(sz, before + paths, qfpi_paths_before(&all, FIRST + COUNT)));
    for (int cuda = 0; cuda < 2; ++cuda) {
        double whole[OF], part[COUNT];
        const qfp_backend *backend = cuda ? qfp_backend_cuda() : qfp_backend_cpu();
        sum(backend, &all, 0, all.paths, numbers, whole);
        sum(backend, &some, before, paths, numbers, part);
        cr_assert(eq(int, memcmp(whole + FIRST, part, sizeof part), 0), "%s", backend->name);
    }
    free(numbers);
    cuda_objects_are_gone();
}
