"""The dimer of dimer_mixed.yaml by QuTiP's mesolve, and errors of either program.

    mixed_dimer.py run OUT.npz     mesolve without collapse operators at the tolerance below; CPU seconds
    mixed_dimer.py errors OUT.npz QFP.h5
                               largest error of n_1, re_a_1, im_a_1, re_a_2 over the times, of
                               mesolve and of qfp, against the exponential of the same truncated H

Both programs start from the same truncated density matrix, not normalised anew.
"""
import sys
import time

import numpy as np
import qutip as qt

LEVELS, J, U = 20, 1.0, 0.5
NBAR, ALPHA = (0.2, 0.1), (1.2, 0.0)
TIMES = np.linspace(0.0, 2.0, 5)
OPTIONS = {"atol": 1e-10, "rtol": 1e-8, "nsteps": 100000}


def system():
    a1 = qt.tensor(qt.destroy(LEVELS), qt.qeye(LEVELS))
    a2 = qt.tensor(qt.qeye(LEVELS), qt.destroy(LEVELS))
    h = -J * (a1.dag() * a2 + a2.dag() * a1)
    for a in (a1, a2):
        h += 0.5 * U * a.dag() ** 2 * a ** 2
    return h, [a1.dag() * a1, a1, a2]


def initial():
    # on many levels, then cut: the exact displaced thermal state restricted to the kept levels
    big, factors = 60, []
    for nbar, alpha in zip(NBAR, ALPHA):
        d = qt.displace(big, alpha)
        rho = d * qt.thermal_dm(big, nbar, method="analytic") * d.dag()
        factors.append(qt.Qobj(rho.full()[:LEVELS, :LEVELS]))
    return qt.tensor(*factors)


def columns(expectations):
    n1, a1, a2 = (np.asarray(e) for e in expectations)
    return np.array([n1.real, a1.real, a1.imag, a2.real])


def run(path):
    h, operators = system()
    rho = initial()
    start = time.process_time()
    options = qt.Options(**OPTIONS) if hasattr(qt, "Options") else OPTIONS  # QuTiP 4 or 5
    result = qt.mesolve(h, rho, TIMES, c_ops=[], e_ops=operators, options=options)
    seconds = time.process_time() - start
    np.savez(path, values=columns(result.expect), seconds=seconds)
    print(f"{seconds:.3f}")


def errors(path, output):
    import h5py

    h, operators = system()
    energies, vectors = np.linalg.eigh(h.full())
    rho = vectors.conj().T @ initial().full() @ vectors
    exact = []
    for t in TIMES:
        phase = np.exp(-1j * energies * t)
        now = vectors @ (phase[:, None] * rho * phase.conj()[None, :]) @ vectors.conj().T
        exact.append([np.trace(o.full() @ now) for o in operators])
    exact = columns(np.array(exact).T)
    with h5py.File(output) as f:
        names = ("n_1", "re_a_1", "im_a_1", "re_a_2")
        ours = np.array([f["observables"][name][:] for name in names])
    theirs = np.load(path)["values"]
    return np.abs(ours - exact).max(), np.abs(theirs - exact).max()


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        print("ours %.2e, theirs %.2e" % errors(sys.argv[2], sys.argv[3]))
