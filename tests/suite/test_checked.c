/* test_checked.c - the checked backend finds what a device would punish. */
#include "suite.h"

#include <errno.h>
#include <unistd.h>

#include "checked/checked.h"

/* The kernel reads the byte for us and answers EFAULT where we would be killed. */
static int is_readable(const void *byte)
{
    int ends[2], readable;
    cr_assert(pipe(ends) == 0);
    errno = 0;
    readable = write(ends[1], byte, 1) == 1;
    cr_assert(readable || errno == EFAULT);
    close(ends[0]);
    close(ends[1]);
    return readable;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Quiet bit clear, mantissa not zero. */
static int is_signalling(double x)
{
    uint64_t bits = bits_of(x);
    return (bits & 0x7ff8000000000000u) == 0x7ff0000000000000u && (bits & 0x7ffffffffffffu) != 0;
}

Test(checked, closes_its_pages)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    double one = 1.0;
    OK(r.backend->vector->upload(r.buffer[0], 0, 1, &one));
    const double *pages = qfp_checked_pages(r.buffer[0]);
    cr_assert(pages != NULL);
    cr_assert(is_readable(pages) == 0);
    cr_assert(is_readable(pages + r.most - 1) == 0);
    cr_assert(is_readable(pages + r.most + 8) == 0, "no guard behind the buffer");
    cr_assert(is_readable(&one) == 1);
    rig_destroy(&r);
}

Test(checked, poisons_new_buffers)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[2]);
    double *fresh = rig_download(&r, r.buffer[0], r.most);
    for (size_t i = 0; i < r.most; ++i)
        cr_assert(is_signalling(fresh[i]));
    free(fresh);
    rig_destroy(&r);
}

Test(checked, destroys_the_input_of_an_inverse)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    size_t doubles = r.doubles[QFP_SPACE_A];
    double *hat = suite_random_array(doubles, 1);
    OK(r.backend->vector->upload(r.buffer[0], 0, doubles, hat));
    OK(r.backend->grid->transform(r.plan, QFP_SPACE_A, QFP_INVERSE, r.buffer[0], r.buffer[1]));
    double *after = rig_download(&r, r.buffer[0], doubles);
    for (size_t i = 0; i < doubles; ++i)
        cr_assert(is_signalling(after[i]));
    free(hat);
    free(after);
    rig_destroy(&r);
}

/* A call fails, and its sentence contains `word`. */
#define COMPLAINS(call, word)                                                                      \
    do {                                                                                           \
        qfp_status status_ = (call);                                                               \
        cr_assert(status_ == QFP_INTERNAL, "%s should be refused", #call);                         \
        cr_assert(strstr(qfp_last_error(), word) != NULL, "%s: %s", #call, qfp_last_error());      \
    } while (0)

Test(checked, measures_buffers)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    const qfp_backend *b = r.backend;
    qfp_buffer *small = NULL;
    qfp_symbol_spec spec = {.space = QFP_SPACE_A};
    qfp_symbol *symbol = NULL;
    double out, low, high, one = 1.0, plane[100];
    int finite;
    /* a Z array: large enough for Z, too small for A and B */
    OK(b->vector->create(r.context, r.doubles[QFP_SPACE_Z], &small));
    OK(b->symbol->create(r.plan, &spec, &symbol));
    COMPLAINS(b->grid->transform(r.plan, QFP_SPACE_A, QFP_FORWARD, r.buffer[0], small),
              "are needed");
    COMPLAINS(b->grid->transform(r.plan, QFP_SPACE_B, QFP_INVERSE, small, r.buffer[0]),
              "are needed");
    COMPLAINS(b->symbol->multiply(symbol, 1.0, small, r.buffer[0], 0), "are needed");
    COMPLAINS(b->symbol->multiply(symbol, 1.0, r.buffer[0], small, 0), "are needed");
    COMPLAINS(b->symbol->power(symbol, small, &out), "are needed");
    COMPLAINS(b->vector->combine(r.most, 0.0, small, 0, NULL, NULL), "are needed");
    COMPLAINS(b->vector->combine(r.most, 0.0, r.buffer[0], 1, &one, &small), "are needed");
    COMPLAINS(b->vector->inner(r.most, 1, &small, r.buffer[0], &out), "are needed");
    COMPLAINS(b->vector->extrema(r.most, small, &low, &high, &finite), "are needed");
    COMPLAINS(b->vector->entropy(r.most, small, 1.0, &out), "are needed");
    COMPLAINS(b->grid->contract(1, 1, r.most, 1, 1, &one, small, r.buffer[0]), "are needed");
    b->vector->destroy(small);
    OK(b->vector->create(r.context, r.doubles[QFP_SPACE_Z] - 1, &small));
    COMPLAINS(b->grid->marginal(r.plan, 0, small, plane), "are needed");
    COMPLAINS(b->grid->product_fill(r.plan, 0, NULL, small), "are needed");
    b->vector->destroy(small);
    b->symbol->destroy(symbol);
    rig_destroy(&r);
}

Test(checked, refuses_aliases)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    const qfp_backend *b = r.backend;
    qfp_symbol_spec spec = {.space = QFP_SPACE_A};
    qfp_symbol *symbol = NULL;
    double one = 1.0;
    OK(b->symbol->create(r.plan, &spec, &symbol));
    COMPLAINS(b->grid->transform(r.plan, QFP_SPACE_A, QFP_FORWARD, r.buffer[0], r.buffer[0]),
              "same");
    COMPLAINS(b->vector->combine(4, 1.0, r.buffer[0], 1, &one, r.buffer), "same");
    COMPLAINS(b->grid->contract(1, 1, 1, 1, 1, &one, r.buffer[0], r.buffer[0]), "same");
    COMPLAINS(b->symbol->multiply(symbol, 1.0, r.buffer[0], r.buffer[0], 1), "same");
    OK(b->symbol->multiply(symbol, 1.0, r.buffer[0], r.buffer[0], 0));
    b->symbol->destroy(symbol);
    rig_destroy(&r);
}

Test(checked, keeps_contexts_apart)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    rig s = rig_create(qfp_backend_checked(), &suite_grid[0]);
    const qfp_backend *b = r.backend;
    double one = 1.0, out;
    COMPLAINS(b->vector->combine(1, 0.0, r.buffer[0], 1, &one, s.buffer), "another context");
    COMPLAINS(b->vector->inner(1, 1, r.buffer, s.buffer[0], &out), "another context");
    COMPLAINS(b->grid->transform(s.plan, QFP_SPACE_A, QFP_FORWARD, s.buffer[0], r.buffer[1]),
              "another context");
    rig_destroy(&r);
    rig_destroy(&s);
}

Test(checked, refuses_null_and_stale_handles)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    const qfp_backend *b = r.backend;
    double one = 1.0, plane[100];
    qfp_buffer *stale = NULL;
    COMPLAINS(b->vector->upload(NULL, 0, 1, &one), "NULL");
    COMPLAINS(b->vector->upload(r.buffer[0], 0, 1, NULL), "NULL");
    COMPLAINS(b->vector->download(r.buffer[0], 0, 1, NULL), "NULL");
    COMPLAINS(b->vector->inner(1, 1, r.buffer, r.buffer[0], NULL), "NULL");
    COMPLAINS(b->grid->marginal(NULL, 0, r.buffer[0], plane), "NULL");
    COMPLAINS(b->grid->create(r.context, NULL, &r.plan), "NULL");
    OK(b->vector->create(r.context, 4, &stale));
    b->vector->destroy(stale);
    COMPLAINS(b->vector->upload(stale, 0, 1, &one), "no living buffer");
    /* a handle of another kind */
    COMPLAINS(b->vector->upload((qfp_buffer *)(void *)r.context, 0, 1, &one), "no living buffer");
    b->vector->destroy(stale); /* harmless here, ruinous on a device */
    for (int k = 0; k < 3; ++k)
        b->vector->destroy(r.buffer[k]);
    b->device->context_destroy(r.context);
}

Test(checked, watches_recurrences)
{
    rig r = rig_create(qfp_backend_checked(), &suite_grid[0]);
    rig s = rig_create(qfp_backend_checked(), &suite_grid[0]);
    const qfp_backend *b = r.backend;
    qfp_recurrence *recurrence = NULL;
    double out[2];
    COMPLAINS(b->recurrence->create(r.context, 0, &recurrence), "0 norms");
    COMPLAINS(b->recurrence->create(NULL, 2, &recurrence), "NULL");
    OK(b->recurrence->create(r.context, 2, &recurrence));
    COMPLAINS(b->recurrence->step(NULL, 0, 4, NULL, r.buffer[0]), "recurrence is NULL");
    COMPLAINS(b->recurrence->step((qfp_recurrence *)(void *)r.plan, 0, 4, NULL, r.buffer[0]),
              "no living recurrence");
    COMPLAINS(b->recurrence->step(recurrence, 2, 4, NULL, r.buffer[0]), "step 2 of 2");
    COMPLAINS(b->recurrence->step(recurrence, -1, 4, NULL, r.buffer[0]), "step -1 of 2");
    COMPLAINS(b->recurrence->step(recurrence, 0, 4, r.buffer[1], r.buffer[0]), "norm before");
    COMPLAINS(b->recurrence->step(recurrence, 1, 4, r.buffer[0], r.buffer[0]), "same");
    COMPLAINS(b->recurrence->step(recurrence, 0, r.most + 1, NULL, r.buffer[0]), "are needed");
    COMPLAINS(b->recurrence->step(recurrence, 0, 4, NULL, s.buffer[0]), "another context");
    COMPLAINS(b->recurrence->norms(recurrence, 1, 2, out), "norms 1 to 3 of 2");
    COMPLAINS(b->recurrence->norms(recurrence, -1, 1, out), "of 2");
    COMPLAINS(b->recurrence->norms(recurrence, 0, 1, NULL), "NULL");
    b->recurrence->destroy(recurrence);
    COMPLAINS(b->recurrence->norms(recurrence, 0, 1, out), "no living recurrence");
    rig_destroy(&r);
    rig_destroy(&s);
}

Test(checked, counts_leaks)
{
    const qfp_backend *b = qfp_backend_checked();
    cr_assert(eq(sz, qfp_checked_live(), 0));
    rig r = rig_create(b, &suite_grid[0]);
    cr_assert(eq(sz, qfp_checked_live(), 4)); /* a plan and three buffers */
    rig_destroy(&r);
    cr_assert(eq(sz, qfp_checked_live(), 0));
    cr_assert(eq(sz, qfp_checked_leaks(), 0));
    qfp_context *context = NULL;
    qfp_buffer *forgotten = NULL;
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, 5, &forgotten));
    b->device->context_destroy(context);
    cr_assert(eq(sz, qfp_checked_leaks(), 1));
    b->vector->destroy(forgotten);
    cr_assert(eq(sz, qfp_checked_live(), 0));
}

/* Here there may be a device; what is said without one: tests/cuda_on_host/test_failures.c. */
Test(checked, a_backend_that_cannot_run_says_why)
{
    if (qfp_backend_cuda()->device->available() != QFP_OK)
        cr_assert(strlen(qfp_last_error()) > 20, "%s", qfp_last_error());
}
