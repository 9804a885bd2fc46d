/* Options as getopt_long reads them, the pages of help, and what mistakes are answered with. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "../support/program.h"

static const char good[] = "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}\n"
                           "initial: {coherent: [1.0]}\n"
                           "solver: {tolerance: 1.0e-4, basis: fock}\n"
                           "output:\n"
                           "  times: [0.0, 0.05]\n"
                           "  husimi: {from: -3.0, to: 3.0, points: 9}\n";

static void begin(void)
{
    scratch_make();
    write_text("good.yaml", good);
}

TestSuite(command_line, .init = begin, .fini = scratch_remove);

static const char *const commands[] = {"run",     "steady", "sweep", "sample",  "audit",   "plan",
                                       "compare", "plot",   "bench", "devices", "version", "help"};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* In the 80 columns that a terminal has. */
static void assert_fits(const char *page)
{
    for (size_t length; *page != '\0'; page += length + (page[length] == '\n')) {
        length = strcspn(page, "\n");
        cr_assert(length <= 80, "%.*s", (int)length, page);
    }
}

Test(command_line, every_command_has_a_page)
{
    outcome overview = RUN("help");
    assert_fits(overview.out);
    cr_assert(eq(int, overview.exit_status, 0));
    cr_assert(eq(str, RUN("--help").out, overview.out));
    cr_assert(eq(str, RUN("-h").out, overview.out));
    for (int i = 0; i < COMMANDS; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n  qfp %s ", commands[i]);
        cr_assert(strstr(overview.out, line) != NULL, "%s", line);
        outcome page = RUN("help", commands[i]);
        assert_fits(page.out);
        cr_assert(eq(int, page.exit_status, 0), "%s", page.err);
        snprintf(line, sizeof line, "qfp %s ", commands[i]);
        cr_assert(eq(int, strncmp(page.out, line, strlen(line)), 0), "%s", page.out);
        snprintf(line, sizeof line, "\nExample:\n  qfp %s", commands[i]);
        cr_assert(strstr(page.out, line) != NULL, "%s", page.out);
        cr_assert(strstr(page.out, "\nExit status:\n  0  done\n") != NULL, "%s", page.out);
        cr_assert(strstr(page.out, "  -h, --help ") != NULL, "%s", page.out);
        cr_assert(eq(int, strstr(page.out, "--json ") != NULL, strcmp(commands[i], "help") != 0));
        cr_assert(eq(str, page.err, ""));
        outcome same = RUN(commands[i], "--help");
        cr_assert(eq(int, same.exit_status, 0), "%s", same.err);
        cr_assert(eq(str, same.out, page.out));
        cr_assert(eq(str, RUN(commands[i], "-h").out, page.out));
    }
    cr_assert(strstr(RUN("help", "compare").out, "  1  compare above tolerance\n") != NULL);
    cr_assert(strstr(RUN("help", "run").out, "  1  ") == NULL);
    cr_assert(strstr(RUN("help", "run").out, "-o, --output FILE ") != NULL);
    cr_assert(eq(str, RUN("--version").out, RUN("version").out));
}

static void give_input(const char *name)
{
    int file = open(scratch_path(name), O_RDONLY);
    cr_assert(file >= 0 && dup2(file, 0) == 0);
    close(file);
}

Test(command_line, standard_input_is_a_configuration)
{
    cr_assert(eq(int, RUN("run", "good.yaml").exit_status, 0));
    give_input("good.yaml");
    cr_assert(eq(int, RUN("run", "-").exit_status, 0));
    outcome same = RUN("compare", "good.h5", "stdin.h5", "--tol", "0");
    cr_assert(eq(int, same.exit_status, 0), "%s", same.out);
    give_input("good.yaml");
    cr_assert(eq(int, RUN("plan", "-").exit_status, 0));
    write_text("bad.yaml", "hamiltonian:\n  operater: \"n\"\n");
    static const char *const reading[] = {"run", "steady", "sample", "audit", "plan", "bench"};
    for (size_t i = 0; i < sizeof reading / sizeof *reading; i++) {
        give_input("bad.yaml");
        outcome refused = RUN(reading[i], "-");
        cr_assert(eq(int, refused.exit_status, 2), "%s", refused.err);
        cr_assert(strstr(refused.err, "qfp: stdin:2:3: hamiltonian.operater: ") != NULL, "%s",
                  refused.err);
    }
}

Test(command_line, keys_have_pages)
{
    outcome o = RUN("help", "solver.grid");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(strstr(o.out, "    example: grid: {points: 64, extent: 16.0}\n") != NULL, "%s",
              o.out);
    cr_assert(strstr(o.out, "\n    solver.grid.points ") != NULL, "%s", o.out);
    o = RUN("help", "points"); /* every key that ends so */
    cr_assert(strstr(o.out, "solver.grid.points\n") != NULL, "%s", o.out);
    cr_assert(strstr(o.out, "\noutput.husimi.points\n") != NULL, "%s", o.out);
}

/* Each of these writes x.h5 at another tolerance and prints JSON. */
Test(command_line, options_are_abbreviated_and_stand_anywhere)
{
    static const char *const lines[][10] = {
        {"run", "good.yaml", "-o", "x.h5", "--json", "--set", "solver.tolerance=1e-5"},
        {"run", "--json", "--set=solver.tolerance=1e-5", "-ox.h5", "good.yaml"},
        {"run", "--js", "--outp", "x.h5", "good.yaml", "--se", "solver.tolerance=1e-5"},
        {"run", "--output=x.h5", "--set", "solver.tolerance=1e-5", "--json", "--", "good.yaml"},
        {"run", "-o=x.h5", "good.yaml", "--set", "solver.tolerance=1e-5", "--json"},
        {"run", "-o", "y.h5", "good.yaml", "-o", "x.h5", "--set", "solver.tolerance=1e-5",
         "--json"},
    };
    for (int posix = 0; posix < 2; posix++) { /* which would end the options at the first operand */
        if (posix)
            setenv("POSIXLY_CORRECT", "1", 1);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            outcome o = program_wait(program_start(lines[i]));
            cr_assert(eq(int, o.exit_status, 0), "%zu: %s", i, o.err);
            cr_assert(strstr(o.out, "\"output\": \"x.h5\"") != NULL, "%zu: %s", i, o.out);
            char *text =
                qfpi_format("grep -aqF 'set solver.tolerance=1e-5' %s", scratch_path("x.h5"));
            cr_assert(eq(int, system(text), 0), "%zu", i);
            free(text);
            remove(scratch_path("x.h5"));
        }
    }
}

Test(command_line, a_file_may_be_named_like_an_option)
{
    write_text("--json", good);
    outcome o = RUN("plan", "--", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(eq(int, strncmp(o.out, "mode 1", 6), 0), "%s", o.out);
    o = RUN("plan", "./--json", "--json");
    cr_assert(eq(int, o.exit_status, 0), "%s", o.err);
    cr_assert(eq(int, o.out[0], '{'), "%s", o.out);
}

#ifndef QFP_MPIRUN
Test(command_line, a_build_without_mpi_is_not_one_of_several)
{
    static const char *const sizes[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    static const char *const ranks[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK"};
    for (int i = 0; i < 2; i++) {
        setenv(sizes[i], "2", 1);
        setenv(ranks[i], "0", 1);
        outcome o = RUN("version");
        cr_assert(eq(int, o.exit_status, 2), "%s", sizes[i]);
        cr_assert(strstr(o.err, "qfp: this qfp was built without MPI") != NULL, "%s", o.err);
        cr_assert(strstr(o.err, sizes[i]) != NULL, "%s", o.err);
        setenv(ranks[i], "1", 1); /* once is enough */
        o = RUN("version");
        cr_assert(eq(int, o.exit_status, 2), "%s", sizes[i]);
        cr_assert(eq(str, o.err, ""), "%s", sizes[i]);
        setenv(sizes[i], "1", 1);
        cr_assert(eq(int, RUN("version").exit_status, 0), "%s", sizes[i]);
        unsetenv(sizes[i]);
        unsetenv(ranks[i]);
    }
}
#endif

/* The last value of a key counts, by whatever option it came. */
Test(command_line, overrides_repeat)
{
    outcome o = RUN("audit", "good.yaml", "--set", "kappa=2", "--set", "kappa=0.5", "--json");
    cr_assert(strstr(o.out, "\"kappa\": 0.5") != NULL, "%s", o.out);
    o = RUN("run", "good.yaml", "--set", "solver.basis=fourier", "--basis=reference", "--json");
    cr_assert(strstr(o.out, "\"basis\": \"reference\"") != NULL, "%s", o.out);
}

Test(command_line, a_parameter_is_no_key)
{
    write_text("u.yaml", "hamiltonian: {parameters: {U: 1}, operator: U*n}\n"
                         "initial: {fock: [1]}\noutput: {times: [0]}\n");
    outcome o = RUN("run", "u.yaml", "--set", "U=2");
    cr_assert(eq(int, o.exit_status, 2));
    cr_assert(
        eq(str, o.err,
           "qfp: --set U: a parameter and no key; did you mean 'hamiltonian.parameters.U'?\n"));
}

Test(command_line, mistakes_name_what_is_near)
{
    static const struct {
        const char *arguments[6], *says;
    } lines[] = {
        {{"rnu", "good.yaml"}, "qfp: 'rnu' is no command; did you mean 'run'?\n"},
        {{"zebra"}, "qfp: 'zebra' is no command; 'qfp help' lists them\n"},
        {{"good.yaml"}, "'good.yaml' is no command; did you mean 'qfp run good.yaml'?\n"},
        {{"run", "good.yaml", "--levels=9"},
         "unknown option '--levels=9'; a key is given by '--set solver.levels=VALUE'\n"},
        {{"plot", "good.h5", "--levels=9"}, "'--levels=9'; see 'qfp help plot'\n"},
        {{"run", "good.yaml", "--x"}, "qfp: run: unknown option '--x'; see 'qfp help run'\n"},
        {{"run", "good.yaml", "-x"}, "qfp: run: unknown option '-x'; see 'qfp help run'\n"},
        {{"run", "good.yaml", "--jsno"},
         "qfp: run: unknown option '--jsno'; did you mean '--json'?\n"},
        {{"run", "--bsais=fock"}, "unknown option '--bsais=fock'; did you mean '--basis'?\n"},
        {{"plan", "good.yaml", "--latex"},
         "qfp: plan: unknown option '--latex'; see 'qfp help plan'\n"},
        {{"plan", "good.yaml", "-o", "x"}, "qfp: plan: unknown option '-o'; see 'qfp help plan'\n"},
        {{"run", "--ba=fock"}, "'--ba=fock' is short for several options: --basis, --backend;"},
        {{"run", "--json=1"}, "qfp: run: --json takes no value; see 'qfp help run'\n"},
        {{"run", "good.yaml", "-o"}, "qfp: run: -o needs a value, FILE; see 'qfp help run'\n"},
        {{"run", "good.yaml", "--bas"},
         "qfp: run: --bas needs a value, BASIS; see 'qfp help run'\n"},
        {{"run"}, "qfp: run: expected CONFIG.yaml; see 'qfp help run'\n"},
        {{"devices", "all"},
         "qfp: devices: 'all' is one argument too many; expected no arguments\n"},
        {{"help", "solver.gird"},
         "help: no page 'solver.gird'; did you mean 'qfp help solver.grid'?\n"},
        {{"help", "tolerence"}, "help: no page 'tolerence'; did you mean 'qfp help tolerance'?\n"},
        {{"help", "campare"}, "help: no page 'campare'; did you mean 'qfp help compare'?\n"},
        {{"help", "confg"}, "help: no page 'confg'; did you mean 'qfp help config'?\n"},
        {{"help", "zebra"}, "help: no page 'zebra'; 'qfp help' lists the commands"},
        {{"help", ""}, "help: no page ''; 'qfp help' lists the commands"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        outcome o = program_wait(program_start(lines[i].arguments));
        cr_assert(eq(int, o.exit_status, 2), "%zu: %s", i, o.err);
        cr_assert(strstr(o.err, lines[i].says) != NULL, "%zu: %s", i, o.err);
        cr_assert(eq(str, o.out, ""), "%zu", i);
    }
}

static void is_printable(const char *text)
{
    static const char *const turning[] = {"\xc2\x9b", "\xe2\x80\xae", "\xff"};
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        int moves = (*c < 0x20 && *c != '\n') || *c == 0x7f;
        cr_assert(eq(int, moves, 0), "0x%02x in %s", *c, text);
    }
    for (size_t i = 0; i < sizeof turning / sizeof *turning; i++)
        cr_assert(strstr(text, turning[i]) == NULL, "%s", text);
}

Test(command_line, nothing_of_a_users_text_moves_the_cursor)
{
    static const char evil[] = "\x1b[2J\r\x07\xc2\x9b\xe2\x80\xae\xff.h5";
    static const char shown[] = "\\x1b[2J\\x0d\\x07\\xc2\\x9b\\xe2\\x80\\xae\\xff.h5";
    static const char *const lines[][6] = {
        {evil},
        {"run", evil},
        {"run", "good.yaml", "--\x1b[2J"},
        {"run", "good.yaml", "-\x1b"},
        {"run", "good.yaml", evil},
        {"run", "good.yaml", "--set", evil},
        {"run", "good.yaml", "--basis", evil},
        {"run", "good.yaml", "-o", evil},
        {"run", "good.yaml", "-o", evil, "--json"},
        {"compare", evil, "b.h5"},
        {"compare", evil, evil, "--tol", evil},
        {"plot", evil, "-o", evil},
        {"help", evil},
        {"audit", "good.yaml", "--set", "title=\"\\e[2J\\a\""},
        {"audit", "good.yaml", "--latex", "--set", "title=\"\\e[2J\\a\""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        outcome o = program_wait(program_start(lines[i]));
        cr_assert(lt(sz, 0, strlen(o.out) + strlen(o.err)), "%zu", i);
        is_printable(o.out);
        is_printable(o.err);
        if (lines[i][2] != NULL && strcmp(lines[i][2], "-o") == 0 && lines[i][4] == NULL)
            cr_assert(strstr(strcmp(lines[i][0], "run") == 0 ? o.out : o.err, shown) != NULL, "%s",
                      o.err);
    }
}
