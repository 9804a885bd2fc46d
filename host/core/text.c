#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

char *qfpi_text_printable(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
        bool is_c1 = c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0; /* U+0080 to U+009F */
        if (is_c1)
            *c++ = '?';
        if (is_c1 || *c < 0x20 || *c == 0x7f)
            *c = '?';
    }
    return text;
}
