#include "io/plot_process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/gnuplot_pipe.h"
#include "io/hdf5_access.h"
#include "io/plot_picture.h"

enum { MOST_TRAILS = 40, MOST_PREPARATIONS = 4 };

static const unsigned colours[MOST_PREPARATIONS] = {0x31688e, 0xd1495b, 0x35a779, 0xedae49};

typedef struct process_picture {
    const char *path;
    hid_t file;
    char *title;
    size_t times, n, trail_count;
    double *time, *x, *trails;
    int preparations, kernels;
    double *histogram[MOST_PREPARATIONS], *density[MOST_PREPARATIONS]; /* at the last time */
    double *counts[MOST_PREPARATIONS];
} process_picture;

qfp_status qfpi_plot_is_process(hid_t file, const char *path, bool *is)
{
    char *kind;
    QFP_TRY(qfp_hdf5_read_text(file, path, "kind", &kind));
    *is = kind != NULL && strcmp(kind, "process") == 0;
    free(kind);
    return QFP_OK;
}

static void destroy(process_picture *q)
{
    free(q->title);
    free(q->time);
    free(q->x);
    free(q->trails);
    for (int k = 0; k < MOST_PREPARATIONS; ++k) {
        free(q->histogram[k]);
        free(q->density[k]);
        free(q->counts[k]);
    }
}

/* [n] at the last time */
static qfp_status read_last(const process_picture *q, const char *name, double **out)
{
    const size_t start[2] = {q->times - 1, 0}, block[2] = {1, q->n};
    size_t shape[2];
    QFP_TRY(qfpi_hdf5_shape(q->file, q->path, name, 2, shape));
    if (shape[0] != q->times || shape[1] != q->n)
        return QFP_FAIL(QFP_IO, "%s: %s has another shape", q->path, name);
    QFP_TRY(QFP_ALLOCATE(*out, q->n, name));
    return qfpi_hdf5_read_block(q->file, q->path, name, 2, start, block, *out);
}

static bool has(const process_picture *q, const char *group, const char *name)
{
    return H5Lexists(q->file, group, H5P_DEFAULT) > 0 && H5Lexists(q->file, name, H5P_DEFAULT) > 0;
}

static qfp_status read_preparation(process_picture *q, int k)
{
    const size_t kernel[2] = {q->n, q->n};
    char name[48];
    snprintf(name, sizeof name, k > 0 ? "/histogram/x_1_prep_%d" : "/histogram/x_1", k + 1);
    QFP_TRY(read_last(q, name, &q->histogram[k]));
    snprintf(name, sizeof name, k > 0 ? "/density/x_1_prep_%d" : "/density/x_1", k + 1);
    QFP_TRY(read_last(q, name, &q->density[k]));
    q->preparations = k + 1;
    snprintf(name, sizeof name, "/kernel/counts_%d", k + 1);
    if (q->kernels < k || !has(q, "/kernel", name))
        return QFP_OK; /* those behind one that is missing are not drawn */
    QFP_TRY(qfpi_picture_dataset(q->file, q->path, name, 2, kernel, &q->counts[k]));
    q->kernels = k + 1;
    return QFP_OK;
}

static qfp_status read_trails(process_picture *q)
{
    const size_t start[3] = {0, 0, 0};
    size_t shape[3];
    QFP_TRY(qfpi_hdf5_shape(q->file, q->path, "/paths", 3, shape));
    if (shape[0] != q->times || shape[1] == 0 || shape[2] == 0)
        return QFP_FAIL(QFP_IO, "%s: /paths has another shape", q->path);
    q->trail_count = shape[1] < MOST_TRAILS ? shape[1] : MOST_TRAILS;
    const size_t block[3] = {q->times, q->trail_count, 1};
    QFP_TRY(QFP_ALLOCATE(q->trails, q->times * q->trail_count, "/paths"));
    return qfpi_hdf5_read_block(q->file, q->path, "/paths", 3, start, block, q->trails);
}

static qfp_status read_all(process_picture *q)
{
    QFP_TRY(qfpi_picture_axis(q->file, q->path, "/time", 1, &q->times, &q->time));
    QFP_TRY(qfpi_picture_axis(q->file, q->path, "/axes/x", 2, &q->n, &q->x));
    if (H5Lexists(q->file, "/paths", H5P_DEFAULT) > 0)
        QFP_TRY(read_trails(q));
    for (int k = 0; k < MOST_PREPARATIONS; ++k) {
        char name[48];
        snprintf(name, sizeof name, "/histogram/x_1_prep_%d", k + 1);
        if (k > 0 && !has(q, "/histogram", name))
            break;
        QFP_TRY(read_preparation(q, k));
    }
    return qfp_hdf5_read_text(q->file, q->path, "title", &q->title);
}

/* A range of what is drawn: gnuplot stops where it finds none. */
static void put_range(FILE *out, char axis, const double *values, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; ++i)
        if (qfpi_picture_is_drawn(values[i])) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
    if (!(low <= high))
        low = high = 0.0;
    double room = fmax(0.05 * (high - low), fmax(1e-3 * fabs(high), 1e-12));
    fputs(axis == 'x' ? "set xrange" : "set yrange", out);
    fprintf(out, " [%.9g:%.9g]\n", low - room, high + room);
}

static void put_trails(FILE *out, const process_picture *q)
{
    put_range(out, 'x', q->time, q->times);
    put_range(out, 'y', q->trails, q->times * q->trail_count);
    fputs("set title 'trajectories'\nset xlabel 'time'\nset ylabel 'x'\n"
          "plot '-' using 1:2 with lines lw 0.8 lc rgb '#31688e' notitle\n",
          out);
    for (size_t i = 0; i < q->trail_count; ++i) {
        for (size_t t = 0; t < q->times; ++t) {
            double v = q->trails[t * q->trail_count + i];
            if (qfpi_picture_is_drawn(v))
                fprintf(out, "%.6g %.6g\n", q->time[t], v);
        }
        fputc('\n', out);
    }
    fputs("e\n", out);
}

static void put_curve(FILE *out, const process_picture *q, const double *values)
{
    for (size_t i = 0; i < q->n; ++i)
        if (qfpi_picture_is_drawn(values[i]))
            fprintf(out, "%.6g %.6g\n", q->x[i], values[i]);
    fputs("e\n", out);
}

static void put_densities(FILE *out, const process_picture *q)
{
    double most[2 * MOST_PREPARATIONS + 1] = {0.0};
    for (int k = 0; k < q->preparations; ++k)
        for (size_t i = 0; i < q->n; ++i) {
            if (qfpi_picture_is_drawn(q->histogram[k][i]))
                most[2 * k + 1] = fmax(most[2 * k + 1], q->histogram[k][i]);
            if (qfpi_picture_is_drawn(q->density[k][i]))
                most[2 * k + 2] = fmax(most[2 * k + 2], q->density[k][i]);
        }
    put_range(out, 'x', q->x, q->n);
    put_range(out, 'y', most, sizeof most / sizeof *most);
    fprintf(out,
            "set title 'sampled (steps) and density (lines) at t = %.4g'\nset xlabel 'x'\n"
            "unset ylabel\nplot ",
            q->time[q->times - 1]);
    for (int k = 0; k < q->preparations; ++k) {
        fputs(k > 0 ? ", " : "", out);
        fprintf(out,
                "'-' using 1:2 with histeps lw 1 lc rgb 0x%06x notitle, "
                "'-' using 1:2 with lines lw 2 lc rgb 0x%06x notitle",
                colours[k], colours[k]);
    }
    fputc('\n', out);
    for (int k = 0; k < q->preparations; ++k) {
        put_curve(out, q, q->histogram[k]);
        put_curve(out, q, q->density[k]);
    }
}

/* The probability of the outcome under each condition; conditions met by few paths stay empty, for
 * there is no kernel to see. */
static void put_kernel(FILE *out, const process_picture *q, int k, bool backward)
{
    const double least = 50.0, step = q->x[1] - q->x[0];
    fputs(backward ? "set xlabel 'x at the end'\nset ylabel 'x at t = 0'\nset title 'backward"
                   : "set xlabel 'x at t = 0'\nset ylabel 'x at the end'\nset title 'forward",
          out);
    fprintf(out,
            ", preparation %d'\n"
            "plot '-' matrix using (%.9g+$1*%.9g):(%.9g+$2*%.9g):3 with image notitle\n",
            k + 1, q->x[0], step, q->x[0], step);
    for (size_t outcome = 0; outcome < q->n; ++outcome)
        for (size_t condition = 0; condition < q->n; ++condition) {
            double sum = 0.0;
            for (size_t i = 0; i < q->n; ++i)
                sum += q->counts[k][backward ? i * q->n + condition : condition * q->n + i];
            double count =
                q->counts[k][backward ? outcome * q->n + condition : condition * q->n + outcome];
            if (sum >= least && qfpi_picture_is_drawn(count / (sum * step)))
                fprintf(out, "%.5g", count / (sum * step));
            else
                fputs("NaN", out);
            fputc(condition + 1 < q->n ? ' ' : '\n', out);
        }
    fputs("e\n", out);
}

static void put_all(FILE *out, const process_picture *q)
{
    int columns = q->kernels > 2 ? q->kernels : 2, rows = q->kernels > 0 ? 3 : 1;
    int width = 480 * columns, height = 60 + 400 * rows;
    fprintf(out,
            "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
            "set terminal pngcairo size %d,%d background '#ffffff' font 'Sans,11' noenhanced\n"
            "} else {\nset terminal png size %d,%d noenhanced\n}\nset encoding utf8\n"
            "set multiplot layout %d,%d title ",
            width, height, width, height, rows, columns);
    qfpi_gnuplot_quote(out, q->title != NULL ? q->title : "");
    fputs("\nset palette defined (0 '#440154', 1 '#3e4a89', 2 '#26828e', 3 '#35b779', "
          "4 '#fde725')\nset border 31 lw 0.8 lc rgb '#444444'\nset tics out nomirror\n",
          out);
    if (q->trails != NULL)
        put_trails(out, q);
    else
        fputs("set multiplot next\n", out);
    put_densities(out, q);
    for (int i = 2; i < columns; ++i)
        fputs("set multiplot next\n", out);
    fputs("set size ratio -1\nunset colorbox\n", out);
    if (q->kernels > 0)
        fprintf(out, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\nset cbrange [0:1]\n", q->x[0],
                q->x[q->n - 1], q->x[0], q->x[q->n - 1]);
    for (int backward = 0; q->kernels > 0 && backward < 2; ++backward) {
        for (int k = 0; k < q->kernels; ++k)
            put_kernel(out, q, k, backward == 1);
        for (int i = q->kernels; i < columns; ++i)
            fputs("set multiplot next\n", out);
    }
    fputs("unset multiplot\n", out);
}

qfp_status qfpi_plot_process(hid_t file, const char *path, FILE *out)
{
    process_picture q = {.path = path, .file = file};
    qfp_status status = read_all(&q);
    if (status == QFP_OK)
        put_all(out, &q);
    destroy(&q);
    return status;
}
