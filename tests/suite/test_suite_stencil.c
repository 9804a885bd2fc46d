/* Generators in the Fock basis: against dense matrices, from the text of backend/stencil.h alone. */
#include "suite.h"

/* 200: rows longer than a block of a device has threads. */
enum { DIMENSIONS = 6, MANY = 40, MOST_TERMS = 152 };
static const size_t dimensions[DIMENSIONS] = {1, 2, 7, MANY, 61, 200};

typedef struct terms {
    size_t count, dimension;
    qfp_stencil_term term[MOST_TERMS];
    double *tables[2 * MOST_TERMS];
} terms;

/* A random term and its conjugate partner, which together map Hermitian matrices to Hermitian ones:
 * f(m) g(n) ρ_{m+a, n+b} + g(m) f(n)* ρ_{m+b, n+a}.  f is real here times a common phase, so that
 * the columns stay real. */
static void add_pair(terms *t, ptrdiff_t a, ptrdiff_t b, double complex phase, uint64_t seed)
{
    size_t d = t->dimension;
    double *f = suite_random_array(d, seed), *g = suite_random_array(d, seed + 1);
    for (int partner = 0; partner < 2; ++partner) {
        const double *row = partner ? g : f, *column = partner ? f : g;
        ptrdiff_t row_shift = partner ? b : a, column_shift = partner ? a : b;
        double complex c = partner ? conj(phase) : phase;
        double *row_table = malloc(2 * d * sizeof *row_table);
        double *column_table = malloc(d * sizeof *column_table);
        for (size_t m = 0; m < d; ++m) {
            ptrdiff_t r = (ptrdiff_t)m + row_shift, s = (ptrdiff_t)m + column_shift;
            int inside = r >= 0 && r < (ptrdiff_t)d;
            row_table[2 * m] = inside ? creal(c) * row[m] : 0.0;
            row_table[2 * m + 1] = inside ? cimag(c) * row[m] : 0.0;
            column_table[m] = s >= 0 && s < (ptrdiff_t)d ? column[m] : 0.0;
        }
        t->tables[2 * t->count] = row_table;
        t->tables[2 * t->count + 1] = column_table;
        t->term[t->count++] = (qfp_stencil_term){row_shift, column_shift, row_table, column_table};
    }
    free(f);
    free(g);
}

static terms random_terms(size_t dimension)
{
    terms t = {.dimension = dimension};
    ptrdiff_t far = (ptrdiff_t)dimension - 1;
    add_pair(&t, 0, 0, 0.3 - 0.7 * I, 1);
    add_pair(&t, dimension > 3 ? 3 : far, 0, -1.0 * I, 3);          /* only rows, only columns */
    add_pair(&t, -far, dimension > 2 ? 2 : 0, 1.0, 5);              /* far, mixed, real */
    add_pair(&t, dimension > 1 ? -1 : 0, far, 0.5 + I, 7);          /* past the diagonal */
    for (int k = 0; dimension == MANY && t.count < MOST_TERMS; ++k) /* small: roundings stay so */
        add_pair(&t, k % 9 - 4, k % 7 - 3, 0.02 - 0.01 * I, 9 + 2 * (uint64_t)k);
    return t;
}

static void terms_destroy(terms *t)
{
    for (size_t k = 0; k < 2 * t->count; ++k)
        free(t->tables[k]);
}

/* The packing of backend/stencil.h, read back. */
static double complex *unpack(size_t d, const double *u)
{
    double complex *rho = calloc(d * d, sizeof *rho);
    size_t at = 0;
    for (size_t m = 0; m < d; ++m)
        for (size_t n = m; n < d; ++n, ++at) {
            double scale = m < n ? sqrt(0.5) : 1.0;
            rho[m * d + n] = scale * (u[2 * at] + I * u[2 * at + 1]);
            rho[n * d + m] = conj(rho[m * d + n]);
        }
    return rho;
}

static double *random_state(size_t d)
{
    double *u = suite_random_array(d * (d + 1), 99);
    size_t at = 0;
    for (size_t m = 0; m < d; ++m) {
        u[2 * at + 1] = 0.0;
        at += d - m;
    }
    return u;
}

static double complex *dense_image(const terms *t, const double complex *rho)
{
    size_t d = t->dimension;
    double complex *image = calloc(d * d, sizeof *image);
    for (size_t k = 0; k < t->count; ++k)
        for (size_t m = 0; m < d; ++m)
            for (size_t n = 0; n < d; ++n) {
                ptrdiff_t r = (ptrdiff_t)m + t->term[k].row_shift;
                ptrdiff_t c = (ptrdiff_t)n + t->term[k].column_shift;
                if (r < 0 || c < 0 || r >= (ptrdiff_t)d || c >= (ptrdiff_t)d)
                    continue;
                double complex row = t->term[k].row[2 * m] + I * t->term[k].row[2 * m + 1];
                image[m * d + n] += row * t->term[k].column[n] * rho[(size_t)r * d + (size_t)c];
            }
    return image;
}

typedef struct stage {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_stencil *stencil;
    qfp_buffer *x, *y;
    size_t doubles;
} stage;

static stage stage_create(const qfp_backend *backend, const terms *t, const double *u)
{
    stage s = {.backend = backend, .doubles = t->dimension * (t->dimension + 1)};
    OK(backend->device->context_create(1, &s.context));
    OK(backend->stencil->create(s.context, t->dimension, t->count, t->term, &s.stencil));
    OK(backend->vector->create(s.context, s.doubles, &s.x));
    OK(backend->vector->create(s.context, s.doubles, &s.y));
    OK(backend->vector->upload(s.x, 0, s.doubles, u));
    return s;
}

static void stage_destroy(stage *s)
{
    s->backend->vector->destroy(s->x);
    s->backend->vector->destroy(s->y);
    s->backend->stencil->destroy(s->stencil);
    s->backend->device->context_destroy(s->context);
}

static void apply_equals_dense(const qfp_backend *backend)
{
    for (int i = 0; i < DIMENSIONS; ++i) {
        size_t d = dimensions[i];
        terms t = random_terms(d);
        double *u = random_state(d), *v = malloc(d * (d + 1) * sizeof *v);
        stage s = stage_create(backend, &t, u);
        OK(backend->stencil->apply(s.stencil, s.x, s.y));
        OK(backend->vector->download(s.y, 0, s.doubles, v));
        double complex *rho = unpack(d, u), *expected = dense_image(&t, rho), *got = unpack(d, v);
        for (size_t k = 0; k < d * d; ++k) /* eight terms of order 1: a few roundings */
            cr_assert(cabs(got[k] - expected[k]) < 1e-14, "D = %zu, entry %zu", d, k);
        size_t at = 0;
        for (size_t m = 0; m < d; ++m) {
            cr_assert(v[2 * at + 1] == 0.0, "the diagonal of an image is real");
            at += d - m;
        }
        stage_destroy(&s);
        terms_destroy(&t);
        free(u);
        free(v);
        free(rho);
        free(expected);
        free(got);
    }
}
ON_EVERY_BACKEND(apply_equals_dense)

/* Rows and columns of no factor in any term, single ones and long gaps, beside terms whose columns are 1: the image
 * there is 0, whatever the state holds. */
static void empty_rows_and_columns_stay_so(const qfp_backend *backend)
{
    enum { D = 200 };
    terms t = {.dimension = D};
    add_pair(&t, 3, 0, -1.0 * I, 3);
    add_pair(&t, -2, 1, 1.0, 5);
    for (size_t k = 0; k < t.count; ++k)
        for (size_t n = 0; n < D; ++n) {
            bool is_kept = n % 9 != 4 && (n < 60 || n > 130) && n < 190;
            if (k < 2 && t.term[k].row_shift != 0) /* acts from the left only */
                t.tables[2 * k + 1][n] = 1.0;
            if (k < 2 && t.term[k].column_shift != 0) {
                t.tables[2 * k][2 * n] = 0.0;
                t.tables[2 * k][2 * n + 1] = n + 3 < D ? 1.0 : 0.0;
            }
            t.tables[2 * k][2 * n] *= is_kept;
            t.tables[2 * k][2 * n + 1] *= is_kept;
            t.tables[2 * k + 1][n] *= is_kept;
        }
    double *u = random_state(D), *v = malloc(D * (D + 1) * sizeof *v);
    stage s = stage_create(backend, &t, u);
    OK(backend->stencil->apply(s.stencil, s.x, s.y));
    OK(backend->vector->download(s.y, 0, s.doubles, v));
    double complex *rho = unpack(D, u), *expected = dense_image(&t, rho), *got = unpack(D, v);
    for (size_t m = 0; m < D; ++m)
        for (size_t n = m + 1; n < D;
             ++n) /* the terms need not keep the diagonal real; four of order 1 */
            cr_assert(cabs(got[m * D + n] - expected[m * D + n]) < 1e-14, "entry %zu, %zu", m, n);
    stage_destroy(&s);
    terms_destroy(&t);
    free(u);
    free(v);
    free(rho);
    free(expected);
    free(got);
}
ON_EVERY_BACKEND(empty_rows_and_columns_stay_so)

static void exponential_takes_the_diagonal_terms(const qfp_backend *backend)
{
    const double time = 0.8;
    for (int i = 0; i < DIMENSIONS; ++i) {
        size_t d = dimensions[i];
        terms t = random_terms(d);
        double *u = random_state(d), *v = malloc(d * (d + 1) * sizeof *v);
        stage s = stage_create(backend, &t, u);
        OK(backend->stencil->exponential(s.stencil, time, s.x));
        OK(backend->vector->download(s.x, 0, s.doubles, v));
        double complex *rho = unpack(d, u), *got = unpack(d, v);
        for (size_t m = 0; m < d; ++m)
            for (size_t n = m; n < d; ++n) {
                double complex rate = 0.0;
                for (size_t k = 0; k < t.count; ++k)
                    if (t.term[k].row_shift == 0 && t.term[k].column_shift == 0)
                        rate += (t.term[k].row[2 * m] + I * t.term[k].row[2 * m + 1]) *
                                t.term[k].column[n];
                double complex expected = cexp(time * rate) * rho[m * d + n];
                cr_assert(cabs(got[m * d + n] - expected) < 1e-14, "D = %zu", d); /* rounding */
            }
        stage_destroy(&s);
        terms_destroy(&t);
        free(u);
        free(v);
        free(rho);
        free(got);
    }
}
ON_EVERY_BACKEND(exponential_takes_the_diagonal_terms)

static void bands_are_diagonals(const qfp_backend *backend)
{
    size_t d = 7;
    terms t = random_terms(d);
    double *u = random_state(d);
    stage s = stage_create(backend, &t, u);
    double complex *rho = unpack(d, u);
    for (size_t shift = 0; shift < d; ++shift) {
        double band[14];
        OK(backend->stencil->band(s.context, d, shift, s.x, band));
        for (size_t m = 0; m + shift < d; ++m) {
            double complex expected = rho[m * d + m + shift];
            cr_assert(cabs(band[2 * m] + I * band[2 * m + 1] - expected) < 1e-15); /* one product */
        }
    }
    double band[14];
    FAILS(backend->stencil->band(s.context, d, d, s.x, band));
    stage_destroy(&s);
    terms_destroy(&t);
    free(u);
    free(rho);
}
ON_EVERY_BACKEND(bands_are_diagonals)

static void what_is_outside_is_not_read(const qfp_backend *backend)
{
    /* One term that moves everything from the last row: the other rows may hold NaN. */
    enum { D = 6 };
    double row[2 * D] = {0}, column[D] = {1, 1, 1, 1, 1, 1}, other[2 * D] = {0};
    row[0] = 1.0; /* (Lρ)_0n = ρ_{5,n} + … */
    const qfp_stencil_term term[2] = {{D - 1, 0, row, column}, {1, 1, other, column}};
    terms t = {.dimension = D, .count = 2, .term = {term[0], term[1]}};
    double u[D * (D + 1)];
    size_t at = 0;
    for (size_t m = 0; m < D; ++m)
        for (size_t n = m; n < D; ++n, ++at) {
            u[2 * at] = n == D - 1 ? 1.0 + (double)m : NAN;
            u[2 * at + 1] = n == D - 1 ? 0.0 : NAN;
        }
    double v[D * (D + 1)];
    stage s = stage_create(backend, &t, u);
    OK(backend->stencil->apply(s.stencil, s.x, s.y));
    OK(backend->vector->download(s.y, 0, s.doubles, v));
    for (size_t k = 0; k < s.doubles; ++k)
        cr_assert(isnan(v[k]) == 0, "entry %zu", k);
    stage_destroy(&s);
}
ON_EVERY_BACKEND(what_is_outside_is_not_read)

static void impossible_stencils_are_refused(const qfp_backend *backend)
{
    double row[4] = {0}, column[2] = {0};
    const qfp_stencil_term far = {2, 0, row, column};
    qfp_context *context;
    qfp_stencil *stencil;
    OK(backend->device->context_create(1, &context));
    FAILS(backend->stencil->create(context, 0, 0, NULL, &stencil));
    FAILS(backend->stencil->create(context, 2, 1, &far, &stencil));
    backend->stencil->destroy(NULL);
    backend->device->context_destroy(context);
}
ON_EVERY_BACKEND(impossible_stencils_are_refused)
