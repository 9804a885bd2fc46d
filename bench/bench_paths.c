/* bench_paths.c - qfp_bench_paths: trajectories times steps per second.
 *
 *     qfp_bench_paths [cpu|cuda [PATHS]]   cpu with 20 000 paths, cuda with 2^20 unless given
 *
 * Kerr, α_0 = 2, from its coherent ket, steps of Ut = 1e-3: a path takes one piece per step, which
 * evaluates F and F' by Horner's rule, twenty flops per level.  Compared with the rate of
 * multiply-adds in registers of as many threads in the same run (of the CPU: a device gets no last
 * column).  Positive P beside it.
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "core/error.h"
#include "measure.h"

enum { PATHS_CPU = 20000, PATHS_CUDA = 1 << 20, PATHS_MOST = 1 << 26, PIECES_MOST = 1000 };
#define ALPHA 2.0
#define STEP 1e-3
#define FLOPS_PER_LEVEL 20.0

typedef struct paths_rig {
    const qfp_backend *backend;
    qfp_context *context;
    qfp_guide *guide;
    qfp_doubled *doubled;
    qfp_path_set set;
    qfp_path_step step;
    qfp_buffer *x;
} paths_rig;

static void rig_destroy(paths_rig *rig)
{
    rig->backend->guide->destroy(rig->guide);
    rig->backend->doubled->destroy(rig->doubled);
    rig->backend->vector->destroy(rig->x);
    if (rig->context != NULL)
        rig->backend->device->context_destroy(rig->context);
}

/* c_n = α^n/√n! e^{−|α|²/2} */
static qfp_status coherent_ket(int levels, double **out)
{
    QFP_TRY(QFP_ALLOCATE(*out, 2 * (size_t)levels, "a ket"));
    double c = exp(-0.5 * ALPHA * ALPHA);
    for (int n = 0; n < levels; c *= ALPHA / sqrt(++n))
        (*out)[2 * n] = c;
    return QFP_OK;
}

/* A = −iα(|α|² − 2), S = α², ∂S = 2α: H = ½n(n−1) */
static qfp_status guided_create(int levels, paths_rig *rig)
{
    static const qfp_symbol_term drift[] = {{.im = -1.0, .power = {2, 1}},
                                            {.im = 2.0, .power = {1, 0}}};
    static const qfp_symbol_term square[] = {{.re = 1.0, .power = {2, 0}}};
    static const qfp_symbol_term slope[] = {{.re = 2.0, .power = {1, 0}}};
    static const qfp_path_polynomial polynomials[] = {{2, drift}, {1, square}, {1, slope}};
    const double one = 1.0;
    const qfp_guide_spec spec = {.modes = 1,
                                 .levels = {levels},
                                 .ket_count = 1,
                                 .weights = &one,
                                 .lambda = 1.0,
                                 .polynomials = polynomials};
    double *ket = NULL;
    qfp_status status;
    QFP_TRY_GOTO(coherent_ket(levels, &ket));
    QFP_TRY_GOTO(rig->backend->guide->create(rig->context, &spec, &rig->guide));
    for (int node = 0; node < 3; node++)
        QFP_TRY_GOTO(rig->backend->guide->load(rig->guide, node, ket));
    status = rig->backend->paths->draw(rig->context, &rig->set, 1, &levels, 1, &one, ket, rig->x);
done:
    free(ket);
    return status;
}

static qfp_status doubled_create(paths_rig *rig)
{
    static const qfp_symbol_term terms[6][1] = {
        {{.im = -1.0, .power = {2, 1}}}, {{.im = -1.0, .power = {2, 0}}},
        {{.im = -2.0, .power = {1, 0}}}, {{.im = 1.0, .power = {1, 2}}},
        {{.im = 1.0, .power = {0, 2}}},  {{.im = 2.0, .power = {0, 1}}}};
    static const double spread[16] = {0.0}, mean[4] = {ALPHA, 0.0, ALPHA, 0.0};
    qfp_path_polynomial polynomials[6];
    for (int k = 0; k < 6; k++)
        polynomials[k] = (qfp_path_polynomial){1, terms[k]};
    QFP_TRY(rig->backend->doubled->create(rig->context, 1, 0, polynomials, &rig->doubled));
    return rig->backend->paths->gaussian(rig->context, &rig->set, 0, 0, mean, spread, rig->x);
}

static qfp_status run_guided(void *data)
{
    paths_rig *rig = data;
    size_t lost;
    rig->step.step += 1;
    return rig->backend->guide->advance(rig->guide, &rig->set, &rig->step, rig->x, &lost);
}

static qfp_status run_doubled(void *data)
{
    paths_rig *rig = data;
    size_t lost;
    rig->step.step += 1;
    return rig->backend->doubled->advance(rig->doubled, &rig->set, &rig->step, 1e300, rig->x,
                                          &lost);
}

/* levels 0: positive P; multiply_adds 0: no last column */
static qfp_status print_row(const paths_rig *empty, int levels, double multiply_adds)
{
    paths_rig rig = *empty;
    double seconds = 0.0, paths = (double)rig.set.paths;
    bench_action action = levels > 0 ? run_guided : run_doubled;
    qfp_status status;
    rig.set.coordinates = levels > 0 ? 1 : 2;
    QFP_TRY_GOTO(rig.backend->device->context_create(0, &rig.context));
    QFP_TRY_GOTO(rig.backend->vector->create(
        rig.context, 2 * (size_t)rig.set.coordinates * rig.set.paths, &rig.x));
    QFP_TRY_GOTO(levels > 0 ? guided_create(levels, &rig) : doubled_create(&rig));
    QFP_TRY_GOTO(rig.backend == qfp_backend_cpu() ? bench_seconds(action, &rig, &seconds)
                                                  : bench_wall_seconds(action, &rig, &seconds));
    if (levels > 0)
        printf("| guided, %d levels | %.3g | %.3g | ", levels, paths / seconds,
               1e9 * seconds / paths);
    else
        printf("| positive_p | %.3g | %.3g | ", paths / seconds, 1e9 * seconds / paths);
    if (levels > 0 && multiply_adds > 0.0)
        printf("%.2f |\n", FLOPS_PER_LEVEL * levels * paths / multiply_adds / seconds);
    else
        printf("- |\n");
    fflush(stdout);
done:
    rig_destroy(&rig);
    return status;
}

/* What stands above the table; *multiply_adds as print_row takes it. */
static qfp_status print_head(const paths_rig *rig, double *multiply_adds)
{
    *multiply_adds = 0.0;
    if (rig->backend == qfp_backend_cpu()) {
        QFP_TRY(bench_flop_rate(multiply_adds));
        *multiply_adds *= omp_get_max_threads();
        printf("%d threads, %zu paths; multiply-add in registers %.1f Gflop/s\n\n",
               omp_get_max_threads(), rig->set.paths, 1e-9 * *multiply_adds);
    } else {
        QFP_TRY(rig->backend->device->available());
        printf("%zu paths on the device\n\n", rig->set.paths);
    }
    printf("| method | paths × steps per second | ns each | Horner flops over multiply-adds |\n"
           "|---|---|---|---|\n");
    return QFP_OK;
}

int main(int argc, char **argv)
{
    static const int levels[] = {24, 64, 0};
    int cuda = argc > 1 && strcmp(argv[1], "cuda") == 0;
    char *end = "";
    long paths = argc > 2 ? strtol(argv[2], &end, 10) : cuda ? PATHS_CUDA : PATHS_CPU;
    if (argc > 3 || (argc > 1 && !cuda && strcmp(argv[1], "cpu") != 0) || *end != '\0' ||
        paths < 1 || paths > PATHS_MOST) {
        fprintf(stderr, "usage: qfp_bench_paths [cpu|cuda [PATHS]]; PATHS 1 to %d\n", PATHS_MOST);
        return qfp_status_exit(QFP_USAGE);
    }
    const paths_rig empty = {.backend = cuda ? qfp_backend_cuda() : qfp_backend_cpu(),
                             .set = {.paths = (size_t)paths, .seed = 1},
                             .step = {.duration = STEP, .merge = 1, .pieces_most = PIECES_MOST}};
    double multiply_adds;
    qfp_status status = print_head(&empty, &multiply_adds);
    for (size_t k = 0; k < sizeof levels / sizeof *levels && status == QFP_OK; k++)
        status = print_row(&empty, levels[k], multiply_adds);
    if (status != QFP_OK)
        fprintf(stderr, "qfp_bench_paths: %s\n", qfp_last_error());
    return qfp_status_exit(status);
}
