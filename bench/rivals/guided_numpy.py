"""The guided diffusion of qfp_bench_paths written straightforwardly in NumPy, one thread.

    guided_numpy.py [PATHS [STEPS]]     paths times steps per second for 24 and 64 levels

Kerr, alpha_0 = 2, from its coherent ket, fixed steps of Ut = 1e-3 without adaption, Euler-Maruyama.
"""
import sys
import time

import numpy as np

ALPHA, STEP = 2.0, 1e-3


def horner(c, z):
    """F = sum c_n z^n/sqrt(n!) and F' for all z at once."""
    f = np.full_like(z, c[-1])
    d = np.zeros_like(z)
    for n in range(len(c) - 1, 0, -1):
        root = 1.0 / np.sqrt(n)
        d = root * (f + z * d)
        f = c[n - 1] + root * z * f
    return f, d


def step(c, alpha, h, rng):
    f, d = horner(c, alpha.conj())
    score = d / f - alpha  # d ln Q / d alpha*
    s, ds, size = alpha ** 2, 2.0 * alpha, np.abs(alpha) ** 2
    drift = -1j * alpha * (size - 2.0) - 0.5j * (ds + s * score.conj()) \
        + 0.5 * (s * ds.conj() / (2.0 * size) + size * score)
    noise = rng.standard_normal((2, len(alpha))) * np.sqrt(0.5 * h)
    return alpha + drift * h + np.sqrt(size) * (noise[0] + 1j * noise[1])


def main():
    paths = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    for levels in (24, 64):
        n = np.arange(levels)
        c = np.exp(-0.5 * ALPHA ** 2) * np.cumprod(np.concatenate([[1.0], ALPHA / np.sqrt(n[1:])]))
        rng = np.random.Generator(np.random.Philox(1))
        alpha = ALPHA + (rng.standard_normal(paths) + 1j * rng.standard_normal(paths)) / np.sqrt(2)
        times = []
        for _ in range(steps):
            start = time.process_time()
            alpha = step(c.astype(complex), alpha, STEP, rng)
            times.append(time.process_time() - start)
        # energy is conserved: E|alpha|^2 = 5
        mean = np.mean(np.abs(alpha) ** 2)
        assert abs(mean - 5.0) < 5 * 3.0 / np.sqrt(paths), mean
        print(f"guided, {levels} levels: {paths / np.median(times):.3g} paths x steps per second")


if __name__ == "__main__":
    main()
