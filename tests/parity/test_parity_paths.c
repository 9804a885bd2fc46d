/* test_parity_paths.c - trajectories on CUDA against the CPU, path by path, and against any other
 * cut into threads or parts.
 *
 * Through the host shim both sides call the same mathematical library, and in strict mode every
 * number is the same, bit for bit.  A device has its own logarithm and sine: its numbers differ in
 * the last digits, and where a draw is rejected on one side only, or a step is cut elsewhere, that
 * path is another one.
 */
#include "../suite/suite.h"

#include "backend.h"

enum { PATHS = 1300, MODES_MOST = 4, CELLS = 9, BATCHES = 3, FUNCTIONS = 3 };

#if defined(QFP_CUDA_ON_HOST) && defined(QFP_STRICT_ARITHMETIC)
static const double near = 0.0;
static const int strangers = 0;
#else
static const double near = 1e-9; /* rounding grows along a path, whose rates are of order one */
static const int strangers = PATHS / 50;
#endif

typedef struct side {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_buffer *x, *weights;
} side;

static side side_create(int cuda, int threads, size_t paths, int coordinates)
{
    side s = {.backend = cuda ? qfp_backend_cuda() : qfp_backend_cpu()};
    double *weights = malloc(paths * sizeof *weights);
    OK(s.backend->device->context_create(threads, &s.context));
    OK(s.backend->vector->create(s.context, 2 * (size_t)coordinates * paths, &s.x));
    OK(s.backend->vector->create(s.context, paths, &s.weights));
    for (size_t i = 0; i < paths; ++i)
        weights[i] = i % 7 == 3 ? -1.0 : 1.0;
    OK(s.backend->vector->upload(s.weights, 0, paths, weights));
    free(weights);
    return s;
}

static void side_destroy(side *s)
{
    s->backend->vector->destroy(s->x);
    s->backend->vector->destroy(s->weights);
    s->backend->device->context_destroy(s->context);
}

static double *numbers_of(const side *s, size_t count)
{
    double *out = malloc(count * sizeof *out);
    OK(s->backend->vector->download(s->x, 0, count, out));
    return out;
}

static qfp_path_set set_of(size_t paths, int coordinates, uint64_t first)
{
    return (qfp_path_set){
        .paths = paths, .coordinates = coordinates, .seed = 12345678901, .first_path = first};
}

/* What is done to an ensemble: draws or moves x. */
typedef struct operation {
    const char *name;
    int coordinates;
    void (*run)(const side *s, const qfp_path_set *set, double parameter);
    double parameter;
} operation;

static double *random_kets(size_t count)
{
    double *kets = suite_random_array(2 * count, 5);
    for (size_t i = 0; i < 2 * count; ++i)
        kets[i] /= 1.0 + (double)(i % 24);
    return kets;
}

static const int levels[MODES_MOST] = {5, 4, 3, 2};
static const double ket_weights[2] = {0.7, 0.3};

static size_t dimension_of(int modes)
{
    size_t dimension = 1;
    for (int j = 0; j < modes; ++j)
        dimension *= (size_t)levels[j];
    return dimension;
}

static void draw(const side *s, const qfp_path_set *set, double modes)
{
    double *kets = random_kets(2 * dimension_of((int)modes));
    OK(s->backend->paths->draw(s->context, set, (int)modes, levels, 2, ket_weights, kets, s->x));
    free(kets);
}

static void gaussian(const side *s, const qfp_path_set *set, double keep)
{
    double *numbers = suite_random_array(20, 9);
    draw(s, set, 1.0);
    OK(s->backend->paths->gaussian(s->context, set, 77, (int)keep, numbers, numbers + 4, s->x));
    free(numbers);
}

static void run_guide(const side *s, const qfp_path_set *set, double lambda, int coupled,
                      const qfp_path_polynomial *polynomials)
{
    qfp_guide_spec spec = {.modes = set->coordinates,
                           .ket_count = 2,
                           .weights = ket_weights,
                           .lambda = lambda,
                           .coupled = coupled,
                           .polynomials = polynomials};
    qfp_path_step step = {.duration = 0.02, .step = 3, .merge = 1, .pieces_most = 2000};
    qfp_guide *guide;
    size_t lost = 99;
    memcpy(spec.levels, levels, sizeof levels);
    draw(s, set, set->coordinates);
    OK(s->backend->guide->create(s->context, &spec, &guide));
    for (int node = 0; node < 3; ++node) {
        double *kets = random_kets(2 * dimension_of(spec.modes));
        OK(s->backend->guide->load(guide, node, kets));
        free(kets);
    }
    OK(s->backend->guide->advance(guide, set, &step, s->x, &lost));
    step.step = 4;
    step.merge = 2;
    OK(s->backend->guide->advance(guide, set, &step, s->x, &lost));
    cr_assert(eq(sz, lost, 0));
    s->backend->guide->destroy(guide);
}

/* (re + i im) z_a z_b z_c, where z is α and then α*, and z_{−1} = 1. */
static qfp_symbol_term product(double re, double im, int a, int b, int c)
{
    qfp_symbol_term term = {.re = re, .im = im};
    const int factor[3] = {a, b, c};
    for (int k = 0; k < 3; ++k)
        if (factor[k] >= 0)
            term.power[factor[k]] += 1;
    return term;
}

/* Kerr with U = 1 in every second mode, others that only turn: A = −iα(|α|² − 2), S = α²,
 * ∂S = 2α, and A = −0.7iα. */
static void guided(const side *s, const qfp_path_set *set, double lambda)
{
    int n = set->coordinates;
    qfp_symbol_term terms[MODES_MOST][4];
    qfp_path_polynomial lists[3 * MODES_MOST];
    for (int j = 0; j < n; ++j) {
        qfp_symbol_term *t = terms[j];
        size_t kerr = j % 2 == 0;
        t[0] = product(0.0, kerr ? 2.0 : -0.7, j, -1, -1);
        t[1] = product(0.0, -1.0, j, j, n + j);
        t[2] = product(1.0, 0.0, j, j, -1);
        t[3] = product(2.0, 0.0, j, -1, -1);
        lists[3 * j] = (qfp_path_polynomial){1 + kerr, t};
        lists[3 * j + 1] = (qfp_path_polynomial){kerr, t + 2};
        lists[3 * j + 2] = (qfp_path_polynomial){kerr, t + 3};
    }
    run_guide(s, set, lambda, 0, lists);
}

/* Cross-Kerr of all pairs: A_i = −iα_i Σ_{j ≠ i} (|α_j|² − 1), S_ij = α_iα_j for i ≠ j. */
static void guided_coupled(const side *s, const qfp_path_set *set, double lambda)
{
    enum { N = MODES_MOST };
    int n = set->coordinates;
    qfp_symbol_term drift[N][N], pair[N][N], alone[N];
    qfp_path_polynomial lists[N + N * N + N * N * N] = {{0, NULL}};
    for (int i = 0; i < n; ++i) {
        size_t terms = 0;
        alone[i] = product(1.0, 0.0, i, -1, -1);
        drift[i][terms++] = product(0.0, n - 1.0, i, -1, -1);
        for (int j = 0; j < n; ++j) {
            if (j == i)
                continue;
            drift[i][terms++] = product(0.0, -1.0, i, j, n + j);
            pair[i][j] = product(1.0, 0.0, i, j, -1);
            lists[n + i * n + j] = (qfp_path_polynomial){1, &pair[i][j]};
            /* ∂S_ij/∂α_i = α_j and ∂S_ij/∂α_j = α_i */
            lists[n + n * n + (i * n + i) * n + j] = (qfp_path_polynomial){1, &alone[j]};
            lists[n + n * n + (j * n + i) * n + j] = (qfp_path_polynomial){1, &alone[i]};
        }
        lists[i] = (qfp_path_polynomial){terms, drift[i]};
    }
    run_guide(s, set, lambda, 1, lists);
}

/* Positive P of Kerr for α, the mirror image for β; noise 0 leaves the drift.  Noise is shared too: a turn and a
 * push. */
static void doubled(const side *s, const qfp_path_set *set, double noise)
{
    const qfp_symbol_term alpha_drift[] = {{.im = -1.0, .power = {2, 1}}};
    const qfp_symbol_term beta_drift[] = {{.im = 1.0, .power = {1, 2}}};
    const qfp_symbol_term alpha_noise[] = {{.im = -noise, .power = {2, 0}}};
    const qfp_symbol_term beta_noise[] = {{.im = noise, .power = {0, 2}}};
    const qfp_symbol_term alpha_slope[] = {{.im = -2.0 * noise, .power = {1, 0}}};
    const qfp_symbol_term beta_slope[] = {{.im = 2.0 * noise, .power = {0, 1}}};
    const qfp_symbol_term alpha_turn[] = {{.im = -0.6, .power = {1, 0}}};
    const qfp_symbol_term beta_turn[] = {{.im = 0.6, .power = {0, 1}}};
    const qfp_symbol_term push[] = {{.re = 0.2}};
    size_t noisy = noise != 0.0;
    const qfp_path_polynomial polynomials[] = {
        {1, alpha_drift}, {noisy, alpha_noise}, {noisy, alpha_slope},
        {1, beta_drift},  {noisy, beta_noise},  {noisy, beta_slope},
        {1, alpha_turn},  {1, beta_turn},       {1, push},
        {1, push}};
    qfp_path_step step = {.duration = 0.05, .step = 8, .merge = 2};
    qfp_doubled *d;
    size_t lost = 0;
    draw(s, set, 1.0);
    OK(s->backend->doubled->create(s->context, 1, noisy ? 2 : 0, polynomials, &d));
    OK(s->backend->doubled->advance(d, set, &step, 3.0, s->x, &lost));
    cr_assert(lt(sz, 0, lost)); /* |αβ| > 3 happens, and is counted */
    cr_assert(lt(sz, lost, set->paths));
    s->backend->doubled->destroy(d);
}

/* A cat's boundary values, signed or conditional, and the way from them over three intervals. */
static void boundary(const side *s, const qfp_path_set *set, double kind)
{
    static const qfp_gaussian_term end[] = {
        {.re = {-0.4, 0.0, -0.5, 0.8, 0.0, -0.3},
         .mean = {1.0, 0.0},
         .root = {1.1180339887498949, 0.0, 1.0},
         .mass_until = 1.0},
        {.re = {-0.4, 0.1, -0.5, -0.8, 0.0, -0.3},
         .im = {0.0, 0.3, 0.0, 0.2, 1.5, 0.1},
         .mean = {-1.0, 0.1},
         .root = {1.1, 0.2, 0.9},
         .mass_until = 1.8},
    };
    static const double decay[] = {0.9, 0.7, 0.8};
    const qfp_boundary_spec spec = {.initialisation = (qfp_boundary_kind)(int)kind,
                                    .centre = {0.2, -0.1},
                                    .turn = {0.8, 0.6},
                                    .end_count = 2,
                                    .begin_count = 2,
                                    .end = end,
                                    .begin = end,
                                    .node_count = 3,
                                    .decay = decay};
    OK(s->backend->boundary->begin(s->context, set, &spec, s->x, s->weights));
    OK(s->backend->boundary->advance(s->context, set, &spec, 0, s->x));
    OK(s->backend->boundary->advance(s->context, set, &spec, 1, s->x));
    /* the signs show as those of Re α */
    double *x = malloc(set->paths * sizeof *x), *signs = malloc(set->paths * sizeof *signs);
    OK(s->backend->vector->download(s->x, 0, set->paths, x));
    OK(s->backend->vector->download(s->weights, 0, set->paths, signs));
    for (size_t i = 0; i < set->paths; ++i)
        x[i] *= signs[i];
    OK(s->backend->vector->upload(s->x, 0, set->paths, x));
    free(x);
    free(signs);
}

/* The states at two slices in place of two coordinates. */
static void chains(const side *s, const qfp_path_set *set, const qfp_action_spec *spec)
{
    static const size_t slices[2] = {0, 7};
    double *out = malloc(4 * set->paths * sizeof *out), acceptance = 0.0;
    OK(s->backend->action->run(s->context, set, spec, 2, slices, out, &acceptance));
    cr_assert(acceptance > 0.3 && acceptance < 1.0, "%g", acceptance);
    OK(s->backend->vector->upload(s->x, 0, 4 * set->paths, out));
    free(out);
}

static void action(const side *s, const qfp_path_set *set, double coupling)
{
    const qfp_action_spec spec = {.drift = {{-1.0, -coupling, 0.1}, {coupling, 1.0, 0.0}},
                                  .rate = 1.0,
                                  .duration = 1.0,
                                  .begin = 0.3,
                                  .end = -0.2,
                                  .slices = 12,
                                  .sweeps = 6,
                                  .merge = 1,
                                  .virtual_step = 0.7,
                                  .turn = {0.6, 0.8}};
    chains(s, set, &spec);
}

static void action_kerr(const side *s, const qfp_path_set *set, double merge)
{
    const qfp_action_spec spec = {.kind = QFP_ACTION_KERR,
                                  .frequency = -1.0,
                                  .strength = 1.0,
                                  .rate = 0.5,
                                  .duration = 0.5,
                                  .begin = 0.1,
                                  .end = 0.2,
                                  .slices = 12,
                                  .sweeps = 6,
                                  .merge = (int)merge,
                                  .virtual_step = 0.5,
                                  .turn = {-1.0, 0.0}};
    chains(s, set, &spec);
}

static const operation operations[] = {
    {"a draw of one mode", 1, draw, 1.0},
    {"a draw of two modes", 2, draw, 2.0},
    {"Gaussian numbers", 1, gaussian, 0.0},
    {"Gaussian steps", 1, gaussian, 1.0},
    {"the guided flow", 2, guided, 0.0},
    {"the guided flow of three modes", 3, guided, 0.0},
    {"guided diffusion of one mode", 1, guided, 1.0},
    {"guided diffusion", 2, guided, 1.0},
    {"guided diffusion of three modes", 3, guided, 1.0},
    {"guided diffusion of four modes", 4, guided, 1.0},
    {"half of the noise", 2, guided, 0.5},
    {"the doubled space", 2, doubled, 1.0},
    {"its drift alone", 2, doubled, 0.0},
    {"noise that couples modes", 2, guided_coupled, 0.8},
    {"its flow", 2, guided_coupled, 0.0},
    {"noise that couples three modes", 3, guided_coupled, 0.8},
    {"noise that couples four modes", 4, guided_coupled, 0.8},
    {"independent boundary values", 1, boundary, QFP_BOUNDARY_INDEPENDENT},
    {"conditional boundary values", 1, boundary, QFP_BOUNDARY_CONDITIONAL},
    {"signed boundary values", 1, boundary, QFP_BOUNDARY_SIGNED},
    {"paths of the action", 2, action, 0.5},
    {"paths of Kerr", 2, action_kerr, 1.0},
    {"paths of Kerr on coarse slices", 2, action_kerr, 2.0},
};

/* x[paths of a] against the same paths, `from` on, of b. */
static void same_paths(const operation *o, const side *a, size_t a_paths, const side *b,
                       size_t b_paths, size_t from)
{
    size_t reals = 2 * (size_t)o->coordinates;
    double *x = numbers_of(a, reals * a_paths), *y = numbers_of(b, reals * b_paths);
    int strange = 0;
    for (size_t i = 0; i < a_paths; ++i)
        for (size_t c = 0; c < reals; ++c) {
            double p = x[c * a_paths + i], q = y[c * b_paths + from + i];
            if (memcmp(&p, &q, sizeof p) == 0 || fabs(p - q) <= near * (1.0 + fabs(p)))
                continue;
            cr_assert(le(int, ++strange, strangers), "%s: path %zu, number %zu: %.17g and %.17g",
                      o->name, i, c, p, q);
        }
    free(x);
    free(y);
}

Test(parity_paths, every_move_on_cuda)
{
    for (size_t k = 0; k < sizeof operations / sizeof *operations; ++k) {
        const operation *o = &operations[k];
        qfp_path_set set = set_of(PATHS, o->coordinates, 41);
        side cpu = side_create(0, 1, PATHS, o->coordinates);
        side cuda = side_create(1, 0, PATHS, o->coordinates);
        o->run(&cpu, &set, o->parameter);
        o->run(&cuda, &set, o->parameter);
        same_paths(o, &cpu, PATHS, &cuda, PATHS, 0);
        side_destroy(&cpu);
        side_destroy(&cuda);
    }
    cuda_objects_are_gone();
}

/* Neither threads nor parts of an ensemble change a path: no bound, on any machine. */
Test(parity_paths, threads_and_parts_do_not_matter)
{
    enum { PART = 501 };
    for (size_t k = 0; k < sizeof operations / sizeof *operations; ++k)
        for (int cuda = 0; cuda < 2; ++cuda) {
            const operation *o = &operations[k];
            qfp_path_set set = set_of(PATHS, o->coordinates, 41);
            qfp_path_set part_set = set_of(PART, o->coordinates, 41 + 700);
            side whole = side_create(cuda, cuda ? 0 : 2, PATHS, o->coordinates);
            side part = side_create(cuda, cuda ? 0 : 1, PART, o->coordinates);
            size_t reals = 2 * (size_t)o->coordinates;
            o->run(&whole, &set, o->parameter);
            o->run(&part, &part_set, o->parameter);
            double *x = numbers_of(&whole, reals * PATHS), *y = numbers_of(&part, reals * PART);
            for (size_t c = 0; c < reals; ++c)
                cr_assert(eq(int, memcmp(x + c * PATHS + 700, y + c * PART, PART * sizeof *x), 0),
                          "%s, number %zu", o->name, c);
            free(x);
            free(y);
            side_destroy(&whole);
            side_destroy(&part);
        }
    cuda_objects_are_gone();
}

/* Batches of 10000 paths have more leaves than one run of the device's tree. */
Test(parity_paths, sums_and_histograms)
{
    enum { MANY = 60000, MODES = 2 };
    const qfp_symbol_term drift[] = {product(0.0, -1.0, 0, 0, 2), product(0.0, 2.0, 0, -1, -1)};
    const qfp_symbol_term square = product(1.0, 0.0, 0, 0, -1);
    const qfp_symbol_term turn = product(0.0, -0.7, 1, -1, -1);
    const qfp_path_polynomial functions[FUNCTIONS] = {{2, drift}, {1, &square}, {1, &turn}};
    const double bounds[4] = {-2.0, 1.5, -1.0, 3.0};
    static const size_t counts[] = {1, 5, PATHS, MANY};
    for (size_t n = 0; n < sizeof counts / sizeof *counts; ++n)
        for (int weighted = 0; weighted < 2; ++weighted) {
            double sums[2][FUNCTIONS * BATCHES], cells[2][CELLS * CELLS];
            qfp_path_set set = set_of(counts[n], MODES, 0);
            const qfp_batches batches = {.paths = counts[n], .of = BATCHES, .count = BATCHES};
            double *numbers = suite_random_array(4 * counts[n], 3);
            for (int cuda = 0; cuda < 2; ++cuda) {
                side s = side_create(cuda, cuda ? 0 : 2, counts[n], MODES);
                const qfp_buffer *weights = weighted ? s.weights : NULL;
                OK(s.backend->vector->upload(s.x, 0, 4 * counts[n], numbers));
                OK(s.backend->paths->sums(s.context, &set, 0, FUNCTIONS, functions, &batches, s.x,
                                          weights, sums[cuda]));
                OK(s.backend->paths->histogram(s.context, &set, 1, CELLS, bounds, s.x, weights,
                                               cells[cuda]));
                side_destroy(&s);
            }
            for (int k = 0; k < FUNCTIONS * BATCHES; ++k)
#ifdef QFP_STRICT_ARITHMETIC
                cr_assert(eq(int, memcmp(&sums[0][k], &sums[1][k], sizeof(double)), 0),
                          "%zu paths, sum %d: %.17g and %.17g", counts[n], k, sums[0][k],
                          sums[1][k]);
#else
                cr_assert(epsilon_eq(dbl, sums[0][k], sums[1][k], 1e-12 * (double)counts[n]));
#endif
            for (int k = 0; k < CELLS * CELLS; ++k)
                cr_assert(eq(dbl, cells[0][k], cells[1][k]), "cell %d", k); /* whole numbers */
            free(numbers);
        }
    cuda_objects_are_gone();
}

Test(parity_paths, single_precision_is_refused)
{
    const qfp_backend *backend = qfp_backend_cuda();
    qfp_path_set set = set_of(4, 1, 0);
    qfp_context *context;
    qfp_buffer *x;
    const double zero[8] = {0.0};
    OK(backend->device->context_create(0, &context));
    OK(backend->device->precision_set(context, QFP_PRECISION_SINGLE));
    OK(backend->vector->create(context, 8, &x));
    cr_assert(
        eq(int, backend->paths->gaussian(context, &set, 0, 0, zero, zero, x), QFP_UNSUPPORTED));
    backend->vector->destroy(x);
    backend->device->context_destroy(context);
    cuda_objects_are_gone();
}
