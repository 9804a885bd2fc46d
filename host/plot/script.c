#include "plot/script.h"

#include <math.h>
#include <string.h>

#include "plot/layout.h"

#define LEAST_DRAWN 1e-200 /* of what has a logarithm, or a colour of its own */

static void put_text(FILE *out, const qfp_sheet *s, double x, double y, const char *text)
{
    fputs("set label ", out);
    qfpi_gnuplot_quote(out, text);
    fprintf(out, " at screen %.6f, screen %.6f", x / s->width, 1 - y / s->height);
}

static void put_margins(FILE *out, const qfp_sheet *s, double left, double top, double width,
                        double height)
{
    fprintf(out,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            left / s->width, (left + width) / s->width, 1 - top / s->height,
            1 - (top + height) / s->height);
}

/* Sizes of letters and lines are those of a PNG of 96 dots per inch. */
static void put_terminal(FILE *out, const qfp_sheet *s, qfp_picture_kind kind, size_t frames)
{
    if (kind == QFP_PICTURE_PDF)
        fprintf(out,
                "set terminal pdfcairo size %.4fin,%.4fin background '#ffffff' font 'DejaVu "
                "Sans,9' fontscale 0.75 linewidth 1.2 pointscale 0.7 noenhanced\n",
                s->width / 96, s->height / 96);
    else if (kind == QFP_PICTURE_SVG)
        fprintf(out,
                "set terminal svg size %.0f,%.0f background '#ffffff' font 'DejaVu Sans,12' "
                "noenhanced\n",
                s->width, s->height);
    else if (kind == QFP_PICTURE_GIF)
        fprintf(out,
                "set terminal gif animate delay %d loop 0 truecolor size %.0f,%.0f background "
                "'#ffffff' font 'DejaVu Sans,9' noenhanced\n",
                frames > 40 ? 10 : 25, s->width, s->height);
    else
        fprintf(out,
                "set terminal pngcairo size %.0f,%.0f background '#ffffff' font 'DejaVu Sans,9' "
                "noenhanced\n",
                s->width, s->height);
}

/* Of the title and the time; an SVG has pixels for points. */
static void put_large(FILE *out, qfp_picture_kind kind)
{
    fputs(kind == QFP_PICTURE_SVG ? " font 'DejaVu Sans Bold,17'\n"
                                  : " font 'DejaVu Sans Bold,13'\n",
          out);
}

/* One line of a text that is broken; what follows it. */
static const char *put_line(FILE *out, const qfp_sheet *s, double y, const char *text, int most)
{
    char line[256];
    size_t length = qfpi_line_length(text, (size_t)most);
    snprintf(line, sizeof line, "%.*s", (int)length - (*text == ' '), text + (*text == ' '));
    put_text(out, s, QFP_SHEET_LEFT, y, line);
    return text + length;
}

static void put_notes(FILE *out, const qfp_picture *q, const qfp_sheet *s, qfp_picture_kind kind,
                      int frame)
{
    double y = 22.0;
    if (frame >= 0) {
        put_text(out, s, s->width - 24, y, q->frame_name[frame]);
        fputs(" right", out);
        put_large(out, kind);
    }
    for (const char *title = q->title; *title != '\0'; y += QFP_TITLE_LINE) {
        title = put_line(out, s, y, title, s->title_letters);
        fputs(" left", out);
        put_large(out, kind);
    }
    y -= 2.0;
    for (size_t i = 0; i < q->note_count; i++)
        for (const char *note = q->notes[i]; *note != '\0'; y += QFP_TEXT_LINE) {
            note = put_line(out, s, y, note, s->note_letters);
            fputs(" left tc rgb '#444444'\n", out);
        }
}

/* ---- maps -------------------------------------------------------------------------------------- */

static double largest_of(const qfp_scale *scale)
{
    return scale->most > LEAST_DRAWN ? scale->most : 1;
}

/* From 0 upwards, or from blue by white to red for both signs. */
static void put_colours(FILE *out, const qfp_scale *scale)
{
    double most = largest_of(scale);
    fputs(scale->is_signed
              ? "set palette defined (-4 '#053061', -3 '#2166ac', -2 '#4393c3', -1 '#92c5de', "
                "0 '#f7f7f7', 1 '#f4a582', 2 '#d6604d', 3 '#b2182b', 4 '#67001f')\n"
              : "set palette defined (0 '#440154', 1 '#482878', 2 '#3e4a89', 3 '#31688e', "
                "4 '#26828e', 5 '#1f9e89', 6 '#35b779', 7 '#6dcd59', 8 '#b4de2c', "
                "9 '#fde725')\n",
          out);
    fprintf(out, "set cbrange [%.9g:%.9g]\nset format cb '%%.3g'\nset cblabel ",
            scale->is_signed ? -most : 0.0, most);
    qfpi_gnuplot_quote(out, scale->name);
    fputs(" offset 0.5,0\n", out);
}

static void put_bar(FILE *out, const qfp_sheet *s, const qfp_panel *p, bool shown)
{
    double left = p->left + p->width + (p->marginal[1] != NULL ? QFP_STRIP : 0) + 12;
    if (shown)
        fprintf(out, "set colorbox user origin %.6f,%.6f size %.6f,%.6f\n", left / s->width,
                1 - (p->top + p->height) / s->height, QFP_BAR_WIDTH / s->width,
                p->height / s->height);
    else
        fputs("unset colorbox\n", out);
}

static double step_of(const qfp_panel *p, int axis)
{
    return (p->plane.grid[axis][p->plane.n[axis] - 1] - p->plane.grid[axis][0]) /
           (double)(p->plane.n[axis] - 1);
}

/* Half a cell beyond the outermost points, so that every cell is whole. */
static void put_range(FILE *out, const qfp_panel *p, int axis)
{
    double half = step_of(p, axis) / 2;
    fprintf(out, " [%.9g:%.9g]", p->plane.grid[axis][0] - half,
            p->plane.grid[axis][p->plane.n[axis] - 1] + half);
}

/* The matrix goes to gnuplot as text rows of one p each: portable, and small for a picture. */
static void put_matrix(FILE *out, const qfp_panel *p)
{
    for (size_t k = 0; k < p->plane.n[1]; ++k)
        for (size_t i = 0; i < p->plane.n[0]; ++i) {
            double v = p->map[i * p->plane.n[1] + k];
            if (qfpi_is_drawn(v))
                fprintf(out, "%.6g", v);
            else
                fputs("NaN", out);
            fputc(i + 1 < p->plane.n[0] ? ' ' : '\n', out);
        }
    fputs("e\n", out);
}

/* The density of one axis, without numbers: above the map, or beside it, turned. */
static void put_marginal(FILE *out, const qfp_sheet *s, const qfp_panel *p, int axis)
{
    const double *ends = p->scale->marginals;
    double low = ends[0], most = ends[1] - ends[0] > LEAST_DRAWN ? ends[1] : 1;
    fputs("unset border\nunset xtics\nunset ytics\nunset xlabel\nunset ylabel\n", out);
    if (axis == 0) {
        put_margins(out, s, p->left, p->top - QFP_STRIP, p->width, QFP_STRIP - 2);
        fputs("plot", out);
        put_range(out, p, 0);
        fprintf(out, " [%.9g:%.9g]", low, 1.05 * most);
    } else {
        put_margins(out, s, p->left + p->width + 2, p->top, QFP_STRIP - 2, p->height);
        fprintf(out, "plot [%.9g:%.9g]", low, 1.05 * most);
        put_range(out, p, 1);
    }
    fprintf(out, " '-' using %d:%d with lines lw 1.2 lc rgb '#31688e' notitle\n", axis + 1,
            2 - axis);
    for (size_t i = 0; i < p->plane.n[axis]; ++i)
        fprintf(out, "%.6g %.5g\n", p->plane.grid[axis][i], p->marginal[axis][i]);
    fputs("e\nset border 31 lw 0.8 lc rgb '#444444'\n", out);
}

/* ---- layers ------------------------------------------------------------------------------------ */

static int columns_of(qfp_mark mark)
{
    return mark == QFP_BAND || mark == QFP_ERRORS      ? 3
           : mark == QFP_ARROWS || mark == QFP_NEEDLES ? 4
                                                       : 2;
}

static void put_style(FILE *out, qfp_mark mark)
{
    static const char *const styles[] = {
        [QFP_LINE] = "lines lw 2",
        [QFP_THIN] = "lines lw 0.8",
        [QFP_DASHED] = "lines lw 1.5 dt (6,4)",
        [QFP_POINTS] = "linespoints lw 0.8 pt 7 ps 0.7",
        [QFP_GUIDED] = "linespoints lw 0.8 dt (2,5) pt 7 ps 0.7",
        [QFP_DOTS] = "points pt 7 ps 0.3",
        [QFP_CROSSES] = "points pt 2 ps 0.9 lw 1.2",
        [QFP_STEPS] = "histeps lw 1.2",
        [QFP_ERRORS] = "yerrorbars pt 6 ps 0.8 lw 1",
        [QFP_BAND] = "filledcurves fs transparent solid 0.25 noborder",
        [QFP_ARROWS] = "vectors head filled size screen 0.004,20 lw 1",
        [QFP_NEEDLES] = "vectors nohead lw 1.3",
    };
    fputs("with ", out);
    fputs(styles[mark], out);
}

/* Further elements of a plot command. */
static void put_styles(FILE *out, const qfp_panel *p)
{
    for (const qfp_layer *layer = p->first; layer != NULL; layer = layer->next) {
        fputs(", '-' using 1:2", out);
        for (int c = 3; c <= columns_of(layer->mark); c++)
            fprintf(out, ":%d", c);
        fputc(' ', out);
        put_style(out, layer->mark);
        fprintf(out, " lc rgb 0x%06x notitle", layer->colour);
    }
    fputc('\n', out);
}

/* A logarithm of what is not above 0 is none. */
static bool is_shown(const qfp_panel *p, const qfp_layer *layer, size_t i)
{
    for (int c = 0; c < columns_of(layer->mark); c++) {
        double v = layer->at[c][i];
        bool has_logarithm = c < 2 ? p->logarithmic[c] : p->logarithmic[1];
        if (!qfpi_is_drawn(v) || (has_logarithm && !(v > LEAST_DRAWN)))
            return false;
    }
    return true;
}

static void put_layers(FILE *out, const qfp_panel *p)
{
    for (const qfp_layer *layer = p->first; layer != NULL; layer = layer->next) {
        for (size_t i = 0; i < layer->count; i++) {
            for (int c = 0; is_shown(p, layer, i) && c < columns_of(layer->mark); c++)
                fprintf(out, c > 0 ? " %.9g" : "%.9g", layer->at[c][i]);
            fputc('\n', out); /* alone where there is a gap */
        }
        fputs("e\n", out);
    }
}

/* ---- panels ------------------------------------------------------------------------------------ */

/* What the layers span. */
static void find_range(const qfp_panel *p, int axis, double range[2])
{
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (const qfp_layer *layer = p->first; layer != NULL; layer = layer->next)
        for (size_t i = 0; i < layer->count; i++)
            for (int c = axis; c < (axis == 1 && layer->mark == QFP_BAND ? 3 : axis + 1); c++)
                if (is_shown(p, layer, i)) {
                    range[0] = fmin(range[0], layer->at[c][i]);
                    range[1] = fmax(range[1], layer->at[c][i]);
                }
    if (!(range[0] <= range[1]))
        range[0] = range[1] = 1.0;
}

/* With room at both ends; a conserved quantity is drawn flat instead of as its rounding noise. */
static void choose_range(const qfp_panel *p, int axis, double range[2])
{
    find_range(p, axis, range);
    if (p->logarithmic[axis]) {
        range[0] = fmax(range[0], 1e-10 * range[1]) / (axis == 1 ? 1.5 : 1.0);
        range[1] *= axis == 1 || !(range[0] < range[1]) ? 1.5 : 1.0;
        return;
    }
    double span = range[1] - range[0];
    double room = axis == 1 ? fmax(0.06 * span, 0.02 * fmax(fabs(range[1]), 1e-3))
                            : fmax(0.02 * span, 1e-6 * fmax(fabs(range[1]), 1e-3));
    range[0] -= room;
    range[1] += room;
}

/* The smallest of 1, 2, 5 times a power of ten that leaves at most so many tics. */
static double tic_step(double range, double most)
{
    double power = pow(10, floor(log10(range / most)));
    double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; ++i)
        if (steps[i] * power >= range / most)
            return steps[i] * power;
    return 10 * power;
}

static void put_tics(FILE *out, const qfp_panel *p, int axis, const double range[2], bool shown)
{
    fputs(axis == 0 ? "set xtics out nomirror scale 0.5" : "set ytics out nomirror scale 0.5", out);
    if (p->logarithmic[axis])
        fputs(" autofreq\n", out);
    else
        fprintf(out, " %.9g\n",
                tic_step(range[1] - range[0], axis == 1 ? 6.0 : fmax(2.0, p->width / 40.0)));
    if (p->logarithmic[axis])
        fputs(axis == 0 ? "set logscale x\n" : "set logscale y\n", out);
    fputs(axis == 0 ? "set format x " : "set format y ", out);
    if (p->logarithmic[axis] && shown)
        fputs("'1e%T'\n", out);
    else
        fputs(shown ? "'%g'\n" : "''\n", out);
    fputs(axis == 0 ? "set xlabel " : "set ylabel ", out);
    qfpi_gnuplot_quote(out, shown ? p->axis[axis] : "");
    fputs(axis == 0 ? " offset 0,0.4\n" : " offset 0.6,0\n", out);
}

/* When what is drawn stopped, and what a frame of a movie shows. */
static void put_times(FILE *out, const qfp_picture *q, const qfp_panel *p, int frame)
{
    fputs("unset arrow\n", out);
    if (p->is_in_time && isfinite(q->stop_time))
        fprintf(out,
                "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead lw 1.5 dt (2,3) "
                "lc rgb '#b2182b'\n",
                q->stop_time, q->stop_time);
    if (p->is_in_time && frame >= 0)
        fprintf(out,
                "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead lw 1.5 lc rgb "
                "'#888888'\n",
                q->frame_time[frame], q->frame_time[frame]);
}

/* In the colours of the curves: the legends of gnuplot are as wide as each of its terminals thinks. */
static void put_legend(FILE *out, const qfp_sheet *s, const qfp_panel *p, int lines)
{
    int columns, entry = 0;
    double each;
    (void)qfpi_legend(p, &columns, &each);
    for (const qfp_layer *layer = p->first; layer != NULL; layer = layer->next) {
        char name[256];
        if (layer->name == NULL)
            continue;
        snprintf(name, sizeof name, "— %s", layer->name);
        put_text(out, s, p->left + each * (entry % columns),
                 p->top - (lines - entry / columns) * QFP_TEXT_LINE + 4, name);
        fprintf(out, " left tc rgb 0x%06x\n", layer->colour);
        entry++;
    }
}

static void put_names(FILE *out, const qfp_sheet *s, const qfp_panel *p)
{
    int columns;
    double each;
    int lines = qfpi_legend(p, &columns, &each);
    bool is_map = p->map != NULL;
    double above = is_map ? (p->marginal[0] != NULL ? QFP_STRIP : 0) : lines * QFP_TEXT_LINE;
    if (p->title != NULL) {
        char title[256]; /* no wider than the panel and half of what lies between two */
        size_t most = (size_t)(p->width + 30) / (QFP_TITLE_LETTER - 2);
        size_t length = qfpi_line_length(p->title, most < 250 ? most : 250);
        snprintf(title, sizeof title, "%.*s%s", (int)length, p->title,
                 p->title[length] != '\0' ? "…" : "");
        put_text(out, s, p->left + (is_map ? p->width / 2 : 0), p->top - above - 11, title);
        fputs(is_map ? " center\n" : " left font 'DejaVu Sans Bold'\n", out);
    }
    if (p->corner != NULL) {
        put_text(out, s, p->left + 8, p->top + 14, p->corner);
        fputs(p->scale != NULL && !p->scale->is_signed && p->scale->most > 0.0
                  ? " left front tc rgb '#ffffff'\n"
                  : " left front tc rgb '#222222'\n",
              out);
    }
    put_legend(out, s, p, lines);
}

static void put_panel(FILE *out, const qfp_picture *q, const qfp_sheet *s, const qfp_panel *p,
                      int frame)
{
    double range[2][2];
    bool is_map = p->map != NULL;
    put_names(out, s, p);
    put_margins(out, s, p->left, p->top, p->width, p->height);
    fputs("unset logscale\n", out);
    for (int k = 0; k < 2; k++) {
        if (is_map)
            memcpy(range[k],
                   (const double[]){p->plane.grid[k][0], p->plane.grid[k][p->plane.n[k] - 1]},
                   sizeof *range);
        else
            choose_range(p, k, range[k]);
        put_tics(out, p, k, range[k], !is_map || qfpi_shows_axis(q, p, k, frame));
    }
    fputs(is_map ? "unset grid\n" : "set grid lt 1 lc rgb '#e4e4e4' lw 0.6\n", out);
    put_times(out, q, p, frame);
    if (is_map) {
        put_colours(out, p->scale);
        put_bar(out, s, p, qfpi_shows_bar(p, frame));
        fputs("plot", out);
        put_range(out, p, 0);
        put_range(out, p, 1);
        fprintf(out, " '-' matrix using (%.9g+$1*%.9g):(%.9g+$2*%.9g):3 with image notitle",
                p->plane.grid[0][0], step_of(p, 0), p->plane.grid[1][0], step_of(p, 1));
    } else {
        fprintf(out, "plot [%.9g:%.9g] [%.9g:%.9g] NaN notitle", range[0][0], range[0][1],
                range[1][0], range[1][1]);
    }
    put_styles(out, p);
    if (is_map)
        put_matrix(out, p);
    put_layers(out, p);
    fputs("unset label\nunset arrow\n", out);
    for (int k = 0; k < 2; k++)
        if (p->marginal[k] != NULL)
            put_marginal(out, s, p, k);
}

static void put_frame(FILE *out, const qfp_picture *q, const qfp_sheet *s, qfp_picture_kind kind,
                      int frame)
{
    fputs("set multiplot\n", out);
    put_notes(out, q, s, kind, frame);
    for (const qfp_panel *p = q->first; p != NULL; p = p->next)
        if (qfpi_is_in_frame(p, frame))
            put_panel(out, q, s, p, frame);
    fputs("unset multiplot\n", out);
}

void qfpi_script_write(FILE *out, qfp_picture *q, qfp_picture_kind kind)
{
    qfp_sheet s;
    size_t frames = q->frame_count > 0 ? q->frame_count : 1;
    for (size_t f = 0; f < frames; f++) {
        int frame = q->frame_count > 0 ? (int)f : QFP_EVERY_FRAME;
        qfpi_lay_out(q, frame, &s);
        if (f == 0) {
            put_terminal(out, &s, kind, frames);
            fputs("set encoding utf8\nunset key\nset border 31 lw 0.8 lc rgb '#444444'\n", out);
        }
        put_frame(out, q, &s, kind, frame);
    }
}
