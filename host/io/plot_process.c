#include "io/plot_process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/gnuplot_pipe.h"
#include "io/hdf5_access.h"
#include "io/snapshot.h"

enum { MOST_TRAILS = 40, MOST_PREPARATIONS = 4 };

static const char *const colours[MOST_PREPARATIONS] = {"#31688e", "#d1495b", "#35a779", "#edae49"};

typedef struct process_picture {
    const char *path;
    char *title;
    size_t times, n, trail_count, variables;
    double *time, *x, *trails;
    int preparations, kernels;
    double *histogram[MOST_PREPARATIONS], *density[MOST_PREPARATIONS], *counts[MOST_PREPARATIONS];
} process_picture;

static char *read_attribute(const char *h5_path, const char *name)
{
    hid_t file;
    char *text = NULL;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    if (qfp_hdf5_open(h5_path, &file) == QFP_OK) {
        text = qfp_hdf5_read_text(file, name);
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return text;
}

bool qfpi_plot_is_process(const char *h5_path)
{
    char *kind = read_attribute(h5_path, "kind");
    bool is = kind != NULL && strcmp(kind, "process") == 0;
    free(kind);
    return is;
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

/* A dataset of the expected shape (0: any extent), malloc'ed. */
static qfp_status read(const process_picture *q, const char *name, int rank, const size_t *wanted,
                       size_t *shape, double **out)
{
    int found, is_complex;
    QFP_TRY(qfp_hdf5_read(q->path, name, &found, shape, &is_complex, out));
    bool fits = found == rank && !is_complex;
    for (int a = 0; fits && a < rank; ++a)
        fits = shape[a] > 0 && (wanted[a] == 0 || wanted[a] == shape[a]);
    return fits ? QFP_OK : QFP_FAIL(QFP_IO, "%s: %s has another shape", q->path, name);
}

static bool has(const char *path, const char *group, const char *name)
{
    hid_t file;
    bool is = false;
    qfp_hdf5_quiet quiet = qfp_hdf5_quiet_begin();
    if (qfp_hdf5_open(path, &file) == QFP_OK) {
        is = (group == NULL || H5Lexists(file, group, H5P_DEFAULT) > 0) &&
             H5Lexists(file, name, H5P_DEFAULT) > 0;
        H5Fclose(file);
    }
    qfp_hdf5_quiet_end(quiet);
    return is;
}

static qfp_status read_preparation(process_picture *q, int k)
{
    char name[48], suffix[24] = "";
    size_t shape[16], marginal[2] = {q->times, q->n}, kernel[2] = {q->n, q->n};
    if (k > 0)
        snprintf(suffix, sizeof suffix, "_prep_%d", k + 1);
    snprintf(name, sizeof name, "/histogram/x_1%s", suffix);
    QFP_TRY(read(q, name, 2, marginal, shape, &q->histogram[k]));
    snprintf(name, sizeof name, "/density/x_1%s", suffix);
    QFP_TRY(read(q, name, 2, marginal, shape, &q->density[k]));
    q->preparations = k + 1;
    snprintf(name, sizeof name, "/kernel/counts_%d", k + 1);
    if (q->kernels < k || !has(q->path, "/kernel", name))
        return QFP_OK; /* those behind one that is missing are not drawn */
    QFP_TRY(read(q, name, 2, kernel, shape, &q->counts[k]));
    q->kernels = k + 1;
    return QFP_OK;
}

static qfp_status read_all(process_picture *q)
{
    const size_t any[3] = {0, 0, 0};
    size_t shape[16];
    QFP_TRY(read(q, "/time", 1, any, shape, &q->time));
    q->times = shape[0];
    QFP_TRY(read(q, "/axes/x", 1, any, shape, &q->x));
    q->n = shape[0];
    if (q->n < 2)
        return QFP_FAIL(QFP_IO, "%s: the axis has fewer than two points", q->path);
    if (has(q->path, NULL, "/paths")) {
        const size_t wanted[3] = {q->times, 0, 0};
        QFP_TRY(read(q, "/paths", 3, wanted, shape, &q->trails));
        q->trail_count = shape[1];
        q->variables = shape[2];
    }
    for (int k = 0; k < MOST_PREPARATIONS; ++k) {
        char name[48];
        snprintf(name, sizeof name, "/histogram/x_1_prep_%d", k + 1);
        if (k > 0 && !has(q->path, NULL, name))
            break;
        QFP_TRY(read_preparation(q, k));
    }
    q->title = read_attribute(q->path, "title");
    return QFP_OK;
}

static void put_text(FILE *out, const char *text)
{
    for (; text != NULL && *text != '\0'; ++text)
        if ((unsigned char)*text >= ' ')
            fputc(strchr("\"\\`'", *text) != NULL ? ' ' : *text, out);
}

static void put_trails(FILE *out, const process_picture *q)
{
    size_t count = q->trail_count < MOST_TRAILS ? q->trail_count : MOST_TRAILS;
    fputs("set title 'trajectories'\nset xlabel 'time'\nset ylabel 'x'\n"
          "plot '-' using 1:2 with lines lw 0.8 lc rgb '#31688e' notitle\n",
          out);
    for (size_t i = 0; i < count; ++i) {
        for (size_t t = 0; t < q->times; ++t) {
            double v = q->trails[(t * q->trail_count + i) * q->variables];
            if (isfinite(v))
                fprintf(out, "%.6g %.6g\n", q->time[t], v);
        }
        fputc('\n', out);
    }
    fputs("e\n", out);
}

static void put_curve(FILE *out, const process_picture *q, const double *rows)
{
    const double *values = rows + (q->times - 1) * q->n;
    for (size_t i = 0; i < q->n; ++i)
        fprintf(out, "%.6g %.6g\n", q->x[i], values[i]);
    fputs("e\n", out);
}

static void put_densities(FILE *out, const process_picture *q)
{
    fprintf(out,
            "set title 'sampled (steps) and density (lines) at t = %.4g'\nset xlabel 'x'\n"
            "unset ylabel\nplot ",
            q->time[q->times - 1]);
    for (int k = 0; k < q->preparations; ++k)
        fprintf(out,
                "%s'-' using 1:2 with histeps lw 1 lc rgb '%s' notitle, '-' using 1:2 with lines "
                "lw 2 lc rgb '%s' notitle",
                k > 0 ? ", " : "", colours[k], colours[k]);
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
    fprintf(out,
            "set title '%s, preparation %d'\nset xlabel '%s'\nset ylabel '%s'\n"
            "plot '-' matrix using (%.9g+$1*%.9g):(%.9g+$2*%.9g):3 with image notitle\n",
            backward ? "backward" : "forward", k + 1, backward ? "x at the end" : "x at t = 0",
            backward ? "x at t = 0" : "x at the end", q->x[0], step, q->x[0], step);
    for (size_t outcome = 0; outcome < q->n; ++outcome)
        for (size_t condition = 0; condition < q->n; ++condition) {
            double sum = 0.0;
            for (size_t i = 0; i < q->n; ++i)
                sum += q->counts[k][backward ? i * q->n + condition : condition * q->n + i];
            double count =
                q->counts[k][backward ? outcome * q->n + condition : condition * q->n + outcome];
            char end = condition + 1 < q->n ? ' ' : '\n';
            if (sum >= least)
                fprintf(out, "%.5g%c", count / (sum * step), end);
            else
                fprintf(out, "NaN%c", end);
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
            "set multiplot layout %d,%d title \"",
            width, height, width, height, rows, columns);
    put_text(out, q->title);
    fputs("\"\nset palette defined (0 '#440154', 1 '#3e4a89', 2 '#26828e', 3 '#35b779', "
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

qfp_status qfpi_plot_process(const char *h5_path, const char *png_part)
{
    process_picture q = {.path = h5_path};
    qfp_gnuplot *g = NULL;
    qfp_status status = read_all(&q);
    if (status == QFP_OK)
        status = qfp_gnuplot_open(png_part, &g);
    if (status == QFP_OK) {
        put_all(qfp_gnuplot_stream(g), &q);
        status = qfp_gnuplot_close(g);
    }
    destroy(&q);
    return status;
}
