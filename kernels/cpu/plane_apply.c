/* plane_apply.c - y (+)= L_j u block by block; plane.h says how. */
#include "cpu/plane.h"

#include <string.h>

enum { PLANES = 2 * CPU_LANES }; /* of a block */

/* A block, and where the numbers of a thread are. */
typedef struct block {
    const qfp_plane *plane;
    size_t n, pitch;
    size_t cell[PLANES], step_q,
        step_p;               /* in the array; a missing plane stands where the last is */
    int count, neighbours;    /* neighbours: they lie side by side */
    size_t first;             /* plane */
    cpu_cell *u, *sum, *part; /* arrays of n rows, pitch apart */
    cpu_cell *spectrum, *times_c, *moving, *gathered, *work; /* lines */
    int of_spectator;                                        /* whose product is in times_c */
} block;

/* ---- planes in memory ------------------------------------------------------------------------ */

/* The first cell of a plane. */
static size_t first_cell(const qfp_plane *p, size_t plane)
{
    size_t rest = plane / p->after;
    return (rest / p->between * p->n * p->between + rest % p->between) * p->n * p->after +
           plane % p->after;
}

static void choose_planes(block *b, size_t first)
{
    const qfp_plane *p = b->plane;
    size_t rest = p->planes - first;
    b->first = first;
    b->count = rest < PLANES ? (int)rest : PLANES;
    b->neighbours = b->count == PLANES;
    for (int l = 0; l < PLANES; ++l) {
        b->cell[l] = l < b->count ? first_cell(p, first + (size_t)l) : b->cell[b->count - 1];
        b->neighbours = b->neighbours && b->cell[l] == b->cell[0] + (size_t)l;
    }
}

/* Asks for a row of the array, which is needed only after the transforms of another one. */
static void prefetch_row(const block *b, const double *array, size_t q)
{
    size_t each = b->step_p < 8 ? 8 / b->step_p : 1; /* cells to the next line of the cache */
    if (q >= b->n)
        return;
    for (int l = 0; l < (b->neighbours ? 1 : b->count); ++l) {
        const double *at = array + b->cell[l] + q * b->step_q;
        for (size_t p = 0; p < b->n; p += each)
            __builtin_prefetch(at + p * b->step_p, 1);
    }
}

static void load_row(const block *b, const double *u, size_t q, cpu_cell *row)
{
    size_t at = q * b->step_q;
    for (size_t p = 0; p < b->n; ++p, at += b->step_p) {
        if (b->neighbours) {
            memcpy(&row[p], u + b->cell[0] + at, sizeof *row);
            continue;
        }
        double *to = (double *)&row[p];
        for (int l = 0; l < PLANES; ++l)
            to[l] = u[b->cell[l] + at];
    }
}

static void store_row(const block *b, double *y, int accumulate, size_t q, const cpu_cell *row)
{
    size_t at = q * b->step_q;
    for (size_t p = 0; p < b->n; ++p, at += b->step_p) {
        const double *from = (const double *)&row[p];
        if (b->neighbours) {
            cpu_cell sum = row[p], before;
            double *to = y + b->cell[0] + at;
            if (accumulate) {
                memcpy(&before, to, sizeof before);
                sum = (cpu_cell){before.re + sum.re, before.im + sum.im};
            }
            memcpy(to, &sum, sizeof sum);
        } else if (accumulate) {
            for (int l = 0; l < b->count; ++l)
                y[b->cell[l] + at] += from[l];
        } else {
            for (int l = 0; l < b->count; ++l)
                y[b->cell[l] + at] = from[l];
        }
    }
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* to (+)= factor × from at one coordinate. */
static void multiply(const block *b, const cpu_plane_factor *factor, size_t coordinate,
                     const cpu_cell *restrict from, int add, cpu_cell *restrict to)
{
    const double *re = factor->re != NULL ? factor->re + coordinate * b->n : NULL;
    const double *im = factor->im != NULL ? factor->im + coordinate * b->n : NULL;
    for (size_t k = 0; re != NULL && k < b->n; ++k) {
        cpu_cell v = {re[k] * from[k].re, re[k] * from[k].im};
        to[k] = add ? (cpu_cell){to[k].re + v.re, to[k].im + v.im} : v;
    }
    add = add || re != NULL;
    for (size_t k = 0; im != NULL && k < b->n; ++k) {
        cpu_cell v = {im[k] * from[k].im, im[k] * from[k].re};
        to[k] = add ? (cpu_cell){to[k].re - v.re, to[k].im + v.im} : (cpu_cell){-v.re, v.im};
    }
}

static void add_line(size_t n, const cpu_cell *restrict from, cpu_cell *restrict to)
{
    for (size_t k = 0; k < n; ++k) {
        to[k].re += from[k].re;
        to[k].im += from[k].im;
    }
}

/* The spectrum of the planes, each times its value of a spectator. */
static const cpu_cell *times_spectator(block *b, int spectator)
{
    if (spectator == CPU_PLANE_NONE || spectator == b->of_spectator)
        return spectator == CPU_PLANE_NONE ? b->spectrum : b->times_c;
    const double *c = b->plane->spectators + (size_t)spectator * b->plane->planes + b->first;
    const cpu_cell *restrict x = b->spectrum;
    cpu_cell *restrict out = b->times_c;
    cpu_lanes mean, apart;
    for (int l = 0; l < CPU_LANES; ++l) {
        int last = b->count - 1, other = l + CPU_LANES;
        double first = c[l < last ? l : last], second = c[other < last ? other : last];
        mean[l] = 0.5 * (first + second);
        apart[l] = 0.5 * (first - second);
    }
    for (size_t k = 0; k < b->n; ++k) {
        const cpu_cell *mirror = &x[k > 0 ? b->n - k : 0];
        out[k].re = mean * x[k].re + apart * mirror->re;
        out[k].im = mean * x[k].im - apart * mirror->im;
    }
    b->of_spectator = spectator;
    return out;
}

static void transform_line(block *b, const cpu_cell *from, size_t step)
{
    cpu_line_forward(b->plane->line, from, step, b->spectrum, 1, b->work);
    b->of_spectator = CPU_PLANE_NONE;
}

/* sum (+)= Σ factor c X of the pure factors */
static int gather_pure(block *b, int along, size_t coordinate, cpu_cell *sum)
{
    const qfp_plane *p = b->plane;
    for (int i = 0; i < p->pure_count[along]; ++i) {
        const cpu_plane_pure *pure = &p->pure[along][i];
        multiply(b, &pure->factor, coordinate, times_spectator(b, pure->spectator), i > 0, sum);
    }
    return p->pure_count[along] > 0;
}

/* part ← F⁻¹ factor c X */
static void fill_part(block *b, int spectator, const cpu_plane_factor *factor, size_t coordinate,
                      cpu_cell *part, size_t step)
{
    multiply(b, factor, coordinate, times_spectator(b, spectator), 0, b->moving);
    cpu_line_inverse(b->plane->line, b->moving, 1, part, step, b->work);
}

/* sum (+)= factor F part */
static void gather_part(block *b, const cpu_plane_factor *factor, size_t coordinate,
                        const cpu_cell *part, size_t step, int add, cpu_cell *sum)
{
    cpu_line_forward(b->plane->line, part, step, b->moving, 1, b->work);
    multiply(b, factor, coordinate, b->moving, add, sum);
}

/* ---- sweeps ---------------------------------------------------------------------------------- */

static cpu_cell *part_at(const block *b, int pair, size_t q, size_t p)
{
    return b->part + ((size_t)pair * b->n + q) * b->pitch + p;
}

static void first_rows(block *b, const double *u)
{
    const qfp_plane *p = b->plane;
    for (size_t q = 0; q < b->n; ++q) {
        cpu_cell *row = b->u + q * b->pitch;
        load_row(b, u, q, row);
        prefetch_row(b, u, q + 1);
        if (p->pure_count[CPU_ALONG_P] == 0 && !(p->symmetrised && p->pair_count > 0))
            continue;
        transform_line(b, row, 1);
        gather_pure(b, CPU_ALONG_P, q, b->sum + q * b->pitch);
        for (int r = 0; p->symmetrised && r < p->pair_count; ++r)
            fill_part(b, p->pair[r].spectator, &p->pair[r].f, q, part_at(b, r, q, 0), 1);
    }
}

/* Whether anything is left in u. */
static int columns(block *b)
{
    const qfp_plane *p = b->plane;
    int gathers = p->pure_count[CPU_ALONG_Q] > 0 || (p->symmetrised && p->pair_count > 0);
    if (!gathers && p->pair_count == 0)
        return 0;
    for (size_t c = 0; c < b->n; ++c) {
        transform_line(b, b->u + c, b->pitch);
        int started = gather_pure(b, CPU_ALONG_Q, c, b->gathered);
        for (int r = 0; p->symmetrised && r < p->pair_count; ++r) {
            gather_part(b, &p->pair[r].g, c, part_at(b, r, 0, c), b->pitch, started, b->gathered);
            started = 1;
        }
        for (int r = 0; r < p->pair_count; ++r)
            fill_part(b, p->pair[r].spectator, &p->pair[r].g, c, part_at(b, r, 0, c), b->pitch);
        if (started)
            cpu_line_inverse(p->line, b->gathered, 1, b->u + c, b->pitch, b->work);
    }
    return gathers;
}

static void last_rows(block *b, int u_counts, double *y, int accumulate)
{
    const qfp_plane *p = b->plane;
    for (size_t q = 0; q < b->n; ++q) {
        cpu_cell *out = b->u + q * b->pitch, *sum = b->sum + q * b->pitch;
        int started = p->pure_count[CPU_ALONG_P] > 0;
        prefetch_row(b, y, q + 1);
        for (int r = 0; r < p->pair_count; ++r) {
            gather_part(b, &p->pair[r].f, q, part_at(b, r, q, 0), 1, started, sum);
            started = 1;
        }
        if (started) {
            cpu_line_inverse(p->line, sum, 1, b->moving, 1, b->work);
            if (u_counts)
                add_line(b->n, out, b->moving);
            out = b->moving;
        }
        store_row(b, y, accumulate, q, out);
    }
}

static void apply_block(const qfp_plane *p, size_t number, const double *u, double *y,
                        int accumulate)
{
    size_t n = p->n, pitch = cpu_plane_pitch(n), array = n * pitch;
    block b = {.plane = p, .n = n, .pitch = pitch};
    b.step_p = p->after;
    b.step_q = p->between * n * p->after;
    b.u = (cpu_cell *)(p->scratch + (size_t)cpu_thread_number() * p->scratch_doubles);
    b.sum = b.u + array;
    b.part = b.sum + array;
    b.spectrum = b.part + (size_t)p->pair_count * array;
    b.times_c = b.spectrum + n;
    b.moving = b.times_c + n;
    b.gathered = b.moving + n;
    b.work = b.gathered + n;
    choose_planes(&b, number * PLANES);
    first_rows(&b, u);
    int u_counts = columns(&b);
    last_rows(&b, u_counts, y, accumulate);
}

qfp_status cpu_plane_apply(const qfp_plane *plane, const qfp_buffer *x, qfp_buffer *y,
                           int accumulate)
{
    size_t blocks = (plane->planes + PLANES - 1) / PLANES;
    int threads = cpu_threads_for(plane->context, plane->cells);
    if (threads == 1) {
        for (size_t i = 0; i < blocks; ++i)
            apply_block(plane, i, x->data, y->data, accumulate);
        return QFP_OK;
    }
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < blocks; ++i)
        apply_block(plane, i, x->data, y->data, accumulate);
    return QFP_OK;
}
