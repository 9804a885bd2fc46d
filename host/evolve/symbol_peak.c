#include "evolve/symbol_peak.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "state/taper.h"

enum { STARTS = 12, SWEEPS = 6, PER_LINE = 8, MOST_FACTORS = 64 };
#define MOST_PRODUCTS 2e7 /* of terms, in one search */

/* c Π x_v^p, flat: what a factor is a power of is looked up once. */
typedef struct monomial {
    double re, im; /* c i^(derivatives) */
    bool in_a, in_b;
    int factors;
    uint8_t variable[MOST_FACTORS];
} monomial;

/* Coordinates [4N]: Q, k_P, P, k_Q. */
typedef struct symbol {
    const qfp_grid *shape;
    const double *taper;
    int modes;
    double limit[QFP_MAX_VARIABLES];
    size_t count;
    monomial *terms;
    double budget; /* products left */
} symbol;

static qfp_status flatten(const qfp_polynomial *form, symbol *s)
{
    int modes = s->modes;
    QFP_TRY(QFP_ALLOCATE(s->terms, form->count, "the symbol of a generator"));
    for (size_t t = 0; t < form->count; t++) {
        static const double re[4] = {1.0, 0.0, -1.0, 0.0}, im[4] = {0.0, 1.0, 0.0, -1.0};
        monomial *m = &s->terms[t];
        int derivatives = 0;
        for (int v = 0; v < form->variables; v++)
            for (int k = 0; k < form->terms[t].power[v]; k++) {
                derivatives += v / modes % 2;
                m->in_a |= v < 2 * modes;
                m->in_b |= v >= 2 * modes;
                if (m->factors < MOST_FACTORS)
                    m->variable[m->factors++] = (uint8_t)v;
            }
        double c = creal(form->terms[t].coefficient);
        m->re = c * re[derivatives % 4];
        m->im = c * im[derivatives % 4];
    }
    s->count = form->count;
    return QFP_OK;
}

/* Of a coordinate: half the box or the largest wavenumber, or where the taper has come to its end. */
static double limit_of(const symbol *s, int v)
{
    int modes = s->modes, j = v % modes, kind = v / modes;
    int along = kind < 2 ? j : modes + j;             /* of the taper: Q and k_P, P and k_Q */
    int box = kind == 1 || kind == 2 ? modes + j : j; /* P and k_P, Q and k_Q */
    double extent = s->shape->extent[box], tapered = QFP_TAPER_END * s->taper[along];
    bool is_wavenumber = kind % 2 == 1;
    double grid = is_wavenumber ? M_PI * s->shape->points[j] / extent : 0.5 * extent;
    if (!(s->taper[along] > 0.0))
        return grid;
    return fmin(grid, is_wavenumber ? 2.0 * tapered : tapered);
}

static double size_at(symbol *s, const double *x)
{
    int modes = s->modes;
    double in_a = 1.0, in_b = 1.0, re = 0.0, im = 0.0;
    for (int j = 0; j < modes; j++) {
        in_a *= qfp_taper(s->taper[j], x[j], x[modes + j]);
        in_b *= qfp_taper(s->taper[modes + j], x[2 * modes + j], x[3 * modes + j]);
    }
    if (in_a == 0.0 && in_b == 0.0)
        return 0.0;
    for (size_t t = 0; t < s->count; t++) {
        const monomial *m = &s->terms[t];
        double product = (m->in_a ? in_a : 1.0) * (m->in_b ? in_b : 1.0);
        for (int k = 0; k < m->factors; k++)
            product *= x[m->variable[k]];
        re += m->re * product;
        im += m->im * product;
    }
    s->budget -= (double)s->count;
    return hypot(re, im);
}

/* The best of a line of points along one coordinate, `step` apart; whether it is a better one. */
static bool improve(symbol *s, double *x, int v, double step, double *best)
{
    double at = x[v], found = at;
    for (int i = -PER_LINE; i <= PER_LINE; i++) {
        x[v] = fmin(fmax(at + i * step, -s->limit[v]), s->limit[v]);
        double size = size_at(s, x);
        if (size > *best) {
            *best = size;
            found = x[v];
        }
    }
    x[v] = found;
    return found != at;
}

static double climb(symbol *s, double *x)
{
    double best = size_at(s, x), share = 1.0 / PER_LINE;
    for (int sweep = 0; sweep < SWEEPS && s->budget > 0.0; sweep++) {
        bool better = false;
        for (int v = 0; v < 4 * s->modes; v++)
            better |= improve(s, x, v, share * s->limit[v], &best);
        share *= better && sweep < 2 ? 1.0 : 0.3;
    }
    return best;
}

static double uniform(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

qfp_status qfp_symbol_peak(const qfp_polynomial *form, const qfp_grid *shape, const double *taper,
                           double *out)
{
    symbol s = {.shape = shape, .taper = taper, .modes = shape->modes, .budget = MOST_PRODUCTS};
    uint64_t random = 7;
    *out = 0.0;
    QFP_TRY(flatten(form, &s));
    for (int v = 0; v < 4 * s.modes; v++)
        s.limit[v] = limit_of(&s, v);
    for (int start = 0; start < STARTS && s.budget > 0.0; start++) {
        double x[QFP_MAX_VARIABLES];
        for (int v = 0; v < 4 * s.modes; v++) /* inside every taper */
            x[v] = M_SQRT1_2 * s.limit[v] * (2.0 * uniform(&random) - 1.0);
        *out = fmax(*out, climb(&s, x));
    }
    free(s.terms);
    return QFP_OK;
}
