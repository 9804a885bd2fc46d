#include "run/audit_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sentences are written once, in Unicode; these are the characters they use beyond ASCII and those
 * that LaTeX reads as commands.  Longer sequences first. */
static const struct {
    const char *unicode, *latex;
} replacements[] = {
    {"ö", "\\\"o"},
    {"∂̄", "$\\bar\\partial$"},
    {"∂", "$\\partial$"},
    {"α", "$\\alpha$"},
    {"κ", "$\\kappa$"},
    {"ℓ", "$\\ell$"},
    {"ħ", "$\\hbar$"},
    {"Σ", "$\\sum$"},
    {"½", "$\\frac{1}{2}$"},
    {"ᵀ", "$^{T}$"},
    {"′′", "$''$"},
    {"ω", "$\\omega$"},
    {"√", "$\\surd$"},
    {"→", "$\\to$"},
    {"−", "$-$"},
    {"≠", "$\\ne$"},
    {"≤", "$\\le$"},
    {"Δ", "$\\Delta$"},
    {"∝", "$\\propto$"},
    {"⟨", "$\\langle$"},
    {"⟩", "$\\rangle$"},
    {"×", "$\\times$"},
    {"·", "$\\cdot$"},
    {"⁰", "$^0$"},
    {"₀", "$_0$"},
    {"₁", "$_1$"},
    {"₂", "$_2$"},
    {"₃", "$_3$"},
    {"₄", "$_4$"},
    {"₅", "$_5$"},
    {"₆", "$_6$"},
    {"₇", "$_7$"},
    {"₈", "$_8$"},
    {"¹", "$^1$"},
    {"²", "$^2$"},
    {"³", "$^3$"},
    {"⁴", "$^4$"},
    {"⁵", "$^5$"},
    {"⁶", "$^6$"},
    {"⁷", "$^7$"},
    {"⁸", "$^8$"},
    {"⁹", "$^9$"},
    {"\\", "\\textbackslash{}"},
    {"^", "\\textasciicircum{}"},
    {"~", "\\textasciitilde{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"_", "\\_"},
    {"%", "\\%"},
};

static void put_latex(qfp_text *out, const char *sentence)
{
    while (*sentence != '\0') {
        size_t length = 1;
        const char *latex = NULL;
        for (size_t r = 0; r < sizeof replacements / sizeof *replacements && latex == NULL; r++) {
            size_t candidate = strlen(replacements[r].unicode);
            if (strncmp(sentence, replacements[r].unicode, candidate) == 0) {
                latex = replacements[r].latex;
                length = candidate;
            }
        }
        if (latex != NULL)
            qfpi_text_put(out, "%s", latex);
        else
            qfpi_text_put(out, "%c", *sentence);
        sentence += length;
    }
}

static void put_json(qfp_audit_writer *w, const char *key, json_t *value)
{
    w->failed = json_object_set_new(w->section, key, value) != 0 || w->failed;
}

static void end_formulas(qfp_audit_writer *w)
{
    if (w->in_formulas)
        qfpi_text_put(&w->latex, "\n\\end{align*}\n");
    w->in_formulas = false;
}

void qfpi_audit_begin(qfp_audit_writer *w, const char *title)
{
    char *shown = qfpi_text_printable(title);
    *w = (qfp_audit_writer){.json = json_object(), .failed = shown == NULL};
    w->section = w->json;
    if (shown != NULL) {
        qfpi_text_put(&w->text, "%s\n", shown);
        qfpi_text_put(&w->latex, "\\section*{");
        put_latex(&w->latex, shown);
        qfpi_text_put(&w->latex, "}\n");
    }
    free(shown);
    put_json(w, "title", qfpi_json_text(title));
}

void qfpi_audit_section(qfp_audit_writer *w, const char *key, const char *heading)
{
    end_formulas(w);
    qfpi_text_put(&w->text, "\n%s\n", heading);
    qfpi_text_put(&w->latex, "\n\\subsection*{");
    put_latex(&w->latex, heading);
    qfpi_text_put(&w->latex, "}\n");
    w->section = w->json;
    put_json(w, key, json_object());
    w->section = json_object_get(w->json, key);
}

/* The left sides of a formula; the values follow. */
static void put_formula(qfp_audit_writer *w, const char *name, const char *latex_name)
{
    qfpi_text_put(&w->text, "  %s = ", name);
    qfpi_text_put(&w->latex, "%s  %s &= ", w->in_formulas ? " \\\\\n" : "\\begin{align*}\n",
                  latex_name);
    w->in_formulas = true;
}

/* A paragraph of at most LINE columns; UTF-8 continuation bytes take none. */
static void put_wrapped(qfp_text *out, const char *sentence, int indent)
{
    enum { LINE = 96 };
    int column = indent;
    while (*sentence != '\0') {
        size_t length = strcspn(sentence, " ");
        int width = 0;
        for (size_t i = 0; i < length; i++)
            width += ((unsigned char)sentence[i] & 0xc0) != 0x80;
        bool breaks = column > indent && column + 1 + width > LINE;
        if (breaks)
            qfpi_text_put(out, "\n%*s", indent, "");
        else if (column > indent)
            qfpi_text_put(out, " ");
        column = (breaks ? indent : column + (column > indent)) + width;
        qfpi_text_put(out, "%.*s", (int)length, sentence);
        sentence += length;
        sentence += *sentence == ' ';
    }
    qfpi_text_put(out, "\n");
}

void qfpi_audit_formula(qfp_audit_writer *w, const char *key, const char *name,
                        const char *latex_name, char *value, char *latex_value)
{
    if (value != NULL && latex_value != NULL) {
        put_formula(w, name, latex_name);
        qfpi_text_put(&w->text, "%s\n", value);
        qfpi_text_put(&w->latex, "%s", latex_value);
        put_json(w, key, qfpi_json_text(value));
    } else {
        w->failed = true;
    }
    free(value);
    free(latex_value);
}

void qfpi_audit_verdict(qfp_audit_writer *w, const char *key, bool holds, const char *sentence)
{
    end_formulas(w);
    qfpi_text_put(&w->text, "  %s ", holds ? "✓" : "✗");
    put_wrapped(&w->text, sentence, 4);
    qfpi_text_put(&w->latex, "\\noindent%s\\quad ", holds ? "$\\checkmark$" : "$\\times$");
    put_latex(&w->latex, sentence);
    qfpi_text_put(&w->latex, "\\\\\n");
    put_json(w, key, json_pack("{s:b, s:o}", "holds", holds, "why", qfpi_json_text(sentence)));
}

void qfpi_audit_sentence(qfp_audit_writer *w, const char *key, const char *sentence)
{
    end_formulas(w);
    qfpi_text_put(&w->text, "  ");
    put_wrapped(&w->text, sentence, 2);
    qfpi_text_put(&w->latex, "\\noindent ");
    put_latex(&w->latex, sentence);
    qfpi_text_put(&w->latex, "\\\\\n");
    put_json(w, key, qfpi_json_text(sentence));
}

void qfpi_audit_quotation(qfp_audit_writer *w, const char *key, const char *label,
                          const char *quotation)
{
    char *shown = qfpi_text_printable(quotation);
    end_formulas(w);
    w->failed = w->failed || shown == NULL;
    qfpi_text_put(&w->text, "  %s: %s\n", label, shown != NULL ? shown : "");
    free(shown);
    qfpi_text_put(&w->latex, "\\noindent %s: \\texttt{", label);
    put_latex(&w->latex, quotation);
    qfpi_text_put(&w->latex, "}\\\\\n");
    put_json(w, key, qfpi_json_text(quotation));
}

void qfpi_audit_number(qfp_audit_writer *w, const char *key, const char *name,
                       const char *latex_name, double value)
{
    put_formula(w, name, latex_name);
    qfpi_text_put(&w->text, "%.10g\n", value);
    qfpi_text_put(&w->latex, "%.10g", value);
    put_json(w, key, qfpi_json_number(value));
}

void qfpi_audit_missing(qfp_audit_writer *w, const char *key, const char *name,
                        const char *latex_name, const char *reason)
{
    char why[128];
    put_formula(w, name, latex_name);
    qfpi_text_put(&w->text, "none: %s\n", reason);
    qfpi_text_put(&w->latex, "\\text{none: ");
    put_latex(&w->latex, reason);
    qfpi_text_put(&w->latex, "}");
    put_json(w, key, json_null());
    snprintf(why, sizeof why, "%s_why", key);
    put_json(w, why, qfpi_json_text(reason));
}

void qfpi_audit_abandon(qfp_audit_writer *w)
{
    free(qfpi_text_finish(&w->text));
    free(qfpi_text_finish(&w->latex));
    json_decref(w->json);
}

qfp_status qfpi_audit_end(qfp_audit_writer *w, char **text, char **latex, char **json)
{
    end_formulas(w);
    char *const results[3] = {qfpi_text_finish(&w->text), qfpi_text_finish(&w->latex),
                              qfpi_json_write(w->json)};
    if (w->failed || results[0] == NULL || results[1] == NULL || results[2] == NULL) {
        for (int i = 0; i < 3; i++)
            free(results[i]);
        return QFP_FAIL(QFP_MEMORY, "cannot allocate the report of an audit");
    }
    *text = results[0];
    *latex = results[1];
    *json = results[2];
    return QFP_OK;
}
