/* room.c - what all transpositions of a context use in turn. */
#include <stdlib.h>

#include "distributed/block.h"

static size_t whole_third(const dist_transposition *t)
{
    const size_t *first = t->first1 + qfpi_rank() * t->pieces;
    return t->n0 * t->between * (first[t->pieces] - first[0]) * t->after;
}

static void free_staged(dist_context *c)
{
    if (c->room.staged != NULL)
        c->inner->device->unpin(c->room.staged);
    free(c->room.staged);
    c->room.staged = NULL;
    c->room.staged_doubles = 0;
}

static qfp_status reserve_staged(dist_context *c, size_t doubles)
{
    dist_room *room = &c->room;
    if (room->staged != NULL && doubles <= room->staged_doubles)
        return QFP_OK;
    free_staged(c);
    QFP_TRY(QFP_ALLOCATE(room->staged, doubles, "an array on its way between ranks"));
    room->staged_doubles = doubles;
    c->inner->device->pin(room->staged, doubles * sizeof *room->staged);
    return QFP_OK;
}

static qfp_status reserve_packed(dist_context *c, size_t doubles)
{
    const qfp_vector_operations *v = c->inner->vector;
    dist_room *room = &c->room;
    if (room->packed != NULL && doubles <= room->packed_doubles)
        return QFP_OK;
    v->destroy(room->packed);
    room->packed = NULL;
    room->packed_doubles = 0;
    QFP_TRY(v->create(c->context, doubles, &room->packed));
    room->packed_doubles = doubles;
    return QFP_OK;
}

qfp_status dist_transposition_prepare(dist_context *c, const dist_transposition *t,
                                      const dist_window *w)
{
    size_t packed = all_packed(t, w), third = whole_third(t);
    size_t messages = (size_t)t->pieces * (size_t)qfpi_ranks();
    dist_room *room = &c->room;
    if (room->exchange == NULL)
        QFP_TRY(qfpi_exchange_create(&room->exchange));
    if (messages > room->messages) {
        free(room->begun);
        room->messages = 0;
        QFP_TRY(QFP_ALLOCATE(room->begun, messages + 1, "an exchange between ranks"));
        room->messages = messages;
    }
    QFP_TRY(reserve_packed(c, packed > 0 ? packed : 1));
    return is_direct(c) ? QFP_OK : reserve_staged(c, packed + third);
}

void dist_room_destroy(dist_context *c)
{
    c->inner->vector->destroy(c->room.packed);
    qfpi_exchange_destroy(c->room.exchange);
    free_staged(c);
    free(c->room.begun);
    c->room = (dist_room){0};
}
