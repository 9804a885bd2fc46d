/* calls.c - one of several ranks: what a test of core/ranks.h and core/stop.h says about them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ranks.h"
#include "core/stop.h"

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return QFP_FAIL(QFP_INTERNAL, "line %d: %s", __LINE__, #condition);                    \
    } while (0)

static qfp_status common(void)
{
    const int rank = qfpi_rank(), ranks = qfpi_ranks();
    char *text = rank == 0 ? qfpi_format("of rank %d", rank) : NULL, *nothing = NULL;
    double numbers[] = {rank, -rank, 7.0};
    size_t bytes = rank == 0 ? strlen(text) : 99, none = 5;
    QFP_TRY(qfpi_ranks_share_block((void **)&text, &bytes));
    EXPECT(text != NULL && strcmp(text, "of rank 0") == 0 && bytes == strlen(text));
    free(text);
    QFP_TRY(qfpi_ranks_share_block((void **)&nothing, &none));
    EXPECT(nothing == NULL);
    qfpi_ranks_most_of(3, numbers);
    EXPECT(numbers[0] == ranks - 1 && numbers[1] == 0.0 && numbers[2] == 7.0);
    double now = qfpi_ranks_seconds_now(), least = -qfpi_ranks_most(-now);
    EXPECT(now == qfpi_ranks_most(now) && now == least);
    EXPECT(qfpi_ranks_here() == ranks);
    qfpi_ranks_apart(true); /* of one rank, which nobody meets */
    EXPECT(qfpi_rank() == 0 && qfpi_ranks() == 1 && qfpi_ranks_here() == 1);
    for (int i = 0; i < rank; ++i)
        QFP_TRY(qfpi_ranks_agree(QFP_OK));
    qfpi_ranks_apart(false);
    EXPECT(qfpi_rank() == rank && qfpi_ranks() == ranks);
    EXPECT(qfpi_stop_agreed() == 0);
    if (rank == ranks - 1)
        qfpi_stop_request(15);
    int number;
    QFP_TRY(qfpi_stop_agree_at(0.5, &number));
    EXPECT(number == 15 && qfpi_stop_reason() == 15);
    return qfpi_ranks_same("the text", "the same");
}

/* Two rows, of which rank 1 has nothing and every other one r + 1 columns: element (i, k) is 100 i + k. */
static qfp_status gathered(void)
{
    enum { ROWS = 2, MOST = 16 };
    const int rank = qfpi_rank(), ranks = qfpi_ranks();
    size_t first[MOST] = {0};
    double own[ROWS * MOST], all[ROWS * MOST] = {0.0}, counts[2] = {rank + 1, 1.0};
    EXPECT(ranks < 4);
    for (int r = 0; r < ranks; ++r)
        first[r + 1] = first[r] + (r == 1 ? 0 : (size_t)r + 1);
    size_t here = first[rank + 1] - first[rank], whole = first[ranks];
    for (size_t i = 0; i < ROWS; ++i)
        for (size_t k = 0; k < here; ++k)
            own[i * here + k] = 100.0 * (double)i + (double)(first[rank] + k);
    QFP_TRY(qfpi_ranks_gather(ROWS, first, own, rank == 0 ? all : NULL));
    for (size_t i = 0; rank == 0 && i < ROWS; ++i)
        for (size_t k = 0; k < whole; ++k)
            EXPECT(all[i * whole + k] == 100.0 * (double)i + (double)k);
    QFP_TRY(qfpi_ranks_add(counts, 2));
    EXPECT(counts[0] == 0.5 * ranks * (ranks + 1) && counts[1] == ranks);
    return QFP_OK;
}

enum { LETTERS = 40, LARGE = 1 << 20 }; /* bytes: MPI sends that when somebody receives it */

/* Letters number `letter` of `from`: their lengths differ, and the last is large. */
static size_t length_of(int from, int letter)
{
    return letter == LETTERS - 1 ? LARGE : sizeof(int) * (size_t)(1 + letter + from);
}

static qfp_status send_letters(int *letter)
{
    for (int i = 0; i < LETTERS; ++i) { /* overwritten when it was sent */
        letter[0] = i;
        QFP_TRY(qfpi_ranks_send(0, letter, length_of(qfpi_rank(), i)));
    }
    return QFP_OK;
}

/* From all others to rank 0, each in the order in which they were sent. */
static qfp_status messages(void)
{
    int *letter = NULL, next[16] = {0}, from;
    void *data;
    size_t bytes;
    QFP_TRY(QFP_ALLOCATE(letter, LARGE / sizeof *letter, "a letter"));
    qfp_status status = qfpi_rank() > 0 ? send_letters(letter) : QFP_OK;
    free(letter);
    QFP_TRY(status);
    for (int left = qfpi_rank() == 0 ? LETTERS * (qfpi_ranks() - 1) : 0; left > 0;) {
        QFP_TRY(qfpi_ranks_receive(&from, &data, &bytes));
        if (data == NULL)
            continue;
        EXPECT(from > 0 && *(int *)data == next[from] && bytes == length_of(from, next[from]));
        free(data);
        ++next[from];
        --left;
    }
    QFP_TRY(qfpi_ranks_agree(QFP_OK));
    QFP_TRY(qfpi_ranks_receive(&from, &data, &bytes));
    EXPECT(data == NULL);
    return QFP_OK;
}

static qfp_status program(void)
{
    char text[64];
    snprintf(text, sizeof text, "of all\nof rank %d\n", qfpi_rank());
    return qfpi_ranks_same("the program", text);
}

static qfp_status steps(void)
{
    int number;
    QFP_TRY(qfpi_stop_agree_at(1.0, &number));
    return qfpi_stop_agree_at(qfpi_rank() == 1 ? 1.5 : 1.0, &number);
}

static qfp_status alone(void)
{
    double number = 1.0;
    if (qfpi_rank() == 2)
        return QFP_FAIL(QFP_GROWTH, "left the others");
    return qfpi_ranks_share(&number, sizeof number) == QFP_OK ? qfpi_ranks_add(&number, 1)
                                                              : QFP_INTERNAL;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        qfp_status (*run)(void);
    } tests[] = {{"common", common},   {"gathered", gathered}, {"messages", messages},
                 {"program", program}, {"steps", steps},       {"alone", alone}};
    qfp_status status = qfpi_ranks_begin();
    for (size_t i = 0; status == QFP_OK && argc > 1 && i < sizeof tests / sizeof *tests; ++i)
        if (strcmp(tests[i].name, argv[1]) == 0)
            status = tests[i].run();
    status = qfpi_ranks_meet(status, 1.0);
    if (status != QFP_OK && qfpi_rank() == 0)
        fprintf(stderr, "qfp: %s\n", qfp_last_error());
    qfpi_ranks_end();
    return qfp_status_exit(status);
}
