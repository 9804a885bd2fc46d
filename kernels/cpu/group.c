/* group.c - see group.h. */
#include "cpu/group.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/buffer.h"

enum { VECTORS = 2 * CPU_LANES }; /* of a block */

/* A block: which vectors it holds, and where. */
typedef struct block {
    const cpu_group *group;
    size_t first;
    int count; /* the last one stands in the place of any that are missing */
    cpu_cell *cells, *work;
} block;

static block block_of(const cpu_group *g, size_t number)
{
    size_t first = number * VECTORS, rest = g->vectors - first;
    block b = {.group = g, .first = first, .count = rest < VECTORS ? (int)rest : VECTORS};
    b.cells = (cpu_cell *)(g->scratch + (size_t)cpu_thread_number() * g->scratch_doubles);
    b.work = b.cells + g->n[0] * g->step[0];
    return b;
}

static size_t vector_of(const block *b, int lane)
{
    return b->first + (size_t)(lane < b->count ? lane : b->count - 1);
}

/* The cells of row r, an index of all axes but the last; `mirror`: of −r. */
static cpu_cell *row_of(const block *b, size_t r, int mirror)
{
    const cpu_group *g = b->group;
    size_t at = 0;
    for (int a = g->axes - 2; a >= 0; --a) {
        size_t i = r % g->n[a];
        at += (mirror && i > 0 ? g->n[a] - i : i) * g->step[a];
        r /= g->n[a];
    }
    return b->cells + at;
}

/* ---- the transform of a block ---------------------------------------------------------------- */

static void transform_block(const block *b, int inverse)
{
    const cpu_group *g = b->group;
    size_t all = g->rows * g->n[g->axes - 1];
    for (int a = g->axes - 1; a >= 0; --a)
        for (size_t line = 0; line < all / g->n[a]; ++line) {
            size_t rest = line;
            cpu_cell *at = b->cells;
            for (int other = g->axes - 1; other >= 0; --other) {
                if (other == a)
                    continue;
                at += rest % g->n[other] * g->step[other];
                rest /= g->n[other];
            }
            if (inverse)
                cpu_line_inverse(g->line[a], at, g->step[a], at, g->step[a], b->work);
            else
                cpu_line_forward(g->line[a], at, g->step[a], at, g->step[a], b->work);
        }
}

/* ---- real arrays ----------------------------------------------------------------------------- */

/* No prefetcher follows steps of many kilobytes: cells of an array ahead are asked for. */
enum { AHEAD = 12 };

static void load_real(const block *b, const double *real)
{
    const cpu_group *g = b->group;
    size_t n = g->n[g->axes - 1];
    int whole = g->real_vector == 1 && b->count == VECTORS;
    const double *from[VECTORS];
    for (int l = 0; l < VECTORS; ++l)
        from[l] = real + vector_of(b, l) * g->real_vector;
    for (size_t r = 0; r < g->rows; ++r) {
        cpu_cell *row = row_of(b, r, 0);
        for (size_t i = 0; i < n; ++i) {
            size_t at = (r * n + i) * g->real_element;
            if (whole) {
                __builtin_prefetch(from[0] + at + AHEAD * g->real_element);
                memcpy(&row[i], from[0] + at, sizeof row[i]);
            } else {
                double *to = (double *)&row[i];
                for (int l = 0; l < VECTORS; ++l)
                    to[l] = from[l][at];
            }
        }
    }
}

static void store_real(const block *b, double *real)
{
    const cpu_group *g = b->group;
    size_t n = g->n[g->axes - 1];
    int whole = g->real_vector == 1 && b->count == VECTORS;
    double *to = real + b->first * g->real_vector;
    for (size_t r = 0; r < g->rows; ++r) {
        const cpu_cell *row = row_of(b, r, 0);
        for (size_t i = 0; i < n; ++i) {
            double *at = to + (r * n + i) * g->real_element;
            if (whole) {
                __builtin_prefetch(at + AHEAD * g->real_element, 1);
                memcpy(at, &row[i], sizeof row[i]);
            } else {
                const double *from = (const double *)&row[i];
                for (int l = 0; l < b->count; ++l)
                    at[(size_t)l * g->real_vector] = from[l];
            }
        }
    }
}

/* ---- half spectra ---------------------------------------------------------------------------- */

/* The real and the imaginary parts of 2 CPU_LANES spectra at one wavenumber, those of A and of B. */
typedef struct spectra {
    cpu_lanes re[2], im[2];
} spectra;

static void store_spectra(const block *b, const spectra *s, double *to)
{
    const double *re = (const double *)s->re, *im = (const double *)s->im;
    size_t step = 2 * b->group->half_vector;
    if (b->count == VECTORS && step == 2)
        for (int l = 0; l < VECTORS; ++l) {
            to[2 * l] = re[l];
            to[2 * l + 1] = im[l];
        }
    else
        for (int l = 0; l < b->count; ++l, to += step) {
            to[0] = re[l];
            to[1] = im[l];
        }
}

static void load_spectra(const block *b, const double *half, size_t element, spectra *s)
{
    const cpu_group *g = b->group;
    double *re = (double *)s->re, *im = (double *)s->im;
    const double *from = half + 2 * (element * g->half_element + b->first * g->half_vector);
    size_t step = 2 * g->half_vector, last = (size_t)(b->count - 1) * step;
    if (b->count == VECTORS && step == 2) {
        __builtin_prefetch(from + 2 * AHEAD * g->half_element);
        __builtin_prefetch(from + 2 * AHEAD * g->half_element + CPU_LANES * 2);
        for (int l = 0; l < VECTORS; ++l) {
            re[l] = from[2 * l];
            im[l] = from[2 * l + 1];
        }
    } else {
        for (int l = 0; l < VECTORS; ++l) {
            size_t at = (size_t)l * step < last ? (size_t)l * step : last;
            re[l] = from[at];
            im[l] = from[at + 1];
        }
    }
}

static void store_half(const block *b, double *half)
{
    const cpu_group *g = b->group;
    size_t n = g->n[g->axes - 1];
    for (size_t r = 0; r < g->rows; ++r) {
        const cpu_cell *row = row_of(b, r, 0), *mirror = row_of(b, r, 1);
        for (size_t k = 0; k < g->columns; ++k) {
            cpu_cell x = row[k], m = mirror[k > 0 ? n - k : 0];
            double *to =
                half + 2 * (b->first * g->half_vector + (r * g->columns + k) * g->half_element);
            spectra s = {{0.5 * (x.re + m.re), 0.5 * (x.im + m.im)},
                         {0.5 * (x.im - m.im), 0.5 * (m.re - x.re)}};
            __builtin_prefetch(to + 2 * AHEAD * g->half_element, 1);
            store_spectra(b, &s, to);
        }
    }
}

/* The row −r, as an index. */
static size_t mirror_row(const cpu_group *g, size_t r)
{
    size_t out = 0, scale = 1;
    for (int a = g->axes - 2; a >= 0; --a) {
        size_t i = r % g->n[a];
        out += (i > 0 ? g->n[a] - i : 0) * scale;
        scale *= g->n[a];
        r /= g->n[a];
    }
    return out;
}

/* Of a real array the columns 0 and n/2 hold both k and −k: what of them is not the spectrum of a
 * real array is left out, as FFTW does. */
static void symmetrise(const block *b, const double *half, size_t mirror, spectra *s)
{
    spectra other;
    load_spectra(b, half, mirror, &other);
    for (int part = 0; part < 2; ++part) {
        s->re[part] = 0.5 * (s->re[part] + other.re[part]);
        s->im[part] = 0.5 * (s->im[part] - other.im[part]);
    }
}

static void load_half(const block *b, const double *half)
{
    const cpu_group *g = b->group;
    size_t n = g->n[g->axes - 1];
    for (size_t r = 0; r < g->rows; ++r) {
        cpu_cell *row = row_of(b, r, 0), *mirror = row_of(b, r, 1);
        for (size_t k = 0; k < g->columns; ++k) {
            spectra s;
            load_spectra(b, half, r * g->columns + k, &s);
            int single = k == 0 || k == n / 2;
            if (single)
                symmetrise(b, half, mirror_row(g, r) * g->columns + k, &s);
            row[k] = (cpu_cell){s.re[0] - s.im[1], s.im[0] + s.re[1]};
            if (!single)
                mirror[n - k] = (cpu_cell){s.re[0] + s.im[1], s.re[1] - s.im[0]};
        }
    }
}

/* ---- whole arrays ---------------------------------------------------------------------------- */

static void forward_block(const cpu_group *g, size_t number, const double *real, double *half)
{
    block b = block_of(g, number);
    load_real(&b, real);
    transform_block(&b, 0);
    store_half(&b, half);
}

static void inverse_block(const cpu_group *g, size_t number, const double *half, double *real)
{
    block b = block_of(g, number);
    load_half(&b, half);
    transform_block(&b, 1);
    store_real(&b, real);
}

void cpu_group_forward(const cpu_group *g, int threads, const double *real, double *half)
{
    size_t blocks = (g->vectors + VECTORS - 1) / VECTORS;
    if (threads == 1) {
        for (size_t i = 0; i < blocks; ++i)
            forward_block(g, i, real, half);
        return;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < blocks; ++i)
        forward_block(g, i, real, half);
}

void cpu_group_inverse(const cpu_group *g, int threads, const double *half, double *real)
{
    size_t blocks = (g->vectors + VECTORS - 1) / VECTORS;
    if (threads == 1) {
        for (size_t i = 0; i < blocks; ++i)
            inverse_block(g, i, half, real);
        return;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < blocks; ++i)
        inverse_block(g, i, half, real);
}

/* ---- planning -------------------------------------------------------------------------------- */

int cpu_group_fits(const qfp_grid *grid)
{
    for (int j = 0; j < grid->modes; ++j)
        if (!cpu_line_fits((size_t)grid->points[j]))
            return 0;
    return 1;
}

qfp_status cpu_group_create(const qfp_grid *grid, const qfpi_shape *z, qfp_space space, int threads,
                            cpu_group *out)
{
    *out = (cpu_group){.axes = grid->modes, .rows = 1, .vectors = 1};
    const size_t *other = z->length + (space == QFP_SPACE_A ? 0 : grid->modes);
    int last = grid->modes - 1;
    size_t longest = 0, step = 1;
    for (int a = last; a >= 0; --a) {
        size_t n = (size_t)grid->points[a];
        out->n[a] = n;
        out->step[a] = step;
        step *= a == last ? n | 1 : n; /* odd, so that a line across meets all sets of a cache */
        out->rows *= a == last ? 1 : n;
        out->vectors *= other[a];
        longest = n > longest ? n : longest;
        QFP_TRY(cpu_line_create(n, &out->line[a]));
    }
    size_t half = out->rows * (out->n[last] / 2 + 1);
    out->columns = out->n[last] / 2 + 1;
    out->real_vector = space == QFP_SPACE_A ? out->rows * out->n[last] : 1;
    out->real_element = space == QFP_SPACE_A ? 1 : out->vectors;
    out->half_vector = space == QFP_SPACE_A ? half : 1;
    out->half_element = space == QFP_SPACE_A ? 1 : out->vectors;
    out->scratch_doubles = 2 * CPU_LANES * (step + 2 * longest);
    return cpu_allocate((size_t)threads * out->scratch_doubles, "the blocks of a transform",
                        &out->scratch);
}

void cpu_group_destroy(cpu_group *group)
{
    for (int a = 0; a < group->axes; ++a)
        cpu_line_destroy(group->line[a]);
    free(group->scratch);
    *group = (cpu_group){0};
}
