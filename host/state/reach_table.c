#include "state/reach_table.h"

#include <stdlib.h>
#include <string.h>

/* While it is made: the powers of every monomial. */
typedef struct builder {
    qfp_reach_table *table;
    int variables;
    size_t capacity;
    uint8_t (*power)[QFP_MAX_VARIABLES]; /* [capacity] */
} builder;

/* The place of x^power, of which a last factor is split off where it is new.  There is room. */
static uint32_t place_of(builder *b, const uint8_t *power)
{
    qfp_reach_table *t = b->table;
    size_t bytes = (size_t)b->variables;
    for (size_t i = 0; i < t->monomials; i++)
        if (memcmp(b->power[i], power, bytes) == 0)
            return (uint32_t)i;
    uint8_t shorter[QFP_MAX_VARIABLES] = {0};
    int last = b->variables - 1;
    memcpy(shorter, power, bytes);
    while (last > 0 && shorter[last] == 0)
        last--;
    shorter[last]--;
    uint32_t of = place_of(b, shorter);
    memcpy(b->power[t->monomials], power, bytes);
    t->monomial[t->monomials] = (qfp_reach_monomial){of, (uint32_t)last};
    return (uint32_t)t->monomials++;
}

static size_t degree_of(const qfp_term *term, int variables)
{
    size_t degree = 0;
    for (int v = 0; v < variables; v++)
        degree += term->power[v];
    return degree;
}

static qfp_status fill(builder *b, const qfp_polynomial *polynomials)
{
    qfp_reach_table *t = b->table;
    t->monomials = 1; /* 1 */
    for (size_t o = 0; o < t->outputs; o++)
        for (size_t i = 0; i < polynomials[o].count; i++) {
            const qfp_term *term = &polynomials[o].terms[i];
            double coefficient = creal(term->coefficient);
            if (coefficient != 0.0)
                t->entry[t->entries++] =
                    (qfp_reach_entry){coefficient, place_of(b, term->power), (uint32_t)o};
        }
    return QFP_ALLOCATE(t->value, t->monomials, "the classical flow");
}

qfp_status qfp_reach_table_create(const qfp_polynomial *polynomials, size_t outputs,
                                  qfp_reach_table *out)
{
    builder b = {.table = out, .capacity = 1};
    size_t terms = 0;
    *out = (qfp_reach_table){.outputs = outputs};
    for (size_t o = 0; o < outputs; o++) {
        b.variables = polynomials[o].variables;
        terms += polynomials[o].count;
        for (size_t i = 0; i < polynomials[o].count; i++)
            b.capacity += degree_of(&polynomials[o].terms[i], b.variables);
    }
    qfp_status status;
    QFP_TRY_GOTO(QFP_ALLOCATE(out->monomial, b.capacity, "the classical flow"));
    QFP_TRY_GOTO(QFP_ALLOCATE(out->entry, terms, "the classical flow"));
    QFP_TRY_GOTO(QFP_ALLOCATE(b.power, b.capacity, "the classical flow"));
    status = fill(&b, polynomials);
done:
    free(b.power);
    return status;
}

void qfp_reach_table_destroy(qfp_reach_table *table)
{
    free(table->monomial);
    free(table->entry);
    free(table->value);
    *table = (qfp_reach_table){0};
}

void qfp_reach_table_evaluate(const qfp_reach_table *table, const double *z, double *out)
{
    double *value = table->value;
    value[0] = 1.0;
    for (size_t i = 1; i < table->monomials; i++)
        value[i] = value[table->monomial[i].shorter] * z[table->monomial[i].variable];
    for (size_t o = 0; o < table->outputs; o++)
        out[o] = 0.0;
    for (size_t i = 0; i < table->entries; i++)
        out[table->entry[i].output] +=
            table->entry[i].coefficient * value[table->entry[i].monomial];
}
