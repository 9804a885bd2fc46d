#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void qfpi_text_put(qfp_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t wanted = text->length + (length > 0 ? (size_t)length : 0) + 1;
    if (!text->failed && wanted > text->capacity) {
        char *grown = realloc(text->characters, 2 * wanted);
        text->failed = grown == NULL;
        if (grown != NULL) {
            text->characters = grown;
            text->capacity = 2 * wanted;
        }
    }
    if (!text->failed) {
        vsnprintf(text->characters + text->length, text->capacity - text->length, format, again);
        text->length = wanted - 1;
    }
    va_end(again);
}

/* Of so many bytes, in UTF-8. */
static int count_characters(const char *word, size_t bytes)
{
    int count = 0;
    for (size_t i = 0; i < bytes; i++)
        count += ((unsigned char)word[i] & 0xc0) != 0x80;
    return count;
}

void qfpi_text_wrap(qfp_text *text, int width, int column, int indent, const char *words)
{
    bool begins = true;
    for (words += strspn(words, " \n"); *words != '\0'; words += strspn(words, " \n")) {
        size_t bytes = strcspn(words, " \n");
        int length = count_characters(words, bytes);
        if (!begins && column + 1 + length > width) {
            qfpi_text_put(text, "\n%*s", indent, "");
            column = indent;
            begins = true;
        }
        qfpi_text_put(text, "%s%.*s", begins ? "" : " ", (int)bytes, words);
        column += length + (begins ? 0 : 1);
        begins = false;
        words += bytes;
    }
}

char *qfpi_text_finish(qfp_text *text)
{
    qfpi_text_put(text, "%s", "");
    char *characters = text->characters;
    if (text->failed) {
        free(characters);
        characters = NULL;
    }
    *text = (qfp_text){0};
    return characters;
}

size_t qfpi_text_character(const char *text, unsigned *code)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text;
    size_t length = *at < 0x80       ? 1
                    : *at >> 5 == 6  ? 2
                    : *at >> 4 == 14 ? 3
                    : *at >> 3 == 30 ? 4
                                     : 0;
    *code = length == 1 ? *at : *at & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) { /* the end of the text is no continuation either */
        if (at[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (at[i] & 0x3f);
    }
    bool is_none =
        *code < least[length] || *code > 0x10ffff || *code >> 11 == 0x1b; /* surrogates */
    return is_none ? 0 : length;
}

bool qfpi_text_is_control(unsigned code)
{
    static const struct {
        unsigned first, last;
    } ranges[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0x61c, 0x61c},   {0x200b, 0x200f},   {0x2028, 0x202e},
        {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++)
        if (code >= ranges[r].first && code <= ranges[r].last)
            return true;
    return false;
}

void qfpi_text_show(const char *text, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t used = 0;
    while (*text != '\0') {
        unsigned code;
        size_t length = qfpi_text_character(text, &code);
        bool hidden = length == 0 || qfpi_text_is_control(code);
        length = length > 0 ? length : 1;
        if (used + (hidden ? 4 * length : length) >= size)
            break;
        for (; length > 0; length--, text++) {
            unsigned char byte = (unsigned char)*text;
            if (hidden) {
                const char shown[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
                memcpy(out + used, shown, sizeof shown);
                used += sizeof shown;
            } else {
                out[used++] = *text;
            }
        }
    }
    out[used] = '\0';
}

char *qfpi_text_printable(const char *text)
{
    size_t size = 4 * strlen(text) + 1;
    char *out = malloc(size);
    if (out != NULL)
        qfpi_text_show(text, size, out);
    return out;
}
