#include <ctype.h>

#include "core/text.h"
#include "plot/script.h"

void qfpi_gnuplot_quote(FILE *script, const char *text)
{
    char shown[256];
    qfpi_text_show(text, sizeof shown, shown);
    fputc('"', script);
    for (const unsigned char *c = (const unsigned char *)shown; *c != '\0'; ++c)
        if (*c < 0x80 && (isalpha(*c) || *c == ' '))
            fputc(*c, script);
        else
            fprintf(script, "\\%03o", *c); /* gnuplot reads on while digits follow */
    fputc('"', script);
}
