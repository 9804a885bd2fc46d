#include "fock/fock_terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "algebra/ordered_product.h"

/* Variables of a word: a†^p and a^q to the left of ρ, a^s and a†^r to its right, as superoperators
 * R_a: ρ → ρa and R_c: ρ → ρa†; in ρ a†^r a^s = R_a^s R_c^r ρ the letter R_a stands left. */
enum { LEFT_CREATE, LEFT_ANNIHILATE, RIGHT_ANNIHILATE, RIGHT_CREATE, SETS };

static qfp_letter_pairs superoperator_pairs(int modes)
{
    qfp_letter_pairs pairs = {.count = 2 * modes};
    for (int j = 0; j < modes; j++) {
        pairs.pair[j] = (qfp_letter_pair){
            .left = LEFT_CREATE * modes + j, .right = LEFT_ANNIHILATE * modes + j, .sign = -1};
        pairs.pair[modes + j] = (qfp_letter_pair){
            .left = RIGHT_ANNIHILATE * modes + j, .right = RIGHT_CREATE * modes + j, .sign = -1};
    }
    return pairs;
}

static qfp_status add_letter(qfp_polynomial *image, double coefficient, int variable)
{
    uint8_t power[QFP_MAX_VARIABLES] = {0};
    power[variable] = 1;
    return qfp_polynomial_add_term(image, coefficient, power);
}

/* Images of ∂_j, ∂̄_j, α_j, α*_j. */
static qfp_status letter_images(int modes, qfp_polynomial *images)
{
    for (int v = 0; v < SETS * modes; v++)
        qfp_polynomial_init(&images[v], SETS * modes);
    for (int j = 0; j < modes; j++) {
        QFP_TRY(add_letter(&images[j], 1.0, RIGHT_CREATE * modes + j));
        QFP_TRY(add_letter(&images[j], -1.0, LEFT_CREATE * modes + j));
        QFP_TRY(add_letter(&images[modes + j], 1.0, LEFT_ANNIHILATE * modes + j));
        QFP_TRY(add_letter(&images[modes + j], -1.0, RIGHT_ANNIHILATE * modes + j));
        QFP_TRY(add_letter(&images[2 * modes + j], 1.0, RIGHT_ANNIHILATE * modes + j));
        QFP_TRY(add_letter(&images[3 * modes + j], 1.0, LEFT_CREATE * modes + j));
    }
    return QFP_OK;
}

/* The generator as a polynomial of superoperator words. */
static qfp_status to_words(const qfp_polynomial *generator, int modes, qfp_polynomial *out)
{
    qfp_polynomial images[SETS * QFP_MAX_MODES];
    qfp_letter_pairs weyl = qfp_weyl_pairs(modes), target = superoperator_pairs(modes);
    qfp_status status = letter_images(modes, images);
    if (status == QFP_OK)
        status = qfp_ordered_substitute(&weyl, generator, images, &target, SETS * modes, out);
    for (int v = 0; v < SETS * modes; v++)
        qfp_polynomial_destroy(&images[v]);
    if (status == QFP_OK) /* what cancels, as all mixed words of an exact generator, is rounding */
        qfp_polynomial_clean(out, 1e-13);
    return status;
}

/* ⟨m| a†^p a^q |m + q − p⟩ or, for the right side, ⟨k| a†^r a^s |n⟩ with k = n − s + r, of one
 * mode; `outer` is the index of the image, up letters are applied towards it. */
static double element(const qfp_fock_space *space, int mode, int outer, int towards, int away)
{
    int inner = outer - towards + away;
    double square = 1.0;
    if (outer < towards || !qfp_fock_holds(space, mode, inner))
        return 0.0;
    for (int k = 0; k < towards; k++)
        square *= (double)(outer - k);
    for (int k = 0; k < away; k++)
        square *= (double)(inner - k);
    return sqrt(square);
}

/* One side of a word: powers that raise towards the image's index and away from it, per mode. */
typedef struct side {
    const uint8_t *towards, *away;
} side;

static side row_side(const qfp_term *word, int modes)
{
    return (side){word->power + LEFT_CREATE * modes, word->power + LEFT_ANNIHILATE * modes};
}

/* ⟨k|a†^r a^s|n⟩ = √(n!/(n−s)! k!/(k−r)!), k = n − s + r: n loses s, k had r. */
static side column_side(const qfp_term *word, int modes)
{
    return (side){word->power + RIGHT_ANNIHILATE * modes, word->power + RIGHT_CREATE * modes};
}

static ptrdiff_t shift_of(const qfp_fock_space *space, side s)
{
    ptrdiff_t shift = 0;
    for (int j = 0; j < space->modes; j++)
        shift += (ptrdiff_t)space->stride[j] * ((int)s.away[j] - (int)s.towards[j]);
    return shift;
}

/* table[m] = Π_j element, 0 where either index is beyond the joint cut. */
static void fill_side(const qfp_fock_space *space, side s, double *table)
{
    size_t shift = (size_t)shift_of(space, s);
    for (size_t m = 0; m < space->dimension; m++) {
        double value = 1.0;
        for (int j = 0; j < space->modes && value != 0.0; j++)
            value *= element(space, j, qfp_fock_level(space, m, j), s.towards[j], s.away[j]);
        bool is_kept =
            value != 0.0 && qfp_fock_is_kept(space, m) && qfp_fock_is_kept(space, m + shift);
        table[m] = is_kept ? value : 0.0;
    }
}

static bool same_side(side a, side b, int modes)
{
    return memcmp(a.towards, b.towards, (size_t)modes) == 0 &&
           memcmp(a.away, b.away, (size_t)modes) == 0;
}

/* The level differences per mode, not only the flat shift: two words may agree in the flat one. */
static bool same_shift(side a, side b, int modes)
{
    for (int j = 0; j < modes; j++)
        if (a.away[j] - a.towards[j] != b.away[j] - b.towards[j])
            return false;
    return true;
}

typedef struct builder {
    const qfp_fock_space *space;
    const qfp_polynomial *words;
    bool *done; /* [words] */
    double *table;
    size_t capacity;
    qfp_fock_terms *out;
} builder;

static qfp_status append_term(builder *b, ptrdiff_t row_shift, ptrdiff_t column_shift, double **row,
                              double **column)
{
    qfp_fock_terms *out = b->out;
    if (out->count == b->capacity) {
        size_t capacity = b->capacity == 0 ? 16 : 2 * b->capacity;
        qfp_stencil_term *grown = realloc(out->terms, capacity * sizeof *grown);
        if (grown == NULL)
            return QFP_FAIL(QFP_MEMORY, "cannot allocate the terms of a generator");
        out->terms = grown;
        b->capacity = capacity;
    }
    qfp_stencil_term *term = &out->terms[out->count++];
    *term = (qfp_stencil_term){.row_shift = row_shift, .column_shift = column_shift};
    QFP_TRY(QFP_ALLOCATE(*row, 2 * b->space->dimension, "the tables of a generator"));
    term->row = *row;
    QFP_TRY(QFP_ALLOCATE(*column, b->space->dimension, "the tables of a generator"));
    term->column = *column;
    return QFP_OK;
}

/* All words with the shifts and the column monomial of `first`: their rows add up. */
static qfp_status merge_rows(builder *b, size_t first)
{
    int modes = b->space->modes;
    const qfp_term *words = b->words->terms;
    side column = column_side(&words[first], modes), row = row_side(&words[first], modes);
    double *row_table, *column_table;
    QFP_TRY(append_term(b, shift_of(b->space, row), shift_of(b->space, column), &row_table,
                        &column_table));
    fill_side(b->space, column, column_table);
    for (size_t w = first; w < b->words->count; w++) {
        side other = row_side(&words[w], modes);
        if (b->done[w] || !same_side(column_side(&words[w], modes), column, modes) ||
            !same_shift(other, row, modes))
            continue;
        b->done[w] = true;
        fill_side(b->space, other, b->table);
        for (size_t m = 0; m < b->space->dimension; m++) {
            row_table[2 * m] += creal(words[w].coefficient) * b->table[m];
            row_table[2 * m + 1] += cimag(words[w].coefficient) * b->table[m];
        }
    }
    return QFP_OK;
}

/* All words with the shifts and the row monomial of `first` whose coefficients are real multiples
 * of its own: their columns add up. */
static qfp_status merge_columns(builder *b, size_t first)
{
    int modes = b->space->modes;
    const qfp_term *words = b->words->terms;
    side column = column_side(&words[first], modes), row = row_side(&words[first], modes);
    double complex unit = words[first].coefficient;
    double *row_table, *column_table;
    QFP_TRY(append_term(b, shift_of(b->space, row), shift_of(b->space, column), &row_table,
                        &column_table));
    fill_side(b->space, row, b->table);
    for (size_t m = 0; m < b->space->dimension; m++) {
        row_table[2 * m] = creal(unit) * b->table[m];
        row_table[2 * m + 1] = cimag(unit) * b->table[m];
    }
    for (size_t w = first; w < b->words->count; w++) {
        side other = column_side(&words[w], modes);
        double complex ratio = words[w].coefficient / unit;
        if (b->done[w] || !same_side(row_side(&words[w], modes), row, modes) ||
            !same_shift(other, column, modes) || fabs(cimag(ratio)) > 1e-14 * cabs(ratio))
            continue;
        b->done[w] = true;
        fill_side(b->space, other, b->table);
        for (size_t n = 0; n < b->space->dimension; n++)
            column_table[n] += creal(ratio) * b->table[n];
    }
    return QFP_OK;
}

/* With how many words `first` would merge if their rows (or columns) were added. */
static size_t partners(const builder *b, size_t first, bool rows)
{
    int modes = b->space->modes;
    const qfp_term *words = b->words->terms;
    side row = row_side(&words[first], modes), column = column_side(&words[first], modes);
    size_t count = 0;
    for (size_t w = first; w < b->words->count; w++) {
        side r = row_side(&words[w], modes), c = column_side(&words[w], modes);
        bool merges = rows ? same_side(c, column, modes) && same_shift(r, row, modes)
                           : same_side(r, row, modes) && same_shift(c, column, modes);
        count += !b->done[w] && merges;
    }
    return count;
}

/* A word that moves further than the levels reach has no element. */
static bool reaches(const qfp_fock_space *space, side s)
{
    for (int j = 0; j < space->modes; j++) {
        int end = qfp_fock_end(space, j), moved = abs(s.towards[j] - s.away[j]);
        if (s.towards[j] >= end || s.away[j] >= end || moved >= space->levels[j])
            return false;
    }
    return true;
}

static qfp_status build(builder *b)
{
    int modes = b->space->modes;
    QFP_TRY(QFP_ALLOCATE(b->done, b->words->count + 1, "the terms of a generator"));
    QFP_TRY(QFP_ALLOCATE(b->table, b->space->dimension, "the tables of a generator"));
    for (size_t w = 0; w < b->words->count; w++)
        b->done[w] = !reaches(b->space, row_side(&b->words->terms[w], modes)) ||
                     !reaches(b->space, column_side(&b->words->terms[w], modes));
    for (size_t w = 0; w < b->words->count; w++)
        if (!b->done[w])
            QFP_TRY(partners(b, w, true) >= partners(b, w, false) ? merge_rows(b, w)
                                                                  : merge_columns(b, w));
    return QFP_OK;
}

qfp_status qfp_fock_terms_create(const qfp_fock_space *space, const qfp_polynomial *generator,
                                 qfp_fock_terms *out)
{
    qfp_polynomial words;
    builder b = {.space = space, .words = &words, .out = out};
    *out = (qfp_fock_terms){0};
    qfp_polynomial_init(&words, SETS * space->modes);
    qfp_status status = to_words(generator, space->modes, &words);
    if (status == QFP_OK)
        status = build(&b);
    qfp_polynomial_destroy(&words);
    free(b.done);
    free(b.table);
    if (status != QFP_OK)
        qfp_fock_terms_destroy(out);
    return status;
}

void qfp_fock_terms_destroy(qfp_fock_terms *terms)
{
    for (size_t t = 0; t < terms->count; t++) {
        free((void *)terms->terms[t].row);
        free((void *)terms->terms[t].column);
    }
    free(terms->terms);
    *terms = (qfp_fock_terms){0};
}
