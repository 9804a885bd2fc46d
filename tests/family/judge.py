#!/usr/bin/env python3
"""Runs problems of the family and holds every number against the exact one.

    tests/family/judge.py build/qfp --count 500 [--seed 1] [--wide] [--problems 3,17] [--oracle]
                          [--keep FOLDER]

A problem is

    right       exit status 0, every observable and every Husimi function as near to the exact one as
                its stated error says
    refused     exit status 2, 3, 4 or 5: the program said that it does not know
    wrong       exit status 0, and a number is farther off than is stated (where nothing is stated:
                than ten times the tolerance; of the user's operators, than its root)
    dishonest   exit status 3 with a file whose numbers are farther off than is stated there
    unjudged    the reference refused, or took too long
    unfinished  the run itself took more processor time than --limit

The exact numbers are those of `--basis reference` at tolerance 1e-12; where it cannot keep that (most
often rounding, by a factor of a few) what it states itself is its error, and where it cannot even
start, 1e-11 and 1e-10 are tried for runs at a hundred times that.  With --oracle (needs numpy) they
are held against a calculation that shares nothing with qfp (exact.py), which also judges where the
reference refuses.  Ends with status 1 when a problem is wrong or dishonest, or the two differ.
"""
import argparse
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, namedtuple

import problems
import wide

EXACT = 1e-12  # of the reference, relative to max(1, |value|)
ORACLE = 1e-9  # of exact.py, likewise: ten times what its two numbers of levels may differ by
# What describes a basis and not the state, and the smallest Q, that of other points in other bases.
OF_THE_METHOD = ("tail", "edge_x", "edge_k", "norm_u", "growth", "fpe_residual", "min_q", "truncation")

BUILT_IN = re.compile(r"(norm|energy|purity|wehrl|n_\d|re_a_\d|im_a_\d|var_[xpn]_\d|n_1_n_2)$")

Outcome = namedtuple("Outcome", "index kind basis tolerance status sentence faults ratios seconds "
                     "checked")
Fault = namedtuple("Fault", "name time value exact error stated")


def run(program, arguments, folder, limit):
    """(exit status, document of --json, last line of stderr, processor seconds); the status of a run
    that took more than `limit` of them is None."""
    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit) + 1))

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, *arguments, "--json"], cwd=folder, capture_output=True, text=True,
                          preexec_fn=bound)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None, None, f"more than {limit:g} s", seconds
    lines = done.stderr.strip().splitlines()
    try:
        document = json.loads(done.stdout)
    except ValueError:
        document = None
    return done.returncode, document, lines[-1] if lines else "", seconds


def stated_error(document, name, row, value, tolerance):
    """The stated error; where there is none ten times the tolerance, of the user's operators, high powers
    often, its root."""
    errors = document.get("errors", {}).get(name, [])
    if row < len(errors) and errors[row] is not None:
        return errors[row], True
    share = 10.0 * tolerance if BUILT_IN.match(name) else math.sqrt(tolerance)
    return share * max(1.0, abs(value)), False


def compare_observables(found, exact, tolerance):
    """Faults, and stated over true errors where the latter are above rounding."""
    faults, ratios = [], []
    for name, values in found["observables"].items():
        if name in OF_THE_METHOD or name not in exact["observables"]:
            continue
        if name == "wehrl" and found.get("errors", {}).get(name, [None])[0] is None:
            continue  # good to no more than its quadrature, which is of the grid
        for row, value in enumerate(values[:len(exact["observables"][name])]):
            right = exact["observables"][name][row]
            if value is None and right is None:
                continue
            if value is None or right is None:
                faults.append(Fault(name, found["time"][row], value, right, math.inf, 0.0))
                continue
            stated, is_stated = stated_error(found, name, row, value, tolerance)
            own, _ = stated_error(exact, name, row, right, 0.0)
            own = max(own, EXACT * max(1.0, abs(right)))
            error = abs(value - right)
            if not error <= stated + own:
                faults.append(Fault(name, found["time"][row], value, right, error, stated))
            elif is_stated and error > 10.0 * own:
                ratios.append(stated / error)
    return faults, ratios


def compare_husimi(program, folder, found, tolerance, limit):
    """Q may be off by the error of the state: |dQ| <= |d rho| / pi, and the tolerance at most."""
    status, document, _, _ = run(program, ["compare", "run.h5", "exact.h5", "--only", "husimi"],
                                 folder, limit)
    if document is None:
        return [Fault("husimi", math.nan, None, None, math.inf, 0.0)]
    truncation = [e for e in found["observables"].get("truncation", []) if e is not None]
    faults = []
    for name, details in document["details"].items():
        if not name.startswith("/husimi"):
            continue
        error = float(details["disagreement"]) if details["disagreement"] is not None else math.inf
        scale = details["scale"] or 1.0
        if scale < 0.01:  # the window does not see the state
            error, scale = error * scale, 1.0
        stated = max([tolerance] + [e / (math.pi * scale) for e in truncation])
        if not error <= stated + EXACT:
            faults.append(Fault(name, details["at_time"], None, None, error, stated))
    return faults


def compare_series(program, folder, found, limit):
    """Between the output times: within what both state together."""
    _, document, _, _ = run(program, ["compare", "run.h5", "exact.h5", "--only", "series"], folder, limit)
    faults = []
    for name, details in (document["details"].items() if document is not None else ()):
        if not name.startswith("/series/") or name == "/series/time":
            continue
        error = float(details["disagreement"]) if details["disagreement"] is not None else math.inf
        stated, own = details.get("stated"), found["errors"].get(name.rpartition("/")[2], [None])
        if stated is not None and own[0] is not None and not error <= float(stated) + EXACT:
            faults.append(Fault(name, math.nan, None, None, error, float(stated)))
    return faults


def check_reference(exact, independent):
    """The largest difference of the two, relative to max(1, |value|)."""
    return max(abs(a - b) / max(1.0, abs(a)) for name, values in independent.items()
               for a, b in zip(values, exact["observables"][name]))


def run_exact(program, folder, times, tolerance, limit):
    """The document of the reference; None, and why, when it gives no complete table."""
    why = ""
    for exact in (EXACT, 10.0 * EXACT, 100.0 * EXACT):
        if exact > EXACT and exact > 0.01 * tolerance:
            break
        status, document, sentence, _ = run(
            program, ["run", "exact.yaml", "-o", "exact.h5", "--set", f"solver.tolerance={exact}"],
            folder, limit)
        why = why or sentence
        if status is None:
            break
        if status in (0, 3) and document is not None and len(document.get("time", [])) == times:
            return document, why
    return None, why


def judge(program, problem, index, folder, limit, oracle):
    basis, tolerance = problem["basis"], problem["tolerance"]
    for name, text in (("problem.yaml", problem["text"]), ("exact.yaml", problem["exact"])):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)

    def outcome(kind, status=None, sentence="", faults=(), ratios=(), checked=None):
        return Outcome(index, kind, basis, tolerance, status, sentence, list(faults), list(ratios),
                       seconds, checked)

    status, found, sentence, seconds = run(program, ["run", "problem.yaml", "-o", "run.h5"], folder,
                                           limit)
    if status is None:
        return outcome("unfinished")
    has_numbers = found is not None and found.get("observables") and found.get("time")
    if status not in (0, 3) or not has_numbers:
        kind = "refused" if status in (2, 3, 4, 5) else "wrong"
        return outcome(kind, status, sentence)
    exact, why = run_exact(program, folder, len(problem["times"]), tolerance, 2.0 * limit)
    independent = oracle.observables(problem) if oracle is not None else None
    checked = None
    if exact is not None and independent is not None:
        checked = check_reference(exact, independent)
    has_file = exact is not None
    if exact is None:
        if independent is None:
            return outcome("unjudged" if status == 0 else "refused", status,
                           why if status == 0 else sentence)
        exact = {"observables": independent, "errors": {
            name: [oracle.CONVERGED * max(1.0, abs(v)) for v in values]
            for name, values in independent.items()}}
    faults, ratios = compare_observables(found, exact, tolerance)
    if status == 0:
        if has_file:
            faults += compare_husimi(program, folder, found, tolerance, limit)
            if "series:" in problem["text"]:
                faults += compare_series(program, folder, found, limit)
        return outcome("wrong" if faults else "right", 0, sentence, faults, ratios, checked)
    # a run that stopped itself may still not state what is not so
    faults = [f for f in faults if found["errors"].get(f.name, [None])[0] is not None]
    return outcome("dishonest" if faults else "refused", status, sentence, faults, ratios, checked)


def describe(o):
    line = f"{o.index:5d} {o.kind:10s} {o.basis:8s} {o.tolerance:.1e} {o.seconds:6.2f} s"
    if o.kind in ("refused", "unjudged", "unfinished"):
        return f"{line}  {o.status}: {o.sentence[:150]}"
    worst = max(o.faults, key=lambda f: f.error / f.stated if f.stated > 0 else math.inf, default=None)
    if worst is None:
        return line
    return (f"{line}  {worst.name} at t = {worst.time}: {worst.value} for {worst.exact}, off by "
            f"{worst.error:.2e}, stated {worst.stated:.2e}; {len(o.faults)} in all")


def quantiles(values):
    values = sorted(values)
    return ", ".join(f"{name} {values[min(len(values) - 1, int(q * len(values)))]:.3g}"
                     for name, q in (("5 %", 0.05), ("median", 0.5), ("95 %", 0.95), ("most", 1.0)))


def report(outcomes):
    kinds = Counter(o.kind for o in outcomes)
    statuses = Counter(o.status for o in outcomes if o.kind == "refused")
    print(f"\n{len(outcomes)} problems: "
          + ", ".join(f"{kinds[k]} {k}" for k in ("right", "refused", "wrong", "dishonest",
                                                  "unjudged", "unfinished"))
          + f" (refused with status {dict(statuses)})")
    for basis in ("fourier", "fock"):
        mine = [o for o in outcomes if o.basis == basis]
        ratios = [r for o in mine for r in o.ratios]
        counts = Counter(o.kind for o in mine)
        print(f"  {basis}: {dict(counts)}"
              + (f"; stated over true error: {quantiles(ratios)}" if ratios else ""))
    checked = [o for o in outcomes if o.checked is not None]
    differ = [o for o in checked if o.checked > ORACLE]
    if checked:
        worst = max(checked, key=lambda o: o.checked)
        print(f"  reference against numpy: {len(checked)} problems, {len(differ)} differ; at most "
              f"{worst.checked:.1e} (problem {worst.index})")
    return kinds["wrong"] + kinds["dishonest"] + len(differ)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wide", action="store_true", help="the second family")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--problems", help="these instead, 3,17,...")
    parser.add_argument("--limit", type=float, default=4.0, help="processor seconds of one run")
    parser.add_argument("--basis", help="of this basis only")
    parser.add_argument("--keep", help="folder for the files of problems that are wrong")
    parser.add_argument("--oracle", action="store_true", help="check the reference with numpy")
    a = parser.parse_args()
    oracle = None
    if a.oracle:
        import exact as oracle
    indices = ([int(i) for i in a.problems.split(",")] if a.problems
               else range(a.first, a.first + a.count))
    program = os.path.abspath(a.program)
    make = wide.make if a.wide else problems.make
    outcomes = []
    for index in indices:
        problem = make(a.seed, index)
        if a.basis and problem["basis"] != a.basis:
            continue
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(judge(program, problem, index, folder, a.limit, oracle))
            if outcomes[-1].kind in ("wrong", "dishonest") and a.keep:
                os.makedirs(a.keep, exist_ok=True)
                shutil.copy(os.path.join(folder, "problem.yaml"),
                            os.path.join(a.keep, f"{'wide_' if a.wide else ''}{a.seed}_{index}.yaml"))
        print(describe(outcomes[-1]), flush=True)
    return 1 if report(outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
