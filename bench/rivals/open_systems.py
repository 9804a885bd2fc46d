"""Open and driven systems by QuTiP 5, and errors of either program.

    open_systems.py run PROBLEM RTOL OUT.npz      CPU seconds of one call of mesolve or sesolve
    open_systems.py exact PROBLEM OUT.npz         the same at rtol 1e-12 with another method (order 8)
    open_systems.py errors EXACT.npz THEIRS.npz QFP.h5
                                          largest error of n_1, re_a_1, im_a_1 over the times

PROBLEM: dimer (bench/lossy_dimer.yaml) or pulse (bench/pulse.yaml).  All start from the same coherent
state on the same levels, cut and not normalised anew.
"""
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
import qutip as qt

NAMES = ("n_1", "re_a_1", "im_a_1")


def coherent(levels, alpha):
    amplitudes = np.ones(levels, dtype=complex)
    for n in range(1, levels):
        amplitudes[n] = amplitudes[n - 1] * alpha / np.sqrt(n)
    return qt.Qobj(np.exp(-abs(alpha) ** 2 / 2) * amplitudes)


def dimer():
    levels, j, u = 20, 1.0, 0.5
    a = [qt.tensor(qt.destroy(levels), qt.qeye(levels)), qt.tensor(qt.qeye(levels), qt.destroy(levels))]
    h = -j * (a[0].dag() * a[1] + a[1].dag() * a[0])
    for mode in a:
        h += 0.5 * u * mode.dag() ** 2 * mode**2
    psi = qt.tensor(coherent(levels, 1.5), coherent(levels, 0.5))
    losses = [np.sqrt(0.2) * a[0], np.sqrt(0.1) * a[1]]
    return h, psi * psi.dag(), np.linspace(0, 2, 5), losses, a[0]


def pulse():
    levels = 30
    a = qt.destroy(levels)
    h = [0.25 * a.dag() ** 2 * a**2, [a + a.dag(), "1.2*exp(-((t - 5)/0.5)**2)*cos(2*t)"]]
    return h, coherent(levels, 1 + 0.5j), np.linspace(0, 10, 5), None, a


def solve(problem, rtol, method):
    h, state, times, losses, a = {"dimer": dimer, "pulse": pulse}[problem]()
    options = {"atol": 0.01 * rtol, "rtol": rtol, "nsteps": 10**8, "method": method, "progress_bar": ""}
    if problem == "pulse":
        options["max_step"] = 0.5  # its pulse would be jumped over
        solver = qt.SESolver(qt.QobjEvo(h), options=options)
    else:
        solver = qt.MESolver(h, losses, options=options)
    start = time.process_time()
    result = solver.run(state, times, e_ops=[a.dag() * a, a])
    seconds = time.process_time() - start
    n, mean = (np.asarray(e) for e in result.expect)
    return seconds, np.array([n.real, mean.real, mean.imag])


def errors(exact, theirs, ours):
    import h5py

    right = np.load(exact)["values"]
    with h5py.File(ours) as f:
        mine = np.array([f["observables"][name][:] for name in NAMES])
    other = np.load(theirs)["values"]
    return np.abs(mine - right).max(), np.abs(other - right).max()


if __name__ == "__main__":
    if sys.argv[1] == "errors":
        print("ours %.2e, theirs %.2e" % errors(*sys.argv[2:5]))
    else:
        exact = sys.argv[1] == "exact"
        rtol = 1e-12 if exact else float(sys.argv[3])
        seconds, values = solve(sys.argv[2], rtol, "dop853" if exact else "adams")
        np.savez(sys.argv[-1], values=values)
        print(f"{seconds:.3f}")
