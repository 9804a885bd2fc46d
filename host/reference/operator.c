/* operator.c - means of operators: Σ_k w_k ⟨k|A|k⟩, word by word. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reference/reference_object.h"

#define SAMPLED_ROUNDING 1e-12 /* of a sum over all states of all trajectories */

struct qfp_reference_operator {
    bool is_hamiltonian;
    qfp_words words;
};

qfp_status qfp_reference_operator_create(const qfp_reference *r, const char *text,
                                         qfp_reference_operator **out)
{
    qfp_reference_operator *o = NULL;
    qfp_node *tree = NULL;
    QFP_TRY(QFP_ALLOCATE(o, 1, "an operator"));
    o->is_hamiltonian = text == NULL;
    qfp_status status = QFP_OK;
    if (text != NULL) {
        const qfp_place place = {.file = r->config->path, .key = text};
        QFP_TRY_GOTO(qfp_expression_parse(text, r->modes, r->config->parameters,
                                          r->config->parameter_count, &place, &tree));
        status = qfp_words_from_operator(tree, &o->words);
    }
done:
    qfp_node_destroy(tree);
    if (status != QFP_OK) {
        qfp_reference_operator_destroy(o);
        return status;
    }
    *out = o;
    return QFP_OK;
}

void qfp_reference_operator_destroy(qfp_reference_operator *o)
{
    if (o == NULL)
        return;
    qfp_words_destroy(&o->words);
    free(o);
}

/* One word in the kept levels: |n⟩ → Π_j factor_j[n_j] |n + shift⟩ over the modes it touches. */
typedef struct factors {
    const qfp_kept *kept;
    int count;
    int mode[QFP_MAX_MODES], shift[QFP_MAX_MODES];
    double *factor[QFP_MAX_MODES]; /* [levels]; 0 where the level it leads to is not kept */
    bool moves;
    ptrdiff_t offset; /* of the place, where nothing is cut */
} factors;

static void factors_destroy(factors *f)
{
    for (int p = 0; p < f->count; p++)
        free(f->factor[p]);
}

static qfp_status factors_create(const qfp_reference *r, const char *letters, factors *out)
{
    *out = (factors){.kept = &r->kept};
    for (const char *end; *letters != '\0'; letters = end) {
        int mode = qfp_letter_mode(*letters), levels = r->kept.levels[mode], shift = 0;
        ptrdiff_t stride = 1;
        double **factor = &out->factor[out->count];
        for (end = letters; *end != '\0' && qfp_letter_mode(*end) == mode; end++)
            shift += qfp_letter_creates(*end) ? 1 : -1;
        QFP_TRY(QFP_ALLOCATE(*factor, (size_t)levels, "a table of matrix elements"));
        out->moves = out->moves || shift != 0;
        out->shift[out->count] = shift;
        out->mode[out->count++] = mode;
        for (int n = 0; n < levels; n++)
            if (n + shift >= 0 && n + shift < levels)
                (*factor)[n] = qfp_letters_element(letters, (size_t)(end - letters), n);
        for (int j = mode + 1; j < r->modes; j++)
            stride *= r->kept.levels[j];
        out->offset += shift * stride;
    }
    return QFP_OK;
}

/* What |n⟩ at place i becomes; *to is its place. */
static double leads_to(const factors *f, size_t i, const int *n, size_t *to)
{
    double factor = 1.0;
    *to = (size_t)((ptrdiff_t)i + f->offset);
    for (int p = 0; p < f->count; p++)
        factor *= f->factor[p][n[f->mode[p]]];
    if (!f->kept->is_cut || !f->moves || factor == 0.0)
        return factor;
    int moved[QFP_MAX_MODES];
    memcpy(moved, n, sizeof moved);
    for (int p = 0; p < f->count; p++)
        moved[f->mode[p]] += f->shift[p];
    *to = qfp_kept_place(f->kept, moved);
    return *to == QFP_NOT_KEPT ? 0.0 : factor;
}

/* x* y, without C's test for infinities. */
static double complex conjugate_product(double complex x, double complex y)
{
    return CMPLX(creal(x) * creal(y) + cimag(x) * cimag(y),
                 creal(x) * cimag(y) - cimag(x) * creal(y));
}

/* The elements of one word that are not 0: |from⟩ → factor |to⟩. */
typedef struct moves {
    size_t count;
    uint32_t *from, *to;
    double *factor, largest; /* largest: not less than any of them */
} moves;

static void moves_destroy(moves *m)
{
    free(m->from);
    free(m->to);
    free(m->factor);
    *m = (moves){0};
}

static double largest_element(const qfp_reference *r, const factors *f)
{
    double largest = 1.0;
    for (int p = 0; p < f->count; p++) {
        double most = 0.0;
        for (int n = 0; n < r->kept.levels[f->mode[p]]; n++)
            most = fmax(most, f->factor[p][n]);
        largest *= most;
    }
    return largest;
}

static qfp_status moves_create(const qfp_reference *r, const char *letters, moves *out)
{
    int n[QFP_MAX_MODES] = {0};
    factors f = {0};
    qfp_status status;
    *out = (moves){0};
    QFP_TRY_GOTO(factors_create(r, letters, &f));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->from, r->dim, "an operator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->to, r->dim, "an operator"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->factor, r->dim, "an operator"));
    out->largest = largest_element(r, &f);
    for (size_t i = 0; i < r->dim; i++, qfp_kept_next(&r->kept, n)) {
        size_t to;
        double factor = leads_to(&f, i, n, &to);
        if (factor == 0.0)
            continue;
        out->from[out->count] = (uint32_t)i;
        out->to[out->count] = (uint32_t)to;
        out->factor[out->count++] = factor;
    }
done:
    factors_destroy(&f);
    return status;
}

/* Σ factor ⟨to|ψ⟩* ⟨from|ψ⟩ of one ket */
static double complex word_mean(const moves *m, const double complex *ket)
{
    double re = 0.0, im = 0.0;
    for (size_t e = 0; e < m->count; e++) {
        double complex part = conjugate_product(ket[m->to[e]], ket[m->from[e]]);
        re += m->factor[e] * creal(part);
        im += m->factor[e] * cimag(part);
    }
    return CMPLX(re, im);
}

static double complex word_density_mean(const qfp_reference *r, const moves *m)
{
    double complex sum = 0.0;
    for (size_t e = 0; e < m->count; e++)
        sum += m->factor[e] * r->density[m->from[e] * r->dim + m->to[e]];
    return sum;
}

/* Re Σ_ij H_ij ρ_ji */
static double density_energy(const qfp_reference *r)
{
    const qfp_sparse *h = &r->hamiltonian;
    double sum = 0.0;
    for (size_t i = 0; i < r->dim; i++)
        for (size_t e = h->row[i]; e < h->row[i + 1]; e++)
            sum += creal(
                conjugate_product(r->density[i * r->dim + (size_t)h->column[e]], h->value[e]));
    return sum;
}

static qfp_status energy(const qfp_reference *r, double complex *mean)
{
    double complex *image = NULL;
    *mean = 0.0;
    if (r->density != NULL) {
        *mean = density_energy(r);
        return QFP_OK;
    }
    QFP_TRY(QFP_ALLOCATE(image, r->dim, "a ket"));
    for (size_t k = 0; k < r->kets.count; k++) {
        const double complex *ket = r->kets.ket + k * r->dim;
        double sum = 0.0;
        qfp_sparse_multiply(&r->hamiltonian, ket, image);
        for (size_t i = 0; i < r->dim; i++)
            sum += creal(conjugate_product(ket[i], image[i]));
        *mean += r->kets.weight[k] * sum;
    }
    free(image);
    return QFP_OK;
}

qfp_status qfp_reference_mean(const qfp_reference *r, const qfp_reference_operator *o,
                              double complex *mean)
{
    *mean = 0.0;
    if (o->is_hamiltonian)
        return energy(r, mean);
    for (size_t w = 0; w < o->words.count; w++) {
        const qfp_word *word = &o->words.word[w];
        moves m;
        double complex sum = 0.0;
        qfp_status status = moves_create(r, word->letters, &m);
        if (status == QFP_OK && r->density != NULL)
            sum = word_density_mean(r, &m);
        for (size_t k = 0; status == QFP_OK && r->density == NULL && k < r->kets.count; k++)
            sum += r->kets.weight[k] * word_mean(&m, r->kets.ket + k * r->dim);
        moves_destroy(&m);
        QFP_TRY(status);
        *mean += word->coefficient * sum;
    }
    return QFP_OK;
}

/* ---- errors -------------------------------------------------------------------------------- */

/* What A does to one ket: Aψ, A†ψ, and Σ |A| |ψ|² of which ⟨A⟩ is good to rounding. */
typedef struct images {
    double complex *of, *of_adjoint; /* [dim] */
    double magnitude, largest;       /* largest: of the elements of A, added up over the words */
} images;

static void add_images(const moves *m, double complex c, const double complex *ket, images *out)
{
    double size = qfp_absolute(c);
    for (size_t e = 0; e < m->count; e++) {
        double f = m->factor[e], re = f * creal(c), im = f * cimag(c);
        double complex from = ket[m->from[e]], to = ket[m->to[e]];
        out->of[m->to[e]] +=
            CMPLX(re * creal(from) - im * cimag(from), re * cimag(from) + im * creal(from));
        out->of_adjoint[m->from[e]] +=
            CMPLX(re * creal(to) + im * cimag(to), re * cimag(to) - im * creal(to));
        out->magnitude += f * size * qfp_absolute(from) * qfp_absolute(to);
    }
}

static void add_energy(const qfp_reference *r, const double complex *ket, images *out)
{
    const qfp_sparse *h = &r->hamiltonian;
    qfp_sparse_multiply(h, ket, out->of);
    for (size_t i = 0; i < r->dim; i++) {
        double sum = 0.0;
        out->of_adjoint[i] = out->of[i];
        for (size_t e = h->row[i]; e < h->row[i + 1]; e++) {
            sum += qfp_absolute(h->value[e]);
            out->magnitude +=
                qfp_absolute(h->value[e]) * qfp_absolute(ket[i]) * qfp_absolute(ket[h->column[e]]);
        }
        out->largest = fmax(out->largest, sum);
    }
}

/* `words`: of the operator, where it is not H. */
static void apply(const qfp_reference *r, const qfp_reference_operator *o, const moves *words,
                  const double complex *ket, images *out)
{
    out->magnitude = out->largest = 0.0;
    for (size_t i = 0; i < r->dim; i++)
        out->of[i] = out->of_adjoint[i] = 0.0;
    if (o->is_hamiltonian)
        add_energy(r, ket, out);
    for (size_t w = 0; !o->is_hamiltonian && w < o->words.count; w++) {
        double complex c = o->words.word[w].coefficient;
        add_images(&words[w], c, ket, out);
        out->largest += words[w].largest * qfp_absolute(c);
    }
}

/* ‖image − mean ψ‖² */
static double distance_squared(size_t dim, const double complex *image, double complex mean,
                               const double complex *ket)
{
    double sum = 0.0;
    for (size_t i = 0; i < dim; i++) {
        double complex d = image[i] - mean * ket[i];
        sum += creal(d) * creal(d) + cimag(d) * cimag(d);
    }
    return sum;
}

/* ⟨ψ|image⟩ */
static double complex expectation(size_t dim, const double complex *ket,
                                  const double complex *image)
{
    double complex sum = 0.0;
    for (size_t i = 0; i < dim; i++)
        sum += conjugate_product(ket[i], image[i]);
    return sum;
}

qfp_status qfp_reference_mean_error(const qfp_reference *r, const qfp_reference_operator *o,
                                    double complex mean, const qfp_reference_error *error,
                                    double *out)
{
    images a = {0};
    moves *words = NULL;
    size_t word_count = o->is_hamiltonian ? 0 : o->words.count;
    double spread = 0.0, magnitude = 0.0, scatter = 0.0, sampled = 0.0,
           count = (double)r->kets.count;
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(a.of, r->dim, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(a.of_adjoint, r->dim, "a ket"));
    QFP_TRY_GOTO(QFP_ALLOCATE(words, word_count, "an operator"));
    for (size_t w = 0; w < word_count; w++)
        QFP_TRY_GOTO(moves_create(r, o->words.word[w].letters, &words[w]));
    for (size_t k = 0; k < r->kets.count; k++) {
        const double complex *ket = r->kets.ket + k * r->dim;
        apply(r, o, words, ket, &a);
        spread += 0.5 * r->kets.weight[k] *
                  (distance_squared(r->dim, a.of, mean, ket) +
                   distance_squared(r->dim, a.of_adjoint, conj(mean), ket));
        magnitude += r->kets.weight[k] * a.magnitude;
        scatter += pow(cabs(expectation(r->dim, ket, a.of) - mean), 2.0);
    }
    if (error->sampling > 0.0)
        sampled = SAMPLING_DEVIATIONS * sqrt(scatter / (count * (count - 1.0))) +
                  SAMPLED_ROUNDING * magnitude;
    *out = sampled + (error->state - error->sampling) * sqrt(spread) +
           error->population * (a.largest + cabs(mean)) + 8.0 * DBL_EPSILON * magnitude;
done:
    for (size_t w = 0; words != NULL && w < word_count; w++)
        moves_destroy(&words[w]);
    free(words);
    free(a.of);
    free(a.of_adjoint);
    return status;
}
