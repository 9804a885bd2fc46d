#include "evolve/generator_parts.h"

#include <math.h>

enum { NO_MODE = -1 };

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

static bool holds(const qfp_term *term, int first, int count)
{
    for (int v = first; v < first + count; v++)
        if (term->power[v] != 0)
            return true;
    return false;
}

/* In which of the two mixed spaces terms of several modes take transforms anyway: there a pure term
 * of one mode rides along for nothing. */
typedef struct rides {
    bool in_a, in_b;
} rides;

static rides find_rides(const qfp_polynomial *form, int modes, bool symmetrised)
{
    rides found = {false, false};
    for (size_t t = 0; t < form->count; t++) {
        if (only_mode(&form->terms[t], modes) != NO_MODE)
            continue;
        bool a = holds(&form->terms[t], 0, 2 * modes);
        bool b = holds(&form->terms[t], 2 * modes, 2 * modes);
        found.in_a |= a && (symmetrised || !b);
        found.in_b |= b && (symmetrised || !a);
    }
    return found;
}

static qfp_status split(const qfp_polynomial *form, int modes, bool symmetrised, const bool *fits,
                        qfp_polynomial *rest, qfp_polynomial *part)
{
    rides ride = find_rides(form, modes, symmetrised);
    for (size_t t = 0; t < form->count; t++) {
        const qfp_term *term = &form->terms[t];
        int mode = only_mode(term, modes);
        bool a = holds(term, 0, 2 * modes), b = holds(term, 2 * modes, 2 * modes);
        bool rides_along = (ride.in_a && !b) || (ride.in_b && !a);
        bool alone = mode != NO_MODE && fits[mode] && !rides_along;
        QFP_TRY(
            qfp_polynomial_add_term(alone ? &part[mode] : rest, term->coefficient, term->power));
    }
    return QFP_OK;
}

static qfp_status factorise_parts(const qfp_polynomial *form, bool symmetrised, const bool *fits,
                                  qfp_generator_parts *out)
{
    int modes = out->modes;
    qfp_polynomial rest, part[QFPI_MAX_MODES];
    qfp_polynomial_init(&rest, 4 * modes);
    for (int j = 0; j < modes; j++)
        qfp_polynomial_init(&part[j], 4 * modes);
    qfp_status status = split(form, modes, symmetrised, fits, &rest, part);
    if (status == QFP_OK)
        status = qfp_factorise(&rest, modes, symmetrised, &out->rest);
    for (int j = 0; j < modes && status == QFP_OK; j++) {
        if (part[j].count == 0)
            continue;
        status = qfp_factorise(&part[j], modes, symmetrised, &out->plane[j]);
        out->has_plane[j] = status == QFP_OK;
    }
    qfp_polynomial_destroy(&rest);
    for (int j = 0; j < modes; j++)
        qfp_polynomial_destroy(&part[j]);
    return status;
}

static qfp_status create(const qfp_polynomial *form, int modes, bool symmetrised, const bool *fits,
                         qfp_generator_parts *out)
{
    *out = (qfp_generator_parts){.modes = modes, .symmetrised = symmetrised};
    qfp_status status = factorise_parts(form, symmetrised, fits, out);
    if (status != QFP_OK)
        qfp_generator_parts_destroy(out);
    return status;
}

qfp_status qfp_generator_parts_create(const qfp_polynomial *real_form, const qfp_grid *grid,
                                      bool symmetrised, const bool *fits, qfp_generator_parts *out)
{
    static const bool none[QFPI_MAX_MODES] = {false};
    qfp_generator_parts planes;
    qfp_application_cost whole, split_up;
    QFP_TRY(create(real_form, grid->modes, symmetrised, none, out));
    qfp_status status = create(real_form, grid->modes, symmetrised, fits, &planes);
    if (status != QFP_OK) {
        qfp_generator_parts_destroy(out);
        return status;
    }
    qfp_generator_parts_cost(out, grid, &whole);
    qfp_generator_parts_cost(&planes, grid, &split_up);
    if (split_up.bytes < whole.bytes) {
        qfp_generator_parts worse = *out;
        *out = planes;
        planes = worse;
    }
    qfp_generator_parts_destroy(&planes);
    return QFP_OK;
}

void qfp_generator_parts_destroy(qfp_generator_parts *parts)
{
    if (parts == NULL)
        return;
    qfp_factorisation_destroy(&parts->rest);
    for (int j = 0; j < QFPI_MAX_MODES; j++)
        qfp_factorisation_destroy(&parts->plane[j]);
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
    out->multiplies = pure_a + pure_b + 2 * products;
    out->bytes += out->half_transforms * (size.z + size.s) + out->multiplies * 2.5 * size.s +
                  (with_a && with_b ? 3.0 * size.z : 0.0);
    out->flops +=
        out->half_transforms * 2.5 * size.cells * axes_log2 + out->multiplies * 6.0 * size.cells;
}

/* One-dimensional transforms of a plane: u along P (and back for the pure factor), likewise along
 * Q, and three for every product. */
static double plane_flops(const qfp_generator_parts *parts, const qfp_factorisation *plane, int n)
{
    int pairs = (int)plane->pair_count, products = pairs * (parts->symmetrised ? 2 : 1);
    int along_p = plane->pure_a.count > 0 || (parts->symmetrised && pairs > 0);
    int along_q = plane->pure_b.count > 0 || pairs > 0;
    int pure = (plane->pure_a.count > 0) + (plane->pure_b.count > 0);
    return (along_p + along_q + pure + 3 * products) * 2.5 * log2(n) + (pure + 2 * products) * 2.0;
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
        if (!parts->has_plane[j])
            continue;
        out->planes++;
        out->products += (int)parts->plane[j].pair_count;
        out->bytes += (started ? 3.0 : 2.0) * size.z;
        out->flops += size.cells * plane_flops(parts, &parts->plane[j], grid->points[j]);
        started = true;
    }
}
