/* main.c - the program: finds the subcommand. */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include <dlfcn.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "core/ranks.h"
#include "core/text.h"
#include "expression/expression.h"
#include "io/provenance.h"

static qfp_status fail_unknown(const char *name)
{
    enum { MOST = 32 };
    const char *known[MOST];
    char advice[128];
    size_t count = 0, length = strlen(name);
    if (length > 5 && strcmp(name + length - 5, ".yaml") == 0)
        return QFP_FAIL(QFP_USAGE, "'%s' is no command; did you mean 'qfp run %s'?", name, name);
    for (; count < command_row_count && count < MOST; count++)
        known[count] = command_rows[count].name;
    return QFP_FAIL(QFP_USAGE, "'%s' is no command; %s", name,
                    suggest("", qfp_nearest(name, known, count), "'qfp help' lists them", advice,
                            sizeof advice));
}

/* An OpenBLAS older than the processor takes kernels of 2004 for it, a third as fast as those for its vectors, and
 * that of Ubuntu 22.04, 0.3.20, multiplies matrices wrongly where it takes those of Cooper Lake, also on what came after
 * it (OpenMathLib/OpenBLAS#5267): Q was off by a tenth.  Told so in its environment, it takes others.  Once: the variable
 * says something the second time. */
static void prefer_vectors(char **argv)
{
#if defined(__x86_64__) && defined(__GNUC__)
    static const char variable[] = "OPENBLAS_CORETYPE";
    char *(*name)(void) = (char *(*)(void))dlsym(RTLD_DEFAULT, "openblas_get_corename");
    const char *wanted = getenv(variable);
    if ((wanted != NULL && wanted[0] != '\0') || name == NULL ||
        (strcmp(name(), "Prescott") != 0 && strcmp(name(), "Cooperlake") != 0) ||
        !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return;
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
    if (setenv(variable, wide ? "SkylakeX" : "Haswell", 1) == 0)
        execv("/proc/self/exe", argv);
#else
    (void)argv;
#endif
}

/* Ranks on one machine that nobody gave cores or threads of their own would each take all. */
static void share_cores(void)
{
    void (*of_openblas)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "openblas_set_num_threads");
    int most = omp_get_num_procs(), here = qfpi_ranks_here();
    long share = sysconf(_SC_NPROCESSORS_ONLN) / here;
    int threads = share >= most ? most : share > 1 ? (int)share : 1;
    if (here == 1)
        return;
    if (getenv("OMP_NUM_THREADS") == NULL)
        omp_set_num_threads(threads);
    if (getenv("OPENBLAS_NUM_THREADS") == NULL && of_openblas != NULL)
        of_openblas(omp_get_max_threads());
}

/* Ranks that were started otherwise would wait for each other forever. */
static qfp_status compare_ranks(int argc, char **argv)
{
    qfp_text words = {0};
    for (int i = 0; i < argc; i++)
        qfpi_text_put(&words, i > 0 ? " %s" : "%s", argv[i]);
    char *line = qfpi_text_finish(&words);
    qfp_status status = qfpi_ranks_agree(
        line != NULL ? QFP_OK : QFP_FAIL(QFP_MEMORY, "out of memory for the command line"));
    if (status == QFP_OK)
        status = qfpi_ranks_same("the program", qfp_provenance_program());
    if (status == QFP_OK)
        status = qfpi_ranks_same("the command line", line);
    free(line);
    return status;
}

/* With others: what computes is done by all of them, what shows something by rank 0; one of them speaks. */
static qfp_status run_as_rank(const command_row *command, bool computes, arguments *a)
{
    if (qfpi_ranks() == 1 || computes)
        return command->run(a);
    if (qfpi_rank() > 0)
        return QFP_OK;
    qfpi_ranks_apart(true);
    qfp_status status = command->run(a);
    qfpi_ranks_apart(false);
    return status;
}

static qfp_status run_command(int argc, char **argv)
{
    bool asks_help = strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0;
    bool asks_version = strcmp(argv[0], "--version") == 0;
    const command_row *command = command_find(asks_help      ? "help"
                                              : asks_version ? "version"
                                                             : argv[0]);
    bool computes = command != NULL && (command->options >> OPTION_BASIS & 1u) != 0;
    arguments a;
    if (computes)
        prefer_vectors(argv - 1);
    QFP_TRY(qfpi_ranks_begin());
    bool is_loud = qfpi_rank() > 0 && freopen("/dev/null", "w", stdout) == NULL;
    QFP_TRY(qfpi_ranks_agree(is_loud ? QFP_FAIL(QFP_IO, "/dev/null: cannot be opened") : QFP_OK));
    share_cores();
    QFP_TRY(compare_ranks(argc, argv));
    if (command == NULL)
        return fail_unknown(argv[0]);
    qfp_status status = arguments_parse(command, argc, argv, &a);
    if (qfpi_rank() > 0)
        a.value[OPTION_QUIET] = "";
    if (status == QFP_OK && a.value[OPTION_HELP] != NULL)
        print_command_page(command);
    else if (status == QFP_OK)
        status = run_as_rank(command, computes, &a);
    status = qfpi_ranks_meet(status, QFPI_RANKS_PATIENCE);
    if (qfpi_ranks() > 1)
        signals_ignore(); /* by which mpirun ends the others as soon as one that failed is gone */
    bool has_answer = status == QFP_OK || status == QFP_DISAGREE || json_was_printed();
    if (!has_answer && a.value[OPTION_JSON] != NULL)
        print_json(error_document(&a, status));
    arguments_destroy(&a);
    return status;
}

static volatile sig_atomic_t ends_by_itself;

/* Libraries that run out of memory end the program, with statuses that mean something else here. */
static void end_for_library(void)
{
    static const char line[] =
        "\nqfp: a library ended the program, most likely for lack of memory; take a smaller "
        "problem "
        "or more memory; a checkpoint that was written stays, for --resume\n";
    if (ends_by_itself)
        return;
    (void)!write(STDERR_FILENO, line, sizeof line - 1);
    _exit(4);
}

static void on_abort(int number)
{
    (void)number;
    end_for_library();
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: qfp COMMAND ...; 'qfp help' lists the commands, 'qfp run CONFIG.yaml' is the "
              "main one\n",
              stderr);
        return 2;
    }
    /* a file that may not grow is an error of its write, with a sentence */
    signal(SIGXFSZ, SIG_IGN);
    qfp_status status = run_command(argc - 1, argv + 1);
    if (status != QFP_OK && qfpi_rank() == 0) {
        print_tone(stderr, TONE_ERROR, "qfp: ");
        fprintf(stderr, "%s\n", qfp_last_error());
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("qfp: cannot write to standard output\n", stderr);
        return qfp_status_exit(QFP_IO);
    }
    return exit_status(status);
}

int main(int argc, char **argv)
{
    signal(SIGABRT, on_abort);
    atexit(end_for_library);
    int status = run(argc, argv);
    qfpi_ranks_end();
    ends_by_itself = 1;
    return status;
}
