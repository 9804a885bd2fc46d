"""Q of the Kerr oscillator of ../frames.yaml by QuTiP's qfunc: CPU seconds, and errors of either program.

    frames.py run OUT.npz     prints CPU seconds of one frame, the median of 20
    frames.py errors OUT.npz QFP.h5
"""
import sys
import time
import warnings

import numpy as np

LEVELS, ALPHA, POINTS, FRAMES = 40, 2.0, 128, 20
AXIS = np.linspace(-6, 6, POINTS)


def ket(t):
    n = np.arange(LEVELS)
    c = np.exp(-ALPHA**2 / 2) * ALPHA**n / np.sqrt(np.cumprod(np.maximum(n, 1.0)))
    return c * np.exp(-0.5j * n * (n - 1) * t)


def run(path):
    warnings.filterwarnings("ignore")
    import qutip as qt

    times, seconds, frames = np.linspace(0, np.pi / 2, FRAMES), [], []
    for t in times:
        psi = qt.Qobj(ket(t))
        start = time.process_time()
        frames.append(qt.qfunc(psi, AXIS, AXIS, g=np.sqrt(2)))
        seconds.append(time.process_time() - start)
    np.savez(path, times=times, last=frames[-1])
    print(f"{np.median(seconds):.6f}")


def q_of(ket, axis):
    """|<alpha|ket>|^2/pi per d^2 alpha, [x][p]; alpha = (x + ip)/sqrt(2)."""
    z = (axis[:, None] - 1j * axis[None, :]) / np.sqrt(2)
    total, term = 0, np.exp(-np.abs(z) ** 2 / 2) + 0j
    for n, c in enumerate(ket):
        total = total + c * term
        term = term * z / np.sqrt(n + 1)
    return np.abs(total) ** 2 / np.pi


def errors(ours, theirs):
    import h5py

    with h5py.File(ours) as f:
        mine, t = f["husimi/mode_1"][-1], f["time"][-1]
    right = q_of(ket(t), AXIS)
    other = 2 * np.load(theirs)["last"].T  # QuTiP: [p][x], per dx dp
    return np.abs(mine - right).max() / right.max(), np.abs(other - right).max() / right.max()


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(sys.argv[2])
    else:
        print("ours %.2e, theirs %.2e" % errors(sys.argv[3], sys.argv[2]))
