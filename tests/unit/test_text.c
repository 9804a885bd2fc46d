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
