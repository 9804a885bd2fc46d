"""The Kerr oscillator of QuTiP's Lecture 14 on its own fifteen levels (../kerr_tutorial.yaml), with Q at every time.

    kerr_tutorial.py run OUT.npz            CPU seconds of mesolve and of 51 calls of qfunc on 100 x 100 points
    kerr_tutorial.py errors OUT.npz QFP.h5  largest error of Q over the times, of its largest value

Exact: e^{-i pi n(n-1) t} turns each amplitude of the same cut coherent state, and Q is |<alpha|psi>|^2/pi.
"""
import sys
import time
import warnings

import numpy as np

import frames

LEVELS, ALPHA, POINTS = 15, 2.0, 100
TIMES, AXIS = np.linspace(0, 1, 51), np.linspace(-5, 5, POINTS)


def ket(t):
    n = np.arange(LEVELS)
    factorials = np.cumprod(np.maximum(n, 1.0))
    return np.exp(-ALPHA**2 / 2) * ALPHA**n / np.sqrt(factorials) * np.exp(-1j * np.pi * n * (n - 1) * t)


def run(path):
    warnings.filterwarnings("ignore")
    import qutip as qt

    a = qt.destroy(LEVELS)
    h = np.pi * a.dag() * a.dag() * a * a
    options = {"atol": 1e-10, "rtol": 1e-8, "nsteps": 10**6}
    options = qt.Options(**options) if hasattr(qt, "Options") else dict(options, progress_bar="")
    psi = qt.Qobj(ket(0.0))
    start = time.process_time()
    states = qt.mesolve(h, psi, TIMES, c_ops=[], e_ops=[], options=options).states
    pictures = [qt.qfunc(state, AXIS, AXIS, g=np.sqrt(2)) for state in states]
    seconds = time.process_time() - start
    np.savez(path, q=2 * np.array(pictures).transpose(0, 2, 1))  # QuTiP: [p][x], per dx dp
    print(f"{seconds:.3f}")


def errors(theirs, ours):
    import h5py

    right = np.array([frames.q_of(ket(t), AXIS) for t in TIMES])
    with h5py.File(ours) as f:
        mine = f["husimi/mode_1"][:]
    return np.abs(mine - right).max() / right.max(), np.abs(np.load(theirs)["q"] - right).max() / right.max()


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        print("ours %.2e, theirs %.2e" % errors(sys.argv[2], sys.argv[3]))
