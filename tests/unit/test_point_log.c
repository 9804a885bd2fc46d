/* The points of a sweep on a disk: appended, cut short, damaged, of another configuration. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../support/scratch.h"
#include "sweep/point_log.h"

static const char text[] = "sweep: {U: [1, 2]}";
static char path[512];

static void begin(void)
{
    scratch_make();
    snprintf(path, sizeof path, "%s", scratch_path("s.points"));
}

TestSuite(point_log, .init = begin, .fini = scratch_remove);

static void append(qfp_point_log *log, size_t number, const char *sentence)
{
    char *bytes = NULL;
    size_t size;
    FILE *stream = open_memstream(&bytes, &size);
    const qfp_point point = {.number = number,
                             .status = number == 1 ? QFP_GROWTH : QFP_OK,
                             .seconds = 0.5 * (double)number,
                             .sentence = sentence,
                             .record_size = strlen(sentence),
                             .record = sentence};
    qfp_point_write(&point, stream);
    cr_assert(fclose(stream) == 0);
    cr_assert(qfp_point_log_append(log, bytes, size) == QFP_OK, "%s", qfp_last_error());
    free(bytes);
}

static void make_three(void)
{
    qfp_point_log *log = NULL;
    cr_assert(qfp_point_log_create(path, text, &log) == QFP_OK, "%s", qfp_last_error());
    append(log, 0, "");
    append(log, 1, "why");
    append(log, 2, "because");
    qfp_point_log_close(log);
}

static qfp_status check(void *data, const qfp_point *point)
{
    static const char *const sentences[] = {"", "why", "because"};
    size_t *count = data;
    cr_assert(eq(sz, point->number, *count));
    cr_assert(eq(int, (int)point->status, *count == 1 ? QFP_GROWTH : QFP_OK));
    cr_assert(eq(dbl, point->seconds, 0.5 * (double)*count));
    cr_assert(eq(str, (char *)point->sentence, (char *)sentences[*count]));
    cr_assert(eq(sz, point->record_size, strlen(sentences[*count])));
    cr_assert(memcmp(point->record, sentences[*count], point->record_size) == 0);
    ++*count;
    return QFP_OK;
}

static size_t count_points(void)
{
    qfp_point_log *log = NULL;
    size_t count = 0;
    cr_assert(qfp_point_log_open(path, text, &log) == QFP_OK, "%s", qfp_last_error());
    cr_assert(qfp_point_log_each(log, &count, check) == QFP_OK, "%s", qfp_last_error());
    qfp_point_log_close(log);
    return count;
}

static long file_size(void)
{
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    return size;
}

Test(point_log, comes_back_in_order)
{
    make_three();
    cr_assert(eq(sz, count_points(), 3));
}

/* Cut at any length the whole entries are there, and the file takes the next one behind them. */
Test(point_log, a_cut_entry_is_dropped)
{
    make_three();
    long whole = file_size();
    size_t before = 3;
    for (long size = whole - 1; size >= (long)sizeof text + 40; size--) {
        cr_assert(truncate(path, size) == 0);
        size_t count = count_points();
        cr_assert(count <= before && count + 1 >= before, "%ld bytes: %zu", size, count);
        before = count;
    }
    cr_assert(eq(sz, before, 0));
    make_three();
    cr_assert(truncate(path, whole - 3) == 0);
    qfp_point_log *log = NULL;
    cr_assert(qfp_point_log_open(path, text, &log) == QFP_OK);
    append(log, 2, "because");
    qfp_point_log_close(log);
    cr_assert(eq(sz, count_points(), 3));
    cr_assert(eq(long, file_size(), whole));
}

/* A flipped bit ends what is believed. */
Test(point_log, a_damaged_entry_and_what_follows_is_dropped)
{
    make_three();
    long whole = file_size();
    FILE *file = fopen(path, "r+b");
    fseek(file, whole - 12, SEEK_SET); /* in the last entry */
    int byte = fgetc(file);
    fseek(file, whole - 12, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    cr_assert(eq(sz, count_points(), 2));
}

Test(point_log, of_another_configuration_or_none)
{
    qfp_point_log *log = NULL;
    cr_assert(qfp_point_log_open(path, text, &log) == QFP_IO);
    cr_assert(strstr(qfp_last_error(), "no interrupted sweep") != NULL, "%s", qfp_last_error());
    make_three();
    cr_assert(qfp_point_log_open(path, "sweep: {U: [1, 3]}", &log) == QFP_USAGE);
    scratch_write(path, "hello", 5);
    cr_assert(qfp_point_log_open(path, text, &log) == QFP_IO);
    cr_assert(strstr(qfp_last_error(), "no points of a sweep") != NULL, "%s", qfp_last_error());
    cr_assert(log == NULL);
}
