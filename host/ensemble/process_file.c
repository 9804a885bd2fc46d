/* process_file.c - the output file of a process, written when all is done:
 *
 *     /time [T]  /axes/x [n]  /observables/NAME, NAME_stderr, NAME_step_error, NAME_exact [T]
 *     /histogram/x_V, /density/x_V [T, n] per unit of x (x_V_prep_K of the later preparations)
 *     /paths [T, path, variables] when asked for
 *     /kernel/joint_K (density equation), /kernel/counts_K (paths) [n at t = 0, n at the end]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hdf5_hl.h>
#include <unistd.h>

#include "ensemble/process_pass.h"
#include "io/hdf5_access.h"
#include "io/output_path.h"
#include "qfp/version.h"

typedef struct process_file {
    const qfp_process_pass *pass;
    const char *path;
    hid_t file, link; /* link: creates groups on the way */
} process_file;

/* Writes a dataset; a scale is attached to every axis that has one (NULL: none). */
static qfp_status put(const process_file *f, const char *name, int rank, const hsize_t *shape,
                      const double *data, const char *const *scales)
{
    hid_t space = H5Screate_simple(rank, shape, NULL);
    hid_t set =
        H5Dcreate2(f->file, name, H5T_NATIVE_DOUBLE, space, f->link, H5P_DEFAULT, H5P_DEFAULT);
    herr_t done =
        set >= 0 ? H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) : -1;
    for (int axis = 0; done >= 0 && scales != NULL && axis < rank; axis++) {
        hid_t scale = scales[axis] != NULL ? H5Dopen2(f->file, scales[axis], H5P_DEFAULT) : -1;
        if (scale >= 0) {
            done = H5DSattach_scale(set, scale, (unsigned)axis);
            H5Dclose(scale);
        }
    }
    if (set >= 0)
        H5Dclose(set);
    H5Sclose(space);
    return done >= 0 ? QFP_OK : QFP_HDF5_FAIL(f->path, "%s cannot be written", name);
}

static qfp_status put_scale(const process_file *f, const char *name, const char *label,
                            hsize_t count, const double *data)
{
    QFP_TRY(put(f, name, 1, &count, data, NULL));
    hid_t set = H5Dopen2(f->file, name, H5P_DEFAULT);
    herr_t done = H5DSset_scale(set, label);
    H5Dclose(set);
    return done >= 0 ? QFP_OK : QFP_HDF5_FAIL(f->path, "%s cannot be written", name);
}

static qfp_status put_axes(const process_file *f)
{
    const qfp_process_pass *s = f->pass;
    double *axis = NULL;
    QFP_TRY(QFP_ALLOCATE(axis, s->cells.n, "output axes"));
    for (size_t i = 0; i < s->cells.n; i++)
        axis[i] = s->cells.first + s->cells.width * ((double)i + 0.5);
    qfp_status status = put_scale(f, "time", "time", s->result->time_count, s->result->times);
    if (status == QFP_OK)
        status = put_scale(f, "axes/x", "x", s->cells.n, axis);
    free(axis);
    return status;
}

static qfp_status put_observables(const process_file *f)
{
    static const char *const suffix[4] = {"", "_stderr", "_step_error", "_exact"};
    static const char *const scale[1] = {"time"};
    const qfp_sample_result *r = f->pass->result;
    hsize_t times = r->time_count;
    double *column = NULL;
    qfp_status status = QFP_ALLOCATE(column, r->time_count, "observables");
    for (size_t k = 0; k < 4 * r->observable_count && status == QFP_OK; k++) {
        char name[96];
        snprintf(name, sizeof name, "observables/%s%s", r->names[k / 4], suffix[k % 4]);
        for (size_t row = 0; row < r->time_count; row++) {
            const qfp_estimate *e = &r->estimates[row * r->observable_count + k / 4];
            const double figures[4] = {e->value, e->stderr_, e->step_error, e->exact};
            column[row] = figures[k % 4];
        }
        status = put(f, name, 1, &times, column, scale);
    }
    free(column);
    return status;
}

/* One of the marginals out of [T][marginals][n]. */
static qfp_status put_marginals(const process_file *f, const char *group, const double *all)
{
    static const char *const scales[2] = {"time", "axes/x"};
    const qfp_process_pass *s = f->pass;
    size_t n = s->cells.n, times = s->result->time_count, variables = (size_t)s->process.variables;
    const hsize_t shape[2] = {times, n};
    double *one = NULL;
    qfp_status status = QFP_ALLOCATE(one, times * n, "a histogram");
    for (size_t at = 0; at < s->marginals && status == QFP_OK; at++) {
        char name[96];
        snprintf(name, sizeof name, "%s/x_%zu%s", group, at % variables + 1,
                 qfpi_preparation_suffix[at / variables]);
        for (size_t row = 0; row < times; row++)
            memcpy(one + row * n, all + (row * s->marginals + at) * n, n * sizeof *one);
        status = put(f, name, 2, shape, one, scales);
    }
    free(one);
    return status;
}

static qfp_status put_kernels(const process_file *f)
{
    static const char *const scales[2] = {"axes/x", "axes/x"};
    const qfp_process_pass *s = f->pass;
    const hsize_t shape[2] = {s->cells.n, s->cells.n}, one = 6;
    for (size_t k = 0; k < s->ensembles && s->counts[k] != NULL; k++) {
        char name[48];
        snprintf(name, sizeof name, "kernel/joint_%zu", k + 1);
        QFP_TRY(put(f, name, 2, shape, s->joint[k], scales));
        snprintf(name, sizeof name, "kernel/counts_%zu", k + 1);
        QFP_TRY(put(f, name, 2, shape, s->counts[k], scales));
    }
    if (s->ensembles < 2 || s->counts[0] == NULL)
        return QFP_OK;
    const double distances[6] = {s->forward.solved,  s->forward.sampled,  s->forward.noise,
                                 s->backward.solved, s->backward.sampled, s->backward.noise};
    return put(f, "kernel/distances", 1, &one, distances, NULL);
}

static qfp_status put_attributes(const process_file *f, const char *stopped)
{
    const qfp_process_pass *s = f->pass;
    const qfp_config *config = s->config;
    char seed[24], paths[24], steps[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)config->ensemble.seed);
    snprintf(paths, sizeof paths, "%d", config->ensemble.paths);
    snprintf(steps, sizeof steps, "%d", config->ensemble.steps);
    const struct {
        const char *name, *text;
    } attributes[] = {{"kind", "process"},
                      {"title", config->title},
                      {"config", config->text},
                      {"program_version", QFP_VERSION},
                      {"backend", "cpu"},
                      {"method", s->result->method},
                      {"ensemble", s->result->statement},
                      {"density", s->process.density_name},
                      {"seed", seed},
                      {"paths", paths},
                      {"steps", steps},
                      {"stopped", stopped}};
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (attributes[i].text != NULL)
            QFP_TRY(qfp_hdf5_write_text(f->file, f->path, attributes[i].name, attributes[i].text));
    return QFP_OK;
}

static qfp_status put_all(const process_file *f, const char *stopped)
{
    const qfp_process_pass *s = f->pass;
    const hsize_t shape[3] = {s->result->time_count, s->trail_count, (hsize_t)s->process.variables};
    static const char *const scales[3] = {"time", NULL, NULL};
    QFP_TRY(put_attributes(f, stopped));
    QFP_TRY(put_axes(f));
    QFP_TRY(put_observables(f));
    QFP_TRY(put_marginals(f, "histogram", s->histogram));
    QFP_TRY(put_marginals(f, "density", s->density));
    QFP_TRY(put_kernels(f));
    return s->trail_count > 0 ? put(f, "paths", 3, shape, s->trails, scales) : QFP_OK;
}

static qfp_status write_part(const qfp_process_pass *pass, const char *part, const char *stopped)
{
    process_file f = {.pass = pass, .path = part};
    f.file = H5Fcreate(part, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (f.file < 0)
        return QFP_HDF5_FAIL(part, "cannot be created");
    f.link = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(f.link, 1);
    qfp_status status = put_all(&f, stopped);
    H5Pclose(f.link);
    if (H5Fclose(f.file) < 0 && status == QFP_OK)
        status = QFP_HDF5_FAIL(part, "cannot be completed");
    return status;
}

qfp_status qfpi_process_write(const qfp_process_pass *pass, const char *path, const char *stopped)
{
    char *part = qfpi_format("%s.part", path);
    if (part == NULL)
        return QFP_FAIL(QFP_MEMORY, "%s: out of memory", path);
    qfp_status status = qfpi_output_path_check(path, part);
    if (status == QFP_OK) {
        qfp_hdf5_quiet before = qfp_hdf5_quiet_begin();
        status = write_part(pass, part, stopped);
        qfp_hdf5_quiet_end(before);
        if (status == QFP_OK && rename(part, path) != 0)
            status = QFP_FAIL(QFP_IO, "%s: cannot be written", path);
        if (status != QFP_OK)
            unlink(part);
    }
    free(part);
    return status;
}
