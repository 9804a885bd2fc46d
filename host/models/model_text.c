#include "models/model_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void qfpi_model_number(qfp_text *text, double value)
{
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    qfpi_text_put(text, "%s", digits);
}

void qfpi_model_term(qfp_text *text, double c, const char *format, ...)
{
    char factor[160];
    va_list arguments;
    if (c == 0.0)
        return;
    va_start(arguments, format);
    vsnprintf(factor, sizeof factor, format, arguments);
    va_end(arguments);
    bool first = text->length == 0 || text->characters[text->length - 1] == '(';
    qfpi_text_put(text, "%s", first ? (c < 0.0 ? "-" : "") : c < 0.0 ? " - " : " + ");
    if (factor[0] == '\0' || fabs(c) != 1.0)
        qfpi_model_number(text, fabs(c));
    qfpi_text_put(text, "%s%s", factor[0] != '\0' && fabs(c) != 1.0 ? "*" : "", factor);
}

void qfpi_model_oscillator(qfp_text *text, int j, double omega, const qfp_model_units *units)
{
    double kappa = units->kappa, length = units->length[j - 1];
    /* √ and division lose a few units in the last place */
    if (fabs(length * length * omega - kappa) <= 8e-16 * kappa) {
        qfpi_model_term(text, kappa * omega, "n[%d]", j);
        return;
    }
    qfpi_model_term(text, 0.5 * kappa * kappa / (length * length), "p[%d]^2", j);
    qfpi_model_term(text, 0.5 * omega * omega * length * length, "x[%d]^2", j);
    qfpi_model_term(text, -0.5 * kappa * omega, "%s", "");
}
