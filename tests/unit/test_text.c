/* Text that a terminal is shown: control characters and what is no UTF-8 as \xNN, cut between
 * characters and never written past its place. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static void is_shown(const char *text, const char *expected)
{
    char *shown = qfpi_text_printable(text);
    cr_assert(shown != NULL);
    cr_assert(eq(str, shown, (char *)expected));
    free(shown);
}

Test(text, what_moves_hides_or_turns_is_shown_as_bytes)
{
    is_shown("α = 2 “x”", "α = 2 “x”");
    is_shown("\x1b[2J\r\n\t", "\\x1b[2J\\x0d\\x0a\\x09");
    is_shown("\x7f", "\\x7f");
    is_shown("\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f"); /* C1, CSI among them */
    is_shown("\xc2\xa0", "\xc2\xa0"); /* the next is a blank */
    is_shown("\u202e\u2066\u200b\ufeff\u061c",
             "\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x80\\x8b\\xef\\xbb\\xbf\\xd8\\x9c");
    is_shown("\xff\xc0\xaf\xed\xa0\x80", "\\xff\\xc0\\xaf\\xed\\xa0\\x80");
}

/* Every size: what is shown is the beginning of the whole, ends between characters, and the byte
 * behind is not touched. */
Test(text, what_does_not_fit_is_cut_between_characters)
{
    const char *text = "a\x1b"
                       "\u202e"
                       "αb";
    const char *whole = "a\\x1b\\xe2\\x80\\xaeαb";
    const size_t ends[] = {0, 1, 5, 17, 19, 20};
    for (size_t size = 1; size <= strlen(whole) + 2; size++) {
        char out[32];
        memset(out, '#', sizeof out);
        qfpi_text_show(text, size, out);
        size_t fits = 0;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            fits = ends[i] < size ? ends[i] : fits;
        cr_assert(eq(sz, strlen(out), fits), "size %zu: %s", size, out);
        cr_assert(zero(int, memcmp(out, whole, fits)), "size %zu: %s", size, out);
        for (size_t i = fits + 1; i < sizeof out; i++)
            cr_assert(eq(chr, out[i], '#'), "size %zu, byte %zu", size, i);
    }
}

static void is_wrapped(int width, int column, int indent, const char *words, const char *lines)
{
    qfp_text text = {0};
    qfpi_text_wrap(&text, width, column, indent, words);
    char *wrapped = qfpi_text_finish(&text);
    cr_assert(eq(str, wrapped, (char *)lines));
    free(wrapped);
}

Test(text, words_go_to_the_next_line_where_they_do_not_fit)
{
    is_wrapped(10, 0, 2, "one two three\n  four", "one two\n  three\n  four");
    is_wrapped(7, 0, 0, "one two", "one two"); /* fits exactly */
    is_wrapped(6, 0, 0, "one two", "one\ntwo");
    is_wrapped(10, 8, 4, "one two", "one\n    two"); /* the first word stays where it was put */
    is_wrapped(5, 0, 1, "α†αβ γ δ", "α†αβ\n γ δ");   /* characters, not bytes */
    is_wrapped(4, 0, 0, "a longest b", "a\nlongest\nb");
    is_wrapped(4, 0, 0, " \n ", "");
}
