/* test_parity_cuda.c - the CUDA backend against the CPU, slot by slot, on the same input.
 *
 * In strict mode (no fused multiply-add on either side) pointwise operations and the sums of the
 * fixed tree give the same bits.  Transforms come from two libraries, logarithms too: bounds.
 */
#include "../suite/suite.h"

#ifdef QFP_STRICT_ARITHMETIC
static const double pointwise = 0.0;
#else
static const double pointwise = 1e-13; /* of the largest: a few dozen fused roundings */
#endif

/* Two arrays agree within `bound` of the largest number of the first; 0: bit for bit. */
static void same(const char *what, size_t count, const double *cpu, const double *cuda,
                 double bound)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; ++i)
        largest = fmax(largest, fabs(cpu[i]));
    for (size_t i = 0; i < count; ++i)
        cr_assert(memcmp(&cpu[i], &cuda[i], sizeof(double)) == 0 ||
                      fabs(cpu[i] - cuda[i]) <= bound * largest * (bound > 0.0),
                  "%s: number %zu of %zu is %.17g on the CPU and %.17g on CUDA", what, i, count,
                  cpu[i], cuda[i]);
}

/* The same rig twice, all buffers filled with the same numbers. */
typedef struct pair {
    rig cpu, cuda;
} pair;

static void fill(rig *r, double *const *numbers)
{
    for (int k = 0; k < 3; ++k)
        OK(r->backend->vector->upload(r->buffer[k], 0, r->most, numbers[k]));
}

static pair pair_create(const qfp_grid *grid)
{
    pair p = {rig_create(qfp_backend_cpu(), grid), rig_create(qfp_backend_cuda(), grid)};
    double *numbers[3];
    for (int k = 0; k < 3; ++k)
        numbers[k] = suite_random_array(p.cpu.most, (uint64_t)k + 1);
    fill(&p.cpu, numbers);
    fill(&p.cuda, numbers);
    for (int k = 0; k < 3; ++k)
        free(numbers[k]);
    return p;
}

static void pair_destroy(pair *p)
{
    rig_destroy(&p->cpu);
    rig_destroy(&p->cuda);
    cuda_objects_are_gone();
}

static void same_buffer(const char *what, const pair *p, int k, size_t count, double bound)
{
    double *cpu = rig_download(&p->cpu, p->cpu.buffer[k], count);
    double *cuda = rig_download(&p->cuda, p->cuda.buffer[k], count);
    same(what, count, cpu, cuda, bound);
    free(cpu);
    free(cuda);
}

/* A statement for either rig. */
#define ON_BOTH(p, r, statement)                                                                   \
    do {                                                                                           \
        rig *r = &(p)->cpu;                                                                        \
        statement;                                                                                 \
        r = &(p)->cuda;                                                                            \
        statement;                                                                                 \
    } while (0)

enum { GRIDS = SUITE_GRIDS + 3 };
static const qfp_grid more_grids[3] = {
    {.modes = 1, .points = {96}, .extent = {12.0, 11.0}},
    {.modes = 2, .points = {12, 16}, .extent = {8.0, 7.0, 6.0, 9.0}},
    {.modes = 4,
     .points = {4, 2, 2, 6},
     .extent = {4.0, 3.0, 6.5, 5.0, 2.5, 7.0, 3.5, 4.5}}, /* more axes than cuFFT takes */
};

static const qfp_grid *grid_number(int g)
{
    return g < SUITE_GRIDS ? &suite_grid[g] : &more_grids[g - SUITE_GRIDS];
}

Test(parity_cuda, combinations)
{
    const qfp_grid grid = {.modes = 1, .points = {96}, .extent = {1.0, 1.0}};
    pair p = pair_create(&grid);
    const double a[] = {0.3, -0.7, 1.1};
    const double beta[] = {0.0, 1.0, 0.5};
    for (int b = 0; b < 3; ++b)
        for (int terms = 0; terms <= 2; ++terms) {
            ON_BOTH(
                &p, r,
                OK(r->backend->vector->combine(9216, beta[b], r->buffer[2], terms, a, r->buffer)));
            same_buffer("combine", &p, 2, 9216, pointwise);
        }
    qfp_buffer *cpu[40], *cuda[40];
    double weight[40];
    for (int k = 0; k < 40; ++k) {
        cpu[k] = p.cpu.buffer[k % 2];
        cuda[k] = p.cuda.buffer[k % 2];
        weight[k] = 0.1 * k - 1.3;
    }
    OK(p.cpu.backend->vector->combine(9216, 0.5, p.cpu.buffer[2], 40, weight, cpu));
    OK(p.cuda.backend->vector->combine(9216, 0.5, p.cuda.buffer[2], 40, weight, cuda));
    same_buffer("combine of 40", &p, 2, 9216, pointwise);
    pair_destroy(&p);
}

static void inner_on(const qfp_backend *b, size_t length, int terms, double *const *numbers,
                     double *out)
{
    qfp_context *context = NULL;
    qfp_buffer *x[2] = {NULL, NULL};
    OK(b->device->context_create(1, &context));
    for (int k = 0; k < 2; ++k) {
        OK(b->vector->create(context, length, &x[k]));
        OK(b->vector->upload(x[k], 0, length, numbers[k]));
    }
    qfp_buffer *three[3] = {x[0], x[1], x[0]};
    OK(b->vector->inner(length, terms, three, x[1], out));
    b->vector->destroy(x[0]);
    b->vector->destroy(x[1]);
    b->device->context_destroy(context);
}

static void same_inner_products(size_t length, int terms)
{
    double out[2][3], *numbers[2];
    for (int k = 0; k < 2; ++k)
        numbers[k] = suite_random_array(length, (uint64_t)k + 7);
    inner_on(qfp_backend_cpu(), length, terms, numbers, out[0]);
    inner_on(qfp_backend_cuda(), length, terms, numbers, out[1]);
    same("inner", (size_t)terms, out[0], out[1], pointwise);
    cuda_objects_are_gone();
    free(numbers[0]);
    free(numbers[1]);
}

/* Sizes about the pieces of the tree. */
Test(parity_cuda, inner_products)
{
    const size_t lengths[] = {1, 8, 511, 513, 16384, 16385, 100000};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; ++l)
        same_inner_products(lengths[l], 3);
}

/* More leaves than one pass over the partial sums takes. */
Test(parity_cuda, a_long_inner_product)
{
    same_inner_products((size_t)512 * 32 * 1024 + 513, 1);
}

Test(parity_cuda, reductions)
{
    for (int g = 0; g < GRIDS; ++g) {
        pair p = pair_create(grid_number(g));
        double out[2][3] = {{0}};
        int finite[2], which = 0;
        size_t cells = p.cpu.doubles[QFP_SPACE_Z];
        ON_BOTH(&p, r, {
            double *o = out[which];
            OK(r->backend->vector->extrema(cells, r->buffer[0], &o[0], &o[1], &finite[which++]));
        });
        same("extrema", 2, out[0], out[1], 0.0);
        cr_assert(eq(int, finite[0], finite[1]));
        which = 0;
        ON_BOTH(&p, r, OK(r->backend->vector->entropy(cells, r->buffer[0], 0.5, &out[which++][2])));
        /* logarithms within an ulp or two of each other, positive and negative terms of size 1 */
        cr_assert(epsilon_eq(dbl, out[0][2], out[1][2], 1e-15 * (double)cells + 1e-15));
        pair_destroy(&p);
    }
}

/* Complex coefficients, a window on the first mode, powers on the first and the last axis. */
static void same_symbol(pair *p, qfp_space space)
{
    const qfp_grid *grid = &p->cpu.grid;
    int last = 2 * grid->modes - 1;
    suite_axes axes = suite_axes_of(grid, space);
    double *window = suite_random_array(axes.length[0] * axes.length[grid->modes], 5);
    qfp_symbol_term terms[3] = {{.re = 0.3}, {.re = 0.2, .im = 0.1}, {.re = -0.7, .im = 0.4}};
    terms[0].power[0] = 2;
    terms[1].power[last] = 1;
    terms[2].power[last] = 3;
    terms[2].power[0] = 1;
    for (int kind = 0; kind < 2; ++kind) { /* real with a window, complex without */
        qfp_symbol_spec spec = {.space = space, .term_count = 3, .terms = terms};
        qfp_symbol *cpu = NULL, *cuda = NULL;
        double out[2];
        if (kind == 0)
            spec.window[0] = window;
        for (int t = 0; t < 3; ++t)
            terms[t].im = kind == 0 || space == QFP_SPACE_Z ? 0.0 : 0.4 - 0.3 * t;
        OK(p->cpu.backend->symbol->create(p->cpu.plan, &spec, &cpu));
        OK(p->cuda.backend->symbol->create(p->cuda.plan, &spec, &cuda));
#define SYMBOL_OF(r) ((r) == &p->cpu ? cpu : cuda)
        for (int add = 0; add < 2; ++add) {
            ON_BOTH(p, r,
                    OK(r->backend->symbol->multiply(SYMBOL_OF(r), 0.7, r->buffer[0], r->buffer[1],
                                                    add)));
            same_buffer("symbol_multiply", p, 1, p->cpu.doubles[space], pointwise);
        }
        if (kind == 0) {
            ON_BOTH(p, r,
                    OK(r->backend->symbol->power(SYMBOL_OF(r), r->buffer[0], &out[r == &p->cuda])));
            same("symbol_power", 1, &out[0], &out[1], pointwise);
        }
        if (space == QFP_SPACE_Z) {
            ON_BOTH(p, r,
                    OK(r->backend->symbol->sum(SYMBOL_OF(r), r->buffer[0], &out[r == &p->cuda])));
            same("symbol_sum", 1, &out[0], &out[1], pointwise);
        }
#undef SYMBOL_OF
        p->cpu.backend->symbol->destroy(cpu);
        p->cuda.backend->symbol->destroy(cuda);
    }
    free(window);
}

Test(parity_cuda, symbols)
{
    for (int g = 0; g < GRIDS; ++g)
        for (int space = 0; space < 3; ++space) {
            pair p = pair_create(grid_number(g));
            same_symbol(&p, (qfp_space)space);
            pair_destroy(&p);
        }
}

/* Errors of an FFT grow as ε log2(cells): 1e-15 per doubling of the largest output. */
Test(parity_cuda, transforms)
{
    for (int g = 0; g < GRIDS; ++g)
        for (int space = QFP_SPACE_A; space <= QFP_SPACE_B; ++space) {
            pair p = pair_create(grid_number(g));
            double bound = 1e-15 * log2(2.0 * (double)p.cpu.doubles[QFP_SPACE_Z]);
            ON_BOTH(&p, r,
                    OK(r->backend->grid->transform(r->plan, (qfp_space)space, QFP_FORWARD,
                                                   r->buffer[0], r->buffer[1])));
            same_buffer("forward", &p, 1, p.cpu.doubles[space], bound);
            ON_BOTH(&p, r,
                    OK(r->backend->grid->transform(r->plan, (qfp_space)space, QFP_INVERSE,
                                                   r->buffer[1], r->buffer[2])));
            same_buffer("inverse", &p, 2, p.cpu.doubles[QFP_SPACE_Z], bound);
            pair_destroy(&p);
        }
}

Test(parity_cuda, products_marginals_and_contractions)
{
    for (int g = 0; g < GRIDS; ++g) {
        pair p = pair_create(grid_number(g));
        const qfp_grid *grid = &p.cpu.grid;
        size_t cells = p.cpu.doubles[QFP_SPACE_Z], n = (size_t)grid->points[0];
        qfp_product_term terms[2] = {{.weight_re = 0.4, .weight_im = -0.3}, {.weight_re = 1.2}};
        double *table[QFP_MAX_MODES], *plane[2];
        for (int j = 0; j < grid->modes; ++j) {
            size_t numbers = 2 * (size_t)grid->points[j] * (size_t)grid->points[j];
            table[j] = suite_random_array(numbers, (uint64_t)j + 20);
            terms[0].table[j] = terms[1].table[j] = table[j];
        }
        ON_BOTH(&p, r, OK(r->backend->grid->product_fill(r->plan, 2, terms, r->buffer[2])));
        same_buffer("product_fill", &p, 2, cells, pointwise);
        for (int j = 0; j < grid->modes; ++j) {
            size_t count = (size_t)grid->points[j] * (size_t)grid->points[j];
            for (int k = 0; k < 2; ++k)
                plane[k] = malloc(count * sizeof(double));
            ON_BOTH(&p, r,
                    OK(r->backend->grid->marginal(r->plan, j, r->buffer[0], plane[r == &p.cuda])));
            /* sums of `cells / count` numbers of size 1 in some order */
            same("marginal", count, plane[0], plane[1], 1e-15 * (double)(cells / count));
            free(plane[0]);
            free(plane[1]);
        }
        /* sums of n products, by a library on the CPU: any order */
        double any_order = 1e-15 * (double)n;
        ON_BOTH(&p, r,
                OK(r->backend->grid->contract(1, 1, n, cells / n, n, table[0], r->buffer[0],
                                              r->buffer[1])));
        same_buffer("contract the first axis", &p, 1, cells, any_order);
        ON_BOTH(&p, r,
                OK(r->backend->grid->contract(1, cells / n, n, 1, n, table[0], r->buffer[0],
                                              r->buffer[1])));
        same_buffer("contract the last axis", &p, 1, cells, any_order);
        for (int j = 0; j < grid->modes; ++j)
            free(table[j]);
        pair_destroy(&p);
    }
}

Test(parity_cuda, flows)
{
    for (int g = 0; g < GRIDS; ++g) {
        pair p = pair_create(grid_number(g));
        int modes = p.cpu.grid.modes, n = 2 * modes;
        size_t cells = p.cpu.doubles[QFP_SPACE_Z];
        enum { POINTS = 7, AXES = 8 };
        double *z = suite_random_array((size_t)(POINTS * n), 3);
        double out[2][4][POINTS * AXES * AXES];
        qfp_symbol_term terms[2] = {{.re = 0.4, .power = {1}}, {.re = -0.2}};
        terms[1].power[n - 1] = 2;
        qfp_real_polynomial polynomial[AXES * AXES] = {{0}};
        for (int a = 0; a < n; ++a) /* symmetric, as a Hessian is */
            for (int b = 0; b < n; ++b)
                if ((a + b) % 3 == 0)
                    polynomial[a * n + b] = (qfp_real_polynomial){2, terms};
        qfp_flow *cpu = NULL, *cuda = NULL;
        OK(p.cpu.backend->flow->create(p.cpu.context, modes, 0.7, 1.0, polynomial, polynomial,
                                       &cpu));
        OK(p.cuda.backend->flow->create(p.cuda.context, modes, 0.7, 1.0, polynomial, polynomial,
                                        &cuda));
        for (int b = -1; b < n; b += 2) {
            ON_BOTH(&p, r,
                    OK(r->backend->flow->multiply(r == &p.cpu ? cpu : cuda, r->plan, n - 1, b,
                                                  r->buffer[0], r->buffer[1])));
            same_buffer("flow_multiply", &p, 1, cells, pointwise);
        }
        ON_BOTH(&p, r, {
            int w = r == &p.cuda;
            OK(r->backend->flow->evaluate(w ? cuda : cpu, POINTS, z, out[w][0], out[w][1],
                                          out[w][2], out[w][3]));
        });
        const int count[4] = {POINTS * n, POINTS * n * n, POINTS * n, POINTS * n * n};
        for (int k = 0; k < 4; ++k)
            same("flow_evaluate", (size_t)count[k], out[0][k], out[1][k], pointwise);
        p.cpu.backend->flow->destroy(cpu);
        p.cuda.backend->flow->destroy(cuda);
        free(z);
        pair_destroy(&p);
    }
}

/* phase·f(m) ρ_{m+1,n} and its conjugate partner, and a diagonal term: Hermitian for any f. */
enum { LEVELS = 45, PACKED = LEVELS * (LEVELS + 1) };
typedef struct fock_terms {
    double row[3][2 * LEVELS], column[3][LEVELS];
    qfp_stencil_term term[3];
} fock_terms;

static void fill_fock_terms(fock_terms *t)
{
    const ptrdiff_t row_shift[3] = {1, 0, 0}, column_shift[3] = {0, 1, 0};
    for (int m = 0; m < LEVELS; ++m) {
        double f = m + 1 < LEVELS ? sqrt(m + 1.0) : 0.0;
        const double row[3][2] = {{0.3 * f, -0.7 * f}, {0.3, 0.7}, {-0.1 * m, 0.0}};
        const double column[3] = {1.0, f, 0.2 * m};
        for (int k = 0; k < 3; ++k) {
            t->row[k][2 * m] = row[k][0];
            t->row[k][2 * m + 1] = row[k][1];
            t->column[k][m] = column[k];
        }
    }
    for (int k = 0; k < 3; ++k)
        t->term[k] = (qfp_stencil_term){row_shift[k], column_shift[k], t->row[k], t->column[k]};
}

static void use_stencil(const qfp_backend *b, const fock_terms *t, const double *u,
                        double out[3][PACKED])
{
    qfp_context *context = NULL;
    qfp_stencil *stencil = NULL;
    qfp_buffer *x = NULL, *y = NULL;
    OK(b->device->context_create(1, &context));
    OK(b->vector->create(context, PACKED, &x));
    OK(b->vector->create(context, PACKED, &y));
    OK(b->vector->upload(x, 0, PACKED, u));
    OK(b->stencil->create(context, LEVELS, 3, t->term, &stencil));
    OK(b->stencil->apply(stencil, x, y));
    OK(b->vector->download(y, 0, PACKED, out[0]));
    OK(b->stencil->band(context, LEVELS, 3, x, out[1]));
    OK(b->stencil->exponential(stencil, 0.3, x));
    OK(b->vector->download(x, 0, PACKED, out[2]));
    b->stencil->destroy(stencil);
    b->vector->destroy(x);
    b->vector->destroy(y);
    b->device->context_destroy(context);
}

Test(parity_cuda, stencils)
{
    static double out[2][3][PACKED];
    static fock_terms t;
    double *u = suite_random_array(PACKED, 4);
    size_t diagonal = 0;
    for (size_t m = 0; m < LEVELS; diagonal += LEVELS - m, ++m)
        u[2 * diagonal + 1] = 0.0;
    fill_fock_terms(&t);
    use_stencil(qfp_backend_cpu(), &t, u, out[0]);
    use_stencil(qfp_backend_cuda(), &t, u, out[1]);
    same("stencil_apply", PACKED, out[0][0], out[1][0], pointwise);
    same("band", 2 * (LEVELS - 3), out[0][1], out[1][1], pointwise);
    /* exp, cos and sin of two libraries, within an ulp or two of each other */
    same("stencil_exponential", PACKED, out[0][2], out[1][2], 1e-15);
    cuda_objects_are_gone();
    free(u);
}
