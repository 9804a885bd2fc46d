"""Errors of a file of Q or W of the Kerr oscillator H = a^dag^2 a^2 / 2 from a coherent state.

    kerr.py qfp FILE.h5 ALPHA0            Q of qfp
    kerr.py xmds-husimi FILE.h5 ALPHA0    Q of kerr_revival.xmds
    kerr.py xmds-wigner FILE.h5 ALPHA0    W of XMDS2's example, and Q made from it

Prints the largest |Q - Q_exact| over points and output times in units of the largest Q_exact, the same
without the unit, and for W at the revival, where it is the Gaussian of the start again, the largest
|W - W_exact| (nan where there is no W).
"""
import sys

import h5py
import numpy as np

LEVELS = 120  # the Poisson weight beyond is below 1e-60 for alpha_0 <= 3
TIMES = 8     # compared at multiples of an eighth of the revival time


def exact_husimi(x, y, alpha0, t):
    """Q(x + iy) = |sum_n c_n conj(alpha)^n / sqrt(n!)|^2 exp(-|alpha|^2) / pi."""
    z = alpha0 * (x[:, None] - 1j * y[None, :])
    term = np.exp(-0.5 * np.abs(z / alpha0) ** 2 - 0.5 * alpha0**2) + 0j
    total = np.zeros_like(z)
    for n in range(LEVELS):
        total += term * np.exp(-0.5j * t * n * (n - 1))
        term = term * z / (n + 1)
    return np.abs(total) ** 2 / np.pi


def smoothed(w, x, y):
    """exp(-k^2/8) applied on the periodic grid: the Husimi function of a Wigner function."""
    kx = 2 * np.pi * np.fft.fftfreq(len(x), x[1] - x[0])
    ky = 2 * np.pi * np.fft.fftfreq(len(y), y[1] - y[0])
    factor = np.exp(-(kx[:, None] ** 2 + ky[None, :] ** 2) / 8)
    return np.fft.ifft2(np.fft.fft2(w) * factor).real


def read(kind, path):
    with h5py.File(path, "r") as f:
        if kind == "qfp":
            root2 = np.sqrt(2.0)
            return (f["time"][:], f["axes/x"][:] / root2, f["axes/p"][:] / root2,
                    f["husimi/mode_1"][:])
        group = f["1"]
        name = "q" if kind == "xmds-husimi" else "WR"
        return group["t"][:], group["x"][:], group["y"][:], group[name][:]


def errors(kind, path, alpha0):
    times, x, y, values = read(kind, path)
    error_w = np.nan
    if kind == "xmds-wigner":
        exact = 2 / np.pi * np.exp(-2 * ((x[:, None] - alpha0) ** 2 + y[None, :] ** 2))
        error_w = np.abs(values[-1] - exact).max()
    worst = unit = 0.0
    compared = 0
    for t, value in zip(times, values):
        eighth = TIMES * t / (2 * np.pi)
        if abs(eighth - round(eighth)) > 1e-6:
            continue
        compared += 1
        q = smoothed(value, x, y) if kind == "xmds-wigner" else value
        exact = exact_husimi(x, y, alpha0, t)
        worst = max(worst, np.abs(q - exact).max())
        unit = max(unit, exact.max())
    if compared != TIMES + 1:
        raise ValueError(f"{path}: {compared} of {TIMES + 1} output times found")
    return worst / unit, worst, error_w


if __name__ == "__main__":
    print("%.2e %.2e %.2e" % errors(sys.argv[1], sys.argv[2], float(sys.argv[3])))
