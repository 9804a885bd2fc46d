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
    } tests[] = {{"common", common}, {"program", program}, {"steps", steps}, {"alone", alone}};
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
