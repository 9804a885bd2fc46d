#include "reference/drive.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hermitian.h"
#include "io/config_time.h"
#include "reference/alphabet.h"

/* Of the largest value of a coefficient: what counts as rounding on the mesh, where an argument of a
 * function of t carries more, and what a value between its points may differ by. */
#define ROUNDING (32.0 * DBL_EPSILON)
#define UNEXPECTED 1e-7
#define NO_WEIGHT 1e-14                /* of the largest weight of a jump */
#define MOST_SAMPLES ((size_t)1 << 26) /* 512 MiB: more coefficients get a coarser mesh */

/* coefficient(t) = constant + slope φ_part(t), for each of its two real parts */
typedef struct affine {
    size_t part;
    double constant, slope, largest;
} affine;

struct qfp_drive {
    const qfp_config *config;
    qfp_system_words words;
    /* Coefficients, in this order: of H; of each channel γ or, where its operator varies, those of
     * γ c†c and all pairs of γ c · c†. */
    qfp_alphabet hamiltonian, *jump, *damping;
    size_t coefficients;
    double complex *now; /* [coefficients] */
    affine *rule;        /* [2 coefficients] */
    size_t part_count;
    qfp_part *parts;
    size_t *source; /* [parts] the real coefficient that is φ_i, of part 0 none */
    qfp_drive_mesh mesh;
    double *sample;   /* [2 coefficients][points] */
    double *constant; /* [points] of 1 */
    size_t knot_count;
    double *knots;
};

/* ---- coefficients ----------------------------------------------------------------------- */

static bool channel_coefficients(const qfp_drive *d, size_t k, double complex *out)
{
    const qfp_alphabet *jump = &d->jump[k];
    double complex *pair = out + d->damping[k].count, *c = pair + jump->count * jump->count;
    bool known =
        qfp_alphabet_coefficients(&d->words.damping[k], &d->damping[k], d->words.rate[k], out);
    known = qfp_alphabet_coefficients(&d->words.jump[k], jump, sqrt(d->words.rate[k]), c) && known;
    for (size_t m = 0; m < jump->count; m++)
        for (size_t n = 0; n < jump->count; n++)
            pair[m * jump->count + n] = c[m] * conj(c[n]);
    return known;
}

static size_t channel_size(const qfp_drive *d, size_t k)
{
    size_t n = d->jump[k].count;
    return d->config->channels[k].operator_varies ? d->damping[k].count + n * n : 1;
}

static qfp_status coefficients_at(qfp_drive *d, double t)
{
    double complex *out = d->now + d->hamiltonian.count;
    QFP_TRY(qfp_system_words_at(d->config, t, &d->words));
    bool known = qfp_alphabet_coefficients(&d->words.hamiltonian, &d->hamiltonian, 1.0, d->now);
    for (size_t k = 0; k < d->words.channels; k++) {
        if (d->config->channels[k].operator_varies)
            known = channel_coefficients(d, k, out) && known;
        else
            out[0] = d->words.rate[k];
        out += channel_size(d, k);
    }
    if (!known)
        return QFP_FAIL(QFP_RESOLUTION,
                        "%s: at t = %.10g there are terms that are zero at all %zu times of the "
                        "reference's mesh: a pulse is too narrow for it (give output.times closer "
                        "around it, or a shorter run)",
                        d->config->path, t, d->mesh.points);
    return QFP_OK;
}

/* ---- the mesh ------------------------------------------------------------------------------ */

static double mesh_time(const qfp_drive *d, size_t i)
{
    return d->mesh.first + (double)i * d->mesh.step;
}

static void widen(size_t count, const double *times, double *first, double *last)
{
    for (size_t i = 0; i < count; i++) {
        *first = fmin(*first, times[i]);
        *last = fmax(*last, times[i]);
    }
}

static qfp_status gather_words(qfp_drive *d)
{
    for (size_t i = 0; i < d->mesh.points; i++) {
        QFP_TRY(qfp_system_words_at(d->config, mesh_time(d, i), &d->words));
        QFP_TRY(qfp_alphabet_unite(&d->words.hamiltonian, &d->hamiltonian));
        for (size_t k = 0; k < d->words.channels; k++) {
            QFP_TRY(qfp_alphabet_unite(&d->words.jump[k], &d->jump[k]));
            QFP_TRY(qfp_alphabet_unite(&d->words.damping[k], &d->damping[k]));
        }
    }
    return QFP_OK;
}

static qfp_status take_samples(qfp_drive *d)
{
    size_t scratch = 0;
    d->coefficients = d->hamiltonian.count;
    for (size_t k = 0; k < d->words.channels; k++) {
        d->coefficients += channel_size(d, k);
        scratch = d->jump[k].count > scratch ? d->jump[k].count : scratch;
    }
    while (d->coefficients * d->mesh.points > MOST_SAMPLES && d->mesh.points > 1025) {
        d->mesh.points = (d->mesh.points + 1) / 2;
        d->mesh.step *= 2.0;
    }
    size_t points = d->mesh.points;
    QFP_TRY(QFP_ALLOCATE(d->now, d->coefficients + scratch, "the coefficients"));
    QFP_TRY(QFP_ALLOCATE(d->rule, 2 * d->coefficients, "the coefficients"));
    QFP_TRY(QFP_ALLOCATE(d->sample, 2 * d->coefficients * points, "samples of the coefficients"));
    QFP_TRY(QFP_ALLOCATE(d->constant, points, "samples of the coefficients"));
    for (size_t i = 0; i < points; i++) {
        QFP_TRY(coefficients_at(d, mesh_time(d, i)));
        d->constant[i] = 1.0;
        for (size_t c = 0; c < d->coefficients; c++) {
            d->sample[2 * c * points + i] = creal(d->now[c]);
            d->sample[(2 * c + 1) * points + i] = cimag(d->now[c]);
        }
    }
    return QFP_OK;
}

/* ---- parts --------------------------------------------------------------------------------- */

static const double *samples_of(const qfp_drive *d, size_t function)
{
    return d->sample + function * d->mesh.points;
}

/* g = constant + slope f, at all points of the mesh */
static bool fit(const qfp_drive *d, const double *f, const double *g, affine *out)
{
    size_t low = 0, high = 0;
    for (size_t i = 0; i < d->mesh.points; i++) {
        low = f[i] < f[low] ? i : low;
        high = f[i] > f[high] ? i : high;
    }
    out->slope = f[high] > f[low] ? (g[high] - g[low]) / (f[high] - f[low]) : 0.0;
    out->constant = g[high] - out->slope * f[high];
    if (fabs(out->constant) <= ROUNDING * out->largest)
        out->constant = 0.0;
    for (size_t i = 0; i < d->mesh.points; i++)
        if (!(fabs(g[i] - out->constant - out->slope * f[i]) <= ROUNDING * out->largest))
            return false;
    return true;
}

static qfp_status find_parts(qfp_drive *d)
{
    QFP_TRY(QFP_ALLOCATE(d->source, 2 * d->coefficients + 1, "the coefficients"));
    d->part_count = 1;
    for (size_t f = 0; f < 2 * d->coefficients; f++) {
        const double *g = samples_of(d, f);
        affine *rule = &d->rule[f];
        for (size_t i = 0; i < d->mesh.points; i++)
            rule->largest = fmax(rule->largest, fabs(g[i]));
        bool known = fit(d, d->constant, g, rule);
        for (size_t p = 1; p < d->part_count && !known; p++) {
            rule->part = p;
            known = fit(d, samples_of(d, d->source[p]), g, rule);
        }
        if (known)
            continue;
        d->source[d->part_count] = f;
        *rule = (affine){.part = d->part_count++, .slope = 1.0, .largest = rule->largest};
    }
    return QFP_ALLOCATE(d->parts, d->part_count, "the parts of the system");
}

/* What part p has of coefficient c. */
static double complex share(const qfp_drive *d, size_t c, size_t p)
{
    double value[2];
    for (int i = 0; i < 2; i++) {
        const affine *rule = &d->rule[2 * c + (size_t)i];
        value[i] = p == 0 ? rule->constant : rule->part == p ? rule->slope : 0.0;
    }
    return CMPLX(value[0], value[1]);
}

static qfp_status add_word(double complex coefficient, const char *letters, qfp_words *to)
{
    if (coefficient == 0.0)
        return QFP_OK;
    to->word[to->count] = (qfp_word){coefficient, strdup(letters)};
    return to->word[to->count++].letters != NULL
               ? QFP_OK
               : QFP_FAIL(QFP_MEMORY, "cannot allocate the operator products");
}

/* Σ_mn J_mn A_m ρ A_n† with J Hermitian, as a sum over its eigenvectors. */
static qfp_status add_pairs(const qfp_drive *d, size_t k, size_t first, size_t p, qfp_part *part)
{
    const qfp_alphabet *a = &d->jump[k];
    size_t n = a->count;
    double complex *matrix = NULL;
    double *weight = NULL, largest = 0.0;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(matrix, n * n, "a channel"));
    QFP_TRY_GOTO(QFP_ALLOCATE(weight, n, "a channel"));
    for (size_t i = 0; i < n * n; i++)
        matrix[i] = share(d, first + i, p);
    QFP_TRY_GOTO(qfpi_hermitian_eigen(n, matrix, weight));
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(weight[i]));
    for (size_t i = 0; i < n; i++) {
        if (fabs(weight[i]) <= NO_WEIGHT * largest)
            continue;
        qfp_part_jump *jump = &part->jumps[part->jump_count++];
        jump->weight = weight[i];
        QFP_TRY_GOTO(QFP_ALLOCATE(jump->words.word, n, "a channel"));
        for (size_t m = 0; m < n; m++)
            QFP_TRY_GOTO(add_word(matrix[i * n + m], a->letters[m], &jump->words));
    }
done:
    free(matrix);
    free(weight);
    return status;
}

/* A channel whose rate alone may vary. */
static qfp_status add_rate(const qfp_drive *d, size_t k, size_t c, size_t p, qfp_part *part)
{
    const qfp_words *jump = &d->words.jump[k], *damping = &d->words.damping[k];
    double rate = creal(share(d, c, p));
    if (rate == 0.0)
        return QFP_OK;
    qfp_part_jump *to = &part->jumps[part->jump_count++];
    to->weight = rate;
    QFP_TRY(QFP_ALLOCATE(to->words.word, jump->count, "a channel"));
    for (size_t i = 0; i < jump->count; i++)
        QFP_TRY(add_word(jump->word[i].coefficient, jump->word[i].letters, &to->words));
    for (size_t i = 0; i < damping->count; i++)
        QFP_TRY(add_word(-0.5 * rate * damping->word[i].coefficient, damping->word[i].letters,
                         &part->drift));
    return QFP_OK;
}

static qfp_status build_part(const qfp_drive *d, size_t p, qfp_part *part)
{
    size_t most_words = d->hamiltonian.count, most_jumps = 0, at = d->hamiltonian.count;
    for (size_t k = 0; k < d->words.channels; k++) {
        most_words += d->damping[k].count;
        most_jumps += d->config->channels[k].operator_varies ? d->jump[k].count : 1;
    }
    QFP_TRY(QFP_ALLOCATE(part->hamiltonian.word, d->hamiltonian.count, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(part->drift.word, most_words, "the Hamiltonian"));
    QFP_TRY(QFP_ALLOCATE(part->jumps, most_jumps, "the channels"));
    for (size_t i = 0; i < d->hamiltonian.count; i++) {
        double complex h = share(d, i, p);
        QFP_TRY(add_word(h, d->hamiltonian.letters[i], &part->hamiltonian));
        QFP_TRY(add_word(-I / d->config->kappa * h, d->hamiltonian.letters[i], &part->drift));
    }
    for (size_t k = 0; k < d->words.channels; k++) {
        const qfp_alphabet *damping = &d->damping[k];
        if (d->config->channels[k].operator_varies) {
            for (size_t i = 0; i < damping->count; i++)
                QFP_TRY(add_word(-0.5 * share(d, at + i, p), damping->letters[i], &part->drift));
            QFP_TRY(add_pairs(d, k, at + damping->count, p, part));
        } else {
            QFP_TRY(add_rate(d, k, at, p, part));
        }
        at += channel_size(d, k);
    }
    return QFP_OK;
}

/* ---- from outside -------------------------------------------------------------------------- */

static qfp_status build(qfp_drive *d)
{
    const qfp_config *config = d->config;
    double first = 0.0, last = 0.0;
    widen(config->time_count, config->times, &first, &last);
    widen(config->series_count, config->series_times, &first, &last);
    if (!(last > first)) /* no times: those that are asked for are likely of this order */
        last = first + 1.0;
    QFP_TRY(qfp_system_words_create(config, &d->words));
    QFP_TRY(QFP_ALLOCATE(d->jump, d->words.channels, "the channels"));
    QFP_TRY(QFP_ALLOCATE(d->damping, d->words.channels, "the channels"));
    d->mesh = (qfp_drive_mesh){.points = config->varies ? QFP_DRIVE_MESH : 1, .first = first};
    d->mesh.step = config->varies ? (last - first) / (QFP_DRIVE_MESH - 1) : 0.0;
    QFP_TRY(gather_words(d));
    QFP_TRY(take_samples(d));
    QFP_TRY(find_parts(d));
    for (size_t p = 0; p < d->part_count; p++)
        QFP_TRY(build_part(d, p, &d->parts[p]));
    return qfp_config_knots(config, first, last, &d->knot_count, &d->knots);
}

qfp_status qfp_drive_create(const qfp_config *config, qfp_drive **out)
{
    qfp_drive *d = NULL;
    QFP_TRY(QFP_ALLOCATE(d, 1, "the system's dependence on time"));
    d->config = config;
    qfp_status status = build(d);
    if (status != QFP_OK) {
        qfp_drive_destroy(d);
        return status;
    }
    *out = d;
    return QFP_OK;
}

static void part_destroy(qfp_part *part)
{
    qfp_words_destroy(&part->hamiltonian);
    qfp_words_destroy(&part->drift);
    for (size_t i = 0; i < part->jump_count; i++)
        qfp_words_destroy(&part->jumps[i].words);
    free(part->jumps);
}

void qfp_drive_destroy(qfp_drive *d)
{
    if (d == NULL)
        return;
    for (size_t p = 0; d->parts != NULL && p < d->part_count; p++)
        part_destroy(&d->parts[p]);
    for (size_t k = 0; d->damping != NULL && k < d->words.channels; k++) {
        qfp_alphabet_destroy(&d->jump[k]);
        qfp_alphabet_destroy(&d->damping[k]);
    }
    qfp_alphabet_destroy(&d->hamiltonian);
    qfp_system_words_destroy(&d->words);
    free(d->jump);
    free(d->damping);
    free(d->now);
    free(d->rule);
    free(d->parts);
    free(d->source);
    free(d->sample);
    free(d->constant);
    free(d->knots);
    free(d);
}

size_t qfp_drive_parts(const qfp_drive *d)
{
    return d->part_count;
}

const qfp_part *qfp_drive_part(const qfp_drive *d, size_t i)
{
    return &d->parts[i];
}

qfp_status qfp_drive_values(qfp_drive *d, double t, double *phi)
{
    phi[0] = 1.0;
    if (d->part_count == 1 && d->mesh.points == 1)
        return QFP_OK;
    QFP_TRY(coefficients_at(d, t));
    for (size_t p = 1; p < d->part_count; p++) {
        double complex c = d->now[d->source[p] / 2];
        phi[p] = d->source[p] % 2 == 0 ? creal(c) : cimag(c);
    }
    for (size_t f = 0; f < 2 * d->coefficients; f++) {
        const affine *rule = &d->rule[f];
        double complex c = d->now[f / 2];
        double value = f % 2 == 0 ? creal(c) : cimag(c);
        double expected = rule->constant + rule->slope * phi[rule->part];
        if (!(fabs(value - expected) <= UNEXPECTED * fmax(rule->largest, fabs(value))))
            return QFP_FAIL(QFP_RESOLUTION,
                            "%s: at t = %.10g a coefficient is %g, and %g by the %zu times of the "
                            "reference's mesh: a pulse is too narrow for it (give a shorter run)",
                            d->config->path, t, value, expected, d->mesh.points);
    }
    return QFP_OK;
}

qfp_status qfp_drive_words(qfp_drive *d, double t, const qfp_system_words **out)
{
    *out = &d->words;
    return qfp_system_words_at(d->config, t, &d->words);
}

const qfp_drive_mesh *qfp_drive_mesh_of(const qfp_drive *d)
{
    return &d->mesh;
}

const double *qfp_drive_samples(const qfp_drive *d, size_t part)
{
    return part == 0 ? d->constant : samples_of(d, d->source[part]);
}

double qfp_drive_largest(const qfp_drive *d, size_t part)
{
    return part == 0 ? 1.0 : d->rule[d->source[part]].largest;
}

const double *qfp_drive_knots(const qfp_drive *d, size_t *count)
{
    *count = d->knot_count;
    return d->knots;
}
