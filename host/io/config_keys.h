/* config_keys.h - INTERNAL: every key of a configuration, once.
 *
 * The loader takes from this table which keys a level knows and what an error says it expected; the
 * page of `qfp help config` is the same table in print, so that neither can forget a key.
 */
#ifndef QFPI_CONFIG_KEYS_H
#define QFPI_CONFIG_KEYS_H

#include <stddef.h>

#include "io/config_keys_ensemble.h"

/* How a plain value is read.  OWN: by a function of its own; GROUP: a mapping of keys that are
 * stored in the same structure. */
typedef enum qfp_config_kind {
    QFP_KEY_OWN,
    QFP_KEY_GROUP,
    QFP_KEY_REAL,
    QFP_KEY_COMPLEX,
    QFP_KEY_INTEGER,
    QFP_KEY_CHOICE
} qfp_config_kind;

/* One value, or one per mode: with EACH a lone number is for one mode only, with ALL it holds for
 * every mode. */
typedef enum qfp_config_shape { QFP_KEY_ONE, QFP_KEY_EACH, QFP_KEY_ALL } qfp_config_shape;

typedef struct qfp_config_type {
    qfp_config_kind kind;
    qfp_config_shape shape;
    size_t offset, size;      /* of the (first) value in the structure of its group */
    double low, high;         /* both included */
    const char *const *words; /* of a choice, NULL-terminated: the index is stored */
} qfp_config_type;

typedef struct qfp_config_key {
    const char *path; /* states inside others use the keys of `initial` */
    qfp_config_type type;
    /* `fallback`, where it is a number or one of the words, is also what is stored for a key that
     * is left out; where it is QFP_KEY_REQUIRED, that is refused. */
    const char *expected, *fallback, *example, *meaning;
} qfp_config_key;

#define QFP_KEY_REQUIRED "none, must be given"

extern const qfp_config_key qfp_config_keys[];
extern const size_t qfp_config_key_count;

/* The name of `key` within the mapping `prefix` ("" for the root), NULL when it is not directly
 * below it. */
const char *qfp_config_key_below(const qfp_config_key *key, const char *prefix);

/* The entry that describes a value at `path` ("initial.mixture[1].coherent[2]" is described by
 * "initial.coherent"), NULL when there is none. */
const qfp_config_key *qfp_config_key_find(const char *path);
/* The first path that is `name` or ends in ".NAME"; NULL when there is none. */
const char *qfp_config_key_ending(const char *name);

/* X(path, type, expected, default, example, meaning); the types are those of config_keys.c: what,
 * structure, member, and the least and the largest value or the words. */
/* clang-format off */
#define QFP_CONFIG_KEYS(X)                                                                         \
X("title", OWN, "a text", "the file name", "title: Bose-Hubbard dimer",                            \
  "Name of the run, written to the output and on top of pictures.")                                \
X("hamiltonian", OWN, "a mapping with operator, symbol or model", "none, must be given",           \
  "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}",                                           \
  "The system: its modes, parameters, and one of operator, symbol and model.")                     \
X("hamiltonian.modes", INTEGER(qfp_config, modes, 1, QFP_MAX_MODES),                               \
  "a whole number from 1 to 8", "1, or from the model", "modes: 2",                                \
  "Number of bosonic modes.")                                                                      \
X("hamiltonian.parameters", OWN, "names with numbers, expressions or tables",                      \
  "none", "parameters: {J: 1.0, U: \"J/2*(1 + sin(t)^2)\"}",                                       \
  "Named numbers for all later values; each may use those above it. One that depends on the\n"     \
  "    time t may stand in the Hamiltonian and in dissipation. It may be a table, F: {times:\n"    \
  "    [0, 1, 2], values: [0, 0.8, 0]} or F: {file: pulse.h5, dataset: /F} of [n][2] numbers\n"    \
  "    (time, value): a cubic spline (not-a-knot) through it, constant outside.")                  \
X("hamiltonian.operator", OWN, "a quoted operator expression", "none",                             \
  "operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"",                                  \
  "The Hamiltonian, products in operator order. Known: a ad n x p (a[j] with several modes),\n"    \
  "    numbers, parameters, kappa, I, 2j for 2*I, pi, sqrt cos sin exp, + - * / ^ ( ), A†,\n"      \
  "    A.dag(), hc(A), comm(A, B), sum(j, E), sum(j, from, to, E), the time t. It must be\n"       \
  "    Hermitian at every t.")                                                                     \
X("hamiltonian.symbol", OWN, "a mapping with ordering and expression", "none",                     \
  "symbol: {ordering: weyl, expression: \"n + 0.1*x^4\"}",                                         \
  "The Hamiltonian as a function on phase space, instead of operator.")                            \
X("hamiltonian.symbol.ordering",                                                                   \
  CHOICE(qfp_config, symbol_ordering, WORDS("wick", "weyl", "antiwick")),                          \
  "antiwick, weyl or wick", "none, must be given",                                                 \
  "ordering: antiwick", "Which symbol of the operator the expression is.")                         \
X("hamiltonian.symbol.expression", OWN, "a quoted expression", "none, must be given",              \
  "expression: \"0.5*n^2 - 2*n\"",                                                                 \
  "The symbol; a, ad, n, x, p are commuting functions here, n = |alpha|^2.")                       \
X("hamiltonian.model", OWN, "a mapping with name and the parameters of that model", "none",        \
  "model: {name: bose_hubbard, sites: 3, J: 1.0, U: 0.5}",                                         \
  "A Hamiltonian from the built-in list, instead of operator; see qfp help models.")               \
X("hamiltonian.model.name", OWN, "the name of a model, see qfp help models",                       \
  "none, must be given", "name: bose_hubbard", "Which model.")                                     \
X("dissipation", OWN, "a list of at most 64 mappings with operator and rate", "none",              \
  "dissipation: [{operator: a, rate: 0.1}]",                                                       \
  "Channels of the master equation: the sum of rate x D[c], D[c]rho = c rho c+ - (c+c rho +\n"     \
  "    rho c+c)/2, is added to -(i/kappa)[H, rho].")                                               \
X("dissipation.operator", OWN, "a quoted operator expression", "none, must be given",              \
  "operator: \"a[1]^2\"",                                                                          \
  "The jump operator c: any polynomial, of degree 8 in one mode at most. It may depend on t.")     \
X("dissipation.rate", OWN, "a number >= 0 or an expression", "1",                                  \
  "rate: \"0.1*(1 + sin(t)^2)\"",                                                                  \
  "How fast: never negative. It may depend on t.")                                                 \
X("kappa", POSITIVE(qfp_config, kappa), "a positive number", "1", "kappa: 0.1",                    \
  "The action scale (hbar). Time evolves with 1/kappa.")                                           \
X("lengths", ALL_POSITIVE(qfp_config, length),                                                     \
  "one positive number per mode", "1, or from the model", "lengths: [1.0, 1.0]",                   \
  "Length scale l_j of every mode: Q = q/l, P = p l/kappa. One number stands for all modes.")      \
X("frequencies", ALL_POSITIVE(qfp_config, frequency),                                              \
  "one positive number per mode", "none", "frequencies: [1.0, 2.0]",                               \
  "Instead of lengths: l_j = sqrt(kappa/omega_j).")                                                \
X("initial", OWN, "a mapping with one kind of state", "none, must be given",                       \
  "initial: {coherent: [2.0]}",                                                                    \
  "The state at time 0; a product state takes one entry per mode. `qfp steady` may do without.")                                \
X("initial.coherent", EACH_COMPLEX(qfp_state, alpha), "one complex amplitude per mode", "none",    \
  "coherent: [1.6, '0.5+0.3*I']", "Coherent state |alpha_1, alpha_2, ...>.")                       \
X("initial.fock", EACH_INTEGER(qfp_state, level, 0, 100000),                                       \
  "one whole number from 0 to 100000 per mode", "none", "fock: [3, 1, 0]",                         \
  "Number state |n_1, n_2, ...>.")                                                                 \
X("initial.thermal", GROUP, "a mapping with nbar", "none", "thermal: {nbar: [0.5]}",               \
  "Thermal state of every mode.")                                                                  \
X("initial.thermal.nbar", EACH_REAL(qfp_state, nbar, 0, INFINITY),                                 \
  "one number >= 0 per mode", "none, must be given", "nbar: [0.5]",                                \
  "Mean number of quanta.")                                                                        \
X("initial.displaced_thermal", GROUP, "a mapping with nbar and alpha", "none",                     \
  "displaced_thermal: {nbar: 0.6, alpha: 1.0}", "Thermal state moved by alpha.")                   \
X("initial.displaced_thermal.nbar", EACH_REAL(qfp_state, nbar, 0, INFINITY),                       \
  "one number >= 0 per mode", "none, must be given",                                               \
  "nbar: [0.6]", "Mean number of thermal quanta.")                                                 \
X("initial.displaced_thermal.alpha", EACH_COMPLEX(qfp_state, alpha),                               \
  "one complex amplitude per mode",                                                                \
  "none, must be given", "alpha: ['1.3+1.5*I']", "Displacement.")                                  \
X("initial.squeezed", GROUP, "a mapping with r, alpha and phi", "none",                            \
  "squeezed: {r: 0.8, phi: pi/2, alpha: 1.0}",                                                     \
  "D(alpha) S(xi)|0>, S = exp((xi* a^2 - xi ad^2)/2), xi = r exp(I phi).")                         \
X("initial.squeezed.r", EACH_REAL(qfp_state, r, ANY),                                              \
  "one number per mode", "none, must be given", "r: [0.8]",                                        \
  "Squeezing strength; r > 0, phi = 0 narrows x.")                                                 \
X("initial.squeezed.phi", EACH_REAL(qfp_state, phi, ANY),                                          \
  "one number per mode", "0", "phi: [pi/2]", "Squeezing angle.")                                   \
X("initial.squeezed.alpha", EACH_COMPLEX(qfp_state, alpha),                                        \
  "one complex amplitude per mode", "0", "alpha: [1.0]",                                           \
  "Displacement after squeezing.")                                                                 \
X("initial.squeezed_thermal", GROUP, "a mapping with nbar, r, phi and alpha", "none",              \
  "squeezed_thermal: {nbar: 0.3, r: 0.5}", "D(alpha) S(xi) acting on a thermal state.")            \
X("initial.squeezed_thermal.nbar", EACH_REAL(qfp_state, nbar, 0, INFINITY),                        \
  "one number >= 0 per mode", "none, must be given", "nbar: [0.3]",                                \
  "Mean number of thermal quanta before squeezing.")                                               \
X("initial.squeezed_thermal.r", EACH_REAL(qfp_state, r, ANY),                                      \
  "one number per mode", "none, must be given", "r: [0.5]",                                        \
  "Squeezing strength; r > 0, phi = 0 narrows x.")                                                 \
X("initial.squeezed_thermal.phi", EACH_REAL(qfp_state, phi, ANY),                                  \
  "one number per mode", "0", "phi: [pi/2]", "Squeezing angle.")                                   \
X("initial.squeezed_thermal.alpha", EACH_COMPLEX(qfp_state, alpha),                                \
  "one complex amplitude per mode", "0", "alpha: [1.0]", "Displacement after squeezing.")          \
X("initial.superposition", OWN, "a list of pure states, each with an optional weight", "none",     \
  "superposition: [{coherent: [1.2]}, {coherent: [-1.2], weight: I}]",                             \
  "Sum of kets with complex weights, normalised.")                                                 \
X("initial.mixture", OWN, "a list of states, each with an optional weight", "none",                \
  "mixture: [{fock: [0], weight: 0.7}, {fock: [1], weight: 0.3}]",                                 \
  "Sum of density matrices with weights >= 0, normalised to 1.")                                   \
X("initial.product", OWN, "a list of one state of one mode for every mode", "none",                \
  "product: [{fock: [1]}, {coherent: [2.0]}]",                                                     \
  "A state of its own for every mode, of any kind: each is written as in a system of one mode.")   \
X("initial.weight", OWN, "a number (complex in a superposition, >= 0 in a mixture)", "1",          \
  "weight: '0.6+0.8*I'", "Weight of one entry of superposition or mixture, and only there.")       \
X("initial.file", OWN, "a mapping with path and dataset", "none",                                  \
  "file: {path: state.h5, dataset: /psi}",                                                         \
  "A state from an HDF5 file, complex (a compound of two numbers, or a last axis of 2) or real:\n"  \
  "    ket [n] or [n, 1], several modes [n_1, n_2, ...]; density matrix [n, n], several modes\n"     \
  "    [n_1, n_2, ..., n_1, n_2, ...]; or flat, [n], [n, 1] or [n, n], the last mode fastest, where\n"\
  "    the numbers of solver.levels multiply to n. Norm and trace must be 1 to 1e-6. /state/ket and\n"  \
  "    /state/rho of a run (output.state) are such; of several times the last is taken.\n"          \
  "    Q grid of one mode [x, p] or [time, x, p] (the last time is taken), per d^2 alpha, as runs\n"\
  "    write it; its axes are the dimension scales attached to it, called x... and p..., or else\n" \
  "    /axes/x and /axes/p. It must fix the state to solver.tolerance where that is given, else to\n"\
  "    1e-3 (reference: 1e-6): a ket or a density matrix is the better way to hand on a state.")                                                             \
X("initial.file.path", OWN, "the name of an HDF5 file", "none, must be given", "path: state.h5",   \
  "The file; a relative name starts at the folder of the configuration.")                          \
X("initial.file.dataset", OWN, "the name of a dataset", "/state/ket or /state/rho",                \
  "dataset: /psi", "The dataset inside the file; left out, what output.state wrote.")              \
X("theory", OWN, "a mapping with order and C, or a list of 1 to 16 of them",                       \
  "exact quantum theory", "theory: {order: 2, C: 1.0}",                                            \
  "Which member of the family of theories is solved. A list, [{order: exact}, {order: 2}],\n"      \
  "    solves each and compares it with the first, in one file: the first theory at its root, the\n"\
  "    others below /theories/LABEL, distances to the first below /distance/LABEL. A theory that\n"\
  "    has to stop leaves NaN and an attribute `stopped`; the others go on, and the exit status is\n"\
  "    3 unless every theory that stopped was accepted as unbalanced and is not the first.")       \
X("theory.order", OWN, "'exact' or a whole number from 1 to 1000000", "exact", "order: exact",     \
  "Highest derivative order kept: 1 Liouville, 2 Fokker-Planck, ..., exact for all.")              \
X("theory.C", REAL(qfp_theory_choice, theory.C, 0, INFINITY), "a number >= 0", "1", "C: 1.0",      \
  "Constant of the second order; 1 in quantum theory, 0 is Liouville.")                            \
X("theory.accept_unbalanced", BOOLEAN(qfp_theory_choice, accept_unbalanced),                       \
  "true or false", "false", "accept_unbalanced: true",                                             \
  "Run a theory that is ill-posed as an initial-value problem. Its result depends on the grid\n"   \
  "    or the levels; norm_u, growth and min_q watch it, and it is stopped (exit status 3) once\n" \
  "    the norm of u has doubled or Q stays negative by a tenth of its maximum.")                  \
X("theory.label", OWN, "a letter, then letters, digits, _ - . +; at most 31 in all",               \
  "exact, M2, liouville, C0.9, ...", "label: rival",                                               \
  "Name of the theory in the output of a list of theories.")                                       \
X("observed", OWN, "a mapping with file, dataset and error, or a list of 1 to 16 of them", "none",   \
  "observed: {file: lab.h5, dataset: /lab/n_1, error: /lab/n_1_error}",                            \
  "What was measured: `qfp run` computes it at the same times, prints chi squared and writes both to\n" \
  "    /observed, and `qfp plot` draws the points with their errors. Not of `qfp steady`, `qfp sample`.") \
X("observed.file", OWN, "the name of an HDF5 file", "none, must be given", "file: lab.h5",         \
  "The file; a relative name starts at the folder of the configuration.")                          \
X("observed.dataset", OWN, "the path of a dataset that ends with the name of an observable",       \
  "none, must be given", "dataset: /lab/n_1",                                                      \
  "Values of the observable that the last part of the path names, at the times of the dataset `time`\n" \
  "    beside it, or of /time, which must lie within the run; or .../mode_1, Q of a mode at the last of\n" \
  "    output.times, [x, p] or the last of [T, x, p], its axes being x and p beside it, or scales.") \
X("observed.error", OWN, "a number above 0, or the path of a dataset", "none, must be given",      \
  "error: 0.02", "Standard error of every value, or of each.")                                     \
X("sweep", OWN, "a mapping from parameters or keys to lists or ranges", "none",                     \
  "sweep: {U: {from: 0, to: 2, count: 21}, initial.coherent: [1, 2]}",                             \
  "What `qfp sweep` varies, every combination of it: parameters by their names, other keys by\n"   \
  "    their paths.  A range has both ends; a list may hold whatever the key takes.")              \
QFP_CONFIG_KEYS_OF_ENSEMBLES(X)                                                                    \
X("solver", GROUP, "a mapping", "all defaults", "solver: {tolerance: 1e-8}", "How it is solved.")  \
X("solver.basis", CHOICE(qfp_config, basis, qfp_basis_names),                                      \
  "auto, fourier, fock or reference", "auto", "basis: reference",                                  \
  "fourier: grid in phase space; fock: density matrix on number states; reference: exact kets;\n"  \
  "    auto: the quickest by a short trial, with solver.reproducible the smallest, untried.")       \
X("solver.grid", GROUP, "a mapping with points and extent", "chosen by qfp plan",                  \
  "grid: {points: 64, extent: 16.0}", "The grid of the fourier basis.")                            \
X("solver.grid.points", ALL_INTEGER(qfp_config, points, 8, 1000000000),                            \
  "an even whole number from 8 to 1e9, or one per mode",                                           \
  "chosen by qfp plan", "points: [64, 48]", "Points per axis; a list gives one per mode.")         \
X("solver.grid.extent", ALL_POSITIVE(qfp_config, extent),                                          \
  "a positive number, or one per mode", "chosen by qfp plan", "extent: 16.0",                      \
  "Side L of the box [-L/2, L/2) of Q and P; a list gives one per mode.")                          \
X("solver.levels", ALL_INTEGER(qfp_config, levels, 2, 100000),                                     \
  "a whole number from 2 to 100000, or one per mode", "chosen by qfp plan",                        \
  "levels: [24, 24]", "Number states per mode (fock, reference); left out, fock raises them in need.")\
X("solver.first_level", ALL_INTEGER(qfp_config, first_level, 0, 100000),                           \
  "a whole number from 0 to 100000, or one per mode", "0, or chosen where levels are",             \
  "first_level: [720]", "Lowest number state kept per mode in the fock basis, of a bright state.") \
X("solver.ordering", OWN, "'balanced' or a number from 0 to 0.5", "balanced",                      \
  "ordering: balanced",                                                                            \
  "The c of Q = exp(c Laplacian) u, u being what is evolved; 0 evolves Q itself (unstable for\n"   \
  "    most systems), balanced takes C/2.")                                                        \
X("solver.tolerance", REAL(qfp_config, tolerance, ABOVE(1e-15), BELOW(0.1)),                       \
  "a number between 1e-15 and 0.1", "1e-8", "tolerance: 1e-8",                                     \
  "Relative error accepted over the whole run.  When it is given, a run stops where an error it\n" \
  "    knows of is larger; the default is aimed at, and an error above it is a warning.")                                                   \
X("solver.integrator", CHOICE(qfp_config, integrator, qfp_integrator_names),                       \
  "auto, krylov, chebyshev, rk4 or split", "auto", "integrator: krylov",                                  \
  "Propagator in time; of a system that depends on t, for the exponentials of a Magnus method of "  \
  "order 4 (not rk4).\n"                                                                            \
  "    split: the exact flow of a closed system on a grid, which auto takes where it is cheaper.")        \
X("solver.step", POSITIVE(qfp_config, step), "a positive number, with integrator: rk4 only",       \
  "from the stability limit", "step: 1e-3", "Fixed time step of rk4.")                             \
X("solver.reproducible", BOOLEAN(qfp_config, reproducible), "true or false",                        \
  QFP_REPRODUCIBLE_DEFAULT, "reproducible: true",                                                  \
  "Transforms are chosen without timing them, so that two runs on one machine give the same\n"      \
  "    bits; a tenth to a fifth slower. Without it they differ by roundings, about 1e-10 of the\n"   \
  "    largest value after a long run.")                                                             \
X("solver.precision", CHOICE(qfp_config, single_precision, WORDS("double", "single")),             \
  "double or single", "double", "precision: double",                                               \
  "Of the numbers the state is stored in; single halves memory and traffic, needs a CUDA device\n" \
  "    and a tolerance of at least 1e-5.")                                                         \
X("output", GROUP, "a mapping with times", "none, must be given", "output: {times: [0, 0.5, 1]}",  \
  "What is written, and when; `qfp steady` needs no times.")                                                                    \
X("output.times", OWN, "a list of increasing numbers >= 0, or {from, to, count}",                  \
  "none, must be given", "times: [0, 0.5, 'pi']", "Output times; the initial state is at 0.")      \
X("output.times.from", REAL(qfp_time_range, from, 0, INFINITY),                                    \
  "a number >= 0", "none, must be given", "from: 0", "First time.")                                \
X("output.times.to", REAL(qfp_time_range, to, ANY),                                                \
  "a number above from", "none, must be given", "to: 2*pi",                                        \
  "Last time, included.")                                                                          \
X("output.times.count", INTEGER(qfp_time_range, count, 2, 1000000),                                \
  "a whole number from 2 to 1000000", "none, must be given",                                       \
  "count: 101", "Number of times, equally spaced.")                                                \
X("output.series", OWN, "a list of increasing numbers >= 0, or {from, to, count}",                  \
  "none", "series: {count: 500}",                                                                  \
  "Times at which the expectation values alone are written, to /series; not those of `qfp sample`.") \
X("output.series.from", REAL(qfp_time_range, from, 0, INFINITY),                                   \
  "a number >= 0", "0", "from: 0.5", "First time.")                                                \
X("output.series.to", REAL(qfp_time_range, to, ANY),                                               \
  "a number above from", "the last of output.times", "to: 2*pi", "Last time, included.")           \
X("output.series.count", INTEGER(qfp_time_range, count, 2, 1000000),                               \
  "a whole number from 2 to 1000000", "none, must be given",                                       \
  "count: 501", "Number of times, equally spaced.")                                                \
X("output.state", OWN, "a mapping with times", "none", "state: {times: last}",                      \
  "The state itself, on number states: /state/ket [levels...] of a pure state in the reference,\n" \
  "    else the density matrix /state/rho [levels..., levels...]; complex, with an axis of times\n" \
  "    before them unless times is last. initial.file reads it; not written by `qfp sample`.")     \
X("output.state.times", OWN, "last, all, or a list out of output.times", "none, must be given",    \
  "times: last", "At which of output.times.")                                                      \
X("output.planes", OWN, "a list of pairs of different axes, such as [x_1, p_2]", "none",           \
  "planes: [[x_1, p_2], [x_1, x_2]]",                                                              \
  "Q of two quadratures, the others integrated out, as /husimi/x_1_p_2 on the axes of\n"           \
  "    output.husimi; not of `qfp sample`.")                                                       \
X("output.wigner", BOOLEAN(qfp_config, wigner), "true or false", "false", "wigner: true",          \
  "The Wigner function of every mode beside its Q, as /wigner/mode_1 on the same axes, per\n"      \
  "    d^2 alpha; not of `qfp sample`.")                                                           \
X("output.husimi", OWN, "a mapping, or a list of one per mode", "49 points per axis, where the state is", \
  "husimi: {from: -6.0, to: 6.0, points: 49, full: false}",                                        \
  "The Q grid of the output, in x and p, independent of the solver's grid. Without from, to, x and\n" \
  "    p it reaches 6 lengths to both sides in x and 6 kappa/length in p, -6 to 6 as a rule, or\n"  \
  "    as much wider as the state goes during the run. Less than 99.9 % of a mode's Q is warned of.") \
X("output.husimi.from", REAL(qfp_husimi_keys, from, ANY),                                          \
  "a number below to", "-6", "from: -6.0", "First x and p.")                                       \
X("output.husimi.to", REAL(qfp_husimi_keys, to, ANY),                                              \
  "a number above from", "6", "to: 6.0", "Last x and p, included.")                                \
X("output.husimi.x", OWN, "a list of two numbers, the smaller first", "from and to",               \
  "x: [-6, 6]", "First and last x, where p has others.")                                           \
X("output.husimi.p", OWN, "a list of two numbers, the smaller first", "from and to",               \
  "p: [-3, 3]", "First and last p, where x has others.")                                           \
X("output.husimi.points", INTEGER(qfp_husimi_keys, points, 2, 4096),                               \
  "a whole number from 2 to 4096", "49", "points: 49",                                             \
  "Points per axis, the same for all modes.")                                                      \
X("output.husimi.full", BOOLEAN(qfp_husimi_keys, full), "true or false", "false", "full: true",    \
  "Write Q of all modes together, not only the marginal of every mode.")                           \
X("output.observables", OWN, "a list of at most 100 operators", "the built-in ones alone",           \
  "observables: [\"ad^2*a^2\", {name: skew, operator: \"x^2*p\"}]",                               \
  "Further expectation values, beside n, re_a, im_a, var_x, var_p of every mode and energy: any\n"  \
  "    operator of the language of hamiltonian.operator with its parameters. One that is not\n"     \
  "    Hermitian gives two, re_NAME and im_NAME.")                                                 \
X("output.observables.name", OWN, "a letter, then letters, digits, _: at most 28; no chi2_..., "   \
  "..._stderr, ..._step_error, ..._exact", "made from the operator: ad_2_a_2",      \
  "name: skew", "What it is called in the output.")                                                \
X("output.observables.operator", OWN, "a quoted operator expression", "none, must be given",       \
  "operator: \"x^2*p\"", "The operator; degree at most 16 in every mode.")                         \
X("output.correlations", OWN, "a list of at most 16 mappings with left and right", "none",          \
  "correlations: [{left: \"ad\", right: \"a\", at: 2.0}]",                                       \
  "Two-time correlations <A(t + tau) B(t)> by regression, as /correlations/1/{tau, re, im}, and\n"  \
  "    the spectrum 2 Re int_0^T dtau exp(-i omega tau) (<A(t + tau) B(t)> - <A(t + tau)><B(t)>),\n" \
  "    T the last tau, as /correlations/1/{omega, spectrum}; of `qfp steady` those of the\n"        \
  "    stationary state; not of `qfp sample`.")                                                    \
X("output.correlations.left", OWN, "a quoted operator expression", "none, must be given",          \
  "left: \"ad\"", "A, the later operator; degree at most 8 in every mode.")                        \
X("output.correlations.right", OWN, "a quoted operator expression", "none, must be given",         \
  "right: \"a\"", "B, the earlier operator; degree at most 8 in every mode.")                      \
X("output.correlations.before", OWN, "a quoted operator expression", "none",                       \
  "before: \"ad\"",                                                                                \
  "C of <C(t) A(t + tau) B(t)>, which is then meant: {before: ad, left: n, right: a} is what\n"     \
  "    g2(tau) is made of. What is taken off for the spectrum is <A(t + tau)><C(t) B(t)>.")         \
X("output.correlations.at", OWN, "a number between 0 and the last of output.times",                \
  "the last of output.times", "at: 2.0", "The earlier time t.")                                    \
X("output.correlations.tau", OWN, "a list of 2 to 4000 increasing numbers from 0, or {to, count}",   \
  "201 delays up to the end of the run", "tau: {to: 20, count: 401}",                              \
  "Delays; beyond the end of the run where they say so.")                                          \
X("output.correlations.tau.to", REAL(qfp_delay_range, to, ANY),                                    \
  "a number above 0", "none, must be given", "to: 20", "Last delay, included.")                    \
X("output.correlations.tau.count", INTEGER(qfp_delay_range, count, 2, 4000),                       \
  "a whole number from 2 to 4000", "none, must be given", "count: 401",                            \
  "Number of delays, equally spaced.")                                                             \
X("output.correlations.omega", OWN, "a mapping with from, to and count",                           \
  "where the spectrum is above 1 % of its largest value", "omega: {from: -5, to: 5, count: 201}",  \
  "Angular frequencies of the spectrum.")                                                          \
X("output.correlations.omega.from", REAL(qfp_frequency_range, from, ANY),                          \
  "a number below to", "none, must be given", "from: -5", "First frequency.")                      \
X("output.correlations.omega.to", REAL(qfp_frequency_range, to, ANY),                              \
  "a number above from", "none, must be given", "to: 5", "Last frequency, included.")              \
X("output.correlations.omega.count", INTEGER(qfp_frequency_range, count, 2, 10000),                \
  "a whole number from 2 to 10000", "none, must be given", "count: 201",                           \
  "Number of frequencies, equally spaced.")                                                        \
X("output.fields", OWN, "a list out of drift, diffusion, current", "none",                         \
  "fields: [drift, diffusion]",                                                                    \
  "Local fields to write: drift and diffusion matrix of the equation of Q, with its eigenpairs, and\n" \
  "    the probability current, which needs basis: fourier. With dissipation both have its parts, and\n" \
  "    /fields/diffusion_dissipation and /fields/diffusion_trace are written too. Of a system that\n" \
  "    depends on t they are those of every output time, else the drift and D are written once.\n" \
  "    Derivative orders above two are in none of them, which their long_name says.")                     \
X("output.checkpoint", OWN, "a mapping with every", "no checkpoints",                              \
  "checkpoint: {every: 60s}",                                                                      \
  "State for `--resume` of `qfp run` and `qfp sample` after an interruption.")                     \
X("output.checkpoint.every", OWN, "a duration above 0 such as 90, 90s, 5m or 2h",                  \
  "none, must be given", "every: 60s", "Wall-clock time between checkpoints.")                     \
X("output.paths", GROUP, "a mapping with count", "no trajectories", "paths: {count: 50}",          \
  "Single trajectories of `qfp sample`, as /paths in the output.")                                 \
X("output.paths.count", INTEGER(qfp_config, path_count, 1, 1000000000),                            \
  "a whole number from 1 to 1e9", "none, must be given", "count: 50",                              \
  "How many are written, at most `ensemble.paths`: the first ones.")                               \
X("backend", CHOICE(qfp_config, backend, WORDS("auto", "cpu", "cuda")),                            \
  "auto, cpu or cuda", "auto", "backend: cpu", "Where the work is done.")                          \
X("device", INTEGER(qfp_config, device, 0, 255),                                                   \
  "a whole number from 0 to 255, where backend is not cpu", "the first CUDA device, or the CPU",   \
  "device: 1", "Number of a CUDA device, as in `qfp devices`.")
/* clang-format on */

#endif
