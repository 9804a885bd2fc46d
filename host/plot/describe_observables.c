/* describe_observables.c - every observable of a run or an ensemble against time. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "algebra/observable.h"
#include "plot/describe.h"

enum { MOST_NAMES = 200, NAME = 64 };

/* The panels of what this program calls by names of its own, numbers and parts left out; else the name is the title. */
static const char *const titles[][2] = {
    {"n", "mean quanta"},
    {"a", "mean amplitude"},
    {"aa", "mean of a²"},
    {"n_n", "mean products of quanta"},
    {"var_x", "variance of x"},
    {"var_p", "variance of p"},
    {"var_n", "variance of quanta"},
    {"wehrl", "Wehrl entropy"},
    {"trace_d", "Tr D"},
    {"entropy_production", "entropy production Π"},
    {"mean_x", "mean of x"},
};
enum { TITLES = sizeof titles / sizeof *titles };

/* A dataset of /observables. */
typedef struct quantity {
    char name[NAME], stem[NAME]; /* those of one stem stand in one panel */
    const char *label;
    bool is_drawn;
} quantity;

/* What is said in words, and what curves need words for. */
typedef struct summary {
    const char *constants, *zeros;
    bool has_bands, has_exact, has_guides;
} summary;

static const char *title_of(const char *stem)
{
    for (int i = 0; i < TITLES; i++)
        if (strcmp(titles[i][0], stem) == 0)
            return titles[i][1];
    return stem;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), most = strlen(end);
    return length > most && strcmp(name + length - most, end) == 0;
}

/* Not what a run says of itself, nor what stands beside a value. */
static bool is_shown(qfp_source *f, const char *name)
{
    bool is_figure = ends_with(name, "_stderr") || ends_with(name, "_step_error") ||
                     ends_with(name, "_exact") || strncmp(name, "chi2_", 5) == 0;
    bool is_axis =
        strcmp(name, "time") == 0 || qfpi_has(f, qfpi_text(f->picture, "/axes/%s", name));
    return !is_figure && !is_axis && strcmp(name, "norm") != 0 &&
           (qfp_diagnostic(name) == NULL || qfp_diagnostic_is_of_state(name));
}

/* "re_a_1": stem "a", label "Re a₁"; a name of the user's keeps its numbers. */
static void read_name(qfp_source *f, quantity *n)
{
    qfp_picture *q = f->picture;
    bool is_ours = f->modes == 0 || qfp_observable_is_taken(n->name, f->modes);
    bool is_re = strncmp(n->name, "re_", 3) == 0, is_im = strncmp(n->name, "im_", 3) == 0;
    const char *from = is_re || is_im ? n->name + 3 : n->name;
    const char *end = f->modes == 0 ? strstr(from, "_prep_") : NULL;
    size_t used = 0;
    n->label = is_re ? "Re " : is_im ? "Im " : "";
    for (const char *c = from; *c != '\0' && c != end; c++) {
        bool is_number = is_ours && c[0] == '_' && isdigit((unsigned char)c[1]);
        n->label = is_number ? qfpi_text(q, "%s%s", n->label, qfpi_subscript(c[1] - '0'))
                             : qfpi_text(q, "%s%c", n->label, is_ours && *c == '_' ? ' ' : *c);
        if (!is_number)
            n->stem[used++] = *c;
        c += is_number;
    }
    if (is_ours && strcmp(n->name, n->stem) == 0)
        n->label = title_of(n->stem);
    if (is_ours && strcmp(n->stem, "aa") == 0)
        n->label = qfpi_text(q, "%s a%s²", is_re ? "Re" : "Im", n->label + 5);
    if (end != NULL)
        n->label = qfpi_text(q, "%s, preparation %s", n->label, end + 6);
}

static size_t list_quantities(qfp_source *f, quantity *list)
{
    static const H5_index_t orders[] = {H5_INDEX_CRT_ORDER, H5_INDEX_NAME};
    size_t count = 0;
    for (int o = 0; o < 2 && count == 0 && qfpi_has(f, "/observables"); o++)
        for (hsize_t i = 0; count < MOST_NAMES; i++) {
            if (H5Lget_name_by_idx(f->file, "/observables", orders[o], H5_ITER_INC, i,
                                   list[count].name, NAME, H5P_DEFAULT) <= 0)
                break;
            if (is_shown(f, list[count].name))
                read_name(f, &list[count++]);
        }
    return count;
}

static void say_constant(qfp_picture *q, const qfp_course *c, const char *name, summary *s)
{
    double error = c->error != NULL && c->error[0] > 1e-12 ? c->error[0] : 1e-12;
    bool is_zero = c->value[0] <= error && c->value[0] >= -error;
    const char **list = is_zero ? &s->zeros : &s->constants;
    *list = qfpi_text(q, "%s%s%s", *list, (*list)[0] != '\0' ? ", " : "", name);
    if (!is_zero)
        *list = qfpi_text(q, "%s = %.4g", *list, c->value[0]);
}

/* Whether the curve would hide one that is drawn, which then has both names. */
static bool is_drawn_over(qfp_source *f, const qfp_course *c, const qfp_panel *panel)
{
    const char *joint = f->member_count > 1 ? "; " : " = ";
    for (qfp_layer *layer = panel->first; layer != NULL; layer = layer->next) {
        bool is_equal = layer->name != NULL && layer->count == c->count;
        for (size_t i = 0; is_equal && i < c->count; i++)
            is_equal = fabs(layer->at[1][i] - c->value[i]) <=
                       1e-7 * fmax(1.0, fabs(c->value[i])); /* more than is drawn */
        if (is_equal) {
            layer->name = qfpi_text(f->picture, "%s%s%s", layer->name, joint, c->name);
            return true;
        }
    }
    return false;
}

/* One for each of the members that a sweep has.  1 if any of them moves or differs from the others, 0 if not, -1 if there
 * are none.  Of a quantity that is alone the title of its panel says the name. */
static int read_members(qfp_source *f, const quantity *n, bool is_alone, size_t number,
                        qfp_course *out)
{
    int moves = 0;
    for (size_t m = 0; m < f->member_count && moves >= 0; m++) {
        const char *member = qfpi_member(f, m), *comma = member[0] != '\0' ? ", " : "";
        const char *both = qfpi_text(f->picture, "%s%s%s", n->label, comma, member);
        out[m] = (qfp_course){.dataset = n->name,
                              .name = is_alone && comma[0] != '\0' ? member : both,
                              .colour = qfpi_colour(number + m)};
        if (!qfpi_course_read(f, "", &out[m]))
            moves = -1;
        else if (!qfpi_course_is_constant(&out[m]) ||
                 !(fabs(out[m].value[0] - out[0].value[0]) <= 1e-7 * fabs(out[0].value[0])))
            moves = 1;
    }
    (void)qfpi_member(f, 0);
    return moves;
}

/* Those of one stem, in a panel if any of them moves. */
static void add_panel(qfp_source *f, size_t count, quantity *all, const char *stem, summary *s)
{
    qfp_panel *panel = NULL;
    size_t number = 0, moving = 0, kin = 0;
    for (const quantity *n = all; n < all + count; n++)
        kin += strcmp(n->stem, stem) == 0;
    for (quantity *n = all; n < all + count; n++) {
        qfp_course c[QFP_MOST_MEMBERS];
        int moves = n->is_drawn || strcmp(n->stem, stem) != 0
                        ? -1
                        : read_members(f, n, kin == 1, number, c);
        if (moves < 0)
            continue;
        n->is_drawn = true;
        number += f->member_count;
        if (moves == 0) {
            say_constant(f->picture, c, n->label, s);
            continue;
        }
        panel = panel != NULL ? panel : qfpi_course_panel(f, title_of(stem));
        for (size_t m = 0; m < f->member_count; m++)
            if (!is_drawn_over(f, &c[m], panel) && ++moving <= QFP_MAX_CURVES)
                qfpi_course_draw(f, &c[m], true, panel);
        qfpi_observed_points(f, c, panel);
        s->has_exact |= c->exact != NULL;
    }
    if (panel == NULL)
        return;
    if (moving > QFP_MAX_CURVES)
        panel->title = qfpi_text(f->picture, "%s, %d of %zu", panel->title, QFP_MAX_CURVES, moving);
    for (qfp_layer *layer = panel->first; layer != NULL; layer = layer->next) {
        s->has_bands |= layer->mark == QFP_BAND;
        s->has_guides |= layer->mark == QFP_GUIDED;
        layer->name = number > 1 ? layer->name : NULL; /* the title says it */
    }
    qfpi_choose_logarithm(panel);
}

static void add_notes(qfp_source *f, const summary *s)
{
    qfp_picture *q = f->picture;
    bool has_constants = s->constants[0] != '\0', has_zeros = s->zeros[0] != '\0';
    bool is_sampled = qfpi_has(f, "/observables/n_1_stderr") || f->modes == 0;
    bool has_more = !is_sampled && f->fixed_count == 0 && !qfpi_has(f, "/series");
    const char *said[] = {
        !s->has_bands ? ""
        : is_sampled  ? "; bands: standard error of the mean"
                      : "; bands: stated errors",
        !s->has_exact   ? ""
        : s->has_guides ? "; crosses: exact"
                        : "; dashed: exact",
        !s->has_guides ? ""
        : has_more     ? "; dotted: a guide to the eye, output.series computes what is between"
                       : "; dotted: a guide to the eye"};
    const char *all = qfpi_text(q, "%s%s%s", said[0], said[1], said[2]);
    if (has_constants || has_zeros)
        qfpi_note(q, qfpi_text(q, "%s%s%s%s%s", has_constants && f->times > 1 ? "constant: " : "",
                               s->constants, has_constants && has_zeros ? "; " : "",
                               has_zeros ? "zero: " : "", s->zeros));
    if (all[0] != '\0')
        qfpi_note(q, all + 2);
}

void qfpi_describe_observables(qfp_source *f)
{
    int first = f->picture->rows;
    summary said = {.constants = "", .zeros = ""};
    quantity *list = qfpi_room(f->picture, MOST_NAMES + 1, sizeof *list);
    size_t count = list != NULL ? list_quantities(f, list) : 0;
    qfpi_describe_outcomes(f);
    for (size_t i = 0; i < count; i++)
        if (!list[i].is_drawn)
            add_panel(f, count, list, list[i].stem, &said);
    add_notes(f, &said);
    qfpi_spread_rows(f->picture, first);
}
