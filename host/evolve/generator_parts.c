#include "evolve/generator_parts.h"

#include <math.h>

#include "evolve/mode_parts.h"

enum { NO_MODE = -1 };

/* How a generator is cut. */
typedef struct cut {
    int modes;
    bool symmetrised, spectators; /* whether terms with spectators go into planes too */
    const bool *fits;
} cut;

/* The mode whose variables alone a term holds, else NO_MODE. */
static int only_mode(const qfp_term *term, int modes)
{
    int mode = NO_MODE;
    for (int v = 0; v < 4 * modes; v++) {
        if (term->power[v] == 0)
            continue;
        if (mode != NO_MODE && mode != v % modes)
            return NO_MODE;
        mode = v % modes;
    }
    return mode;
}

/* The mode whose planes can take a term, else NO_MODE. */
static int mode_of(const cut *c, const qfp_term *term)
{
    int mode = only_mode(term, c->modes);
    if (mode == NO_MODE && c->spectators)
        mode = qfpi_mode_of_derivatives(term, c->modes);
    return mode != NO_MODE && c->fits[mode] ? mode : NO_MODE;
}

static bool holds(const qfp_term *term, int first, int count)
{
    for (int v = first; v < first + count; v++)
        if (term->power[v] != 0)
            return true;
    return false;
}

/* In which of the two mixed spaces the rest takes transforms anyway: there a pure term of one mode
 * rides along for nothing. */
typedef struct rides {
    bool in_a, in_b;
} rides;

static rides find_rides(const cut *c, const qfp_polynomial *form)
{
    rides found = {false, false};
    int half = 2 * c->modes;
    for (size_t t = 0; t < form->count; t++) {
        if (mode_of(c, &form->terms[t]) != NO_MODE)
            continue;
        bool a = holds(&form->terms[t], 0, half), b = holds(&form->terms[t], half, half);
        found.in_a |= a && (c->symmetrised || !b);
        found.in_b |= b && (c->symmetrised || !a);
    }
    return found;
}

static qfp_status split(const cut *c, const qfp_polynomial *form, qfp_polynomial *rest,
                        qfp_polynomial *part)
{
    rides ride = find_rides(c, form);
    int half = 2 * c->modes;
    for (size_t t = 0; t < form->count; t++) {
        const qfp_term *term = &form->terms[t];
        int mode = mode_of(c, term);
        bool a = holds(term, 0, half), b = holds(term, half, half);
        bool rides_along = (ride.in_a && !b) || (ride.in_b && !a);
        bool alone = mode != NO_MODE && !rides_along;
        QFP_TRY(
            qfp_polynomial_add_term(alone ? &part[mode] : rest, term->coefficient, term->power));
    }
    return QFP_OK;
}

static qfp_status factorise_parts(const cut *c, const qfp_polynomial *form,
                                  qfp_generator_parts *out)
{
    int modes = c->modes;
    qfp_polynomial rest, part[QFP_MAX_MODES];
    qfp_polynomial_init(&rest, 4 * modes);
    for (int j = 0; j < modes; j++)
        qfp_polynomial_init(&part[j], 4 * modes);
    qfp_status status = split(c, form, &rest, part);
    if (status == QFP_OK)
        status = qfp_factorise(&rest, modes, c->symmetrised, &out->rest);
    for (int j = 0; j < modes && status == QFP_OK; j++)
        status = qfpi_mode_parts_create(&part[j], modes, j, c->symmetrised, &out->plane[j]);
    qfp_polynomial_destroy(&rest);
    for (int j = 0; j < modes; j++)
        qfp_polynomial_destroy(&part[j]);
    return status;
}

static qfp_status create(const cut *c, const qfp_polynomial *form, qfp_generator_parts *out)
{
    *out = (qfp_generator_parts){.modes = c->modes, .symmetrised = c->symmetrised};
    qfp_status status = factorise_parts(c, form, out);
    if (status != QFP_OK)
        qfp_generator_parts_destroy(out);
    return status;
}

/* Replaces *best by another cut where that moves fewer bytes. */
static qfp_status try_cut(const cut *c, const qfp_polynomial *form, const qfp_grid *grid,
                          qfp_generator_parts *best)
{
    qfp_generator_parts other;
    qfp_application_cost cost, least;
    QFP_TRY(create(c, form, &other));
    qfp_generator_parts_cost(best, grid, &least);
    qfp_generator_parts_cost(&other, grid, &cost);
    if (cost.bytes < least.bytes) {
        qfp_generator_parts worse = *best;
        *best = other;
        other = worse;
    }
    qfp_generator_parts_destroy(&other);
    return QFP_OK;
}

qfp_status qfp_generator_parts_create(const qfp_polynomial *real_form, const qfp_grid *grid,
                                      bool symmetrised, const bool *fits, qfp_generator_parts *out)
{
    static const bool none[QFP_MAX_MODES] = {false};
    cut c = {.modes = grid->modes, .symmetrised = symmetrised, .fits = none};
    QFP_TRY(create(&c, real_form, out));
    c.fits = fits;
    qfp_status status = try_cut(&c, real_form, grid, out);
    c.spectators = true;
    if (status == QFP_OK)
        status = try_cut(&c, real_form, grid, out);
    if (status != QFP_OK)
        qfp_generator_parts_destroy(out);
    return status;
}

void qfp_generator_parts_destroy(qfp_generator_parts *parts)
{
    if (parts == NULL)
        return;
    qfp_factorisation_destroy(&parts->rest);
    for (int j = 0; j < QFP_MAX_MODES; j++)
        qfpi_mode_parts_destroy(&parts->plane[j]);
    *parts = (qfp_generator_parts){0};
}

bool qfp_factorisation_is_empty(const qfp_factorisation *f)
{
    return f->pure_a.count == 0 && f->pure_b.count == 0 && f->pair_count == 0;
}

/* Cells, and bytes of an array in Z and in a mixed space. */
typedef struct sizes {
    double cells, z, s;
} sizes;

static void add_rest(const qfp_generator_parts *parts, const qfp_grid *grid, sizes size,
                     qfp_application_cost *out)
{
    const qfp_factorisation *rest = &parts->rest;
    int pairs = (int)rest->pair_count, products = pairs * (parts->symmetrised ? 2 : 1);
    bool pure_a = rest->pure_a.count > 0, pure_b = rest->pure_b.count > 0;
    int with_a = pure_a || pairs > 0, with_b = pure_b || pairs > 0;
    double axes_log2 = 0.0;
    for (int j = 0; j < grid->modes; j++)
        axes_log2 += log2(grid->points[j]);
    out->half_transforms = 2 * (with_a + with_b) + 2 * products;
    if (!parts->symmetrised && pairs > 0) {
        out->half_transforms -= !pure_a; /* no F_P u */
        out->half_transforms -= !pure_b; /* nothing gathered in B */
    }
    out->transpositions = with_b + (pure_b || (parts->symmetrised && pairs > 0)) + products;
    out->multiplies = pure_a + pure_b + 2 * products;
    out->bytes += out->half_transforms * (size.z + size.s) + out->multiplies * 2.5 * size.s +
                  (with_a && with_b ? 3.0 * size.z : 0.0);
    out->flops +=
        out->half_transforms * 2.5 * size.cells * axes_log2 + out->multiplies * 6.0 * size.cells;
}

/* One-dimensional transforms and multiplications of a plane, which gathers all that ends in one
 * mixed space before its inverse (kernels/cuda/plane.cuh); flops per cell. */
static double plane_flops(const qfp_generator_parts *parts, const qfp_mode_parts *plane, int n)
{
    int lines = 0, factors = 0, pairs = 0;
    bool in_a = false, in_b = false;
    for (size_t i = 0; i < plane->count; i++) {
        const qfp_factorisation *f = &plane->part[i].factors;
        bool pure_a = f->pure_a.count > 0, pure_b = f->pure_b.count > 0;
        lines += pure_a + pure_b; /* u to the space of a pure factor */
        factors += pure_a + pure_b;
        in_a |= pure_a || f->pair_count > 0;
        in_b |= pure_b || (parts->symmetrised && f->pair_count > 0);
        pairs += (int)f->pair_count;
    }
    int sides = parts->symmetrised ? 2 : 1;
    lines += sides * (2 * pairs + (pairs > 0)) + in_a + in_b;
    factors += sides * 2 * pairs;
    return lines * 2.5 * log2(n) + factors * 3.0;
}

void qfp_generator_parts_cost(const qfp_generator_parts *parts, const qfp_grid *grid,
                              qfp_application_cost *out)
{
    sizes size;
    size.cells = (double)qfp_grid_doubles(grid, QFP_SPACE_Z);
    size.z = 8.0 * size.cells;
    size.s = 8.0 * (double)qfp_grid_doubles(grid, QFP_SPACE_A);
    *out = (qfp_application_cost){.products = (int)parts->rest.pair_count,
                                  .floor_bytes = 2.0 * size.z};
    add_rest(parts, grid, size, out);
    bool started = !qfp_factorisation_is_empty(&parts->rest);
    for (int j = 0; j < parts->modes; j++) {
        if (parts->plane[j].count == 0)
            continue;
        out->planes++;
        out->transpositions += j == 0 ? 2 : 0;
        for (size_t i = 0; i < parts->plane[j].count; i++)
            out->products += (int)parts->plane[j].part[i].factors.pair_count;
        out->bytes += (started ? 3.0 : 2.0) * size.z;
        out->flops += size.cells * plane_flops(parts, &parts->plane[j], grid->points[j]);
        started = true;
    }
}
