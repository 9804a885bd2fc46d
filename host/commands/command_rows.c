/* command_rows.c - every subcommand, once: `qfp help`, its pages and the command line read this. */
#include <string.h>

#include "commands/commands.h"

#define BIT(name) (1u << OPTION_##name)
#define CONFIG_OPTIONS (BIT(BASIS) | BIT(BACKEND) | BIT(DEVICE) | BIT(SET))
#define COMMON_OPTIONS (BIT(JSON) | BIT(HELP))

const command_row command_rows[] = {
    {"run", "CONFIG.yaml", 1, 1,
     BIT(OUTPUT) | CONFIG_OPTIONS | BIT(RESUME) | BIT(FORCE) | BIT(SHOW) | BIT(QUIET) |
         COMMON_OPTIONS,
     "02345s", "evolve Q, print observables, write HDF5",
     "Evolves the initial state to the output times, prints observables and writes them with the\n"
     "Husimi functions to a file. A run that is stopped for a numerical reason keeps the times it\n"
     "reached; a list of theories is compared with its first. An older result of the name is kept "
     "as\n"
     "OUT.h5~. Here and in the other commands CONFIG.yaml may be -, standard input, which is "
     "called\n"
     "stdin in errors and as an output, stdin.h5.",
     "qfp run configs/kerr.yaml -o kerr.h5\n"
     "sed s/2.0/3.0/ configs/kerr.yaml | qfp run - -o larger.h5\n"
     "qfp run configs/kerr.yaml --basis reference -o exact.h5",
     command_run},
    {"steady", "CONFIG.yaml", 1, 1,
     BIT(OUTPUT) | CONFIG_OPTIONS | BIT(FORCE) | BIT(QUIET) | COMMON_OPTIONS, "02345",
     "the stationary state of an open system, its slowest decay rates",
     "Finds the state that `initial` ends in under `dissipation`, in the Fock basis, with as many\n"
     "levels as solver.tolerance asks for unless solver.levels are given, and the slowest modes "
     "of\n"
     "the generator: their decay rates, the gap, and how many independent stationary states there\n"
     "are. The file, CONFIG_steady.h5, is that of a run with one time, 0, with /steady beside it;\n"
     "`initial` (else the vacuum) and output.times may be missing. A closed system, or one\n"
     "that depends on t, has exit status 2.",
     "qfp steady configs/driven_kerr_steady.yaml", command_steady},
    {"sample", "CONFIG.yaml", 1, 1,
     BIT(OUTPUT) | CONFIG_OPTIONS | BIT(RESUME) | BIT(FORCE) | BIT(QUIET) | COMMON_OPTIONS,
     "02345s", "trajectory ensembles",
     "Draws the ensemble that the key `ensemble` describes. Every mean comes with its sampling "
     "and\n"
     "its step error and with the exact value, every histogram with a chi-squared test. A sample "
     "that\n"
     "was interrupted is gone on with by --resume, to the same numbers bit for bit. Under mpirun\n"
     "ranks share the paths, and the numbers are still the same.",
     "qfp sample configs/kerr_guided.yaml --set ensemble.paths=1000", command_sample},
    {"sweep", "CONFIG.yaml", 1, 1,
     BIT(OUTPUT) | CONFIG_OPTIONS | BIT(RESUME) | BIT(FORCE) | BIT(STEADY) | BIT(SHOW) |
         BIT(QUIET) | COMMON_OPTIONS,
     "02345s", "runs for every combination of the values under `sweep`, in one file",
     "Solves every point, as many side by side as there are cores, and writes one file: the "
     "datasets\n"
     "of a run with the swept axes in front. A point that fails is recorded with its sentence and\n"
     "the others go on; --resume tries it again, and goes on with a sweep that was interrupted.\n"
     "States are left out. The table shows the last output time. With --steady a point is a "
     "stationary\n"
     "state, with its gap in /points. OMP_NUM_THREADS says how many side by side; under mpirun "
     "cores\n"
     "are those of all ranks.",
     "qfp sweep configs/kerr_sweep.yaml --show n_1,var_x_1", command_sweep},
    {"audit", "CONFIG.yaml", 1, 1, CONFIG_OPTIONS | BIT(LATEX) | BIT(SPECTRUM) | COMMON_OPTIONS,
     "0234", "symbols, drift, D(z), generator, class, C1-C7",
     "Derives what the configuration means before anything is evolved: the symbols of H, drift "
     "and\n"
     "diffusion, the generator order by order, the class of the theory, the constraints C1 to C7.",
     "qfp audit configs/kerr.yaml --spectrum 8,12,16", command_audit},
    {"plan", "CONFIG.yaml", 1, 1,
     CONFIG_OPTIONS | BIT(RANKS) | BIT(DEVICE_MEMORY) | BIT(DEVICE_RATE) | BIT(NETWORK) |
         COMMON_OPTIONS,
     "02345", "grid, memory and time before running",
     "Chooses grid or levels as a run would, adds up the memory, and times the generator here.\n"
     "With --ranks of other machines: what every process of `mpirun -n N qfp run` would hold of a\n"
     "grid, what they exchange, and how long that takes at the rates given.",
     "qfp plan configs/dimer.yaml --set solver.tolerance=1e-6\n"
     "qfp plan configs/dimer.yaml --basis fourier --ranks 8 --device-memory 80GB \\\n"
     "    --device-rate 3TB/s --network 25GB/s,2us",
     command_plan},
    {"compare", "A.h5 B.h5", 2, 2, BIT(TOL) | BIT(ONLY) | COMMON_OPTIONS, "0124",
     "worst disagreement per dataset",
     "Shows the largest difference of every dataset of two results: of times, axes, Husimi "
     "functions,\n"
     "fields, histograms and densities relative to their largest value, of all others, "
     "observables\n"
     "among them, relative to max(1, largest value); `scale` is that value. NaN in both is "
     "agreement.\n"
     "With --tol the exit status is 1 when a difference exceeds X and the errors that the two "
     "files\n"
     "state for it (/errors), when a dataset is missing in one file, has another shape, is NaN in "
     "one\n"
     "only or NaN throughout. Not judged, unless --only names the dataset itself, is what a method "
     "says\n"
     "of itself: diagnostics (tail, edge_x, min_q, truncation, ...; purity, wehrl, "
     "trace_d and\n"
     "entropy_production where no error is stated) and /errors, which are not even shown; nor what "
     "a file of another program lacks "
     "beyond\n"
     "time, axes, Husimi functions, energy, n_j, re_a_j and im_a_j. A dataset that --only names\n"
     "brings its times and axes.",
     "qfp compare kerr.h5 exact.h5 --tol 1e-6\n"
     "qfp compare kerr.h5 exact.h5 --tol 1e-6 --only husimi,energy",
     command_compare},
    {"plot", "OUT.h5", 1, 1, BIT(OUTPUT) | BIT(MOVIE) | BIT(FORCE) | BIT(QUIET) | COMMON_OPTIONS,
     "024", "a picture of a result, or a movie",
     "Draws a result with gnuplot: PNG, PDF or SVG by the ending of FILE. --movie makes a GIF, or "
     "an\n"
     "MP4 if FILE ends so and ffmpeg is installed, with a frame for every output time in the same\n"
     "colours. A picture that it made before is replaced, another file with --force only.",
     "qfp plot kerr.h5 -o kerr.pdf\n"
     "qfp plot kerr.h5 --movie -o kerr.gif",
     command_plot},
    {"bench", "[CONFIG.yaml]", 0, 1, CONFIG_OPTIONS | COMMON_OPTIONS, "02345",
     "operations of a run against a copy, on this machine",
     "Times what a run repeats, in bytes per second against a copy. Without a configuration it\n"
     "takes a Bose-Hubbard dimer, in the bases fourier and fock unless --basis chooses one.",
     "qfp bench configs/kerr.yaml --basis fock", command_bench},
    {"devices", "", 0, 0, COMMON_OPTIONS, "02",
     "backends, their devices, whether they can run here",
     "Lists what --backend and --device choose from; CUDA_VISIBLE_DEVICES says which cards there\n"
     "are and in which order.",
     "qfp devices", command_devices},
    {"version", "", 0, 0, COMMON_OPTIONS, "02", "version and commit",
     "Prints the version and the commit that this program was built from.", "qfp version --json",
     command_version},
    {"help", "[COMMAND | KEY | PAGE]", 0, 1, BIT(HELP), "02", "the page of a command or of a key",
     "Shows the page of a command, of a key with the keys below it, or one of `config`, every "
     "key;\n"
     "`models`, the built-in Hamiltonians with their parameters; `man`, all of it as a manual "
     "page;\n"
     "`bash` and `zsh`, which complete commands, options and keys there.",
     "qfp help solver.grid\n"
     "source <(qfp help bash)\n"
     "qfp help man > ~/.local/share/man/man1/qfp.1",
     command_help},
};
const size_t command_row_count = sizeof command_rows / sizeof *command_rows;

const command_row *command_find(const char *name)
{
    for (size_t i = 0; i < command_row_count; i++)
        if (strcmp(name, command_rows[i].name) == 0)
            return &command_rows[i];
    return NULL;
}
