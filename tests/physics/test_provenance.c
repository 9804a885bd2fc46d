/* What output files say of themselves, of every kind. */
#include <hdf5_hl.h>

#include "../support/sampling.h"
#include "../support/text_attribute.h"
#include "io/hdf5_access.h"
#include "qfp/compare.h"
#include "qfp/run.h"

TestSuite(provenance, .init = scratch_make, .fini = scratch_remove);

#define OUTPUT "output: {times: [0.0, 0.1], husimi: {from: -4, to: 4, points: 5}%s}\n"
#define KERR "hamiltonian: {operator: \"0.5*ad^2*a^2\"}\nlengths: [2.0]\n"

static const char theories[] = KERR "initial: {coherent: [1.0]}\ntheory: [{order: exact}, "
                                    "{order: 1}]\nsolver: {tolerance: 1.0e-3}\n" OUTPUT;
static const char fock[] =
    KERR "initial: {coherent: [0.5]}\nsolver: {basis: fock, levels: 12, integrator: rk4, "
         "step: 0.001, tolerance: 1.0e-3}\n" OUTPUT;
static const char guided[] =
    KERR "initial: {coherent: [1.0]}\nensemble: {method: guided, paths: 64, steps: 4}\n" OUTPUT;
static const char markov[] =
    "ensemble: {method: markov, drift: [\"-x\"], noise: [[\"0.5\"]], preparations: [{mean: [0.0], "
    "deviation: [0.4]}, {mean: [0.5], deviation: [0.4]}], paths: 64, steps: 4}\n" OUTPUT;

static const char *make(const char *format, const char *output, const char *name)
{
    char yaml[1024];
    const char *path = scratch_path(name);
    snprintf(yaml, sizeof yaml, format, output);
    qfp_config *config = load_text(yaml);
    if (strstr(yaml, "ensemble:") != NULL) {
        qfp_sample_result result;
        OK(qfp_sample(config, &(qfp_sample_options){.output_path = path}, &result));
        qfp_sample_result_destroy(&result);
    } else {
        qfp_run_result result;
        OK(qfp_run(config, &(qfp_run_options){.output_path = path}, &result));
        qfp_run_result_destroy(&result);
    }
    qfp_config_destroy(config);
    return path;
}

static char *text_of(hid_t file, const char *object, const char *name)
{
    hid_t opened = H5Oopen(file, object, H5P_DEFAULT);
    cr_assert(opened >= 0, "%s", object);
    char *text = text_attribute(opened, name);
    H5Oclose(opened);
    return text;
}

static long long integer_of(hid_t file, const char *object, const char *name)
{
    long long value = -1;
    H5LTget_attribute_long_long(file, object, name, &value);
    return value;
}

/* The value of every attribute but `date` is the same in the group of the other file. */
static herr_t same_attribute(hid_t group, const char *name, const H5A_info_t *information,
                             void *data)
{
    (void)information;
    const hid_t *other = data;
    char mine[4096] = "", yours[4096] = "", *text = text_attribute(group, name);
    if (text != NULL) {
        char *second = text_attribute(*other, name);
        cr_assert(second != NULL, "%s", name);
        bool is_date = strcmp(name, "date") == 0;
        cr_assert(is_date ? strlen(second) == 20 : strcmp(text, second) == 0, "%s: %s, %s", name,
                  text, second);
        free(second);
    } else {
        hid_t a = H5Aopen(group, name, H5P_DEFAULT), b = H5Aopen(*other, name, H5P_DEFAULT);
        hid_t type = H5Aget_type(a);
        cr_assert(H5Aget_storage_size(a) <= sizeof mine);
        cr_assert(H5Aread(a, type, mine) >= 0 && H5Aread(b, type, yours) >= 0, "%s", name);
        cr_assert(memcmp(mine, yours, sizeof mine) == 0, "%s", name);
        H5Tclose(type);
        H5Aclose(a);
        H5Aclose(b);
    }
    free(text);
    return 0;
}

Test(provenance, nothing_but_the_date_differs_between_two_runs)
{
    const char *a = make(theories, "", "a.h5"), *b = make(theories, "", "b.h5");
    static const char *const groups[] = {"/", "/theories/liouville"};
    qfp_comparison comparison;
    OK(qfp_compare_files(a, b, NULL, &comparison));
    cr_assert(comparison.worst == 0.0 && comparison.only_in_a + comparison.only_in_b == 0);
    qfp_comparison_destroy(&comparison);
    hid_t one = H5Fopen(a, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t two = H5Fopen(b, H5F_ACC_RDONLY, H5P_DEFAULT);
    for (int i = 0; i < 2; i++) {
        hid_t here = H5Gopen2(one, groups[i], H5P_DEFAULT);
        hid_t there = H5Gopen2(two, groups[i], H5P_DEFAULT);
        H5Aiterate2(here, H5_INDEX_NAME, H5_ITER_INC, NULL, same_attribute, &there);
        cr_assert(integer_of(one, groups[i], "steps") > 0);
        cr_assert(integer_of(one, groups[i], "applications") >
                  integer_of(one, groups[i], "steps")); /* a step takes a whole Krylov space */
        cr_assert(integer_of(one, groups[i], "grid_points") >= 8);
        cr_assert(H5Aexists(here, "config") == (i == 0)); /* the file's, not the theory's */
        H5Gclose(here);
        H5Gclose(there);
    }
    H5Fclose(one);
    H5Fclose(two);
}

Test(provenance, the_end_tells_levels_and_steps)
{
    hid_t file = H5Fopen(make(fock, "", "f.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    double lengths = 0.0;
    char *integrator = text_of(file, "/", "integrator");
    /* A diagonal generator needs no integrator, whatever was asked for. */
    cr_assert(eq(str, integrator, "phases of a diagonal generator"));
    cr_assert(eq(llong, integer_of(file, "/", "levels"), 12));
    cr_assert(eq(llong, integer_of(file, "/", "steps"), 1)); /* one output after t = 0 */
    cr_assert(H5LTget_attribute_double(file, "/", "lengths", &lengths) >= 0);
    cr_assert(eq(dbl, lengths, 2.0));
    free(integrator);
    H5Fclose(file);
}

/* Every dataset says what it is, in which units and along which axes. */
static herr_t describes_itself(hid_t root, const char *name, const H5O_info_t *information,
                               void *data)
{
    (void)data;
    if (information->type != H5O_TYPE_DATASET)
        return 0;
    hid_t dataset = H5Dopen2(root, name, H5P_DEFAULT), space = H5Dget_space(dataset);
    char *units = text_attribute(dataset, "units");
    char *long_name = text_attribute(dataset, "long_name");
    cr_assert(units != NULL && long_name != NULL && strlen(long_name) > 5, "%s", name);
    for (int i = 0; !H5DSis_scale(dataset) && i < H5Sget_simple_extent_ndims(space); i++)
        cr_assert(eq(int, H5DSget_num_scales(dataset, (unsigned)i), 1), "%s", name);
    free(units);
    free(long_name);
    H5Sclose(space);
    H5Dclose(dataset);
    return 0;
}

Test(provenance, every_kind_of_file_describes_itself)
{
    static const char fields[] = ", fields: [drift, diffusion, current]",
                      paths[] = ", paths: {count: 2}";
    static const char *const files[][3] = {
        {theories, fields, "run"}, {guided, paths, "sample"}, {markov, paths, "process"}};
    static const char *const always[] = {
        "format_version", "program_version", "git_commit", "libraries",  "date",
        "kind",           "config",          "kappa",      "axis_order", "backend",
        "device",         "basis",           "ordering",   "theory",     "units"};
    for (int i = 0; i < 3; i++) {
        hid_t file = H5Fopen(make(files[i][0], files[i][1], "k.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
        char *kind = text_of(file, "/", "kind");
        cr_assert(eq(str, kind, (char *)files[i][2]));
        free(kind);
        for (size_t k = 0; k < sizeof always / sizeof *always; k++)
            cr_assert(H5Aexists(file, always[k]) > 0, "%s: %s", files[i][2], always[k]);
        cr_assert(H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, describes_itself, NULL) >= 0);
        if (i < 2) {
            char *units = text_of(file, "/observables/energy", "units");
            cr_assert(eq(str, units, "as the Hamiltonian"));
            free(units);
        }
        H5Fclose(file);
    }
}
