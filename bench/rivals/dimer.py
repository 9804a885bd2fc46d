"""Errors of n_1 of the Bose-Hubbard dimer of dimer.xmds and ../dimer_short.yaml.

    dimer.py QFP.h5 XMDS2.h5

prints the largest |n_1 - exact| over the common output times of either; exact is the exponential of H on
all states of up to 30 quanta, by blocks of their number.
"""
import sys

import h5py
import numpy as np

J, U, ALPHA, QUANTA = 1.0, 0.5, (1.5, 0.5), 30


def exact_n_1(times):
    n_1 = np.zeros(len(times))
    for total in range(QUANTA + 1):
        first = np.arange(total + 1.0)
        second = total - first
        h = np.diag(U / 2 * (first * (first - 1) + second * (second - 1)))
        hop = -J * np.sqrt(first[1:] * (second[1:] + 1))
        energies, vectors = np.linalg.eigh(h + np.diag(hop, 1) + np.diag(hop, -1))
        log_factorial = np.cumsum(np.log(np.maximum(np.arange(total + 1), 1)))
        order = first.astype(int)
        ket = np.exp(-sum(a * a for a in ALPHA) / 2 - (log_factorial[order] + log_factorial[::-1][order]) / 2)
        ket *= ALPHA[0] ** first * ALPHA[1] ** second
        for i, t in enumerate(times):
            now = vectors @ (np.exp(-1j * energies * t) * (vectors.T @ ket))
            n_1[i] += (np.abs(now) ** 2 * first).sum()
    return n_1


def errors(ours, theirs):
    with h5py.File(ours) as f:
        times, mine = f["time"][:], f["observables/n_1"][:]
    with h5py.File(theirs) as f:
        other_times, other = f["1/t"][:], f["1/n_1"][:]
    return np.abs(mine - exact_n_1(times)).max(), np.abs(other - exact_n_1(other_times)).max()


if __name__ == "__main__":
    print("ours %.2e, theirs %.2e" % errors(*sys.argv[1:3]))
