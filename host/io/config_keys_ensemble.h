/* config_keys_ensemble.h - INTERNAL to config_keys.h: the keys of `qfp sample`. */
#ifndef QFPI_CONFIG_KEYS_ENSEMBLE_H
#define QFPI_CONFIG_KEYS_ENSEMBLE_H

#include "io/ensemble_methods.h"

#define QFP_METHOD_WORD(name, kind, keys, meaning) " " #name
#define QFP_METHOD_LINE(name, kind, keys, meaning) "\n    " #name ": " meaning

/* clang-format off */
#define QFP_CONFIG_KEYS_OF_ENSEMBLES(X)                                                            \
X("ensemble", GROUP, "a mapping with method", "none",                                              \
  "ensemble: {method: guided, paths: 100000, steps: 2000, seed: 1}",                               \
  "What `qfp sample` draws: an ensemble of trajectories.")                                         \
X("ensemble.method", OWN, "one of" QFP_ENSEMBLE_METHODS(QFP_METHOD_WORD), "none, must be given",   \
  "method: guided", "What is drawn:" QFP_ENSEMBLE_METHODS(QFP_METHOD_LINE))                        \
X("ensemble.paths", INTEGER(qfp_config, ensemble.paths, 2, 1000000000),                            \
  "a whole number from 2 to 1e9", "10000", "paths: 100000",                                        \
  "Number of trajectories.")                                                                       \
X("ensemble.steps", INTEGER(qfp_config, ensemble.steps, 1, 100000000),                             \
  "a whole number from 1 to 1e8", "1000", "steps: 2000",                                           \
  "Time steps from 0 to the last output time; a second, coarser run with the same noise tells\n"   \
  "    the error that they leave.")                                                                \
X("ensemble.target_error", POSITIVE(qfp_config, ensemble.target_error),                            \
  "a positive number", "none", "target_error: 0.01",                                               \
  "Sampling error wanted for every observable at every output time: trajectories are added until\n"\
  "    it is reached, or all `paths` are used (exit status 3, the figures are kept).")             \
X("ensemble.seed", INTEGER(qfp_config, ensemble.seed, 0, 2147483647),                              \
  "a whole number from 0 to 2147483647", "1", "seed: 7",                                           \
  "Same seed, same trajectories, on any number of threads.")                                       \
X("ensemble.noise", OWN, "a number from 0 to 1; of markov a matrix of polynomials", "1",           \
  "noise: 0.5",                                                                                    \
  "guided: fraction lambda of the noise; 0 is the deterministic Husimi flow.\n"                    \
  "    markov: c, one row per variable, for example [[\"0.5*x\"]]; then D = c c^T.")               \
X("ensemble.drift", OWN, "a list of 1 or 2 polynomials in x (two variables: x[1], x[2])",          \
  "none, must be given", "drift: [\"-x\"]",                                                        \
  "markov: a_i(x), one for every variable.")                                                       \
X("ensemble.diffusion", OWN, "a symmetric matrix of numbers, positive semi-definite", "none",      \
  "diffusion: [[1.0]]", "markov: a constant D instead of noise; c is its Cholesky factor.")        \
X("ensemble.preparations", OWN, "a list of 1 to 4 mappings with mean and deviation",               \
  "none, must be given", "preparations: [{mean: [0], deviation: [1]}]",                            \
  "markov: Gaussian distributions at t = 0, one ensemble of `paths` each.")                        \
X("ensemble.preparations.mean", EACH_REAL(qfp_preparation, mean, ANY),                             \
  "one number per variable", "none, must be given",                                                \
  "mean: [0.0]", "Where it is.")                                                                   \
X("ensemble.preparations.deviation", EACH_REAL(qfp_preparation, deviation, DBL_TRUE_MIN, INFINITY),\
  "one positive number per variable",                                                              \
  "none, must be given", "deviation: [0.5]", "How wide it is.")                                    \
X("ensemble.potential", OWN, "a quoted polynomial in x", "0", "potential: \"0.5*x^2\"",            \
  "nelson: V(x) of the Schroedinger equation; kappa is its hbar.")                                 \
X("ensemble.mass", POSITIVE(qfp_config, process.mass),                                             \
  "a positive number", "1", "mass: 1.0", "nelson: m.")                                             \
X("ensemble.packets", OWN, "a list of 1 to 16 mappings with centre and deviation",                 \
  "none, must be given", "packets: [{centre: -2, deviation: 0.5}, {centre: 2, deviation: 0.5}]",   \
  "nelson: psi at t = 0, a sum of Gaussian packets, normalised.")                                  \
X("ensemble.packets.centre", REAL(qfp_packet, centre, ANY),                                        \
  "a number", "none, must be given", "centre: -2.0", "Mean of x.")                                 \
X("ensemble.packets.deviation", POSITIVE(qfp_packet, deviation),                                   \
  "a positive number", "none, must be given",                                                      \
  "deviation: 0.5", "Standard deviation of x in the packet alone.")                                \
X("ensemble.packets.momentum", REAL(qfp_packet, momentum, ANY),                                    \
  "a number", "0", "momentum: 1.0", "Mean of p.")                                                  \
X("ensemble.packets.weight", COMPLEX(qfp_packet, weight),                                          \
  "a complex number", "1", "weight: '0.6+0.8*I'",                                                  \
  "Factor of the packet in the sum.")                                                              \
X("ensemble.grid", GROUP,                                                                          \
  "a mapping with points and extent", "points 1024, twice the output axis",                        \
  "grid: {points: 1024, extent: 24}", "nelson: the periodic grid of psi.")                         \
X("ensemble.grid.points", INTEGER(qfp_config, process.points, 8, 65536),                           \
  "a whole number from 8 to 65536", "1024", "points: 1024",                                        \
  "Number of points.")                                                                             \
X("ensemble.grid.extent", POSITIVE(qfp_config, process.extent),                                    \
  "a positive number", "twice the output axis", "extent: 24",                                      \
  "Length of the box, around the middle of the output axis.")                                      \
X("ensemble.initialisation",                                                                       \
  CHOICE(qfp_config, ensemble.initialisation, WORDS("independent", "conditional", "signed")),      \
  "independent, conditional or signed", "signed",                                                  \
  "initialisation: conditional",                                                                   \
  "Boundary values of forward_backward: both marginals; the amplified one, then the other given\n" \
  "    where the path started; or their joint function, whose negative part gives signs.")         \
X("ensemble.begin", REAL(qfp_config, ensemble.begin, ANY), "a number", "0", "begin: 1.0",          \
  "action: the variable that diffuses forwards at t = 0: p of the eigenframe of the diffusion;\n"  \
  "    Kerr: x = (u + phi)/sqrt2 of ln a = u + i phi, or with -phi for U < 0.")                    \
X("ensemble.end", REAL(qfp_config, ensemble.end, ANY), "a number", "0", "end: 1.0",                \
  "action: the other one at the last output time: q; Kerr: y = (u - phi)/sqrt2.")                  \
X("ensemble.slices", INTEGER(qfp_config, ensemble.slices, 2, 1000000),                             \
  "an even number from 2 to 1e6", "64", "slices: 128",                                             \
  "action: parts of the time axis; output times must fall on ends of pairs of them. A second run\n"\
  "    on half as many, with the same noise, measures their error.")                               \
X("ensemble.sweeps", INTEGER(qfp_config, ensemble.sweeps, 1, 100000000),                           \
  "a whole number from 1 to 1e8", "100", "sweeps: 200",                                            \
  "action: steps of every chain, each of which gives one trajectory.")                             \
X("ensemble.virtual_step", REAL(qfp_config, ensemble.virtual_step, DBL_TRUE_MIN, 2),               \
  "a number above 0, at most 2", "0.5", "virtual_step: 1.0",                                       \
  "action: step delta of the chains in virtual time; smaller ones are accepted more often.")
/* clang-format on */

#endif
