#!/usr/bin/env python3
"""How the cost of a run grows with its size: CPU seconds of `qfp run` against n, N, n_c, D and threads, with fitted exponents.

    scaling.py BUILD_DIR [--report FILE.md] [FAMILY...]

Each family runs one system at several sizes.  The cost is the process's CPU seconds less those of the same run to an eighth
of the time, per application of the generator where the family counts them.  The exponent is the slope of the least-squares line through the
logarithms; beside it stands what the algorithm should have.  In the Fock basis the times are those that qfp_bench_fock prints.  Needs python3 with h5py and numpy.
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
DIMER = ("hamiltonian: {modes: 2, operator: '-hc(ad[1]*a[2]) + sum(j, 0.25*ad[j]^2*a[j]^2)'}\n"
         "initial: {coherent: [0.5, 0]}\n")
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


FAMILIES = [
    Family("grid_1", "n, one mode", "2, and a logarithm", [128, 192, 256, 384, 512],
           lambda n: grid(KERR, n, 16), lambda n: 12 / n),
    Family("grid_2", "n, two modes", "4, and a logarithm", [20, 24, 28, 36, 44],
           lambda n: grid(DIMER, n, 9), lambda n: 12 / n),
    Family("flow_1", "n, one mode, a run of two flows", "3", [128, 192, 256, 384, 512],
           lambda n: KERR + LOOSE % f"basis: fourier, integrator: split, grid: {{points: {n}}}" + OUTPUT,
           lambda n: 1.0, per_application=False),
    Family("threads", "threads, 40^4 cells: wall seconds of one application", "-1", [40],
           lambda n: grid(DIMER, n, 9), lambda n: 0.2, threads=[1, 2]),
]


@dataclass
class Rows:
    """Of the table that qfp_bench_fock prints: those of some systems, by one of its columns."""

    name: str
    what: str
    expected: str
    systems: tuple
    column: int


FOCK = [
    Rows("fock_1", "n_c, one mode, driven", "2", ("Kerr, driven",), 1),
    Rows("fock_2", "n_c, two modes", "4", ("dimer",), 1),
    Rows("fock_d", "D of two to six modes", "2, and the terms, 13 to 33", ("dimer", "chain"), 2),
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
    return line(family.what, sizes, costs, family.expected)


def line(what, sizes, costs, expected):
    slope = np.polyfit(np.log(sizes), np.log(costs), 1)[0]
    return (f"| {what} | {', '.join(map(str, sizes))} | {', '.join(f'{1e3 * c:.3g}' for c in costs)} |"
            f" {slope:.2f} | {expected} |")


def fock_table(program):
    done = subprocess.run([program], capture_output=True, text=True, check=True,
                          env=dict(os.environ, OMP_NUM_THREADS="1"))
    cells = [[c.strip() for c in row.strip("|").split("|")] for row in done.stdout.splitlines() if row.startswith("| ")]
    return [(c[0], (None, int(c[1].split()[-1]), int(c[2])), 1e-6 * float(c[5])) for c in cells[1:]]


def measure_rows(table, family):
    kept = [(sizes[family.column], cost) for system, sizes, cost in table if system in family.systems]
    return line(family.what, *zip(*sorted(kept)), family.expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(f.name for f in FAMILIES + FOCK))
    parser.add_argument("--report", type=pathlib.Path)
    a = parser.parse_args()
    chosen, rows = ([f for f in group if not a.families or f.name in a.families] for group in (FAMILIES, FOCK))
    with tempfile.TemporaryDirectory() as scratch:
        table = [measure((a.build / "qfp").resolve(), pathlib.Path(scratch), f) for f in chosen]
    fock = fock_table((a.build / "bench" / "qfp_bench_fock").resolve()) if rows else []
    table += [measure_rows(fock, f) for f in rows]
    text = "\n".join(["| size | sizes | milliseconds | exponent | expected |", "|---|---|---|---|---|", *table, ""])
    print(text)
    if a.report:
        a.report.write_text(text)


if __name__ == "__main__":
    main()
