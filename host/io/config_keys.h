/* config_keys.h - INTERNAL: every key of a configuration, once.
 *
 * The loader takes from this table which keys a level knows and what an error says it expected; the
 * page of `qfp help config` is the same table in print, so that neither can forget a key.
 */
#ifndef QFPI_CONFIG_KEYS_H
#define QFPI_CONFIG_KEYS_H

#include <stddef.h>

typedef enum qfp_config_availability { QFP_KEY_NOW, QFP_KEY_LATER } qfp_config_availability;

typedef struct qfp_config_key {
    const char *path; /* states inside superposition and mixture use the keys of `initial` */
    qfp_config_availability availability;
    const char *expected, *fallback, *example, *meaning;
} qfp_config_key;

extern const qfp_config_key qfp_config_keys[];
extern const size_t qfp_config_key_count;

/* The entry that describes a value at `path` ("initial.mixture[1].coherent[2]" is described by
 * "initial.coherent"), NULL when there is none. */
const qfp_config_key *qfp_config_key_find(const char *path);

/* X(path, availability, expected, default, example, meaning) */
/* clang-format off */
#define QFP_CONFIG_KEYS(X)                                                                         \
X("title", NOW, "a text", "the file name", "title: Bose-Hubbard dimer",                            \
  "Name of the run, written to the output and on top of pictures.")                                \
X("hamiltonian", NOW, "a mapping with operator, symbol or model", "none, must be given",           \
  "hamiltonian: {modes: 1, operator: \"0.5*ad^2*a^2\"}",                                           \
  "The system: its modes, parameters, and one of operator, symbol and model.")                     \
X("hamiltonian.modes", NOW, "a whole number from 1 to 8", "1, or from the model", "modes: 2",      \
  "Number of bosonic modes.")                                                                      \
X("hamiltonian.parameters", NOW, "a mapping from names to numbers or constant expressions",        \
  "none", "parameters: {J: 1.0, U: \"J/2\"}",                                                      \
  "Named constants for all later values; each may use those above it.")                            \
X("hamiltonian.operator", NOW, "a quoted operator expression", "none",                             \
  "operator: \"-J*hc(ad[1]*a[2]) + sum(j, U/2*ad[j]^2*a[j]^2)\"",                                  \
  "The Hamiltonian, products in operator order. Known: a ad n x p (a[j] with several modes),\n"    \
  "    numbers, parameters, I, pi, sqrt cos sin exp, + - * / ^ ( ), hc(A), comm(A, B),\n"          \
  "    sum(j, E), sum(j, from, to, E). It must be Hermitian.")                                     \
X("hamiltonian.symbol", NOW, "a mapping with ordering and expression", "none",                     \
  "symbol: {ordering: weyl, expression: \"n + 0.1*x^4\"}",                                         \
  "The Hamiltonian as a function on phase space, instead of operator.")                            \
X("hamiltonian.symbol.ordering", NOW, "antiwick, weyl or wick", "none, must be given",             \
  "ordering: antiwick", "Which symbol of the operator the expression is.")                         \
X("hamiltonian.symbol.expression", NOW, "a quoted expression", "none, must be given",              \
  "expression: \"0.5*n^2 - 2*n\"",                                                                 \
  "The symbol; a, ad, n, x, p are commuting functions here, n = |alpha|^2.")                       \
X("hamiltonian.model", NOW, "a mapping with name and the parameters of that model", "none",        \
  "model: {name: bose_hubbard, sites: 3, J: 1.0, U: 0.5}",                                         \
  "A Hamiltonian from the built-in list, instead of operator; see qfp help models.")               \
X("hamiltonian.model.name", NOW, "the name of a model, see qfp help models",                       \
  "none, must be given", "name: bose_hubbard", "Which model.")                                     \
X("kappa", NOW, "a positive number", "1", "kappa: 0.1",                                            \
  "The action scale (hbar). Time evolves with 1/kappa.")                                           \
X("lengths", NOW, "one positive number per mode", "1, or from the model", "lengths: [1.0, 1.0]",   \
  "Length scale l_j of every mode: Q = q/l, P = p l/kappa. One number stands for all modes.")      \
X("frequencies", NOW, "one positive number per mode", "none", "frequencies: [1.0, 2.0]",           \
  "Instead of lengths: l_j = sqrt(kappa/omega_j).")                                                \
X("initial", NOW, "a mapping with one kind of state", "none, must be given",                       \
  "initial: {coherent: [2.0]}",                                                                    \
  "The state at time 0; a product state takes one entry per mode.")                                \
X("initial.coherent", NOW, "one complex amplitude per mode", "none",                               \
  "coherent: [1.6, '0.5+0.3*I']", "Coherent state |alpha_1, alpha_2, ...>.")                       \
X("initial.fock", NOW, "one whole number from 0 to 100000 per mode", "none", "fock: [3, 1, 0]",    \
  "Number state |n_1, n_2, ...>.")                                                                 \
X("initial.thermal", NOW, "a mapping with nbar", "none", "thermal: {nbar: [0.5]}",                 \
  "Thermal state of every mode.")                                                                  \
X("initial.thermal.nbar", NOW, "one number >= 0 per mode", "none, must be given", "nbar: [0.5]",   \
  "Mean number of quanta.")                                                                        \
X("initial.displaced_thermal", NOW, "a mapping with nbar and alpha", "none",                       \
  "displaced_thermal: {nbar: 0.6, alpha: 1.0}", "Thermal state moved by alpha.")                   \
X("initial.displaced_thermal.nbar", NOW, "one number >= 0 per mode", "none, must be given",        \
  "nbar: [0.6]", "Mean number of thermal quanta.")                                                 \
X("initial.displaced_thermal.alpha", NOW, "one complex amplitude per mode",                        \
  "none, must be given", "alpha: ['1.3+1.5*I']", "Displacement.")                                  \
X("initial.squeezed", NOW, "a mapping with r, alpha and phi", "none",                              \
  "squeezed: {r: 0.8, phi: pi/2, alpha: 1.0}",                                                     \
  "D(alpha) S(xi)|0>, S = exp((xi* a^2 - xi ad^2)/2), xi = r exp(I phi).")                         \
X("initial.squeezed.r", NOW, "one number per mode", "none, must be given", "r: [0.8]",             \
  "Squeezing strength; r > 0, phi = 0 narrows x.")                                                 \
X("initial.squeezed.phi", NOW, "one number per mode", "0", "phi: [pi/2]", "Squeezing angle.")      \
X("initial.squeezed.alpha", NOW, "one complex amplitude per mode", "0", "alpha: [1.0]",            \
  "Displacement after squeezing.")                                                                 \
X("initial.superposition", NOW, "a list of pure states, each with an optional weight", "none",     \
  "superposition: [{coherent: [1.2]}, {coherent: [-1.2], weight: I}]",                             \
  "Sum of kets with complex weights, normalised.")                                                 \
X("initial.mixture", NOW, "a list of states, each with an optional weight", "none",                \
  "mixture: [{fock: [0], weight: 0.7}, {fock: [1], weight: 0.3}]",                                 \
  "Sum of density matrices with weights >= 0, normalised to 1.")                                   \
X("initial.weight", NOW, "a number (complex in a superposition, >= 0 in a mixture)", "1",          \
  "weight: '0.6+0.8*I'", "Weight of one entry of superposition or mixture, and only there.")       \
X("initial.file", NOW, "a mapping with path and dataset", "none",                                  \
  "file: {path: state.h5, dataset: /psi}",                                                         \
  "A ket, a density matrix (several modes: one axis per mode, twice for a matrix) or, of one\n"      \
  "mode, a Q grid from an HDF5 file.")                                                             \
X("initial.file.path", NOW, "the name of an HDF5 file", "none, must be given", "path: state.h5",   \
  "The file; a relative name starts at the folder of the configuration.")                          \
X("initial.file.dataset", NOW, "the name of a dataset", "none, must be given", "dataset: /psi",    \
  "The dataset inside the file.")                                                                  \
X("theory", NOW, "a mapping with order and C, or a list of 1 to 16 of them",                       \
  "exact quantum theory", "theory: {order: 2, C: 1.0}",                                            \
  "Which member of the family of theories is solved. A list, [{order: exact}, {order: 2}],\n"      \
  "    solves each and compares it with the first, in one file: the first theory at its root, the\n"\
  "    others below /theories/LABEL, distances to the first below /distance/LABEL. A theory that\n"\
  "    has to stop leaves NaN and an attribute `stopped`; the others go on, and the exit status is\n"\
  "    3 unless every theory that stopped was accepted as unbalanced and is not the first.")       \
X("theory.order", NOW, "'exact' or a whole number from 1 to 1000000", "exact", "order: exact",     \
  "Highest derivative order kept: 1 Liouville, 2 Fokker-Planck, ..., exact for all.")              \
X("theory.C", NOW, "a number >= 0", "1", "C: 1.0",                                                 \
  "Constant of the second order; 1 in quantum theory, 0 is Liouville.")                            \
X("theory.accept_unbalanced", NOW, "true or false", "false", "accept_unbalanced: true",            \
  "Run a theory that is ill-posed as an initial-value problem. Its result depends on the grid\n"   \
  "    or the levels; norm_u, growth and min_q watch it, and it is stopped (exit status 3) once\n" \
  "    the norm of u has doubled or Q stays negative by a tenth of its maximum.")                  \
X("theory.label", NOW, "a letter, then letters, digits, _ - . +; at most 31 in all",               \
  "exact, M2, liouville, C0.9, ...", "label: rival",                                               \
  "Name of the theory in the output of a list of theories.")                                       \
X("ensemble", NOW, "a mapping with method", "none",                                                \
  "ensemble: {method: guided, paths: 100000, steps: 2000, seed: 1}",                               \
  "What `qfp sample` draws: an ensemble of trajectories.")                                         \
X("ensemble.method", NOW, "guided positive_p doubled_q truncated_wigner forward_backward action gaussian markov nelson", \
  "none, must be given", "method: guided",                                                         \
  "guided: the score-guided diffusion, whose density at any one time is Q(t);\n"                   \
  "    positive_p, doubled_q: independent alpha and beta, exact means until they spike;\n"         \
  "    truncated_wigner: the classical flow of the Wigner function, an approximation;\n"          \
  "    forward_backward: one quadratic mode, the amplified direction run backwards;\n"             \
  "    action: paths between mixed boundary data, whose density is not Q for coupled drift;\n"      \
  "    gaussian: means and covariances by the equations of Hartree, Fock and Bogoliubov,\n"        \
  "    exact for quadratic Hamiltonians, an approximation for short times else;\n"                 \
  "    markov: dx = a(x) dt + c(x) dW (Ito) in one or two real variables, beside its Fokker-Planck\n" \
  "    equation, with the backward kernel of every preparation by Bayes;\n"                       \
  "    nelson: paths guided by a wave function psi(x, t). The last two take no hamiltonian and no\n" \
  "    initial; x is compared on the cells of output.husimi.")                                     \
X("ensemble.paths", NOW, "a whole number from 2 to 1e9", "10000", "paths: 100000",                 \
  "Number of trajectories.")                                                                       \
X("ensemble.steps", NOW, "a whole number from 1 to 1e8", "1000", "steps: 2000",                    \
  "Time steps from 0 to the last output time; a second, coarser run with the same noise tells\n"   \
  "    the error that they leave.")                                                                \
X("ensemble.target_error", NOW, "a positive number", "none", "target_error: 0.01",                 \
  "Sampling error wanted for every observable at every output time: trajectories are added until\n" \
  "    it is reached, or all `paths` are used (exit status 3, the figures are kept).")              \
X("ensemble.seed", NOW, "a whole number from 0 to 2147483647", "1", "seed: 7",                     \
  "Same seed, same trajectories, on any number of threads.")                                       \
X("ensemble.noise", NOW, "a number from 0 to 1; of markov a matrix of polynomials", "1",           \
  "noise: 0.5",                                                                                    \
  "guided: fraction lambda of the noise; 0 is the deterministic Husimi flow.\n"                    \
  "    markov: c, one row per variable, for example [[\"0.5*x\"]]; then D = c c^T.")               \
X("ensemble.drift", NOW, "a list of 1 or 2 polynomials in x (two variables: x[1], x[2])",          \
  "none, must be given", "drift: [\"-x\"]",                                                        \
  "markov: a_i(x), one for every variable.")                                                       \
X("ensemble.diffusion", NOW, "a symmetric matrix of numbers, positive semi-definite", "none",      \
  "diffusion: [[1.0]]", "markov: a constant D instead of noise; c is its Cholesky factor.")        \
X("ensemble.preparations", NOW, "a list of 1 to 4 mappings with mean and deviation",               \
  "none, must be given", "preparations: [{mean: [0], deviation: [1]}]",                            \
  "markov: Gaussian distributions at t = 0, one ensemble of `paths` each.")                        \
X("ensemble.preparations.mean", NOW, "one number per variable", "none, must be given",             \
  "mean: [0.0]", "Where it is.")                                                                   \
X("ensemble.preparations.deviation", NOW, "one positive number per variable",                      \
  "none, must be given", "deviation: [0.5]", "How wide it is.")                                    \
X("ensemble.potential", NOW, "a quoted polynomial in x", "0", "potential: \"0.5*x^2\"",            \
  "nelson: V(x) of the Schroedinger equation; kappa is its hbar.")                                 \
X("ensemble.mass", NOW, "a positive number", "1", "mass: 1.0", "nelson: m.")                       \
X("ensemble.packets", NOW, "a list of 1 to 16 mappings with centre and deviation",                 \
  "none, must be given", "packets: [{centre: -2, deviation: 0.5}, {centre: 2, deviation: 0.5}]",   \
  "nelson: psi at t = 0, a sum of Gaussian packets, normalised.")                                  \
X("ensemble.packets.centre", NOW, "a number", "none, must be given", "centre: -2.0", "Mean of x.") \
X("ensemble.packets.deviation", NOW, "a positive number", "none, must be given",                   \
  "deviation: 0.5", "Standard deviation of x in the packet alone.")                                \
X("ensemble.packets.momentum", NOW, "a number", "0", "momentum: 1.0", "Mean of p.")                \
X("ensemble.packets.weight", NOW, "a complex number", "1", "weight: '0.6+0.8*I'",                  \
  "Factor of the packet in the sum.")                                                              \
X("ensemble.grid", NOW, "a mapping with points and extent", "points 1024, twice the output axis",  \
  "grid: {points: 1024, extent: 24}", "nelson: the periodic grid of psi.")                         \
X("ensemble.grid.points", NOW, "a whole number from 8 to 65536", "1024", "points: 1024",           \
  "Number of points.")                                                                             \
X("ensemble.grid.extent", NOW, "a positive number", "twice the output axis", "extent: 24",         \
  "Length of the box, around the middle of the output axis.")                                      \
X("ensemble.initialisation", NOW, "independent, conditional or signed", "signed",                  \
  "initialisation: conditional",                                                                   \
  "Boundary values of forward_backward: both marginals; the amplified one, then the other given\n"  \
  "    where the path started; or their joint function, whose negative part gives signs.")         \
X("ensemble.begin", NOW, "a number", "0", "begin: 1.0",                                            \
  "action: the variable that diffuses forwards at t = 0: p of the eigenframe of the diffusion;\n"    \
  "    Kerr: x = (u + phi)/sqrt2 of ln a = u + i phi, or with -phi for U < 0.")               \
X("ensemble.end", NOW, "a number", "0", "end: 1.0",                                                \
  "action: the other one at the last output time: q; Kerr: y = (u - phi)/sqrt2.")                                     \
X("ensemble.slices", NOW, "an even number from 2 to 1e6", "64", "slices: 128",                     \
  "action: parts of the time axis; output times must fall on ends of pairs of them. A second run\n"  \
  "    on half as many, with the same noise, measures their error.")                         \
X("ensemble.sweeps", NOW, "a whole number from 1 to 1e8", "100", "sweeps: 200",                    \
  "action: steps of every chain, each of which gives one trajectory.")                             \
X("ensemble.virtual_step", NOW, "a number above 0, at most 2", "0.5", "virtual_step: 1.0",         \
  "action: step delta of the chains in virtual time; smaller ones are accepted more often.")       \
X("solver", NOW, "a mapping", "all defaults", "solver: {tolerance: 1e-8}",                         \
  "How the equation is solved.")                                                                   \
X("solver.basis", NOW, "fourier, fock or reference", "fourier", "basis: reference",                \
  "fourier: grid in phase space; fock: density matrix in the number basis;\n"                     \
  "    reference: exact Schroedinger evolution of kets.")                                          \
X("solver.grid", NOW, "a mapping with points and extent", "chosen by qfp plan",                    \
  "grid: {points: 64, extent: 16.0}", "The grid of the fourier basis.")                            \
X("solver.grid.points", NOW, "an even whole number from 8 to 1e9, or one per mode",                \
  "chosen by qfp plan", "points: [64, 48]", "Points per axis; a list gives one per mode.")         \
X("solver.grid.extent", NOW, "a positive number, or one per mode", "chosen by qfp plan",           \
  "extent: 16.0", "Side L of the box [-L/2, L/2) of Q and P; a list gives one per mode.")          \
X("solver.levels", NOW, "a whole number from 2 to 100000, or one per mode", "chosen by qfp plan",  \
  "levels: [24, 24]", "Number states kept per mode in the fock and reference bases; left out, the\n" \
  "    fock basis raises them when the state reaches the last ones.")                              \
X("solver.ordering", NOW, "'balanced' or a number from 0 to 0.5", "balanced",                      \
  "ordering: balanced",                                                                            \
  "The c of Q = exp(c Laplacian) u, u being what is evolved; 0 evolves Q itself (unstable for\n"   \
  "    most systems), balanced takes C/2.")                                                        \
X("solver.tolerance", NOW, "a number between 1e-15 and 0.1", "1e-8", "tolerance: 1e-8",            \
  "Relative error accepted over the whole run.")                                                   \
X("solver.integrator", NOW, "auto, krylov, chebyshev or rk4", "auto", "integrator: krylov",        \
  "Propagator in time.")                                                                           \
X("solver.step", NOW, "a positive number, with integrator: rk4 only",                              \
  "from the stability limit", "step: 1e-3", "Fixed time step of rk4.")                             \
X("solver.precision", NOW, "double or single", "double", "precision: double",                      \
  "Of the numbers the state is stored in; single halves memory and traffic, needs a CUDA device\n"  \
  "    and a tolerance of at least 1e-5.")                                                          \
X("output", NOW, "a mapping with times", "none, must be given", "output: {times: [0, 0.5, 1]}",    \
  "What is written, and when.")                                                                    \
X("output.times", NOW, "a list of increasing numbers >= 0, or {from, to, count}",                  \
  "none, must be given", "times: [0, 0.5, 'pi']", "Output times; the initial state is at 0.")      \
X("output.times.from", NOW, "a number >= 0", "none, must be given", "from: 0", "First time.")      \
X("output.times.to", NOW, "a number above from", "none, must be given", "to: 2*pi",                \
  "Last time, included.")                                                                          \
X("output.times.count", NOW, "a whole number from 2 to 1000000", "none, must be given",            \
  "count: 101", "Number of times, equally spaced.")                                                \
X("output.husimi", NOW, "a mapping", "49 points from -6 to 6",                                     \
  "husimi: {from: -6.0, to: 6.0, points: 49, full: false}",                                        \
  "The Q grid of the output, in x and p, independent of the solver's grid.")                       \
X("output.husimi.from", NOW, "a number below to", "-6", "from: -6.0", "First x and p.")            \
X("output.husimi.to", NOW, "a number above from", "6", "to: 6.0", "Last x and p, included.")       \
X("output.husimi.points", NOW, "a whole number from 2 to 4096", "49", "points: 49",                \
  "Points per axis.")                                                                              \
X("output.husimi.full", NOW, "true or false", "false", "full: true",                               \
  "Write Q of all modes together, not only the marginal of every mode.")                           \
X("output.observables", NOW, "a list of at most 100 operators", "the built-in ones alone",           \
  "observables: [\"ad^2*a^2\", {name: skew, operator: \"x^2*p\"}]",                               \
  "Further expectation values, beside n, re_a, im_a, var_x, var_p of every mode and energy: any\n"  \
  "    operator of the language of hamiltonian.operator with its parameters. One that is not\n"     \
  "    Hermitian gives two, re_NAME and im_NAME.")                                                 \
X("output.observables.name", NOW, "a letter, then letters, digits or _, at most 28 altogether; not "\
  "chi2_... or ending in _stderr, _step_error or _exact", "made from the operator: ad_2_a_2",      \
  "name: skew", "What it is called in the output.")                                                \
X("output.observables.operator", NOW, "a quoted operator expression", "none, must be given",       \
  "operator: \"x^2*p\"", "The operator; degree at most 16 in every mode.")                         \
X("output.fields", NOW, "a list out of drift, diffusion, current", "none",                         \
  "fields: [drift, diffusion]", "Local fields to write.")                                          \
X("output.checkpoint", NOW, "a mapping with every", "no checkpoints",                              \
  "checkpoint: {every: 60s}", "State for `qfp run --resume` after an interruption.")               \
X("output.checkpoint.every", NOW, "a duration above 0 such as 90, 90s, 5m or 2h",                  \
  "none, must be given", "every: 60s", "Wall-clock time between checkpoints.")                     \
X("output.paths", NOW, "a mapping with count", "no trajectories", "paths: {count: 50}",            \
  "Single trajectories of `qfp sample`, as /paths in the output.")                                 \
X("output.paths.count", NOW, "a whole number from 1 to 1e9", "none, must be given", "count: 50",   \
  "How many are written, at most `ensemble.paths`: the first ones.")                               \
X("backend", NOW, "auto, cpu or cuda", "auto", "backend: cpu", "Where the work is done.")          \
X("device", NOW, "a whole number from 0 to 255, where backend is not cpu",                         \
  "the first CUDA device, or the CPU", "device: 1",                                                \
  "Number of a CUDA device, as in `qfp devices`.")
/* clang-format on */

#endif
