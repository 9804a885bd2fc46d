/* describe_observables.c - every observable of a run or an ensemble against time. */
#include <stdio.h>
#include <string.h>

#include "algebra/observable.h"
#include "plot/describe.h"

/* What belongs together: two parts in one panel for up to two modes, else a panel each. */
static const struct family {
    bool is_of_mode;
    const char *title, *titles[2], *datasets[2], *symbols[2];
} families[] = {
    {true, "mean quanta", {"mean quanta"}, {"n"}, {"n"}},
    {true,
     "mean amplitude",
     {"mean amplitude, real part", "mean amplitude, imaginary part"},
     {"re_a", "im_a"},
     {"Re a", "Im a"}},
    {true,
     "mean of a²",
     {"mean of a², real part", "mean of a², imaginary part"},
     {"re_aa", "im_aa"},
     {"Re a²", "Im a²"}},
    {true,
     "variances of x and p",
     {"variance of x", "variance of p"},
     {"var_x", "var_p"},
     {"var x", "var p"}},
    {true, "variance of the quanta", {"variance of the quanta"}, {"var_n"}, {"var n"}},
    {false, "energy", {"energy"}, {"energy"}, {"energy"}},
    {false, "purity", {"purity"}, {"purity"}, {"purity"}},
    {false, "Wehrl entropy", {"Wehrl entropy"}, {"wehrl"}, {"Wehrl entropy"}},
    {false,
     "irreversibility",
     {"Tr D", "entropy production"},
     {"trace_d", "entropy_production"},
     {"Tr D", "Π"}},
};
enum { FAMILIES = sizeof families / sizeof *families, MOST_NAMES = 1000 };

/* What is said in words, and what curves need words for. */
typedef struct summary {
    const char *constants, *zeros;
    bool has_bands, has_exact;
} summary;

static void note_constant(qfp_picture *q, const qfp_course *c, summary *s)
{
    double value = c->value[0];
    const char **list =
        value == 0.0 || (value < 1e-12 && value > -1e-12) ? &s->zeros : &s->constants;
    const char *comma = (*list)[0] != '\0' ? ", " : "";
    *list = list == &s->zeros ? qfpi_picture_text(q, "%s%s%s", *list, comma, c->name)
                              : qfpi_picture_text(q, "%s%s%s = %.4g", *list, comma, c->name, value);
}

/* A panel of those courses that move. */
static qfp_status add_panel(qfp_source *f, const char *title, size_t count, qfp_course *courses,
                            summary *s)
{
    qfp_panel *panel = NULL;
    size_t moving = 0, drawn = 0;
    bool named = count > 1;
    for (size_t i = 0; i < count; i++)
        if (qfpi_course_is_constant(&courses[i]))
            note_constant(f->picture, &courses[i], s);
        else
            courses[moving++] = courses[i];
    if (moving == 0)
        return QFP_OK;
    QFP_TRY(qfpi_course_panel(f, title, &panel));
    for (; drawn < moving && drawn < QFP_MAX_CURVES; drawn++) {
        courses[drawn].legend = named ? courses[drawn].name : NULL;
        QFP_TRY(qfpi_course_draw(f, &courses[drawn], panel));
        s->has_exact |= courses[drawn].exact != NULL;
    }
    for (const qfp_layer *layer = panel->first; layer != NULL; layer = layer->next)
        s->has_bands |= layer->mark == QFP_BAND;
    if (drawn < moving)
        panel->title = qfpi_picture_text(f->picture, "%s, %zu of %zu", title, drawn, moving);
    qfpi_choose_logarithm(panel);
    return QFP_OK;
}

static qfp_status add_course(qfp_source *f, const char *dataset, const char *name, size_t colour,
                             size_t *count, qfp_course *courses)
{
    bool found;
    qfp_course *c = &courses[*count];
    *c = (qfp_course){.dataset = dataset, .name = name, .colour = qfpi_colour(colour)};
    QFP_TRY(qfpi_course_read(f, "", c, &found));
    *count += found;
    return QFP_OK;
}

static qfp_status add_family(qfp_source *f, const struct family *family, summary *s)
{
    qfp_picture *q = f->picture;
    qfp_course courses[2 * QFP_MAX_MODES];
    size_t count = 0;
    int modes = family->is_of_mode ? f->modes : 1;
    bool splits = modes > 2;
    for (int part = 0; part < 2 && family->datasets[part] != NULL; part++) {
        for (int j = 1; j <= modes; j++) {
            const char *dataset = family->datasets[part], *name = family->symbols[part];
            if (family->is_of_mode) {
                dataset = qfpi_picture_text(q, "%s_%d", dataset, j);
                name = qfpi_picture_text(q, "%s%s", name, qfpi_subscript(j));
            }
            size_t colour = (size_t)(splits ? j - 1 : modes * part + j - 1);
            QFP_TRY(add_course(f, dataset, name, colour, &count, courses));
        }
        if (splits || part == 1 || family->datasets[1] == NULL) {
            QFP_TRY(add_panel(f, splits ? family->titles[part] : family->title, count, courses, s));
            count = 0;
        }
    }
    return QFP_OK;
}

static qfp_status add_pairs(qfp_source *f, summary *s)
{
    qfp_picture *q = f->picture;
    qfp_course courses[QFP_MAX_MODES * (QFP_MAX_MODES - 1) / 2];
    size_t count = 0;
    for (int i = 1; i < f->modes; i++)
        for (int j = i + 1; j <= f->modes; j++)
            QFP_TRY(
                add_course(f, qfpi_picture_text(q, "n_%d_n_%d", i, j),
                           qfpi_picture_text(q, "n%s n%s", qfpi_subscript(i), qfpi_subscript(j)),
                           count, &count, courses));
    return add_panel(f, "mean products of quanta", count, courses, s);
}

/* What the configuration added, which this program calls by no name of its own. */
static bool is_users(const qfp_source *f, const char *name)
{
    static const char *const suffixes[] = {"_stderr", "_step_error", "_exact"};
    size_t length = strlen(name);
    for (int i = 0; i < 3; i++) {
        size_t end = strlen(suffixes[i]);
        if (length > end && strcmp(name + length - end, suffixes[i]) == 0)
            return false;
    }
    return !qfp_observable_is_taken(name, f->modes) && strncmp(name, "chi2_", 5) != 0;
}

/* A panel of its own; imaginary parts stand beside their real parts. */
static qfp_status add_user(qfp_source *f, const char *name, summary *s)
{
    qfp_picture *q = f->picture;
    qfp_course courses[2];
    size_t count = 0;
    bool is_re = strncmp(name, "re_", 3) == 0, is_im = strncmp(name, "im_", 3) == 0;
    const char *stem = is_re || is_im ? name + 3 : name;
    if (is_im && qfpi_file_has(f, qfpi_picture_text(q, "/observables/re_%s", stem)))
        return QFP_OK;
    QFP_TRY(add_course(f, name, name, 0, &count, courses));
    const char *imaginary = qfpi_picture_text(q, "im_%s", stem);
    if (is_re)
        QFP_TRY(add_course(f, imaginary, imaginary, 1, &count, courses));
    return add_panel(f, count == 2 ? stem : name, count, courses, s);
}

static qfp_status add_users(qfp_source *f, summary *s)
{
    H5G_info_t group;
    if (!qfpi_file_has(f, "/observables") ||
        H5Gget_info_by_name(f->file, "/observables", &group, H5P_DEFAULT) < 0)
        return QFP_OK;
    for (hsize_t i = 0; i < group.nlinks && i < MOST_NAMES; i++) {
        char name[64];
        if (H5Lget_name_by_idx(f->file, "/observables", H5_INDEX_NAME, H5_ITER_INC, i, name,
                               sizeof name, H5P_DEFAULT) > 0 &&
            is_users(f, name))
            QFP_TRY(add_user(f, qfpi_picture_text(f->picture, "%s", name), s));
    }
    return QFP_OK;
}

static void add_notes(qfp_source *f, const summary *s)
{
    qfp_picture *q = f->picture;
    bool sampled = qfpi_file_has(f, "/observables/n_1_stderr");
    const char *of = f->times > 1 ? "constant: " : "";
    if (s->constants[0] != '\0' || s->zeros[0] != '\0')
        qfpi_picture_note(
            q, qfpi_picture_text(q, "%s%s%s%s%s", of, s->constants,
                                 s->constants[0] != '\0' && s->zeros[0] != '\0' ? "; " : "",
                                 s->zeros[0] != '\0' ? "zero: " : "", s->zeros));
    if (s->has_bands || s->has_exact)
        qfpi_picture_note(q, qfpi_picture_text(q, "%s%s%s",
                                               !s->has_bands ? ""
                                               : sampled     ? "bands: standard error of the mean"
                                                             : "bands: stated errors",
                                               s->has_bands && s->has_exact ? "; " : "",
                                               s->has_exact ? "dashed: exact" : ""));
}

qfp_status qfpi_describe_observables(qfp_source *f)
{
    int first = f->picture->rows;
    summary s = {.constants = "", .zeros = ""};
    QFP_TRY(qfpi_describe_outcomes(f));
    for (int i = 0; i < FAMILIES; i++)
        QFP_TRY(add_family(f, &families[i], &s));
    QFP_TRY(add_pairs(f, &s));
    QFP_TRY(add_users(f, &s));
    add_notes(f, &s);
    qfpi_spread_rows(f->picture, first);
    return QFP_OK;
}
