/* correlation_text.c - two-time correlations of a run, as text and as JSON. */
#include <math.h>

#include "commands/commands.h"

/* |S| is largest there. */
static size_t peak_of(const qfp_correlation_result *c)
{
    size_t peak = 0;
    for (size_t k = 1; k < c->omega_count; k++)
        if (fabs(c->spectrum[k]) > fabs(c->spectrum[peak]))
            peak = k;
    return peak;
}

static double largest_error(const qfp_correlation_result *c)
{
    double largest = 0.0;
    for (size_t i = 0; i < c->count; i++)
        largest = !(c->error[i] <= largest) ? c->error[i] : largest;
    return largest;
}

/* What is nothing but rounding is not shown. */
static double shown(double value, double error)
{
    return fabs(value) <= error ? 0.0 : value;
}

static void print_value(const qfp_correlation_result *c, size_t i)
{
    printf("%.6g%+.6gi at tau = %.6g", shown(c->re[i], c->error[i]), shown(c->im[i], c->error[i]),
           c->tau[i]);
}

static void print_one(const char *label, size_t number, const qfp_correlation_result *c)
{
    printf("%s%scorrelation %zu: <A(t+tau) B(t)>, A = ", label, label[0] != '\0' ? ": " : "",
           number);
    print_printable(stdout, c->left);
    printf(", B = ");
    print_printable(stdout, c->right);
    printf(", t = %.6g: ", c->at);
    if (c->count == 0) {
        printf("not reached\n");
        return;
    }
    print_value(c, 0);
    printf(", ");
    print_value(c, c->count - 1);
    double error = largest_error(c);
    if (isnan(error))
        printf(", error not known\n");
    else
        printf(", error below %.1e\n", error);
    if (c->omega_count == 0)
        return;
    size_t peak = peak_of(c);
    printf("  spectrum: highest at omega = %.6g with %.6g, error below %.1e, lines as wide as %.2g",
           c->omega[peak], c->spectrum[peak], c->spectrum_error[peak],
           2.0 * M_PI / c->tau[c->count - 1]);
    if (c->faded > 0.01)
        printf("; at the last tau %.2g of the correlation is left", c->faded);
    putchar('\n');
}

void print_correlations(const qfp_run_result *r, size_t theory)
{
    const qfp_theory_result *t = &r->theories[theory];
    for (size_t i = 0; i < t->correlation_count; i++)
        print_one(r->theory_count > 1 ? t->label : "", i + 1, &t->correlations[i]);
}

static json_t *one_json(const qfp_correlation_result *c)
{
    json_t *o = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "left", qfpi_json_text(c->left), "right",
        qfpi_json_text(c->right), "at", qfpi_json_number(c->at), "tau",
        qfpi_json_numbers(c->count, 1, c->tau), "re", qfpi_json_numbers(c->count, 1, c->re), "im",
        qfpi_json_numbers(c->count, 1, c->im), "error", qfpi_json_numbers(c->count, 1, c->error));
    o = qfpi_json_put(o, "omega", qfpi_json_numbers(c->omega_count, 1, c->omega));
    o = qfpi_json_put(o, "spectrum", qfpi_json_numbers(c->omega_count, 1, c->spectrum));
    return qfpi_json_put(o, "spectrum_error",
                         qfpi_json_numbers(c->omega_count, 1, c->spectrum_error));
}

json_t *with_correlations(json_t *document, const qfp_theory_result *t)
{
    if (t->correlation_count == 0)
        return document;
    json_t *list = json_array();
    for (size_t i = 0; i < t->correlation_count; i++)
        list = qfpi_json_append(list, one_json(&t->correlations[i]));
    return qfpi_json_put(document, "correlations", list);
}
