#!/usr/bin/env python3
"""How the cost of a run grows with its size: CPU seconds of `qfp run` against n, N, n_c and threads, with fitted exponents.

    scaling.py BUILD_DIR [--report FILE.md] [FAMILY...]

Each family runs one system at several sizes.  The cost is the process's CPU seconds less those of the same run to an eighth
of the time, per application of the generator where the family counts them.  The exponent is the slope of the least-squares line through the
logarithms; beside it stands what the algorithm should have.  Needs python3 with h5py and numpy.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

import h5py
import numpy as np

KERR = "hamiltonian: {operator: '0.5*ad^2*a^2'}\ninitial: {coherent: [2]}\n"
DRIVEN = "hamiltonian: {operator: '0.3*x'}\ndissipation: [{operator: a, rate: 0.01}]\ninitial: {coherent: [1]}\n"
DIMER = ("hamiltonian: {modes: 2, operator: '-hc(ad[1]*a[2]) + 0.1*x[1]'}\n"
         "initial: {coherent: [0.5, 0]}\n")
LOSSY = "dissipation: [{operator: 'a[1]', rate: 0.01}]\n"
CHAIN = ("hamiltonian: {modes: %d, operator: '-sum(j, 1, %d, hc(ad[j]*a[j+1])) + 0.1*x[1]'}\n"
         "dissipation: [{operator: 'a[1]', rate: 0.1}]\ninitial: {fock: [1%s]}\n")
OUTPUT = "output: {times: [0, %g], husimi: {points: 9}}\n"
LOOSE = "solver: {tolerance: 0.05, %s}\n"


@dataclass
class Family:
    name: str
    what: str  # of the sizes
    expected: str
    sizes: list
    config: object  # size -> text with a %g for the time
    times: object  # size -> end of the run
    per_application: bool = True
    threads: list = field(default_factory=lambda: [1])

    def shorter(self, text):
        """Where applications do not count: the same run without its end."""
        return text if self.per_application else text.replace("[0, %g]", "[0]")


def grid(system, n, extent):
    return system + LOOSE % f"basis: fourier, integrator: krylov, grid: {{points: {n}, extent: {extent}}}" + OUTPUT


def fock(system, levels):
    return system + LOOSE % f"basis: fock, integrator: krylov, levels: {levels}" + OUTPUT


FAMILIES = [
    Family("grid_1", "n, one mode", "2, and a logarithm", [128, 192, 256, 384, 512],
           lambda n: grid(KERR, n, 16), lambda n: 16 / n),
    Family("grid_2", "n, two modes", "4, and a logarithm", [16, 20, 24, 32, 40],
           lambda n: grid(DIMER, n, 9), lambda n: 8 / n),
    Family("flow_1", "n, one mode, a run of two flows", "3", [128, 192, 256, 384, 512],
           lambda n: KERR + LOOSE % f"basis: fourier, integrator: split, grid: {{points: {n}}}" + OUTPUT,
           lambda n: 1.0, per_application=False),
    Family("fock_1", "n_c, one mode", "2", [200, 300, 400, 600, 800],
           lambda d: fock(DRIVEN, d), lambda d: 8.0),
    Family("fock_2", "n_c, two modes", "4", [12, 16, 20, 28, 36],
           lambda d: fock(DIMER + LOSSY, d), lambda d: 20 / d),
    Family("fock_modes", "4^N: N modes of 4 levels", "2, and the terms, which grow as N", [81, 256, 1024],
           lambda d: fock(CHAIN % ((modes := round(np.log(d) / np.log(4))), modes - 1, ", 0" * (modes - 1)), 4),
           lambda d: 2.0),
    Family("threads", "threads, 40^4 cells: wall seconds of one application", "-1", [40],
           lambda n: grid(DIMER, n, 9), lambda n: 0.2, threads=[1, 2]),
]


def run(qfp, scratch, text, end, threads):
    """CPU and wall seconds of a run, and its applications."""
    config, out = scratch / "size.yaml", scratch / "size.h5"
    config.write_text(text.replace("%g", f"{end:.6g}"))
    command = [qfp, "run", config, "-o", out, "--force"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120,
                          env=dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads)))
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"scaling.py: {done.stderr.strip()}\n{config.read_text()}")
    with h5py.File(out) as f:
        applications = int(f.attrs["applications"])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, applications


def cost(qfp, scratch, family, size, threads):
    text, end = family.config(size), family.times(size)
    whole = run(qfp, scratch, text, end, threads)
    part = run(qfp, scratch, family.shorter(text), end / 8, threads)
    which = 1 if len(family.threads) > 1 else 0
    return (whole[which] - part[which]) / (whole[2] - part[2] if family.per_application else 1)


def measure(qfp, scratch, family):
    sizes, costs = [], []
    for size in family.sizes:
        for threads in family.threads:
            print(f"scaling.py: {family.name} {size}, {threads} thread{'s' * (threads > 1)}", file=sys.stderr, flush=True)
            sizes.append(threads if len(family.threads) > 1 else size)
            costs.append(float(np.median([cost(qfp, scratch, family, size, threads) for _ in range(3)])))
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return (f"| {family.what} | {', '.join(map(str, sizes))} | {', '.join(f'{1e3 * c:.3g}' for c in costs)} |"
            f" {slope:.2f} | {family.expected} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(f.name for f in FAMILIES))
    parser.add_argument("--report", type=pathlib.Path)
    a = parser.parse_args()
    chosen = [f for f in FAMILIES if not a.families or f.name in a.families]
    with tempfile.TemporaryDirectory() as scratch:
        table = [measure((a.build / "qfp").resolve(), pathlib.Path(scratch), f) for f in chosen]
    text = "\n".join(["| size | sizes | milliseconds | exponent | expected |", "|---|---|---|---|---|", *table, ""])
    print(text)
    if a.report:
        a.report.write_text(text)


if __name__ == "__main__":
    main()
