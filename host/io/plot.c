#include "io/plot.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expression/expression.h"
#include "io/gnuplot_pipe.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

#define MAX_MAPS 6
#define MAX_CURVES (2 * QFP_MAX_MODES)

/* What a picture shows, read from the file at once: maps of at most MAX_MAPS times and curves. */
typedef struct curve {
    char name[32];
    double *values;
} curve;

typedef struct picture {
    const char *path;
    char *title;
    size_t time_count, x_count, p_count;
    double *time, *x, *p;
    int modes;
    double *husimi[QFP_MAX_MODES]; /* [T, nx, np] */
    size_t map_count, map_time[MAX_MAPS];
    size_t n_count, a_count, energy_count; /* curves of the three panels */
    curve n[QFP_MAX_MODES], a[MAX_CURVES], energy[1];
} picture;

static void destroy_picture(picture *q)
{
    free(q->title);
    free(q->time);
    free(q->x);
    free(q->p);
    for (int j = 0; j < QFP_MAX_MODES; ++j)
        free(q->husimi[j]);
    for (size_t i = 0; i < q->n_count; ++i)
        free(q->n[i].values);
    for (size_t i = 0; i < q->a_count; ++i)
        free(q->a[i].values);
    for (size_t i = 0; i < q->energy_count; ++i)
        free(q->energy[i].values);
}

static qfp_status read_shaped(const char *path, const char *name, int rank, const size_t *shape,
                              double **out)
{
    int found_rank, is_complex;
    size_t found[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &found_rank, found, &is_complex, &data));
    bool same = found_rank == rank && !is_complex;
    for (int i = 0; same && i < rank; ++i)
        same = shape[i] == 0 || found[i] == shape[i];
    if (!same) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s has not the shape of a qfp output", path, name);
    }
    *out = data;
    return QFP_OK;
}

static qfp_status read_axis(const char *path, const char *name, size_t *count, double **out)
{
    int rank, is_complex;
    size_t shape[QFP_HDF5_MAX_RANK];
    double *data = NULL;
    QFP_TRY(qfp_hdf5_read(path, name, &rank, shape, &is_complex, &data));
    if (rank != 1 || is_complex || shape[0] == 0) {
        free(data);
        return QFP_FAIL(QFP_IO, "%s: %s is empty or no list of numbers", path, name);
    }
    *count = shape[0];
    *out = data;
    return QFP_OK;
}

/* Adds a curve when the file has it; an output may carry any selection of observables. */
static qfp_status read_curve(picture *q, hid_t file, const char *name, curve *curves, size_t *count)
{
    char dataset[64];
    snprintf(dataset, sizeof dataset, "/observables/%s", name);
    if (H5Lexists(file, "/observables", H5P_DEFAULT) <= 0 ||
        H5Lexists(file, dataset, H5P_DEFAULT) <= 0)
        return QFP_OK;
    QFP_TRY(read_shaped(q->path, dataset, 1, &q->time_count, &curves[*count].values));
    snprintf(curves[*count].name, sizeof curves[*count].name, "%s", name);
    ++*count;
    return QFP_OK;
}

static qfp_status read_modes(picture *q, hid_t file)
{
    const size_t shape[3] = {q->time_count, q->x_count, q->p_count};
    for (int j = 1; j <= QFP_MAX_MODES; ++j) {
        char name[32];
        snprintf(name, sizeof name, "/husimi/mode_%d", j);
        if (H5Lexists(file, "/husimi", H5P_DEFAULT) <= 0 || H5Lexists(file, name, H5P_DEFAULT) <= 0)
            break;
        QFP_TRY(read_shaped(q->path, name, 3, shape, &q->husimi[j - 1]));
        q->modes = j;
        snprintf(name, sizeof name, "n_%d", j);
        QFP_TRY(read_curve(q, file, name, q->n, &q->n_count));
        snprintf(name, sizeof name, "re_a_%d", j);
        QFP_TRY(read_curve(q, file, name, q->a, &q->a_count));
        snprintf(name, sizeof name, "im_a_%d", j);
        QFP_TRY(read_curve(q, file, name, q->a, &q->a_count));
    }
    if (q->modes == 0)
        return QFP_FAIL(QFP_IO, "%s: has no dataset /husimi/mode_1; it is no qfp output", q->path);
    return read_curve(q, file, "energy", q->energy, &q->energy_count);
}

static qfp_status read_title(picture *q, hid_t file)
{
    q->title = qfp_hdf5_read_text(file, "title");
    if (q->title == NULL || q->title[0] == '\0') {
        free(q->title);
        const char *slash = strrchr(q->path, '/');
        q->title = qfpi_format("%s", slash != NULL ? slash + 1 : q->path);
    }
    return q->title != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "%s: out of memory", q->path);
}

/* Evenly over the run, first and last included. */
static void choose_maps(picture *q)
{
    q->map_count = q->time_count < MAX_MAPS ? q->time_count : MAX_MAPS;
    for (size_t i = 0; i < q->map_count; ++i)
        q->map_time[i] = q->map_count > 1 ? (i * (q->time_count - 1) + (q->map_count - 1) / 2) /
                                                (q->map_count - 1)
                                          : 0;
}

static qfp_status read_picture(picture *q, hid_t file)
{
    QFP_TRY(read_axis(q->path, "/time", &q->time_count, &q->time));
    QFP_TRY(read_axis(q->path, "/axes/x", &q->x_count, &q->x));
    QFP_TRY(read_axis(q->path, "/axes/p", &q->p_count, &q->p));
    if (q->x_count < 2 || q->p_count < 2)
        return QFP_FAIL(QFP_IO, "%s: the axes have fewer than two points", q->path);
    QFP_TRY(read_modes(q, file));
    choose_maps(q);
    return read_title(q, file);
}

/* gnuplot text in double quotes: what would end the string or start a command is dropped. */
static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; ++text)
        if (*text == '"' || *text == '\\' || *text == '`')
            fputc('\'', out);
        else if ((unsigned char)*text >= ' ')
            fputc(*text, out);
}

/* The layout in pixels; gnuplot takes fractions of the whole. */
typedef struct sheet {
    double width, height, map, gap, left, right, top, row, panels;
} sheet;

static sheet lay_out(const picture *q)
{
    sheet s = {.map = 240, .gap = 14, .left = 86, .right = 108, .top = 64, .panels = 300};
    size_t maps = q->map_count > 3 ? q->map_count : 3; /* room for the curves */
    s.row = s.map + 66;
    s.width = s.left + (double)maps * (s.map + s.gap) + s.right;
    bool any = q->n_count + q->a_count + q->energy_count > 0 && q->time_count > 1;
    if (!any)
        s.panels = 0;
    s.height = s.top + q->modes * s.row + s.panels;
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

static void put_header(FILE *out, const picture *q, const sheet *s, const char *png_path)
{
    static const char *const viridis[] = {"#440154", "#482878", "#3e4a89", "#31688e", "#26828e",
                                          "#1f9e89", "#35b779", "#6dcd59", "#b4de2c", "#fde725"};
    fprintf(out,
            "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
            "set terminal pngcairo size %.0f,%.0f background '#ffffff' font 'Sans,11' "
            "noenhanced\n} else {\nset terminal png size %.0f,%.0f noenhanced\n}\n",
            s->width, s->height, s->width, s->height);
    fputs("set output \"", out);
    put_text(out, png_path);
    fputs("\"\nset encoding utf8\nset palette defined (", out);
    for (size_t i = 0; i < sizeof viridis / sizeof *viridis; ++i)
        fprintf(out, "%s%zu '%s'", i > 0 ? ", " : "", i, viridis[i]);
    fputs(")\nset multiplot\nset label 1 \"", out);
    put_text(out, q->title);
    fprintf(out,
            "\" at screen %.6f, screen %.6f left font 'Sans Bold,15'\n"
            "set border 31 lw 0.8 lc rgb '#444444'\nset tics out nomirror scale 0.5 "
            "textcolor rgb '#222222'\nunset key\n",
            s->left / s->width, 1 - 26 / s->height);
}

static double largest(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; ++i)
        if (isfinite(values[i]) && values[i] > most)
            most = values[i];
    return most;
}

static double mode_scale(const picture *q, int mode)
{
    size_t size = q->x_count * q->p_count;
    double most = 0;
    for (size_t i = 0; i < q->map_count; ++i)
        most = fmax(most, largest(q->husimi[mode] + q->map_time[i] * size, size));
    return most > 0 ? most : 1;
}

/* The matrix goes to gnuplot as text rows of one p each: portable, and small for a picture. */
static void put_matrix(FILE *out, const picture *q, const double *values)
{
    for (size_t k = 0; k < q->p_count; ++k)
        for (size_t i = 0; i < q->x_count; ++i) {
            double v = values[i * q->p_count + k];
            if (isfinite(v))
                fprintf(out, "%.6g%c", v, i + 1 < q->x_count ? ' ' : '\n');
            else
                fprintf(out, "NaN%c", i + 1 < q->x_count ? ' ' : '\n');
        }
    fputs("e\n", out);
}

static void put_map(FILE *out, const picture *q, const sheet *s, int mode, size_t index)
{
    double step_x = (q->x[q->x_count - 1] - q->x[0]) / (double)(q->x_count - 1);
    double step_p = (q->p[q->p_count - 1] - q->p[0]) / (double)(q->p_count - 1);
    bool first = index == 0, last = index + 1 == q->map_count;
    put_margins(out, s, s->left + (double)index * (s->map + s->gap), s->top + mode * s->row, s->map,
                s->map);
    fprintf(out, "set title \"t = %.4g\" offset 0,-0.6\nset xlabel 'x' offset 0,0.6\n",
            q->time[q->map_time[index]]);
    if (first && q->modes > 1)
        fprintf(out, "set ylabel 'mode %d        p' offset 1.2,0\nset format y '%%g'\n", mode + 1);
    else if (first)
        fputs("set ylabel 'p' offset 1.2,0\nset format y '%g'\n", out);
    else
        fputs("unset ylabel\nset format y ''\n", out);
    if (last)
        fprintf(out, "set colorbox user origin %.6f,%.6f size %.6f,%.6f\n",
                (s->left + (double)q->map_count * (s->map + s->gap)) / s->width,
                1 - (s->top + mode * s->row + s->map) / s->height, 12 / s->width,
                s->map / s->height);
    else
        fputs("unset colorbox\n", out);
    fprintf(out,
            "plot [%.9g:%.9g] [%.9g:%.9g] '-' matrix using (%.9g+$1*%.9g):(%.9g+$2*%.9g):3 with "
            "image pixels\n",
            q->x[0] - step_x / 2, q->x[q->x_count - 1] + step_x / 2, q->p[0] - step_p / 2,
            q->p[q->p_count - 1] + step_p / 2, q->x[0], step_x, q->p[0], step_p);
    put_matrix(out, q, q->husimi[mode] + q->map_time[index] * q->x_count * q->p_count);
    fputs("unset label 1\n", out);
}

static void put_maps(FILE *out, const picture *q, const sheet *s)
{
    fputs("set size ratio -1\nset style fill solid\n", out);
    for (int mode = 0; mode < q->modes; ++mode) {
        fprintf(out, "set cbrange [0:%.9g]\nset cblabel ''\nset format cb '%%.2g'\n",
                mode_scale(q, mode));
        for (size_t i = 0; i < q->map_count; ++i)
            put_map(out, q, s, mode, i);
    }
}

/* Curves in one panel; `n` letters stand as the axis label. */
static void put_panel(FILE *out, const picture *q, const sheet *s, const curve *curves,
                      size_t count, const char *label, double left, double width)
{
    static const char *const colours[] = {"#31688e", "#d1495b", "#35a779", "#edae49",
                                          "#6a4c93", "#00798c", "#8d6a4f", "#444444"};
    double low = INFINITY, high = -INFINITY;
    for (size_t c = 0; c < count; ++c)
        for (size_t i = 0; i < q->time_count; ++i)
            if (isfinite(curves[c].values[i])) {
                low = fmin(low, curves[c].values[i]);
                high = fmax(high, curves[c].values[i]);
            }
    if (!(low <= high))
        return; /* nothing finite to draw */
    /* a conserved quantity is drawn flat instead of as its rounding noise */
    double room = fmax(0.06 * (high - low), 1e-3 * fmax(fabs(high), 1e-3));
    put_margins(out, s, left, s->top + q->modes * s->row + 26, width, s->panels - 84);
    fprintf(out,
            "set title '%s' offset 0,-0.6\nset xlabel 'time' offset 0,0.4\n"
            "set key top right opaque samplen 1.5 spacing 1.0\n"
            "plot [%.9g:%.9g] [%.9g:%.9g]",
            label, q->time[0], q->time[q->time_count - 1], low - room, high + room);
    const char *style = q->time_count <= 60 ? "with linespoints pt 7 ps 0.6" : "with lines";
    for (size_t c = 0; c < count; ++c)
        fprintf(out, "%s '-' using 1:2 %s lw 2 lc rgb '%s' title '%s'", c > 0 ? "," : "", style,
                colours[c % (sizeof colours / sizeof *colours)], count > 1 ? curves[c].name : "");
    fputc('\n', out);
    for (size_t c = 0; c < count; ++c) {
        for (size_t i = 0; i < q->time_count; ++i)
            if (isfinite(curves[c].values[i]))
                fprintf(out, "%.9g %.9g\n", q->time[i], curves[c].values[i]);
        fputs("e\n", out);
    }
}

static void put_panels(FILE *out, const picture *q, const sheet *s)
{
    int panels = (q->n_count > 0) + (q->a_count > 0) + (q->energy_count > 0);
    if (s->panels <= 0 || panels == 0)
        return;
    double gap = 76, total = s->width - s->left - 30;
    double width = (total - gap * (panels - 1)) / panels, left = s->left;
    fputs("set size noratio\nunset ylabel\nset format y '%g'\nset grid lc rgb '#dddddd' lw 0.6\n",
          out);
    if (q->n_count > 0) {
        put_panel(out, q, s, q->n, q->n_count, "mean quanta", left, width);
        left += width + gap;
    }
    if (q->a_count > 0) {
        put_panel(out, q, s, q->a, q->a_count, "mean amplitude", left, width);
        left += width + gap;
    }
    if (q->energy_count > 0)
        put_panel(out, q, s, q->energy, q->energy_count, "energy", left, width);
}

static qfp_status draw(const picture *q, const char *png_part)
{
    qfp_gnuplot *g = NULL;
    QFP_TRY(qfp_gnuplot_open(&g));
    FILE *out = qfp_gnuplot_stream(g);
    sheet s = lay_out(q);
    put_header(out, q, &s, png_part);
    put_maps(out, q, &s);
    put_panels(out, q, &s);
    fputs("unset multiplot\nunset output\n", out);
    return qfp_gnuplot_close(g);
}

static qfp_status check_target(const char *png_part)
{
    FILE *file = fopen(png_part, "wb");
    if (file == NULL)
        return QFP_FAIL(QFP_IO, "%s: cannot be created: %s", png_part, strerror(errno));
    fclose(file);
    return QFP_OK;
}

static qfp_status plot_to(const picture *q, const char *png_path, const char *png_part)
{
    QFP_TRY(check_target(png_part));
    qfp_status status = draw(q, png_part);
    if (status == QFP_OK) {
        FILE *file = fopen(png_part, "rb"); /* gnuplot may exit 0 without a picture */
        if (file == NULL || fgetc(file) == EOF)
            status = QFP_FAIL(QFP_IO, "%s: gnuplot wrote no picture", png_path);
        if (file != NULL)
            fclose(file);
    }
    if (status == QFP_OK && rename(png_part, png_path) != 0)
        status = QFP_FAIL(QFP_IO, "%s: cannot be written: %s", png_path, strerror(errno));
    if (status != QFP_OK)
        unlink(png_part);
    return status;
}

qfp_status qfp_plot_file(const char *h5_path, const char *png_path)
{
    picture q = {.path = h5_path};
    hid_t file = -1;
    char *part = qfpi_format("%s.part", png_path);
    qfp_status status;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    if (part == NULL) {
        status = QFP_FAIL(QFP_MEMORY, "%s: out of memory", png_path);
        goto done;
    }
    QFP_TRY_GOTO(qfp_hdf5_open(h5_path, &file));
    QFP_TRY_GOTO(read_picture(&q, file));
    QFP_TRY_GOTO(plot_to(&q, png_path, part));
done:
    if (file >= 0)
        H5Fclose(file);
    qfp_hdf5_quiet_end(quiet);
    destroy_picture(&q);
    free(part);
    return status;
}
