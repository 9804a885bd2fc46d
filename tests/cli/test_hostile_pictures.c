/* Files of every kind whose texts are commands of gnuplot and of a shell: they are drawn, and nothing runs. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <hdf5.h>
#include <sys/resource.h>

#include "../support/program.h"

TestSuite(hostile_pictures, .init = scratch_make, .fini = scratch_remove);

static const char run[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                          "initial: {coherent: [1.0]}\n"
                          "solver: {tolerance: 1.0e-4}\n"
                          "output:\n"
                          "  times: [0.0, 0.05]\n"
                          "  observables: [{name: mine, operator: \"ad^2*a^2\"}]\n"
                          "  husimi: {from: -4.0, to: 4.0, points: 41}\n";
static const char sample[] = "  paths: {count: 2}\n"
                             "ensemble: {method: guided, paths: 50, steps: 4}\n";
static const char process[] = "ensemble:\n"
                              "  method: markov\n"
                              "  drift: [\"-x\"]\n"
                              "  noise: [[\"1\"]]\n"
                              "  preparations: [{mean: [-1.0], deviation: [0.8]}]\n"
                              "  paths: 200\n"
                              "  steps: 4\n"
                              "output:\n"
                              "  times: [0, 0.25]\n"
                              "  husimi: {from: -4.5, to: 4.5, points: 31}\n"
                              "  paths: {count: 2}\n";

static bool have_gnuplot(void)
{
    return system("command -v gnuplot >/dev/null 2>&1") == 0;
}

static void make(const char *name, const char *command, const char *text, const char *more)
{
    char *all = qfpi_format("%s%s", text, more), *config = qfpi_format("%s.yaml", name);
    char *out = qfpi_format("%s.h5", name);
    write_text(config, all);
    outcome o = RUN(command, config, "-o", out);
    cr_assert(eq(int, o.exit_status, 0), "%s: %s", name, o.err);
    free(all);
    free(config);
    free(out);
}

/* Every text attribute of every object becomes `text`; those that say of what kind the file is stay. */
static herr_t poison_attribute(hid_t object, const char *name, const H5A_info_t *info, void *text)
{
    (void)info;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    hid_t space = H5Aget_space(attribute);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    bool is_text = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
    if (is_text && strcmp(name, "kind") != 0 && strcmp(name, "theories") != 0) {
        void **texts = calloc((size_t)count, sizeof *texts);
        for (hssize_t i = 0; i < count; i++)
            texts[i] = text;
        H5Awrite(attribute, type, texts);
        free(texts);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return 0;
}

static herr_t poison_object(hid_t root, const char *name, const H5O_info_t *info, void *text)
{
    (void)info;
    hid_t object = H5Oopen(root, name, H5P_DEFAULT);
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, poison_attribute, text);
    H5Oclose(object);
    return 0;
}

static void set_text(hid_t file, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(text) + 1);
    if (H5Aexists(file, name) > 0)
        H5Adelete(file, name);
    hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(0 <= H5Awrite(attribute, type, text));
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
}

/* The second theory is called `text`, and so are its groups. */
static void rename_theory(hid_t file, const char *text)
{
    char *theories = qfpi_format("exact, %s", text);
    const char *const groups[] = {"/theories/", "/distance/"};
    for (int i = 0; i < 2; i++) {
        char *from = qfpi_format("%sM2", groups[i]), *to = qfpi_format("%s%s", groups[i], text);
        cr_assert(0 <= H5Lmove(file, from, file, to, H5P_DEFAULT, H5P_DEFAULT), "%s", to);
        free(from);
        free(to);
    }
    set_text(file, "theories", theories);
    free(theories);
}

static void poison(const char *name, const char *text)
{
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, poison_object, (void *)(size_t)text);
    set_text(file, "title", text);
    if (H5Lexists(file, "/theories", H5P_DEFAULT) > 0)
        rename_theory(file, text);
    H5Fclose(file);
}

static void copy(const char *from, const char *to)
{
    char *command = qfpi_format("cp '%s/%s' '%s/%s'", scratch_folder, from, scratch_folder, to);
    cr_assert(eq(int, system(command), 0));
    free(command);
}

Test(hostile_pictures, texts_of_every_kind_of_file_are_drawn)
{
    static const char *const kinds[] = {"run", "theories", "sample", "process"};
    /* no slash and no comma: labels are names of groups, in a list; short, so that no label is cut */
    static const char *const texts[] = {"'\n!touch ran\n#", "\"\nsystem('touch ran')\n#",
                                        "`touch ran`", "$(touch ran) @x \\",
                                        "\nprint `touch ran`\n"};
    if (!have_gnuplot())
        cr_skip_test("no gnuplot");
    make("run", "run", run, "  series: {from: 0, to: 0.05, count: 3}\n");
    make("theories", "run", run, "theory: [{order: exact}, {order: 2, accept_unbalanced: true}]\n");
    make("sample", "sample", run, sample);
    make("process", "sample", process, "");
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            char *whole = qfpi_format("%s.h5", kinds[k]);
            copy(whole, "bad.h5");
            poison("bad.h5", texts[i]);
            outcome o = RUN("plot", "bad.h5", "-o", "bad.png");
            cr_assert(eq(int, o.exit_status, 0), "%s, %s: %s", kinds[k], texts[i], o.err);
            cr_assert(not(scratch_exists(scratch_path("ran"))), "%s: %s", kinds[k], texts[i]);
            free(whole);
        }
}

/* The name of the file is its title when it has none; the picture's name is no command either. */
Test(hostile_pictures, names_of_files_are_no_commands)
{
    static const char name[] = "'\n!touch ran\n#.h5", picture[] = "'\n!touch ran\n#`touch ran`.png";
    if (!have_gnuplot())
        cr_skip_test("no gnuplot");
    make("run", "run", run, "");
    cr_assert(eq(int, rename(scratch_path("run.h5"), scratch_path(name)), 0));
    hid_t file = H5Fopen(scratch_path(name), H5F_ACC_RDWR, H5P_DEFAULT);
    set_text(file, "title", "");
    H5Fclose(file);
    outcome o = RUN("plot", name, "-o", picture);
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(scratch_exists(scratch_path(picture)));
    cr_assert(not(scratch_exists(scratch_path("ran"))));
}

static ino_t inode_of(const char *name)
{
    struct stat found;
    return stat(scratch_path(name), &found) == 0 ? found.st_ino : 0;
}

/* Files of this process and its children end after `bytes`, as on a full disk. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    cr_assert(eq(int, getrlimit(RLIMIT_FSIZE, &limit), 0));
    limit.rlim_cur = bytes > 0 ? bytes : limit.rlim_max;
    cr_assert(eq(int, setrlimit(RLIMIT_FSIZE, &limit), 0));
}

Test(hostile_pictures, a_disk_that_ends_keeps_the_older_picture)
{
    static const rlim_t sizes[] = {1, 100, 4096, 20000};
    if (!have_gnuplot())
        cr_skip_test("no gnuplot");
    make("run", "run", run, "");
    outcome first = RUN("plot", "run.h5", "-o", "old.png");
    cr_assert(eq(int, first.exit_status, 0), "%s", first.err);
    ino_t older = inode_of("old.png");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        limit_files(sizes[i]);
        outcome o = RUN("plot", "run.h5", "-o", "old.png");
        limit_files(0);
        cr_assert(eq(int, o.exit_status, 4), "%lu: %s", (unsigned long)sizes[i], o.err);
        cr_assert(strstr(o.err, "no picture of this program") == NULL, "%s", o.err);
        cr_assert(not(left_behind(".part")));
        cr_assert(eq(u64, inode_of("old.png"), older));
    }
}
