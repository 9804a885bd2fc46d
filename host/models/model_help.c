/* model_help.c - the page of `qfp help models`: the table of models in print. */
#include <stdlib.h>
#include <string.h>

#include "models/model_text.h"
#include "qfp/config.h"

static const char introduction[] =
    "A model writes the Hamiltonian from a few parameters; the output and `qfp audit`\n"
    "show the operator it wrote. Instead of hamiltonian.operator:\n"
    "\n"
    "    hamiltonian: {model: {name: bose_hubbard, sites: 4, J: 1.0, U: 0.5}}\n"
    "\n"
    "The number of modes comes from the model. Field models set the length of every\n"
    "mode to sqrt(kappa/omega) of their free part; lengths or frequencies in the file\n"
    "override that. Operators are products as written: phi^4 is not normal-ordered,\n"
    "n(n-1) is ad^2 a^2. Number operators n, annihilation a, creation ad; q = l x,\n"
    "p = (kappa/l) p of the grammar.\n";

/* `lines` with every line indented */
static void put_indented(qfp_text *text, const char *lines)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        qfpi_text_put(text, "    %.*s\n", (int)length, lines);
        lines += length + (lines[length] == '\n');
    }
}

static void put_default(qfp_text *text, const qfp_model_parameter *parameter)
{
    if (parameter->required)
        qfpi_text_put(text, "none, must be given");
    else if (parameter->fallback_text != NULL)
        qfpi_text_put(text, "%s", parameter->fallback_text);
    else if (parameter->words != NULL)
        qfpi_text_put(text, "%s", parameter->words[(int)parameter->fallback]);
    else
        qfpi_model_number(text, parameter->fallback);
}

static void put_model(qfp_text *text, const qfp_model *model)
{
    char expected[256];
    qfpi_text_put(text, "\n%s: %s\n", model->name, model->meaning);
    put_indented(text, model->formula);
    qfpi_text_put(text, "    ");
    qfpi_text_wrap(text, QFPI_PAGE_WIDTH, 4, 4, model->outcome);
    qfpi_text_put(text, "\n");
    for (size_t i = 0; i < model->parameter_count; i++) {
        const qfp_model_parameter *parameter = &model->parameters[i];
        qfpi_text_put(text, "  %s\n    %s\n    value:   %s\n    default: ", parameter->name,
                      parameter->meaning, qfp_model_expected(parameter, expected, sizeof expected));
        put_default(text, parameter);
        qfpi_text_put(text, "\n    example: %s\n", parameter->example);
    }
}

char *qfp_model_help(void)
{
    qfp_text text = {0};
    qfpi_text_put(&text, "%s", introduction);
    for (size_t i = 0; i < qfp_model_count; i++)
        put_model(&text, qfp_models[i]);
    return qfpi_text_finish(&text);
}
