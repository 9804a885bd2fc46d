#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "core/error.h"

static const char overview[] =
    "qfp - exact dynamics of the Husimi function Q of bosonic systems\n"
    "\n"
    "  qfp run CONFIG.yaml [-o OUT.h5]   evolve Q, print observables, write HDF5\n"
    "  qfp plot OUT.h5 [-o F.png]        a picture of the result\n"
    "  qfp compare A.h5 B.h5 [--tol X]   worst disagreement; exit 1 if above X\n"
    "  qfp audit CONFIG.yaml [--latex]   symbols, drift, D(z), generator, class, C1-C7; with\n"
    "                                    --spectrum 8,12,16 growth rates on so many levels\n"
    "  qfp sample CONFIG.yaml [-o F.h5]  trajectory ensembles\n"
    "  qfp plan CONFIG.yaml              grid, memory and time before running\n"
    "  qfp bench [CONFIG.yaml]           operations of a run against a copy, on this machine\n"
    "  qfp devices                       backends, their devices, whether they can run here\n"
    "  qfp help config                   every key of a configuration\n"
    "  qfp help models                   built-in Hamiltonians and their parameters\n"
    "  qfp version\n"
    "\n"
    "run, sample, audit, plan and bench take --basis fourier|fock|reference,\n"
    "--backend auto|cpu|cuda, --device N (a CUDA device by its number in `qfp devices`, where\n"
    "CUDA_VISIBLE_DEVICES says which there are) and --set key.path=value (repeatable); run takes\n"
    "--resume; all take --json.\n"
    "\n"
    "Example:\n"
    "  qfp run configs/kerr.yaml -o kerr.h5\n"
    "  qfp run configs/kerr.yaml --basis reference -o exact.h5\n"
    "  qfp compare kerr.h5 exact.h5 --tol 1e-6\n"
    "  qfp plot kerr.h5 -o kerr.png\n"
    "\n"
    "Exit status: 0 done, 1 compare above tolerance, 2 configuration or usage, 3 refused or\n"
    "stopped for a numerical reason, 4 file or memory, 5 device.\n";

static int show_models(void)
{
    char *page = qfp_model_help();
    if (page == NULL)
        return report(QFP_FAIL(QFP_MEMORY, "out of memory for the page of models"));
    fputs(page, stdout);
    free(page);
    return 0;
}

int command_help(int argc, char **argv)
{
    if (argc == 0) {
        fputs(overview, stdout);
        return 0;
    }
    if (argc == 1 && strcmp(argv[0], "config") == 0) {
        fputs(qfp_config_help(), stdout);
        return 0;
    }
    if (argc == 1 && strcmp(argv[0], "models") == 0)
        return show_models();
    return report(QFP_FAIL(QFP_USAGE,
                           "help: no page '%s'; there are 'qfp help', 'qfp help config' and 'qfp "
                           "help models'",
                           argv[0]));
}
