/* table.c - observables against time on a screen: which columns, and how they are wrapped. */
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands/commands.h"
#include "core/text.h"
#include "expression/expression.h"

enum { CELL = 12, PLAIN_WIDTH = 104, NARROWEST = 40, PATTERN = 64 };

typedef struct table {
    const table_source *of;
    size_t count;
    size_t *column; /* [count], of the observables */
    int *group;     /* [count]: what is not torn apart where lines are wrapped */
} table;

static int screen_width(void)
{
    struct winsize window = {0};
    bool known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0;
    int width = known && window.ws_col > 0 ? window.ws_col : PLAIN_WIDTH;
    return width < NARROWEST ? NARROWEST : width;
}

/* Of a column without the space before it: names may be longer than numbers. */
static int width_of(const table *t, size_t column)
{
    int length = (int)strlen(t->of->names[column]);
    return length > CELL ? length : CELL;
}

/* The columns from number `from` on that stand in one line. */
static size_t fitting(const table *t, size_t from)
{
    size_t end = from;
    for (int used = t->of->left_width; end < t->count; end++) {
        used += 1 + width_of(t, t->column[end]);
        if (used > screen_width())
            break;
    }
    return end > from ? end - from : 1;
}

static bool has(const table *t, size_t column)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->column[i] == column)
            return true;
    return false;
}

static bool add(table *t, size_t column, int group)
{
    if (column >= t->of->observable_count || has(t, column))
        return false;
    t->column[t->count] = column;
    t->group[t->count++] = group;
    return true;
}

/* observable_count where there is none of this name. */
static size_t find(const table *t, const char *name)
{
    size_t c = 0;
    while (c < t->of->observable_count && strcmp(t->of->names[c], name) != 0)
        c++;
    return c;
}

/* Norm and energy, what the user asked for, which stands between them and the modes, three of each mode and of a single
 * one its variances, what watches an unbalanced theory; then as many others as a line holds. */
static void choose(table *t)
{
    static const char *const of_mode[] = {"n", "re_a", "im_a"},
                             *const variances[] = {"var_x_1", "var_p_1"},
                             *const watched[] = {"norm_u", "growth", "min_q"};
    size_t first_mode = find(t, "n_1");
    int group = 0;
    for (size_t c = 0; c < first_mode; c++, group += c >= 2)
        add(t, c, group);
    for (int j = 1; j <= QFP_MAX_MODES; j++, group++)
        for (size_t k = 0; k < sizeof of_mode / sizeof *of_mode; k++) {
            char name[32];
            snprintf(name, sizeof name, "%s_%d", of_mode[k], j);
            add(t, find(t, name), group);
        }
    bool is_single = find(t, "re_a_2") == t->of->observable_count;
    for (size_t k = 0; is_single && k < sizeof variances / sizeof *variances; k++)
        add(t, find(t, variances[k]), group);
    group++;
    bool is_watched = find(t, watched[0]) < t->of->observable_count;
    for (size_t k = 0; is_watched && k < sizeof watched / sizeof *watched; k++)
        add(t, find(t, watched[k]), group);
    for (size_t c = 0; c < t->of->observable_count && fitting(t, 0) == t->count; c++)
        if (add(t, c, ++group) && fitting(t, 0) < t->count)
            t->count--;
}

static void choose_matching(table *t, const char *pattern)
{
    const char *known[256];
    char advice[128];
    size_t count = 0, matches = 0;
    for (size_t c = 0; c < t->of->observable_count; c++) {
        if (fnmatch(pattern, t->of->names[c], 0) == 0) {
            add(t, c, (int)t->count);
            matches++;
        }
        if (count < sizeof known / sizeof *known)
            known[count++] = t->of->names[c];
    }
    if (matches > 0)
        return;
    print_tone(stderr, TONE_WARNING, "qfp: warning: --show: there is no '");
    print_printable(stderr, pattern);
    fprintf(stderr, "'; %s\n",
            suggest("", qfp_nearest(pattern, known, count), "--show '*' shows all that it has",
                    advice, sizeof advice));
}

/* NAME,NAME,... with * and ? as in a shell. */
static void choose_shown(table *t, const char *list)
{
    for (size_t length; *list != '\0'; list += length + (list[length] == ',')) {
        char pattern[PATTERN];
        length = strcspn(list, ",");
        snprintf(pattern, sizeof pattern, "%.*s", (int)length, list);
        if (length > 0)
            choose_matching(t, pattern);
    }
}

/* Where a line that begins with column `from` ends: before a group that has no room in it. */
static size_t end_of_line(const table *t, size_t from)
{
    size_t line = fitting(t, from), end = from + line;
    if (end == t->count)
        return end;
    while (end > from && t->group[end] == t->group[end - 1])
        end--;
    return end > from ? end : from + line;
}

/* The largest stated error of a column; NaN when none could be stated in some row. */
static double largest_error(const table *t, size_t column)
{
    double largest = 0.0;
    for (size_t i = 0; i < t->of->row_count; i++) {
        double error = t->of->errors[i * t->of->observable_count + column];
        if (t->of->instead(t->of, i) != NULL)
            continue;
        largest = !(error <= largest) ? error : largest;
        if (isnan(error))
            return NAN;
    }
    return largest;
}

/* A last line below the columns: how far their figures may be off. */
static void print_errors(const table *t, size_t from, size_t to)
{
    bool any = false;
    for (size_t i = from; i < to; i++)
        any |= !isnan(largest_error(t, t->column[i]));
    if (!any)
        return;
    printf("%*s", t->of->left_width, "error below");
    for (size_t i = from; i < to; i++) {
        double error = largest_error(t, t->column[i]);
        int width = width_of(t, t->column[i]);
        if (isnan(error))
            printf(" %*s", width, "-");
        else
            printf(" %*.1e", width, error);
    }
    putchar('\n');
}

double without_roundings(double value, double error)
{
    const double roundings = 1e-12;
    return fabs(value) <= roundings && !(fabs(value) > error) ? 0.0 : value;
}

/* A row that has no values says why in the first lines. */
static void print_row(const table *t, size_t row, size_t from, size_t to)
{
    const char *instead = t->of->instead(t->of, row);
    t->of->print_left(t->of, row);
    if (instead != NULL && from == 0) {
        fputs("  failed: ", stdout);
        print_printable(stdout, instead);
    }
    for (size_t i = from; i < to && instead == NULL; i++) {
        size_t at = row * t->of->observable_count + t->column[i];
        printf(" %*.6g", width_of(t, t->column[i]),
               without_roundings(t->of->values[at], t->of->errors[at]));
    }
    putchar('\n');
}

static void print_columns(const table *t, size_t from, size_t to)
{
    t->of->print_left(t->of, TABLE_HEAD);
    for (size_t i = from; i < to; i++)
        printf(" %*s", width_of(t, t->column[i]), t->of->names[t->column[i]]);
    putchar('\n');
    for (size_t row = 0; row < t->of->row_count && row < t->of->most_rows; row++)
        print_row(t, row, from, to);
    if (t->of->row_count > t->of->most_rows)
        printf("... and %zu more rows, in the file\n", t->of->row_count - t->of->most_rows);
    print_errors(t, from, to);
}

static void print_others(const table *t)
{
    qfp_text names = {0}, lines = {0};
    if (t->count == t->of->observable_count)
        return;
    qfpi_text_put(&names, "in the file, and with --show:");
    for (size_t c = 0; c < t->of->observable_count; c++)
        if (!has(t, c))
            qfpi_text_put(&names, " %s", t->of->names[c]);
    char *words = qfpi_text_finish(&names);
    qfpi_text_wrap(&lines, screen_width(), 0, 4, words != NULL ? words : "");
    char *wrapped = qfpi_text_finish(&lines);
    puts(wrapped != NULL ? wrapped : "");
    free(wrapped);
    free(words);
}

qfp_status print_table(const table_source *of, const char *show)
{
    table t = {.of = of};
    qfp_status status = QFP_OK;
    QFP_TRY_GOTO(QFP_ALLOCATE(t.column, of->observable_count, "a table"));
    QFP_TRY_GOTO(QFP_ALLOCATE(t.group, of->observable_count, "a table"));
    if (show != NULL)
        choose_shown(&t, show);
    else
        choose(&t);
    if (of->observable_count == 0) /* no row has any: it says why */
        print_columns(&t, 0, 0);
    for (size_t from = 0, to; from < t.count; from = to) {
        to = end_of_line(&t, from);
        print_columns(&t, from, to);
        if (to < t.count)
            putchar('\n');
    }
    if (show == NULL)
        print_others(&t);
done:
    free(t.column);
    free(t.group);
    return status;
}

static void print_time(const table_source *of, size_t row)
{
    const qfp_run_result *r = of->self;
    if (row == TABLE_HEAD)
        printf("%*s", CELL, "t");
    else
        printf("%*.6g", CELL, r->times[row]);
}

static const char *nothing_instead(const table_source *of, size_t row)
{
    (void)of;
    (void)row;
    return NULL;
}

qfp_status print_run_table(const qfp_run_result *r, const char *show)
{
    const qfp_theory_result *first = &r->theories[0];
    const table_source of = {.self = r,
                             .row_count = r->time_count,
                             .most_rows = r->time_count,
                             .observable_count = first->observable_count,
                             .names = first->names,
                             .values = first->values,
                             .errors = first->errors,
                             .left_width = CELL,
                             .print_left = print_time,
                             .instead = nothing_instead};
    return print_table(&of, show);
}
