"""Systems of this folder by dynamiqs on one CPU thread, in double precision.

    dynamiqs_open.py run PROBLEM OUT.npz   CPU seconds of the second call of mesolve: the first one compiles

PROBLEM: lossy_dimer, mixed_dimer, four_wells.  Tolerance 1e-8 with Tsit5, the library's own choice of method.
"""
import os
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import dynamiqs as dq
import jax.numpy as jnp
import numpy as np

dq.set_precision("double")
dq.set_progress_meter(False)


def dimer_hamiltonian(a):
    h = -(a[0].dag() @ a[1] + a[1].dag() @ a[0])
    return h + sum(0.25 * m.dag() @ m.dag() @ m @ m for m in a)


def lossy_dimer():
    a = dq.destroy(20, 20)
    n = np.arange(20)
    factor = np.sqrt(np.cumprod(np.maximum(n, 1.0)))
    kets = [np.exp(-alpha**2 / 2) * alpha**n / factor for alpha in (1.5, 0.5)]
    psi = np.kron(*kets)
    rho = dq.asqarray(np.outer(psi, psi) + 0j, dims=(20, 20))
    return dimer_hamiltonian(a), [np.sqrt(0.2) * a[0], np.sqrt(0.1) * a[1]], rho, np.linspace(0, 2, 5), \
        [a[0].dag() @ a[0], a[0]], lambda e: [e[0].real, e[1].real, e[1].imag]


def mixed_dimer():
    import mixed_dimer as same

    a = dq.destroy(20, 20)
    rho = dq.asqarray(same.initial().full(), dims=(20, 20))
    return dimer_hamiltonian(a), [0 * a[0]], rho, same.TIMES, [a[0].dag() @ a[0], a[0], a[1]], \
        lambda e: [e[0].real, e[1].real, e[1].imag, e[2].real]


def four_wells():
    import four_wells as same

    a = dq.destroy(*[same.LEVELS] * same.WELLS)
    n = [m.dag() @ m for m in a]
    h = sum(-same.J * (a[k].dag() @ a[(k + 1) % 4] + a[(k + 1) % 4].dag() @ a[k]) for k in range(4))
    h = h + sum(0.5 * same.U * m.dag() @ m.dag() @ m @ m for m in a)
    rho = dq.fock_dm((same.LEVELS,) * same.WELLS, same.BOSONS)
    return h, [np.sqrt(same.LOSS) * m for m in a], rho, same.TIMES, n + [m @ m for m in n], \
        lambda e: np.concatenate([e[:4].real, (e[4:] - e[:4] ** 2).real])


def run(problem, path):
    h, losses, rho, times, operators, columns = {f.__name__: f for f in (lossy_dimer, mixed_dimer, four_wells)}[problem]()

    def solve():
        result = dq.mesolve(h, losses, rho, jnp.asarray(times), exp_ops=operators,
                            method=dq.method.Tsit5(rtol=1e-8, atol=1e-10), save_states=False)
        return np.asarray(result.expects)

    solve()
    start = time.process_time()
    expects = solve()
    seconds = time.process_time() - start
    np.savez(path, values=np.array(columns(expects)))
    print(f"{seconds:.3f}")


if __name__ == "__main__":
    run(sys.argv[2], sys.argv[3])
