#include "state/reach_memo.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 8 };

static _Thread_local struct {
    qfp_reach_key key;
    qfp_reach reach;
} known[KEPT];
static _Thread_local int oldest;

static size_t size_of_tables(size_t count, const qfp_reach_table *tables)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += 2 + 2 * tables[i].monomials + 3 * tables[i].entries;
    return size;
}

static void put(qfp_reach_key *key, double value)
{
    if (key->count < key->capacity)
        key->value[key->count++] = value;
}

static void put_tables(qfp_reach_key *key, size_t count, const qfp_reach_table *tables)
{
    for (size_t i = 0; i < count; i++) {
        const qfp_reach_table *t = &tables[i];
        put(key, (double)t->monomials);
        put(key, (double)t->entries);
        for (size_t m = 0; m < t->monomials; m++) {
            put(key, t->monomial[m].shorter);
            put(key, t->monomial[m].variable);
        }
        for (size_t e = 0; e < t->entries; e++) {
            put(key, t->entry[e].coefficient);
            put(key, t->entry[e].monomial);
            put(key, t->entry[e].output);
        }
    }
}

static void put_piece(qfp_reach_key *key, int modes, const qfp_state_piece *piece)
{
    for (int j = 0; j < modes; j++) {
        put(key, piece->q[j]);
        put(key, piece->p[j]);
        put(key, piece->ring[j]);
        put(key, piece->width[j]);
    }
}

qfp_status qfp_reach_key_create(const qfp_reach_flow *flow, size_t piece_count,
                                const qfp_state_piece *pieces, double level, int steps,
                                qfp_reach_key *out)
{
    *out = (qfp_reach_key){.capacity = 6 + size_of_tables(flow->slots, flow->drift) +
                                       size_of_tables(flow->noises, flow->noise) +
                                       4 * (size_t)flow->modes * piece_count};
    QFP_TRY(QFP_ALLOCATE(out->value, out->capacity, "the classical flow"));
    put(out, level);
    put(out, steps);
    put(out, flow->duration);
    put(out, flow->modes);
    put(out, (double)flow->slots);
    put(out, (double)flow->noises);
    put_tables(out, flow->slots, flow->drift);
    put_tables(out, flow->noises, flow->noise);
    for (size_t i = 0; i < piece_count; i++)
        put_piece(out, flow->modes, &pieces[i]);
    return QFP_OK;
}

bool qfp_reach_recall(const qfp_reach_key *key, qfp_reach *out)
{
    for (int i = 0; i < KEPT; i++) {
        const qfp_reach_key *k = &known[i].key;
        if (k->count != key->count ||
            memcmp(k->value, key->value, k->count * sizeof *k->value) != 0)
            continue;
        *out = known[i].reach;
        out->evaluations = 0.0;
        return true;
    }
    return false;
}

void qfp_reach_remember(qfp_reach_key *key, const qfp_reach *reach)
{
    free(known[oldest].key.value);
    known[oldest].key = *key;
    known[oldest].reach = *reach;
    *key = (qfp_reach_key){0};
    oldest = (oldest + 1) % KEPT;
}
