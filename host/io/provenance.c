#include "io/provenance.h"

#include <stdio.h>
#include <time.h>

#include "io/hdf5_access.h"
#include "qfp/version.h"

#ifdef QFP_STRICT_BUILD
#define ARITHMETIC "strict"
#elif defined(__AVX512F__)
#define ARITHMETIC "fused, AVX-512"
#elif defined(__FMA__)
#define ARITHMETIC "fused"
#else
#define ARITHMETIC "not fused"
#endif

const char *qfp_provenance_program(void)
{
    return "qfp " QFP_VERSION " (commit " QFP_GIT_COMMIT "), compiler " __VERSION__
           ", arithmetic " ARITHMETIC;
}

typedef struct text_attribute {
    const char *name, *value;
} text_attribute;

static qfp_status write_texts(qfp_snapshot *s, size_t count, const text_attribute *texts)
{
    for (size_t i = 0; i < count; i++)
        if (texts[i].value != NULL)
            QFP_TRY(qfp_snapshot_set_attribute(s, texts[i].name, texts[i].value));
    return QFP_OK;
}

/* Of a file of modes: how its numbers are to be read. */
static const text_attribute conventions[] = {
    {"units", "x and p physical, alpha = (x/l + i p l/kappa)/sqrt(2), time with 1/kappa, Husimi "
              "functions and histograms per d2alpha = dx dp/(2 kappa)"},
    {"quadratures", "var_x and var_p of the dimensionless x = (a + ad)/sqrt(2)"},
    {"alpha", "alpha = (x/l + i p l/kappa)/sqrt(2) with the length l of the mode, <a> = mean of "
              "alpha, [a, ad] = 1"},
    {"measure", "d2alpha = d(Re alpha) d(Im alpha) = dx dp/(2 kappa) for every mode"},
    {"normalisation", "Q(alpha) = <alpha|rho|alpha>/pi^N for N modes, its integral over d2alpha of "
                      "every mode is 1, the vacuum has Q = exp(-|alpha|^2)/pi per mode"},
    {"axis_order", "time, then x and p of a mode; functions of all modes x_1, p_1, x_2, p_2, ...; "
                   "components of fields x_1, x_2, ..., p_1, p_2, ..."},
    {"qutip", "for one mode Q[t] = 2 qutip.qfunc(rho, x/l, p l/kappa, g=sqrt(2)).T, whose rows are "
              "p and whose integral over x/l and p l/kappa is 1"},
};

/* Of a process in real variables. */
static const text_attribute process_conventions[] = {
    {"units", "x in the units of the configuration, densities and histograms per unit of x"},
    {"axis_order", "time, then x; kernels: x at t = 0, then x at the end"},
};

static qfp_status write_config(const qfp_config *config, qfp_snapshot *file)
{
    QFP_TRY(qfp_snapshot_set_reals(file, "kappa", 1, &config->kappa));
    if (config->ensemble.method != NULL && config->ensemble.method->is_process)
        return write_texts(file, sizeof process_conventions / sizeof *process_conventions,
                           process_conventions);
    QFP_TRY(qfp_snapshot_set_reals(file, "lengths", (size_t)config->modes, config->length));
    return write_texts(file, sizeof conventions / sizeof *conventions, conventions);
}

qfp_status qfp_provenance_write(const qfp_provenance *p, qfp_snapshot *file)
{
    unsigned major, minor, release;
    char libraries[64], date[32];
    time_t now = time(NULL);
    struct tm utc;
    H5get_libversion(&major, &minor, &release);
    snprintf(libraries, sizeof libraries, "HDF5 %u.%u.%u", major, minor, release);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    const text_attribute texts[] = {
        {"format_version", "1"},
        {"program_version", QFP_VERSION},
        {"git_commit", QFP_GIT_COMMIT},
        {"libraries", libraries},
        {"date", date},
        {"kind", p->kind},
        {"title", p->config->title},
        {"config", p->config->text},
        {"operator", p->config->expression},
    };
    QFP_TRY(write_texts(file, sizeof texts / sizeof *texts, texts));
    return write_config(p->config, file);
}

static qfp_status write_numbers(qfp_snapshot *s, const char *name, int modes, const int *values)
{
    int64_t wide[QFP_MAX_MODES];
    for (int j = 0; j < modes; j++)
        wide[j] = values[j];
    return qfp_snapshot_set_integers(s, name, (size_t)modes, wide);
}

qfp_status qfp_provenance_write_theory(const qfp_provenance *p, qfp_snapshot *s)
{
    const text_attribute texts[] = {
        {"theory", p->theory},     {"label", p->label},     {"basis", p->basis},
        {"ordering", p->ordering}, {"backend", p->backend}, {"device", p->device},
    };
    int modes = p->config->modes;
    QFP_TRY(write_texts(s, sizeof texts / sizeof *texts, texts));
    if (p->label != NULL)
        QFP_TRY(qfp_snapshot_set_reals(s, "tolerance", 1, &p->config->tolerance));
    if (p->points == NULL)
        return QFP_OK;
    QFP_TRY(write_numbers(s, "grid_points", modes, p->points));
    QFP_TRY(qfp_snapshot_set_reals(s, "grid_extent", 2 * (size_t)modes, p->extent));
    return qfp_snapshot_set_reals(s, "grid_centre", 2 * (size_t)modes, p->centre);
}

qfp_status qfp_provenance_write_effort(const qfp_config *config, const qfp_effort *effort,
                                       qfp_snapshot *s)
{
    const int64_t steps = (int64_t)effort->steps, applications = (int64_t)effort->applications;
    if (effort->levels[0] > 0)
        QFP_TRY(write_numbers(s, "levels", config->modes, effort->levels));
    if (effort->integrator == NULL)
        return QFP_OK;
    QFP_TRY(qfp_snapshot_set_attribute(s, "integrator", effort->integrator));
    QFP_TRY(qfp_snapshot_set_integers(s, "steps", 1, &steps));
    return qfp_snapshot_set_integers(s, "applications", 1, &applications);
}

const char *qfp_version(void)
{
    return QFP_VERSION;
}
