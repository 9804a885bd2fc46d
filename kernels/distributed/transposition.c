/* transposition.c - arrays on their way between slabs of one axis and of another, piece by piece.
 *
 * Of slabs of the third axis what goes to or comes from a rank stands together, [count0][between][count1][after], in each of its
 * pieces; of slabs of the first it does not: it is packed, block by block, while the blocks before it are on their
 * way, and unpacked as they come.  MPI reads and writes buffers where they are if it can, else copies in
 * memory of the host.  Blocks of ranks whose windows are open to each other are written there, and taken from there, instead.
 */
#include "core/clock.h"
#include "distributed/block.h"

/* ---- passages -------------------------------------------------------------------------------- */

typedef struct passage {
    dist_context *context;
    const dist_transposition *t;
    qfp_buffer *slab, *third;  /* of the first axis and of the third */
    const dist_window *window; /* whose own is `third` */
    size_t direct;             /* doubles of blocks that did not go through MPI */
    double *packed, *blocks;   /* what MPI has of room.packed and of `third` */
    double begin, worked;      /* seconds: of the clock; of others than this */
} passage;

static const qfp_vector_operations *vector_of(const passage *p)
{
    return p->context->inner->vector;
}

static qfp_status synchronize(const passage *p)
{
    return p->context->inner->device->synchronize(p->context->context);
}

static qfp_status set_out(passage *p, int back)
{
    dist_room *room = &p->context->room;
    QFP_TRY(dist_transposition_prepare(p->context, p->t, p->window));
    QFP_TRY(synchronize(p));
    p->begin = qfpi_seconds_now();
    if (!is_direct(p->context)) {
        p->packed = room->staged;
        p->blocks = room->staged + all_packed(p->t, p->window);
        return QFP_OK;
    }
    void *packed, *blocks;
    QFP_TRY(vector_of(p)->lend(room->packed, back, &packed));
    QFP_TRY(vector_of(p)->lend(p->third, !back, &blocks));
    p->packed = packed;
    p->blocks = blocks;
    return QFP_OK;
}

static qfp_status arrive(passage *p)
{
    qfpi_exchange *exchange = p->context->room.exchange;
    QFP_TRY(qfpi_exchange_wait(exchange, 0, qfpi_exchange_begun(exchange)));
    double seconds = qfpi_seconds_now() - p->begin - p->worked;
    QFP_TRY(qfpi_exchange_end(exchange, p->direct, seconds));
    if (!is_direct(p->context))
        return QFP_OK;
    QFP_TRY(vector_of(p)->take_back(p->context->room.packed));
    return vector_of(p)->take_back(p->third);
}

/* Work fails on a rank while others wait for its blocks: they get them.  Its result is sent next, or a device may go
 * on with it while the next piece comes. */
static qfp_status work_on(passage *p, int piece, int is_sent, dist_work work, void *what,
                          qfp_status status)
{
    double begin = qfpi_seconds_now();
    if (work != NULL && status == QFP_OK)
        status = work(what, piece);
    if (is_sent && status == QFP_OK)
        status = synchronize(p);
    p->worked += qfpi_seconds_now() - begin;
    return status;
}

/* Word to all ranks that see this one's window, and of them. */
static qfp_status signal_all(const passage *p)
{
    for (int r = 0; r < qfpi_ranks(); ++r)
        if (window_of(p->window, r) != NULL)
            QFP_TRY(qfpi_exchange_signal(r));
    return QFP_OK;
}

static qfp_status await_all(const passage *p)
{
    for (int r = 0; r < qfpi_ranks(); ++r)
        if (window_of(p->window, r) != NULL)
            QFP_TRY(qfpi_exchange_await(r));
    return QFP_OK;
}

/* Rank `step` behind this one, so that not all send to the same one first. */
static int partner(int step)
{
    return (qfpi_rank() + step) % qfpi_ranks();
}

/* Between MPI's copy and the device's. */
static qfp_status fetch(const passage *p, const qfp_buffer *buffer, size_t at, size_t doubles,
                        double *copy)
{
    return is_direct(p->context) ? synchronize(p)
                                 : vector_of(p)->download(buffer, at, doubles, copy + at);
}

static qfp_status deliver(const passage *p, qfp_buffer *buffer, size_t at, size_t doubles,
                          const double *copy)
{
    return is_direct(p->context) ? QFP_OK : vector_of(p)->upload(buffer, at, doubles, copy + at);
}

/* The own block of a piece, from slab to slab. */
static qfp_status keep(const passage *p, int piece, int back)
{
    const dist_transposition *t = p->t;
    int own = qfpi_rank();
    size_t run = count1(t, own, piece) * t->after;
    qfp_rows in_slab = columns_of(t, own, piece), in_third = {place_of(t, own, piece), run};
    return back ? vector_of(p)->copy_rows(rows_of(t), run, p->third, in_third, p->slab, in_slab)
                : vector_of(p)->copy_rows(rows_of(t), run, p->slab, in_slab, p->third, in_third);
}

/* ---- there ----------------------------------------------------------------------------------- */

static qfp_status expect_third(const passage *p)
{
    const dist_transposition *t = p->t;
    dist_room *room = &p->context->room;
    for (int piece = 0; piece < t->pieces; ++piece) {
        room->begun[piece] = qfpi_exchange_begun(room->exchange);
        for (int step = 1; step < qfpi_ranks(); ++step) {
            int r = partner(step);
            if (window_of(p->window, r) == NULL)
                QFP_TRY(qfpi_exchange_receive(room->exchange, p->blocks + place_of(t, r, piece),
                                              block_of(t, r, qfpi_rank(), piece), r));
        }
    }
    room->begun[t->pieces] = qfpi_exchange_begun(room->exchange);
    return QFP_OK;
}

/* A block of a piece to the window of its rank. */
static qfp_status put(passage *p, int r, int piece)
{
    const dist_transposition *t = p->t;
    size_t run = count1(t, r, piece) * t->after;
    if (piece == 0)
        QFP_TRY(qfpi_exchange_await(r)); /* its window is free */
    QFP_TRY(vector_of(p)->copy_rows(rows_of(t), run, p->slab, columns_of(t, r, piece),
                                    p->window->of[r],
                                    (qfp_rows){place_in(t, r, qfpi_rank(), piece), run}));
    QFP_TRY(synchronize(p));
    p->direct += rows_of(t) * run;
    return qfpi_exchange_signal(r);
}

/* … or by a message, packed at `at`. */
static qfp_status send_packed(const passage *p, int r, int piece, size_t at)
{
    const dist_transposition *t = p->t;
    const dist_room *room = &p->context->room;
    size_t run = count1(t, r, piece) * t->after, doubles = rows_of(t) * run;
    if (doubles == 0)
        return QFP_OK;
    QFP_TRY(vector_of(p)->copy_rows(rows_of(t), run, p->slab, columns_of(t, r, piece), room->packed,
                                    (qfp_rows){at, run}));
    QFP_TRY(fetch(p, room->packed, at, doubles, p->packed));
    return qfpi_exchange_send(room->exchange, p->packed + at, doubles, r);
}

static qfp_status send_all(passage *p)
{
    size_t at = 0;
    for (int piece = 0; piece < p->t->pieces; ++piece)
        for (int step = 1; step < qfpi_ranks(); ++step) {
            int r = partner(step);
            if (window_of(p->window, r) != NULL) {
                QFP_TRY(put(p, r, piece));
                continue;
            }
            QFP_TRY(send_packed(p, r, piece, at));
            at += block_of(p->t, qfpi_rank(), r, piece);
        }
    return QFP_OK;
}

/* Blocks of a piece, when they have come. */
static qfp_status await_third(const passage *p, int piece)
{
    const dist_transposition *t = p->t;
    const dist_room *room = &p->context->room;
    QFP_TRY(qfpi_exchange_wait(room->exchange, room->begun[piece], room->begun[piece + 1]));
    QFP_TRY(await_all(p));
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        if (window_of(p->window, r) != NULL)
            continue;
        QFP_TRY(deliver(p, p->third, place_of(t, r, piece), block_of(t, r, qfpi_rank(), piece),
                        p->blocks));
    }
    return QFP_OK;
}

qfp_status dist_there(dist_context *c, const dist_transposition *t, qfp_buffer *x,
                      const dist_window *y, dist_work work, void *what)
{
    passage p = {.context = c, .t = t, .slab = x, .third = y->own, .window = y};
    qfp_status status = QFP_OK;
    QFP_TRY(set_out(&p, 0));
    QFP_TRY(signal_all(&p));
    QFP_TRY(expect_third(&p));
    QFP_TRY(send_all(&p));
    for (int piece = 0; piece < t->pieces; ++piece) {
        QFP_TRY(keep(&p, piece, 0)); /* the work finds it in cache, if that is large enough */
        QFP_TRY(await_third(&p, piece));
        status = work_on(&p, piece, 0, work, what, status);
    }
    QFP_TRY(arrive(&p));
    return status;
}

/* ---- back ------------------------------------------------------------------------------------ */

static qfp_status expect_packed(const passage *p)
{
    const dist_transposition *t = p->t;
    dist_room *room = &p->context->room;
    size_t at = 0, message = 0;
    for (int piece = 0; piece < t->pieces; ++piece)
        for (int step = 1; step < qfpi_ranks(); ++step) {
            int r = partner(step);
            size_t doubles = block_of(t, qfpi_rank(), r, piece);
            room->begun[message++] = qfpi_exchange_begun(room->exchange);
            if (window_of(p->window, r) != NULL)
                continue;
            QFP_TRY(qfpi_exchange_receive(room->exchange, p->packed + at, doubles, r));
            at += doubles;
        }
    room->begun[message] = qfpi_exchange_begun(room->exchange);
    return QFP_OK;
}

static qfp_status send_third(passage *p, int piece)
{
    const dist_transposition *t = p->t;
    QFP_TRY(signal_all(p));
    for (int step = 1; step < qfpi_ranks(); ++step) {
        int r = partner(step);
        size_t doubles = block_of(t, r, qfpi_rank(), piece), at = place_of(t, r, piece);
        if (window_of(p->window, r) != NULL)
            p->direct += doubles;
        if (window_of(p->window, r) != NULL || doubles == 0)
            continue;
        QFP_TRY(fetch(p, p->third, at, doubles, p->blocks));
        QFP_TRY(qfpi_exchange_send(p->context->room.exchange, p->blocks + at, doubles, r));
    }
    return QFP_OK;
}

/* A block of a piece from the window of its rank. */
static qfp_status take(const passage *p, int r, int piece)
{
    const dist_transposition *t = p->t;
    size_t run = count1(t, r, piece) * t->after;
    QFP_TRY(qfpi_exchange_await(r));
    return vector_of(p)->copy_rows(rows_of(t), run, p->window->of[r],
                                   (qfp_rows){place_in(t, r, qfpi_rank(), piece), run}, p->slab,
                                   columns_of(t, r, piece));
}

/* … or from a message, packed at `at`. */
static qfp_status unpack(const passage *p, int r, int piece, size_t message, size_t at)
{
    const dist_transposition *t = p->t;
    const dist_room *room = &p->context->room;
    size_t run = count1(t, r, piece) * t->after, doubles = rows_of(t) * run;
    QFP_TRY(qfpi_exchange_wait(room->exchange, room->begun[message], room->begun[message + 1]));
    if (doubles == 0)
        return QFP_OK;
    QFP_TRY(deliver(p, room->packed, at, doubles, p->packed));
    return vector_of(p)->copy_rows(rows_of(t), run, room->packed, (qfp_rows){at, run}, p->slab,
                                   columns_of(t, r, piece));
}

static qfp_status take_all(const passage *p)
{
    size_t at = 0, message = 0;
    for (int piece = 0; piece < p->t->pieces; ++piece)
        for (int step = 1; step < qfpi_ranks(); ++step, ++message) {
            int r = partner(step);
            if (window_of(p->window, r) != NULL) {
                QFP_TRY(take(p, r, piece));
                continue;
            }
            QFP_TRY(unpack(p, r, piece, message, at));
            at += block_of(p->t, qfpi_rank(), r, piece);
        }
    QFP_TRY(synchronize(p));
    QFP_TRY(signal_all(p));
    return await_all(p); /* others have taken theirs: the window is free */
}

qfp_status dist_back(dist_context *c, const dist_transposition *t, const dist_window *x,
                     qfp_buffer *y, dist_work work, void *what)
{
    passage p = {.context = c, .t = t, .slab = y, .third = x->own, .window = x};
    qfp_status status = QFP_OK;
    QFP_TRY(set_out(&p, 1));
    QFP_TRY(expect_packed(&p));
    for (int piece = 0; piece < t->pieces; ++piece) {
        status = work_on(&p, piece, 1, work, what, status);
        QFP_TRY(send_third(&p, piece));
        QFP_TRY(keep(&p, piece, 1));
    }
    QFP_TRY(take_all(&p));
    QFP_TRY(arrive(&p));
    return status;
}
