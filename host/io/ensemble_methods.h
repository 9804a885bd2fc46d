/* ensemble_methods.h - INTERNAL: every method of `qfp sample`, once.
 *
 * The configuration takes from this table the names and which method has which keys, `qfp help` the
 * meanings, and host/ensemble/methods.c the functions of method NAME: qfp_NAME_check and
 * qfp_NAME_create where there is a Hamiltonian (SYSTEM), qfp_NAME_create for a process in real
 * variables (PROCESS), which has neither Hamiltonian nor initial state.
 */
#ifndef QFPI_ENSEMBLE_METHODS_H
#define QFPI_ENSEMBLE_METHODS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct qfp_ensemble_method {
    const char *name;
    bool is_process;
    const char *keys; /* of `ensemble`, beside method, paths, steps and seed */
} qfp_ensemble_method;

extern const qfp_ensemble_method qfp_ensemble_methods[];
extern const size_t qfp_ensemble_method_count;

/* NULL for a name that no method has. */
const qfp_ensemble_method *qfp_ensemble_method_find(const char *name);
/* `key` is one of method->keys. */
bool qfp_ensemble_method_has(const qfp_ensemble_method *method, const char *key);

/* X(name, kind, keys, meaning) */
/* clang-format off */
#define QFP_ENSEMBLE_METHODS(X)                                                                    \
X(guided, SYSTEM, "target_error noise",                                                            \
  "the score-guided diffusion, whose density at any one time is Q(t)")                             \
X(positive_p, SYSTEM, "target_error",                                                              \
  "independent alpha and beta, exact normally ordered means until they spike;\n"                   \
  "      with loss, gain and dephasing")                                                           \
X(doubled_q, SYSTEM, "target_error",                                                               \
  "independent alpha and beta, exact anti-normally ordered means until they spike;\n"              \
  "      with loss, gain and dephasing")                                                           \
X(truncated_wigner, SYSTEM, "target_error",                                                        \
  "the classical flow of the Wigner function, an approximation, with loss, gain and\n"             \
  "      dephasing")                                                                               \
X(diffusion, SYSTEM, "target_error",                                                               \
  "an ordinary diffusion whose density is Q(t), where loss is so strong that the matrix\n"         \
  "      D of the equation of Q is positive")                                                      \
X(forward_backward, SYSTEM, "target_error initialisation",                                         \
  "one quadratic mode, the amplified direction run backwards")                                     \
X(action, SYSTEM, "target_error begin end slices sweeps virtual_step",                             \
  "paths between mixed boundary data, whose density is not Q for coupled drift")                   \
X(gaussian, SYSTEM, "target_error",                                                                \
  "means and covariances by the equations of Hartree, Fock and Bogoliubov,\n"                      \
  "      exact for quadratic Hamiltonians, an approximation for short times else")                 \
X(markov, PROCESS, "drift noise diffusion preparations",                                           \
  "dx = a(x) dt + c(x) dW (Ito) in one or two real variables, beside its Fokker-Planck\n"          \
  "      equation, with the backward kernel of every preparation by Bayes; no hamiltonian and\n"   \
  "      no initial, x is compared on the cells of output.husimi")                                 \
X(nelson, PROCESS, "potential mass packets grid",                                                  \
  "paths guided by a wave function psi(x, t); as markov without hamiltonian and initial")
/* clang-format on */

#endif
