#include "fock/fock_wehrl.h"

#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "fock/fock_husimi.h"

#define MOST_FLOPS 3e11        /* of amplitudes: a minute */
#define STEP 0.08              /* in Re α and Im α: e^{-(π/0.08)²/2} of a Gaussian is nothing */
#define MARGIN 4.5             /* |⟨α|n⟩|² has fallen by e^{-40} that far beyond |α|² = n */
#define NEGLIGIBLE_LEVEL 1e-15 /* population; what lies outside the disk costs about that much */
/* Near zeros of Q an error like h⁴ is a sixteenth of theirs, but unevenly: in the generated family of
 * tests/family it was up to 0.44 of the difference. */
#define COARSE_SHARE 1.0
#define OUTSIDE 1e-17         /* of πQ, whose −πQ ln πQ out there adds up to less than 1e-14 */
#define RING 0.5              /* of the radius, so that tables serve several states */
#define RULE_ROUNDING 2e-13   /* and what the disk leaves out */
#define NOISE 1e-15           /* of −πQ ln πQ where Q is nothing, by tables */
#define ZERO_OF_Q 1e-28       /* its gradient is rounding there */
#define NOTHING 1e-22         /* of Q: what all such points of a disk add is below 1e-18 */
enum { BLOCK = 64 };          /* points of phase space treated by one product */
#define NEGLIGIBLE_RANK 1e-15 /* eigenvalue of ρ relative to the largest */

/* ρ = Σ_k w_k |k⟩⟨k|: a state of few kets is evaluated in the time of few kets. */
typedef struct eigenkets {
    int levels, count;
    double *weight;          /* ascending */
    double complex *ket;     /* [levels][levels], row k */
    double complex *lowered; /* a|k⟩ likewise */
} eigenkets;

static qfp_status lower(eigenkets *e)
{
    size_t d = (size_t)e->levels;
    QFP_TRY(QFP_ALLOCATE(e->lowered, d * d, "eigenvectors"));
    for (size_t k = 0; k < (size_t)e->count; k++)
        for (size_t n = 0; n + 1 < d; n++)
            e->lowered[k * d + n] = sqrt((double)n + 1.0) * e->ket[k * d + n + 1];
    return QFP_OK;
}

static qfp_status diagonalise(int all, const double complex *rho, int levels, eigenkets *e)
{
    size_t d = (size_t)levels;
    *e = (eigenkets){.levels = levels};
    QFP_TRY(QFP_ALLOCATE(e->weight, d, "eigenvalues"));
    QFP_TRY(QFP_ALLOCATE(e->ket, d * d, "eigenvectors"));
    for (size_t m = 0; m < d; m++)
        memcpy(e->ket + m * d, rho + m * (size_t)all, d * sizeof *rho);
    QFP_TRY(qfpi_hermitian_eigen(d, e->ket, e->weight));
    double largest = fmax(fabs(e->weight[0]), fabs(e->weight[levels - 1]));
    for (int k = 0; k < levels; k++)
        if (fabs(e->weight[k]) > NEGLIGIBLE_RANK * largest) {
            e->weight[e->count] = e->weight[k];
            memmove(e->ket + (size_t)e->count * d, e->ket + (size_t)k * d, d * sizeof *e->ket);
            e->count++;
        }
    return QFP_OK;
}

static int occupied_levels(int levels, const double complex *rho)
{
    double beyond = 0.0;
    int n = levels;
    while (n > 1) {
        size_t last = (size_t)(n - 1);
        beyond += fabs(creal(rho[last * (size_t)levels + last]));
        if (beyond > NEGLIGIBLE_LEVEL)
            break;
        n--;
    }
    return n;
}

/* Rows ⟨α|n⟩ of a block of points. */
typedef struct bra_block {
    size_t levels;
    double complex *bra, *image; /* [BLOCK][levels] */
} bra_block;

static void bra_block_destroy(bra_block *b)
{
    free(b->bra);
    free(b->image);
    *b = (bra_block){0};
}

static qfp_status bra_block_create(size_t levels, bra_block *b)
{
    *b = (bra_block){.levels = levels};
    qfp_status status = QFP_ALLOCATE(b->bra, BLOCK * levels, "coherent states");
    if (status == QFP_OK)
        status = QFP_ALLOCATE(b->image, BLOCK * levels, "coherent states");
    if (status != QFP_OK)
        bra_block_destroy(b);
    return status;
}

/* What is summed over the points. */
enum { WEHRL, TRACE, PRODUCTION, SUMS };

typedef struct entropy_sums {
    int levels;
    const eigenkets *e;
    const qfp_dissipation_facts *spreading;
    bra_block amplitudes, lowered;
    double fine[SUMS],
        coarse[4][SUMS]; /* by the parity of row and column: rules with twice the step */
} entropy_sums;

/* to[i][k] = ⟨α_i|k⟩ of all kets, by rows of `levels` */
static void project(const entropy_sums *s, int count, const double complex *kets,
                    double complex *to)
{
    const double complex one = 1.0, zero = 0.0;
    int levels = s->e->levels;
    cblas_zgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, s->e->count, levels, &one,
                s->amplitudes.bra, levels, kets, levels, &zero, to, levels);
}

/* πQ = Σ_k w_k|⟨α|k⟩|² */
static double density(const eigenkets *e, const double complex *amplitude)
{
    double sum = 0.0;
    for (int k = 0; k < e->count; k++)
        sum += e->weight[k] * (creal(amplitude[k]) * creal(amplitude[k]) +
                               cimag(amplitude[k]) * cimag(amplitude[k]));
    return sum;
}

/* π∂̄Q = ⟨α|(a − α)ρ|α⟩ as the gradient of πQ along (Q, P), √2 times its parts; returns ⟨α|(a − α)ρ(a† − α*)|α⟩, at
 * least |π∂̄Q|²/πQ and equal to it in a pure state. */
static double find_gradient(const eigenkets *e, double complex alpha,
                            const double complex *amplitude, const double complex *lowered,
                            double gradient[2])
{
    double complex sum = 0.0;
    double square = 0.0;
    for (int k = 0; k < e->count; k++) {
        double complex difference = lowered[k] - alpha * amplitude[k];
        sum += e->weight[k] * difference * conj(amplitude[k]);
        square += e->weight[k] * creal(difference * conj(difference));
    }
    gradient[0] = M_SQRT2 * creal(sum);
    gradient[1] = M_SQRT2 * cimag(sum);
    return square;
}

static void add_spreading(entropy_sums *s, double complex alpha, size_t row, double q,
                          double *point, qfp_fock_entropy *out)
{
    const double z[2] = {M_SQRT2 * creal(alpha), M_SQRT2 * cimag(alpha)};
    double gradient[2];
    double square =
        find_gradient(s->e, alpha, s->amplitudes.image + row, s->lowered.image + row, gradient);
    qfp_spreading here = qfp_spreading_at(s->spreading, z, gradient);
    point[TRACE] = q * here.trace;
    /* on a zero of Q, which a mixture has none of: the average over directions */
    point[PRODUCTION] = q > ZERO_OF_Q ? here.production / q : 0.5 * here.trace * fmax(square, 0.0);
    out->largest_trace = fmax(out->largest_trace, fabs(here.trace));
    out->largest = fmax(out->largest, here.largest);
}

/* Adds a row of points, Re α = x and |Im α| ≤ height. */
static void add_row(entropy_sums *s, double x, double height, int parity, qfp_fock_entropy *out)
{
    long last = (long)floor(height / STEP);
    for (long from = -last; from <= last; from += BLOCK) {
        int count = (int)(last - from + 1 < BLOCK ? last - from + 1 : BLOCK);
        for (int i = 0; i < count; i++)
            qfp_fock_coherent_bra(s->e->levels, CMPLX(x, (double)(from + i) * STEP),
                                  s->amplitudes.bra + (size_t)i * s->amplitudes.levels);
        project(s, count, s->e->ket, s->amplitudes.image);
        project(s, count, s->e->lowered, s->lowered.image);
        for (int i = 0; i < count; i++) {
            size_t row = (size_t)i * s->amplitudes.levels;
            double q = density(s->e, s->amplitudes.image + row), point[SUMS] = {0.0};
            out->min_q = fmin(out->min_q, q * M_1_PI);
            out->max_q = fmax(out->max_q, q * M_1_PI);
            point[WEHRL] = q > 0.0 ? -q * log(q) : 0.0;
            add_spreading(s, CMPLX(x, (double)(from + i) * STEP), row, q, point, out);
            for (int k = 0; k < SUMS; k++) {
                s->fine[k] += point[k];
                s->coarse[parity + ((from + i) & 1)][k] += point[k];
            }
        }
    }
}

/* Of a sum, with the measure of a point; *error: of the rule and of what the disk leaves out, `scale` of which
 * counts as 1. */
static double integral(const entropy_sums *s, int which, double scale, double *error)
{
    double cell = STEP * STEP * M_1_PI, value = cell * s->fine[which];
    *error = 0.0;
    for (int i = 0; i < 4; i++)
        *error = fmax(*error, COARSE_SHARE * fabs(4.0 * cell * s->coarse[i][which] - value));
    *error += RULE_ROUNDING * fmax(scale, fabs(value));
    return value;
}

/* ρ is cut where what is left out is nothing, or a little beyond, so that tables serve several states: at
 * a number of levels with four binary digits at most. */
static int levels_used(int levels, const double complex *rho)
{
    int occupied = occupied_levels(levels, rho), step = 1;
    while (occupied > 16 * step)
        step *= 2;
    int used = (occupied + step - 1) / step * step;
    return used < levels ? used : levels;
}

/* Where |α| = r, πQ ≤ (Σ_n √ρ_nn |⟨α|n⟩|)², since |ρ_mn|² ≤ ρ_mm ρ_nn. */
static double most_at(double r, int all, const double complex *rho, int levels)
{
    double sum = 0.0;
    for (int n = 0; n < levels; n++) {
        double population = fabs(creal(rho[(size_t)n * (size_t)all + (size_t)n]));
        sum += sqrt(population * exp(2.0 * n * log(r) - r * r - lgamma(n + 1.0)));
    }
    return sum * sum;
}

/* Of the disk beyond which there is nothing of the levels, or rings less where there is nothing of the state. */
static double choose_radius(int all, const double complex *rho, int levels, bool is_closed)
{
    double radius = sqrt(levels) + MARGIN;
    while (is_closed && radius > 2.0 * RING && most_at(radius - RING, all, rho, levels) < OUTSIDE)
        radius -= RING;
    return radius;
}

/* Tr D⁺ of a point, and what bounds it. */
static void add_trace(entropy_sums *s, double q, double p, double density, int parity,
                      qfp_fock_entropy *out)
{
    const double z[2] = {q, p}, gradient[2] = {0.0};
    qfp_spreading here = qfp_spreading_at(s->spreading, z, gradient);
    s->fine[TRACE] += M_PI * density * here.trace;
    s->coarse[parity][TRACE] += M_PI * density * here.trace;
    out->largest_trace = fmax(out->largest_trace, fabs(here.trace));
    out->largest = fmax(out->largest, here.largest);
}

/* The products of all points with all eigenvectors; ρ may have as many as levels. */
bool qfp_fock_production_is_dear(int levels)
{
    double radius = sqrt(levels) + MARGIN, points = M_PI * radius * radius / (STEP * STEP);
    return 32.0 * points * levels * levels > MOST_FLOPS;
}

/* All but the production, which needs the gradient relative to Q: Q of all points at once. */
static qfp_status look_by_tables(qfp_husimi_tables *tables, int all, const double complex *rho,
                                 entropy_sums *s, double radius, qfp_fock_entropy *out)
{
    long last = (long)floor(radius / STEP);
    size_t side = 2 * (size_t)last + 1;
    double *axis = NULL, *q = NULL;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(axis, side, "the points of an entropy"));
    QFP_TRY_GOTO(QFP_ALLOCATE(q, side * side, "the points of an entropy"));
    for (long i = -last; i <= last; i++)
        axis[i + last] = (double)i * STEP * M_SQRT2;
    QFP_TRY_GOTO(qfp_husimi_tables_for(tables, s->levels, side, axis, side, axis));
    qfp_husimi_tables_apply(tables, rho, (size_t)all, q);
    for (long row = -last; row <= last; row++) {
        double x = (double)row * STEP, least = INFINITY, most = -INFINITY, even = 0.0, odd = 0.0;
        long end = (long)floor(sqrt(fmax(radius * radius - x * x, 0.0)) / STEP);
        const double *of_row = q + (size_t)(row + last) * side + (size_t)last;
        for (long i = -end; i <= end; i++) {
            double here = of_row[i];
            double point = here > NOTHING ? -M_PI * here * log(M_PI * here) : 0.0;
            least = here < least ? here : least; /* fmin is a call */
            most = here > most ? here : most;
            *((i & 1) != 0 ? &odd : &even) += point;
            if (s->spreading != NULL)
                add_trace(s, axis[row + last], axis[i + last], here, 2 * (int)(row & 1) + (i & 1),
                          out);
        }
        out->min_q = fmin(out->min_q, least);
        out->max_q = fmax(out->max_q, most);
        s->fine[WEHRL] += even + odd;
        s->coarse[2 * (row & 1)][WEHRL] += even;
        s->coarse[2 * (row & 1) + 1][WEHRL] += odd;
    }
done:
    free(axis);
    free(q);
    return status;
}

/* With what dissipation does: relative to Q even at its zeros, by amplitudes of the eigenvectors of ρ. */
static qfp_status look_by_kets(int all, const double complex *rho, entropy_sums *s, double radius,
                               qfp_fock_entropy *out)
{
    eigenkets e = {0};
    qfp_status status;
    QFP_TRY_GOTO(diagonalise(all, rho, s->levels, &e));
    QFP_TRY_GOTO(bra_block_create((size_t)s->levels, &s->amplitudes));
    QFP_TRY_GOTO(lower(&e));
    QFP_TRY_GOTO(bra_block_create((size_t)s->levels, &s->lowered));
    s->e = &e;
    long last = (long)floor(radius / STEP);
    for (long row = -last; row <= last; row++) {
        double x = (double)row * STEP;
        add_row(s, x, sqrt(fmax(radius * radius - x * x, 0.0)), 2 * (int)(row & 1), out);
    }
done:
    free(e.weight);
    free(e.ket);
    free(e.lowered);
    bra_block_destroy(&s->amplitudes);
    bra_block_destroy(&s->lowered);
    return status;
}

/* ---- what was seen before --------------------------------------------------------------------- */

/* A thousand small runs of a sweep begin in one state: the entropies of the last small ones are kept. */
enum { SEEN = 4, SEEN_LEVELS = 64 };
typedef struct seen_state {
    int levels;
    unsigned long used; /* when it was last asked for */
    double complex *rho;
    qfp_fock_entropy entropy;
} seen_state;
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;
static seen_state seen[SEEN];
static unsigned long looks;

static size_t bytes_of(int levels)
{
    return (size_t)levels * (size_t)levels * sizeof(double complex);
}

static bool recall(int levels, const double complex *rho, qfp_fock_entropy *out)
{
    bool found = false;
    pthread_mutex_lock(&seen_lock);
    for (int i = 0; i < SEEN && !found; i++)
        if (seen[i].levels == levels && memcmp(seen[i].rho, rho, bytes_of(levels)) == 0) {
            seen[i].used = ++looks;
            *out = seen[i].entropy;
            found = true;
        }
    pthread_mutex_unlock(&seen_lock);
    return found;
}

/* In place of the one that was longest not asked for; without memory for it nothing is kept. */
static void remember(int levels, const double complex *rho, const qfp_fock_entropy *entropy)
{
    double complex *copy = malloc(bytes_of(levels));
    if (copy == NULL)
        return;
    memcpy(copy, rho, bytes_of(levels));
    pthread_mutex_lock(&seen_lock);
    seen_state *oldest = seen;
    for (int i = 1; i < SEEN; i++)
        oldest = seen[i].used < oldest->used ? &seen[i] : oldest;
    free(oldest->rho);
    *oldest = (seen_state){.levels = levels, .used = ++looks, .rho = copy, .entropy = *entropy};
    pthread_mutex_unlock(&seen_lock);
}

qfp_status qfp_fock_wehrl(qfp_husimi_tables *tables, int levels, const double complex *rho,
                          const qfp_dissipation_facts *spreading, bool produces,
                          qfp_fock_entropy *out)
{
    entropy_sums sums = {.levels = levels_used(levels, rho), .spreading = spreading};
    /* errors of what dissipation does are stated by its largest values on the whole disk */
    double radius = choose_radius(levels, rho, sums.levels, spreading == NULL);
    bool is_kept = spreading == NULL && levels <= SEEN_LEVELS;
    if (is_kept && recall(levels, rho, out))
        return QFP_OK;
    *out = (qfp_fock_entropy){.min_q = INFINITY, .max_q = -INFINITY};
    QFP_TRY(produces ? look_by_kets(levels, rho, &sums, radius, out)
                     : look_by_tables(tables, levels, rho, &sums, radius, out));
    out->wehrl = integral(&sums, WEHRL, 1.0, &out->wehrl_error);
    if (!produces)
        out->wehrl_error += NOISE * radius * radius;
    out->trace = integral(&sums, TRACE, out->largest_trace, &out->trace_error);
    /* |∇ln Q|² is about 40 where the disk ends */
    out->production = integral(&sums, PRODUCTION, 40.0 * out->largest, &out->production_error);
    if (is_kept)
        remember(levels, rho, out);
    return QFP_OK;
}
