/* Documents: strings that are no UTF-8, numbers that JSON lacks, and memory that runs out
 * anywhere. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <math.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/text.h"

/* The document is written as `expected`. */
static void is_written(json_t *document, const char *expected)
{
    char *text = qfpi_json_write(document);
    cr_assert(text != NULL, "%s", expected);
    cr_assert(eq(str, text, (char *)expected));
    free(text);
}

Test(json, strings_are_utf8_whatever_comes)
{
    is_written(qfpi_json_text("α → \"β\"\\\n\x1b"), "\"α → \\\"β\\\"\\\\\\n\\u001B\"");
    is_written(qfpi_json_text("\U0001F600"), "\"\U0001F600\"");
    is_written(qfpi_json_text("α\x7f\xc2\x9b\u202e\U000E0041"),
               "\"α\\u007f\\u009b\\u202e\\udb40\\udc41\"");
    is_written(qfpi_json_text("a\xff"
                              "b"),
               "\"a\uFFFD"
               "b\"");
    is_written(qfpi_json_text("cut \xe2\x86"), "\"cut \uFFFD\uFFFD\"");
    is_written(qfpi_json_text("\xc0\xaf"), "\"\uFFFD\uFFFD\"");           /* overlong */
    is_written(qfpi_json_text("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\""); /* a surrogate */
    is_written(qfpi_json_text("\xf4\x90\x80\x80"), "\"\uFFFD\uFFFD\uFFFD\uFFFD\""); /* too large */
    is_written(qfpi_json_put(json_object(), "k\x80", json_true()), "{\"k\uFFFD\": true}");
}

Test(json, numbers_come_back_the_same)
{
    const double values[] = {0.1,        1.0 / 3.0,          -2.5e-300, 1e22,
                             12345678.0, 9007199254740993.0, 5e-324};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *text = qfpi_json_write(qfpi_json_number(values[i]));
        cr_assert(eq(dbl, strtod(text, NULL), values[i]), "%s", text);
        free(text);
    }
    is_written(qfpi_json_number(64.0), "64");
    is_written(qfpi_json_number(-0.0), "-0.0");
    is_written(qfpi_json_number(NAN), "null");
    is_written(qfpi_json_number(-INFINITY), "null");
    is_written(qfpi_json_numbers(2, 3, (const double[]){1.0, 9.0, 9.0, 0.5}), "[1, 0.5]");
    is_written(qfpi_json_numbers(0, 1, NULL), "[]");
}

Test(json, nothing_comes_of_a_missing_piece)
{
    cr_assert(qfpi_json_append(json_array(), NULL) == NULL);
    cr_assert(qfpi_json_append(NULL, json_integer(1)) == NULL);
    cr_assert(qfpi_json_put(json_object(), "key", NULL) == NULL);
    cr_assert(qfpi_json_put(NULL, "key", json_integer(1)) == NULL);
    cr_assert(qfpi_json_write(NULL) == NULL);
}

static int allocations_left, blocks;

static void *scarce_malloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left--;
    blocks++;
    return malloc(size);
}

static void counted_free(void *block)
{
    blocks -= block != NULL;
    free(block);
}

static json_t *sizeable(void)
{
    json_t *list = json_array();
    for (int i = 0; i < 20; i++)
        list = qfpi_json_append(list, json_pack("{s:o, s:i}", "name", qfpi_json_text("x"), "i", i));
    json_t *object = json_pack("{s:o}", "list", list);
    for (int i = 0; i < 20; i++) {
        char name[16];
        snprintf(name, sizeof name, "key %d", i);
        object = qfpi_json_put(object, name, qfpi_json_number(i + 0.5));
    }
    return object;
}

Test(json, memory_may_run_out_anywhere)
{
    int failures = 0;
    json_set_alloc_funcs(scarce_malloc, counted_free);
    for (int most = 0;; most++) {
        allocations_left = most;
        char *text = qfpi_json_write(sizeable());
        bool complete = text != NULL;
        counted_free(text);
        cr_assert(eq(int, blocks, 0), "%d allocations", most);
        if (complete)
            break;
        failures++;
    }
    cr_assert(lt(int, 60, failures));
}

Test(text, nothing_that_moves_the_cursor_turns_or_hides_text_is_left)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"", ""},
        {"plain α → β \xf0\x9f\x99\x82", "plain α → β \xf0\x9f\x99\x82"},
        {"a\x1b[31m\tb\r\n\x7f", "a\\x1b[31m\\x09b\\x0d\\x0a\\x7f"},
        {"\xc2\x9b[2J\xc2\xa0", "\\xc2\\x9b[2J\xc2\xa0"}, /* a C1 control; a space */
        {"\xe2\x80\xaegnp.\xe2\x80\xac", "\\xe2\\x80\\xaegnp.\\xe2\\x80\\xac"}, /* overrides */
        {"\xe2\x81\xa6\xe2\x80\x8f", "\\xe2\\x81\\xa6\\xe2\\x80\\x8f"},         /* isolate, mark */
        {"\xf3\xa0\x80\xa0", "\\xf3\\xa0\\x80\\xa0"},                           /* a tag */
        {"\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82"},        /* no UTF-8, cut UTF-8 */
        {"\xc0\x9b\xed\xa0\x80", "\\xc0\\x9b\\xed\\xa0\\x80"}, /* overlong, a surrogate */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *shown = qfpi_text_printable(cases[i].text);
        cr_assert(eq(str, shown, (char *)cases[i].shown));
        free(shown);
    }
}

/* Never half a character, never past the end. */
Test(text, what_is_shown_fits)
{
    static const char *const cuts[] = {"",   "",   "a",  "a",       "aα",
                                       "aα", "aα", "aα", "aα\\x1b", "aα\\x1bb"};
    for (size_t size = 1; size < sizeof cuts / sizeof *cuts; size++) {
        char out[16];
        memset(out, 'X', sizeof out);
        qfpi_text_show("aα\x1b"
                       "b",
                       size, out);
        cr_assert(eq(str, out, (char *)cuts[size]), "%zu", size);
        cr_assert(eq(chr, out[size], 'X'));
    }
}
