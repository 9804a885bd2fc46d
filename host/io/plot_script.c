/* plot_script.c - the script of a picture of a run or an ensemble: maps of Q, and curves below them. */
#include "io/plot_script.h"

#include <math.h>
#include <stdlib.h>

#include "io/gnuplot_pipe.h"
#include "io/hdf5_access.h"
#include "io/plot_ensemble.h"
#include "io/plot_process.h"

#define LEAST_DRAWN 1e-200 /* of what has a logarithm, or a colour of its own */

/* The layout in pixels; gnuplot takes fractions of the whole. */
typedef struct sheet {
    double width, height, map, gap, left, right, top, row, panels;
} sheet;

/* One time makes no curve. */
static bool has_curves(const qfp_picture *q, const qfp_panel *panel)
{
    return panel->count > 0 && (panel->at != NULL || q->curve_count > 1);
}

static int count_panels(const qfp_picture *q)
{
    int count = 0;
    for (size_t i = 0; i < q->panel_count; ++i)
        count += has_curves(q, &q->panels[i]);
    return count;
}

static sheet lay_out(const qfp_picture *q)
{
    sheet s = {.map = 240, .gap = 16, .left = 78, .right = 108, .top = 66, .panels = 320};
    size_t maps = q->map_count > 3 ? q->map_count : 3; /* room for the curves */
    s.row = s.map + 26;
    s.width = s.left + (double)maps * (s.map + s.gap) + s.right;
    if (count_panels(q) == 0)
        s.panels = 0;
    s.height = s.top + q->rows * s.row + 40 + s.panels;
    return s;
}

static void put_margins(FILE *out, const sheet *s, double left, double top, double width,
                        double height)
{
    fprintf(out,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            left / s->width, (left + width) / s->width, 1 - top / s->height,
            1 - (top + height) / s->height);
}

static void put_header(FILE *out, const qfp_picture *q, const sheet *s)
{
    fprintf(out,
            "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
            "set terminal pngcairo size %.0f,%.0f background '#ffffff' font 'Sans,11' "
            "noenhanced\n} else {\nset terminal png size %.0f,%.0f noenhanced\n}\n",
            s->width, s->height, s->width, s->height);
    fputs("set encoding utf8\n"
          "set multiplot\nset label 1 ",
          out);
    qfpi_gnuplot_quote(out, q->title);
    fprintf(out,
            " at screen %.6f, screen %.6f left font 'Sans Bold,15'\n"
            "set border 31 lw 0.8 lc rgb '#444444'\nset tics out nomirror scale 0.5 "
            "textcolor rgb '#222222'\nunset key\n",
            s->left / s->width, 1 - 26 / s->height);
}

static double largest(const double *values, size_t count, bool is_signed)
{
    double most = 0;
    for (size_t i = 0; i < count; ++i) {
        double size = is_signed ? fabs(values[i]) : values[i];
        if (qfpi_picture_is_drawn(size) && size > most)
            most = size;
    }
    return most;
}

static double row_scale(const qfp_picture *q, int row)
{
    size_t size = q->x_count * q->p_count;
    double most = 0;
    for (size_t i = 0; i < q->map_count; ++i)
        most = fmax(most, largest(q->map[row][i], size, q->row_is_signed[row]));
    return most > LEAST_DRAWN ? most : 1;
}

/* From 0 upwards, or from blue by white to red for both signs. */
static void put_colours(FILE *out, const qfp_picture *q, int row)
{
    bool is_signed = q->row_is_signed[row];
    double most = row_scale(q, row);
    fputs(is_signed
              ? "set palette defined (-4 '#053061', -3 '#2166ac', -2 '#4393c3', -1 '#92c5de', "
                "0 '#f7f7f7', 1 '#f4a582', 2 '#d6604d', 3 '#b2182b', 4 '#67001f')\n"
              : "set palette defined (0 '#440154', 1 '#482878', 2 '#3e4a89', 3 '#31688e', "
                "4 '#26828e', 5 '#1f9e89', 6 '#35b779', 7 '#6dcd59', 8 '#b4de2c', "
                "9 '#fde725')\n",
          out);
    fprintf(out, "set cbrange [%.9g:%.9g]\nset cblabel ''\nset format cb '%%.2g'\n",
            is_signed ? -most : 0.0, most);
}

/* The matrix goes to gnuplot as text rows of one p each: portable, and small for a picture. */
static void put_matrix(FILE *out, const qfp_picture *q, const double *values)
{
    for (size_t k = 0; k < q->p_count; ++k)
        for (size_t i = 0; i < q->x_count; ++i) {
            double v = values[i * q->p_count + k];
            if (qfpi_picture_is_drawn(v))
                fprintf(out, "%.6g", v);
            else
                fputs("NaN", out);
            fputc(i + 1 < q->x_count ? ' ' : '\n', out);
        }
    fputs("e\n", out);
}

static void put_map(FILE *out, const qfp_picture *q, const sheet *s, int row, size_t index)
{
    double step_x = (q->x[q->x_count - 1] - q->x[0]) / (double)(q->x_count - 1);
    double step_p = (q->p[q->p_count - 1] - q->p[0]) / (double)(q->p_count - 1);
    bool first = index == 0, last = index + 1 == q->map_count;
    put_margins(out, s, s->left + (double)index * (s->map + s->gap), s->top + row * s->row, s->map,
                s->map);
    /* rows share their times above and their x axis below */
    if (row == 0) {
        fputs("set title ", out);
        qfpi_gnuplot_quote(out, q->map_title[index]);
        fputs(" offset 0,-0.6\n", out);
    } else {
        fputs("unset title\n", out);
    }
    if (row + 1 == q->rows) {
        fputs("set xlabel ", out);
        qfpi_gnuplot_quote(out, q->row_axes[row][0]);
        fputs(" offset 0,0.5\nset format x '%g'\n", out);
    } else {
        fputs("unset xlabel\nset format x ''\n", out);
    }
    if (first) {
        fputs("set ylabel ", out);
        qfpi_gnuplot_quote(out, q->row_axes[row][1]);
        fputs(" offset 0.4,0\nset format y '%g'\n", out);
    } else {
        fputs("unset ylabel\nset format y ''\n", out);
    }
    if (first && q->row_title[row][0] != '\0') {
        fputs("set label 2 ", out);
        qfpi_gnuplot_quote(out, q->row_title[row]);
        fputs(" at graph 0.05,0.92 front tc rgb ", out);
        fputs(q->row_is_signed[row] ? "'#222222'\n" : "'#ffffff'\n", out);
    } else {
        fputs("unset label 2\n", out);
    }
    if (last)
        fprintf(out, "set colorbox user origin %.6f,%.6f size %.6f,%.6f\n",
                (s->left + (double)q->map_count * (s->map + s->gap)) / s->width,
                1 - (s->top + row * s->row + s->map) / s->height, 12 / s->width,
                s->map / s->height);
    else
        fputs("unset colorbox\n", out);
    fprintf(out,
            "plot [%.9g:%.9g] [%.9g:%.9g] '-' matrix using (%.9g+$1*%.9g):(%.9g+$2*%.9g):3 with "
            "image",
            q->x[0] - step_x / 2, q->x[q->x_count - 1] + step_x / 2, q->p[0] - step_p / 2,
            q->p[q->p_count - 1] + step_p / 2, q->x[0], step_x, q->p[0], step_p);
    qfpi_plot_trajectory_styles(out, q, row);
    fputc('\n', out);
    put_matrix(out, q, q->map[row][index]);
    qfpi_plot_trajectories(out, q, row, index);
    fputs("unset label 1\n", out);
}

/* The smallest of 1, 2, 5 times a power of ten that leaves at most five tics. */
static double tic_step(double range)
{
    double power = pow(10, floor(log10(range / 5)));
    double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; ++i)
        if (steps[i] * power >= range / 5)
            return steps[i] * power;
    return 10 * power;
}

static void put_maps(FILE *out, const qfp_picture *q, const sheet *s)
{
    fprintf(out, "set size ratio -1\nset xtics %.9g\nset ytics %.9g\n",
            tic_step(q->x[q->x_count - 1] - q->x[0]), tic_step(q->p[q->p_count - 1] - q->p[0]));
    for (int row = 0; row < q->rows; ++row) {
        put_colours(out, q, row);
        for (size_t i = 0; i < q->map_count; ++i)
            put_map(out, q, s, row, i);
    }
}

/* What the curves of a panel are against. */
static const double *abscissa(const qfp_picture *q, const qfp_panel *panel, size_t *count)
{
    *count = panel->at != NULL ? panel->at_count : q->curve_count;
    return panel->at != NULL ? panel->at : q->curve_time;
}

/* A logarithm of what is not above 0 is none. */
static bool is_shown(const qfp_panel *panel, double value)
{
    return qfpi_picture_is_drawn(value) && (!panel->logarithmic || value > LEAST_DRAWN);
}

/* Range of the curves, with room above for the key, four names to a line. */
static bool choose_range(const qfp_picture *q, const qfp_panel *panel, double *low, double *high)
{
    size_t points;
    (void)abscissa(q, panel, &points);
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t c = 0; c < panel->count; ++c)
        for (size_t i = 0; i < points; ++i) {
            double v = panel->curves[c].values[i];
            if (!is_shown(panel, v))
                continue;
            *low = fmin(*low, v);
            *high = fmax(*high, v);
        }
    if (!(*low <= *high))
        return false; /* nothing to draw */
    /* names of theories and of outcomes are long */
    double to_a_line = panel->is_histogram ? 1.0 : 4.0;
    double key_lines = panel->count > 1 ? ceil((double)panel->count / to_a_line) : 0.0;
    if (panel->logarithmic) { /* names of theories are long: two to a line */
        key_lines = ceil((double)panel->count / 2.0);
        *low = fmax(*low, 1e-8 * *high) / 2;
        *high *= 2 * pow(*high / *low, 0.15 * key_lines);
        return true;
    }
    /* a conserved quantity is drawn flat instead of as its rounding noise */
    double room = fmax(0.06 * (*high - *low), 0.02 * fmax(fabs(*high), 1e-3));
    double band = (*high - *low + 2 * room) * 0.13 * key_lines;
    *low -= room;
    *high += room + band;
    return true;
}

/* Times that span decades are drawn so: distances of rivals begin long before the end of a run. */
static bool times_span_decades(const qfp_picture *q, const qfp_panel *panel)
{
    size_t first = q->time[0] > 0 ? 0 : 1;
    return panel->logarithmic && q->time_count > first + 2 && q->time[first] > 0 &&
           q->time[q->time_count - 1] > 300 * q->time[first];
}

static void put_style(FILE *out, const qfp_panel *panel, size_t curve, size_t points)
{
    if (panel->is_histogram && curve == 0)
        fputs("with histeps", out);
    else if (panel->at == NULL && points <= 60)
        fputs("with linespoints pt 7 ps 0.6", out);
    else
        fputs("with lines", out); /* Q over the histogram */
}

static void put_panel(FILE *out, const qfp_picture *q, const sheet *s, const qfp_panel *panel,
                      double left, double width)
{
    static const unsigned colours[] = {0x31688e, 0xd1495b, 0x35a779, 0xedae49,
                                       0x6a4c93, 0x00798c, 0x8d6a4f, 0x444444};
    double low, high;
    const qfp_curve *curves = panel->curves;
    if (!choose_range(q, panel, &low, &high))
        return;
    put_margins(out, s, left, s->top + q->rows * s->row + 76, width, s->panels - 126);
    size_t points;
    const double *at = abscissa(q, panel, &points);
    bool decades = times_span_decades(q, panel);
    fputs("unset logscale\nset format x '%g'\nset format y '%g'\n", out);
    if (panel->logarithmic)
        fputs("set logscale y\nset format y '1e%T'\n", out);
    if (decades)
        fputs("set logscale x\nset format x '1e%T'\n", out);
    if (panel->at != NULL && !panel->is_histogram)
        fprintf(out, "set xtics %.9g\n", tic_step(at[points - 1] - at[0]));
    else
        fputs("set xtics autofreq\n", out);
    fputs("set title ", out);
    qfpi_gnuplot_quote(out, panel->title);
    fputs(" offset 0,-0.6\nset xlabel ", out);
    qfpi_gnuplot_quote(out, panel->at != NULL ? panel->axis : "time");
    fprintf(out,
            " offset 0,0.4\n"
            "set key inside top center horizontal samplen 1.2 width 0.5 maxcols %d\n"
            "plot [%.9g:%.9g] [%.9g:%.9g]",
            panel->is_histogram ? 1 : 4, at[decades && at[0] <= 0 ? 1 : 0], at[points - 1], low,
            high);
    bool named = panel->count > 1 || panel->logarithmic;
    for (size_t c = 0; c < panel->count; ++c) {
        fputs(c > 0 ? ", '-' using 1:2 " : " '-' using 1:2 ", out);
        put_style(out, panel, c, points);
        fprintf(out, " lw 2 lc rgb 0x%06x title ", colours[c % (sizeof colours / sizeof *colours)]);
        qfpi_gnuplot_quote(out, named ? curves[c].name : "");
    }
    fputc('\n', out);
    for (size_t c = 0; c < panel->count; ++c) {
        for (size_t i = 0; i < points; ++i)
            if (is_shown(panel, curves[c].values[i]))
                fprintf(out, "%.9g %.9g\n", at[i], curves[c].values[i]);
        fputs("e\n", out);
    }
}

static void put_panels(FILE *out, const qfp_picture *q, const sheet *s)
{
    int panels = count_panels(q);
    if (s->panels <= 0 || panels == 0)
        return;
    double gap = 76, total = s->width - s->left - 30;
    double width = (total - gap * (panels - 1)) / panels, left = s->left;
    fputs("set size noratio\nunset ylabel\nunset label 2\nset format '%g'\nset xtics autofreq\nset "
          "ytics autofreq\nset grid lc rgb '#dddddd' lw 0.6\n",
          out);
    for (size_t i = 0; i < q->panel_count; ++i) {
        if (!has_curves(q, &q->panels[i]))
            continue;
        put_panel(out, q, s, &q->panels[i], left, width);
        left += width + gap;
    }
}

static void put_all(FILE *out, const qfp_picture *q)
{
    sheet s = lay_out(q);
    put_header(out, q, &s);
    put_maps(out, q, &s);
    put_panels(out, q, &s);
    fputs("unset multiplot\n", out);
}

static qfp_status write_script(hid_t file, const char *path, FILE *out)
{
    bool is_process;
    qfp_picture q;
    QFP_TRY(qfpi_plot_is_process(file, path, &is_process));
    if (is_process)
        return qfpi_plot_process(file, path, out);
    qfp_status status = qfp_picture_read(file, path, &q);
    if (status == QFP_OK)
        put_all(out, &q);
    qfp_picture_destroy(&q);
    return status;
}

qfp_status qfpi_plot_script(const char *h5_path, FILE *out)
{
    hid_t file;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    qfp_status status = qfp_hdf5_open(h5_path, &file);
    if (status == QFP_OK) {
        status = write_script(file, h5_path, out);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return status;
}
