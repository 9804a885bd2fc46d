/* What stands under the name of a picture, or beside it, before it is drawn. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/stat.h>

#include "../support/program.h"

static void prepare(void)
{
    scratch_make();
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        cr_skip_test("no gnuplot");
    write_text("k.yaml", "hamiltonian: {modes: 1, operator: n}\n"
                         "initial: {coherent: [0.5]}\n"
                         "solver: {grid: {points: 16}, tolerance: 0.09}\n"
                         "output: {times: [0.0, 0.1], husimi: {from: -4, to: 4, points: 5}}\n");
    outcome o = RUN("run", "k.yaml", "-o", "r.h5");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
}

TestSuite(picture_names, .init = prepare, .fini = scratch_remove);

static void assert_drawn(outcome o, const char *name)
{
    char first[9];
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    read_back(scratch_path(name), first, sizeof first);
    cr_assert(eq(str, first, "\x89PNG\r\n\x1a\n"));
    cr_assert(not(left_behind(".part")));
}

static void assert_refused(outcome o, int status, const char *name, const char *says)
{
    cr_assert(eq(int, o.exit_status, status), "%s", o.err);
    cr_assert(strstr(o.err, name) != NULL && strstr(o.err, says) != NULL, "%s", o.err);
    cr_assert(not(left_behind(".lock")));
}

static void assert_kept(const char *name, const char *text)
{
    char found[64];
    read_back(scratch_path(name), found, sizeof found);
    cr_assert(eq(str, found, (char *)(size_t)text), "%s", name);
}

static mode_t kind_of(const char *name)
{
    struct stat found;
    return lstat(scratch_path(name), &found) == 0 ? found.st_mode & S_IFMT : 0;
}

Test(picture_names, pictures_of_ours_and_empty_files_are_replaced)
{
    write_text("p.png", "");
    for (int i = 0; i < 3; i++)
        assert_drawn(RUN("plot", "r.h5", "-o", "p.png"), "p.png");
}

/* Each kind begins as such files do, and knows itself again. */
Test(picture_names, every_kind_is_replaced_by_its_kind)
{
    static const char *const kinds[][2] = {
        {"p.pdf", "%PDF-"}, {"p.SVG", "<?xml "}, {"p.gif", "GIF89a"}};
    char first[16];
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 2; k++) {
            outcome o = i < 2 ? RUN("plot", "r.h5", "-o", kinds[i][0])
                              : RUN("plot", "r.h5", "--movie", "-o", kinds[i][0]);
            cr_assert(eq(int, o.exit_status, 0), "%s: %s", kinds[i][0], o.err);
        }
        read_back(scratch_path(kinds[i][0]), first, sizeof first);
        cr_assert(strncmp(first, kinds[i][1], strlen(kinds[i][1])) == 0, "%s: %s", kinds[i][0],
                  first);
        /* what is longer is another's: the mark of a PDF or a GIF is its end */
        FILE *file = fopen(scratch_path(kinds[i][0]), "ab");
        fputs("\nand more", file);
        fclose(file);
        outcome o = i < 2 ? RUN("plot", "r.h5", "-o", kinds[i][0])
                          : RUN("plot", "r.h5", "--movie", "-o", kinds[i][0]);
        cr_assert(eq(int, o.exit_status, i == 1 ? 0 : 4), "%s: %s", kinds[i][0], o.err);
    }
    assert_drawn(RUN("plot", "r.h5", "-o", "p.png"), "p.png");
}

Test(picture_names, endings_say_what_is_drawn)
{
    assert_refused(RUN("plot", "r.h5", "-o", "p.jpg"), 2, "p.jpg", ".png, .pdf or .svg");
    assert_refused(RUN("plot", "r.h5", "-o", "png"), 2, "png", ".png, .pdf or .svg");
    assert_refused(RUN("plot", "r.h5", "-o", "p.gif"), 2, "p.gif", "--movie");
    assert_refused(RUN("plot", "r.h5", "--movie", "-o", "p.png"), 2, "p.png", ".gif or .mp4");
    outcome o = RUN("plot", "r.h5", "--movie");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(scratch_exists(scratch_path("r.gif")));
}

/* One byte of the mark is another's. */
Test(picture_names, other_files_are_replaced_by_force_only)
{
    static const char photo[] = "\x89PNG\r\n\x1a\n, taken by somebody who has no other copy of it";
    static const char *const texts[] = {"dear", photo};
    char picture[1 << 16];
    for (int i = 0; i < 2; i++) {
        write_text("p.png", texts[i]);
        assert_refused(RUN("plot", "r.h5", "-o", "p.png"), 4, "p.png", "--force");
        assert_kept("p.png", texts[i]);
        assert_drawn(RUN("plot", "r.h5", "-o", "p.png", "--force"), "p.png");
    }
    FILE *file = fopen(scratch_path("p.png"), "rb");
    size_t size = fread(picture, 1, sizeof picture, file);
    fclose(file);
    picture[33 + 8 + 9]++;
    scratch_write(scratch_path("p.png"), picture, size);
    assert_refused(RUN("plot", "r.h5", "-o", "p.png"), 4, "p.png", "no picture of this program");
    /* a result is no picture, and of an input the name is taken as it stands */
    assert_drawn(RUN("plot", "r.h5"), "r.png");
    cr_assert(eq(int, RUN("run", "k.yaml", "-o", "other.h5").exit_status, 0));
    assert_refused(RUN("plot", "r.h5", "-o", "other.h5"), 2, "other.h5", ".png, .pdf or .svg");
    cr_assert(eq(int, rename(scratch_path("other.h5"), scratch_path("other.png")), 0));
    assert_refused(RUN("plot", "r.h5", "-o", "other.png"), 4, "other.png", "--force");
    cr_assert(eq(int, RUN("compare", "r.h5", "other.png", "--tol", "1e-9").exit_status, 0));
}

Test(picture_names, links_lead_nowhere)
{
    write_text("dear.txt", "dear");
    cr_assert(eq(int, symlink("dear.txt", scratch_path("p.png")), 0));
    assert_refused(RUN("plot", "r.h5", "-o", "p.png"), 4, "p.png", "--force");
    cr_assert(eq(int, kind_of("p.png") == S_IFLNK, 1));
    assert_drawn(RUN("plot", "r.h5", "-o", "p.png", "--force"), "p.png");
    cr_assert(eq(int, kind_of("p.png") == S_IFREG, 1));
    assert_kept("dear.txt", "dear");
}

Test(picture_names, places_for_no_file)
{
    cr_assert(eq(int, mkdir(scratch_path("folder.png"), 0700), 0));
    cr_assert(eq(int, mkfifo(scratch_path("pipe.png"), 0600), 0));
    assert_refused(RUN("plot", "r.h5", "-o", "folder.png", "--force"), 4, "folder", "is a folder");
    assert_refused(RUN("plot", "r.h5", "-o", "pipe.png", "--force"), 4, "pipe", "a pipe");
    assert_refused(RUN("plot", "r.h5", "-o", "/dev/null", "--force"), 2, "/dev/null", ".png");
    assert_refused(RUN("plot", "r.h5", "-o", "none/p.png"), 4, "none/p.png", "cannot be created");
    assert_refused(RUN("plot", "r.h5", "-o", ""), 2, "", "is empty");
    cr_assert(eq(int, kind_of("pipe.png") == S_IFIFO, 1));
}

/* By every name of the input, also where the picture would only grow. */
Test(picture_names, the_input_is_not_replaced)
{
    static const char *const outputs[] = {"r.h5",     "./r.h5", "hard.png",
                                          "soft.png", "p.png",  "q.png"};
    cr_assert(eq(int, link(scratch_path("r.h5"), scratch_path("hard.png")), 0));
    cr_assert(eq(int, symlink("./r.h5", scratch_path("soft.png")), 0));
    cr_assert(eq(int, link(scratch_path("r.h5"), scratch_path("p.png.part")), 0));
    cr_assert(eq(int, link(scratch_path("r.h5"), scratch_path("q.png.part.lock")), 0));
    for (int i = 0; i < 6; i++) {
        outcome o = RUN("plot", "r.h5", "-o", outputs[i], "--force");
        cr_assert(eq(int, o.exit_status, 2), "%s: %s", outputs[i], o.err);
        cr_assert(strstr(o.err, "would replace the input r.h5") != NULL, "%s", o.err);
    }
    cr_assert(eq(int, RUN("compare", "r.h5", "r.h5", "--tol", "0").exit_status, 0));
}

/* What grows there may be an interrupted run; a picture that was killed leaves its lock as well. */
Test(picture_names, what_stands_beside_the_picture)
{
    write_text("p.png.part", "dear");
    assert_refused(RUN("plot", "r.h5", "-o", "p.png", "--force"), 4, "p.png.part", "move it");
    write_text("p.png.part.lock", "1 nowhere\n");
    assert_refused(RUN("plot", "r.h5", "-o", "p.png", "--force"), 4, "p.png.part", "move it");
    assert_kept("p.png.part", "dear");
    write_text("p.png.part", "\x89PNG\r\n\x1a\n and so on");
    assert_refused(RUN("plot", "r.h5", "-o", "p.png"), 4, "p.png.part", "move it");
    write_text("p.png.part.lock", "1 nowhere\n");
    assert_drawn(RUN("plot", "r.h5", "-o", "p.png"), "p.png");
}

Test(picture_names, a_name_that_another_process_has)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char found[64];
    write_text("p.png", "");
    write_text("p.png.part.lock", "4711 elsewhere\n");
    int lock = open(scratch_path("p.png.part.lock"), O_RDWR);
    cr_assert(eq(int, fcntl(lock, F_OFD_SETLK, &whole), 0));
    outcome o = RUN("plot", "r.h5", "-o", "p.png", "--force");
    close(lock);
    cr_assert(eq(int, o.exit_status, 4), "%s", o.err);
    cr_assert(strstr(o.err, "written by process 4711 on elsewhere") != NULL, "%s", o.err);
    read_back(scratch_path("p.png"), found, sizeof found);
    cr_assert(eq(str, found, ""));
}

/* A dot in the name of a folder is none of the file's. */
Test(picture_names, the_name_that_is_chosen)
{
    static const char *const names[][2] = {
        {"v1.2/r", "v1.2/r.png"}, {"v1.2/.r", "v1.2/.r.png"}, {"v1.2/r.x.h5", "v1.2/r.x.png"}};
    cr_assert(eq(int, mkdir(scratch_path("v1.2"), 0700), 0));
    for (int i = 0; i < 3; i++) {
        cr_assert(eq(int, link(scratch_path("r.h5"), scratch_path(names[i][0])), 0));
        assert_drawn(RUN("plot", names[i][0]), names[i][1]);
    }
}
