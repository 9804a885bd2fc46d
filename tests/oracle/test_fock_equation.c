/* The stencils of the Fock basis against the equation of motion itself: Eq. (63), order by order,
 * with α: ρ → ρa, α*: ρ → a†ρ, ∂: ρ → ρa† − a†ρ, ∂̄: ρ → aρ − ρa done as index shifts on a space
 * with enough spare levels that nothing is lost, and exact theories against −(i/κ)[H, ρ]. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../support/operators.h"
#include "fock/fock_generator.h"

/* ρ of `modes` modes with `large` levels each, row-major [D][D]. */
typedef struct dense {
    int modes, large;
    size_t dimension, stride[3];
} dense;

static dense dense_space(int modes, int large)
{
    dense s = {.modes = modes, .large = large, .dimension = 1};
    for (int j = modes - 1; j >= 0; j--) {
        s.stride[j] = s.dimension;
        s.dimension *= (size_t)large;
    }
    return s;
}

static int level(const dense *s, size_t m, int mode)
{
    return (int)(m / s->stride[mode] % (size_t)s->large);
}

enum ladder { LEFT_A, LEFT_AD, RIGHT_A, RIGHT_AD };

/* out += factor × (aρ, a†ρ, ρa or ρa† of one mode) */
static void add_ladder(const dense *s, int mode, enum ladder which, double complex factor,
                       const double complex *rho, double complex *out)
{
    size_t d = s->dimension, step = s->stride[mode];
    for (size_t m = 0; m < d; m++)
        for (size_t n = 0; n < d; n++) {
            int i = level(s, which == LEFT_A || which == LEFT_AD ? m : n, mode);
            double complex value = 0.0;
            if (which == LEFT_A && i + 1 < s->large)
                value = sqrt(i + 1.0) * rho[(m + step) * d + n];
            else if (which == LEFT_AD && i > 0)
                value = sqrt(i) * rho[(m - step) * d + n];
            else if (which == RIGHT_A && i > 0)
                value = sqrt(i) * rho[m * d + n - step];
            else if (which == RIGHT_AD && i + 1 < s->large)
                value = sqrt(i + 1.0) * rho[m * d + n + step];
            out[m * d + n] += factor * value;
        }
}

/* ρ ← first ρ − second ρ (second: none if negative) */
static void replace(const dense *s, int mode, int first, int second, double complex **rho)
{
    double complex *out = calloc(s->dimension * s->dimension, sizeof *out);
    add_ladder(s, mode, (enum ladder)first, 1.0, *rho, out);
    if (second >= 0)
        add_ladder(s, mode, (enum ladder)second, -1.0, *rho, out);
    free(*rho);
    *rho = out;
}

static double complex *copy_of(const dense *s, const double complex *rho)
{
    double complex *copy = malloc(s->dimension * s->dimension * sizeof *copy);
    memcpy(copy, rho, s->dimension * s->dimension * sizeof *copy);
    return copy;
}

static double falling(int n, int k)
{
    double product = 1.0;
    for (int i = 0; i < k; i++)
        product *= n - i;
    return product;
}

/* Both terms of Eq. (63) for one multi-index m: out += weight [∂̄^m((∂^m H)ρ) − ∂^m((∂̄^m H)ρ)]. */
static void add_order(const dense *s, const qfp_polynomial *antiwick, const int *order,
                      double complex weight, const double complex *rho, double complex *out)
{
    for (int conjugate = 0; conjugate < 2; conjugate++)
        for (size_t t = 0; t < antiwick->count; t++) {
            const uint8_t *power = antiwick->terms[t].power;
            double complex factor = antiwick->terms[t].coefficient * (conjugate ? -weight : weight);
            double complex *image = copy_of(s, rho);
            for (int j = 0; j < s->modes; j++)
                factor *= falling(power[(conjugate ? s->modes : 0) + j], order[j]);
            for (int j = 0; j < s->modes && factor != 0.0; j++) {
                for (int k = 0; k < power[j] - (conjugate ? 0 : order[j]); k++)
                    replace(s, j, RIGHT_A, -1, &image);
                for (int k = 0; k < power[s->modes + j] - (conjugate ? order[j] : 0); k++)
                    replace(s, j, LEFT_AD, -1, &image);
            }
            for (int j = 0; j < s->modes && factor != 0.0; j++)
                for (int k = 0; k < order[j]; k++)
                    replace(s, j, conjugate ? RIGHT_AD : LEFT_A, conjugate ? LEFT_AD : RIGHT_A,
                            &image);
            for (size_t i = 0; i < s->dimension * s->dimension; i++)
                out[i] += factor * image[i];
            free(image);
        }
}

static void equation_63(const dense *s, const qfp_polynomial *antiwick, const qfp_theory *theory,
                        int degree, const double complex *rho, double complex *out)
{
    int most = theory->order == QFP_ORDER_EXACT ? degree : theory->order;
    for (int code = 1; code < 1000; code++) { /* |m| ≥ 1, up to nine of each mode */
        int order[3] = {code % 10, code / 10 % 10, code / 100};
        int total = order[0] + order[1] + order[2];
        if (total > most || (s->modes < 2 && order[1] > 0) || (s->modes < 3 && order[2] > 0))
            continue;
        double complex weight =
            -I / theory->kappa * (total == 2 ? theory->C : 1.0) /
            (tgamma(order[0] + 1.0) * tgamma(order[1] + 1.0) * tgamma(order[2] + 1.0));
        add_order(s, antiwick, order, weight, rho, out);
    }
}

/* −(i/κ)(Hρ − ρH) from the Wick symbol, annihilators first. */
static void commutator(const dense *s, const qfp_polynomial *wick, double kappa,
                       const double complex *rho, double complex *out)
{
    for (int right = 0; right < 2; right++)
        for (size_t t = 0; t < wick->count; t++) {
            double complex factor = (right ? I : -I) / kappa * wick->terms[t].coefficient;
            double complex *image = copy_of(s, rho);
            for (int j = 0; j < s->modes; j++) {
                int a = wick->terms[t].power[j], ad = wick->terms[t].power[s->modes + j];
                for (int k = 0; k < (right ? ad : a); k++)
                    replace(s, j, right ? RIGHT_AD : LEFT_A, -1, &image);
                for (int k = 0; k < (right ? a : ad); k++)
                    replace(s, j, right ? RIGHT_A : LEFT_AD, -1, &image);
            }
            for (size_t i = 0; i < s->dimension * s->dimension; i++)
                out[i] += factor * image[i];
            free(image);
        }
}

static double *apply_stencil(const qfp_fock_space *space, const qfp_polynomial *generator,
                             const double *u, bool *skew)
{
    const qfp_backend *b = qfp_backend_cpu();
    qfp_context *context;
    qfp_fock_generator *g;
    qfp_buffer *x, *y;
    double *v = malloc(space->count * sizeof *v);
    MUST(b->device->context_create(1, &context));
    MUST(qfp_fock_generator_create(b, context, space, generator, &g));
    MUST(b->vector->create(context, space->count, &x));
    MUST(b->vector->create(context, space->count, &y));
    MUST(b->vector->upload(x, 0, space->count, u));
    MUST(qfp_linear_map_apply(qfp_fock_generator_map(g), x, y));
    MUST(b->vector->download(y, 0, space->count, v));
    *skew = qfp_fock_generator_map(g)->skew;
    b->vector->destroy(x);
    b->vector->destroy(y);
    qfp_fock_generator_destroy(g);
    b->device->context_destroy(context);
    return v;
}

/* The index in the larger space of a kept level. */
static size_t widened(const qfp_fock_space *space, const dense *s, size_t m)
{
    size_t index = 0;
    for (int j = 0; j < space->modes; j++)
        index += (m / space->stride[j] % (size_t)space->levels[j]) * s->stride[j];
    return index;
}

typedef struct problem {
    int modes, degree, levels[3];
    qfp_theory theory;
} problem;

/* The stencil on a random Hermitian ρ against one of the two right-hand sides. */
static void check(const problem *p, const qfp_polynomial *wick, bool by_commutator,
                  const char *what)
{
    qfp_fock_space space;
    qfp_polynomial generator, antiwick;
    uint64_t seed = 5;
    int most = 0;
    for (int j = 0; j < p->modes; j++)
        most = p->levels[j] > most ? p->levels[j] : most;
    dense s = dense_space(p->modes, most + p->degree); /* a word has at most `degree` letters */
    MUST(qfp_fock_space_set(p->modes, p->levels, &space));
    qfp_polynomial_init(&generator, 4 * p->modes);
    qfp_polynomial_init(&antiwick, 2 * p->modes);
    MUST(qfp_generator_build(wick, &p->theory, &generator));
    MUST(qfp_symbol_exp_laplacian(wick, -1.0, &antiwick));
    double complex *rho = calloc(s.dimension * s.dimension, sizeof *rho);
    double complex *image = calloc(s.dimension * s.dimension, sizeof *image);
    double *u = malloc(space.count * sizeof *u), *v, norm = 0.0, largest = 0.0, product = 0.0;
    size_t at = 0;
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = m; n < space.dimension; n++, at++) {
            size_t i = widened(&space, &s, m), k = widened(&space, &s, n);
            u[2 * at] = random_number(&seed);
            u[2 * at + 1] = m == n ? 0.0 : random_number(&seed);
            rho[i * s.dimension + k] = (m == n ? 1.0 : sqrt(0.5)) * (u[2 * at] + I * u[2 * at + 1]);
            rho[k * s.dimension + i] = conj(rho[i * s.dimension + k]);
        }
    if (by_commutator)
        commutator(&s, wick, p->theory.kappa, rho, image);
    else
        equation_63(&s, &antiwick, &p->theory, p->degree, rho, image);
    bool skew;
    v = apply_stencil(&space, &generator, u, &skew);
    at = 0;
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = m; n < space.dimension; n++, at++)
            largest =
                fmax(largest,
                     cabs(image[widened(&space, &s, m) * s.dimension + widened(&space, &s, n)]));
    at = 0;
    for (size_t m = 0; m < space.dimension; m++)
        for (size_t n = m; n < space.dimension; n++, at++) {
            double complex wanted =
                image[widened(&space, &s, m) * s.dimension + widened(&space, &s, n)];
            double complex got = (m == n ? 1.0 : sqrt(0.5)) * (v[2 * at] + I * v[2 * at + 1]);
            /* rounding: words that cancel are up to some thousand times what is left */
            cr_assert(cabs(got - wanted) < 1e-12 * largest, "%s, M = %d, C = %g: %zu %zu: %g of %g",
                      what, p->theory.order, p->theory.C, m, n, cabs(got - wanted), largest);
            product += u[2 * at] * v[2 * at] + u[2 * at + 1] * v[2 * at + 1];
            norm += v[2 * at] * v[2 * at] + v[2 * at + 1] * v[2 * at + 1];
        }
    /* what is called skew is skew, and a random ρ shows what is not */
    cr_assert(lt(dbl, 0.0, norm));
    cr_assert(skew == (fabs(product) < 1e-11 * sqrt(norm)),
              "%s, M = %d, C = %g: ⟨u, Lu⟩ = %g of %g", what, p->theory.order, p->theory.C, product,
              sqrt(norm));
    free(rho);
    free(image);
    free(u);
    free(v);
    qfp_polynomial_destroy(&generator);
    qfp_polynomial_destroy(&antiwick);
}

static const struct hamiltonian {
    const char *text;
    int modes, degree, levels[3];
} hamiltonians[] = {
    {"0.5*ad^2*a^2", 1, 4, {6}},
    {"n + 0.3*x^3", 1, 3, {6}},
    {"n + 0.1*x^4", 1, 4, {6}},
    {"I*ad^3*a - I*ad*a^3 + 0.2*p", 1, 4, {5}},
    {"-hc(ad[1]*a[2]) + 0.5*sum(j, ad[j]^2*a[j]^2)", 2, 4, {3, 2}},
    {"x[1]*x[2]^2 + 0.3*p[1]*n[2]", 2, 3, {2, 4}},
    {"hc(I*ad[1]*a[2]*x[3]) + n[3]", 3, 3, {2, 2, 3}},
};

static const qfp_theory theories[] = {
    {1, 1.0, 1.0},
    {2, 1.0, 1.0},
    {2, 0.5, 1.0},
    {2, 1.0, 0.7},
    {3, 1.0, 1.0},
    {3, 0.5, 2.0},
    {QFP_ORDER_EXACT, 1.0, 1.0},
    {QFP_ORDER_EXACT, 0.5, 1.3},
};

Test(fock_equation, every_theory_order_by_order)
{
    for (size_t h = 0; h < sizeof hamiltonians / sizeof *hamiltonians; h++) {
        qfp_polynomial wick = wick_of(hamiltonians[h].text, hamiltonians[h].modes);
        for (size_t t = 0; t < sizeof theories / sizeof *theories; t++) {
            problem p = {hamiltonians[h].modes, hamiltonians[h].degree, {0}, theories[t]};
            memcpy(p.levels, hamiltonians[h].levels, sizeof p.levels);
            check(&p, &wick, false, hamiltonians[h].text);
        }
        qfp_polynomial_destroy(&wick);
    }
}

Test(fock_equation, exact_theories_are_commutators)
{
    static const problem problems[] = {
        {1, 5, {7}, {QFP_ORDER_EXACT, 1.0, 0.6}},
        {2, 4, {3, 4}, {QFP_ORDER_EXACT, 1.0, 1.0}},
        {3, 3, {2, 3, 2}, {QFP_ORDER_EXACT, 1.0, 1.7}},
    };
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        char what[64];
        snprintf(what, sizeof what, "a random polynomial of %d modes", problems[i].modes);
        qfp_polynomial wick = random_hermitian(problems[i].modes, problems[i].degree, 7 + i);
        check(&problems[i], &wick, true, what);
        qfp_polynomial_destroy(&wick);
    }
}
