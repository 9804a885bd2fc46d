#!/usr/bin/env python3
"""qfp beside the programs that a user would take instead, on one thread.

    rivals.py BUILD_DIR [--runs 5] [--report FILE.md] [--python PYTHON]... [CASE...]

BUILD_DIR holds qfp; the cases are those of CASES below, all of them unless some are named.  QuTiP and dynamiqs are those of
this Python and of every other one that is named: QuTiP 4.7 is Debian's python3-qutip, so --python /usr/bin/python3.  Both sides of a
case run in turn, `--runs` times each (the longest once), and medians count: user and system CPU seconds and
wall seconds of the whole process of qfp (configuration, plan, evolution, output) and of XMDS2 (compiled
beforehand); of a script those of the call alone, without Python's start or a compiler's work.  Memory is the largest of the
process.  Errors of both are against exact answers that share no code with either.  Needs GNU time, python3 with
h5py and numpy; xmds2 and qutip where a case asks for them: what is missing is said in the report.
"""
import argparse
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import dimer
import four_wells
import frames
import kerr
import kerr_tutorial
import mixed_dimer
import open_systems

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLE = pathlib.Path("/usr/share/doc/xmds2/examples/wigner_spectral.xmds")


@dataclass
class Cost:
    cpu: float
    wall: float
    megabytes: float


@dataclass
class Case:
    name: str
    config: str  # below bench/
    rival: str  # what is on the other side
    kind: str  # "xmds", or the Python package that a script needs
    command: list  # the XMDS2 source, or the script and its arguments before the output
    errors: object  # (scratch, our file, their file) -> ours, theirs
    unit: str  # what the errors are of
    overrides: list = field(default_factory=list)
    runs: int = 0  # 0: as asked for
    frames: int = 0  # cost per output time, that many of them against one
    any_version: bool = True  # of QuTiP: or 5 and later alone


def exact_of(problem):
    def errors(scratch, ours, theirs):
        right = scratch / f"exact_{problem}.npz"
        if not right.exists():
            subprocess.run([sys.executable, HERE / "open_systems.py", "exact", problem, right], check=True,
                           stdout=subprocess.DEVNULL)
        return open_systems.errors(right, theirs, ours)

    return errors


def kerr_errors(kind, alpha):
    return lambda scratch, ours, theirs: (kerr.errors("qfp", ours, alpha)[0], kerr.errors(kind, theirs, alpha)[0])


TIGHT = ["solver.tolerance=1e-8"]
CASES = [
    Case("kerr_alpha3", "kerr_alpha3.yaml", "XMDS2's example wigner_spectral, 128^2, ARK89 1e-7", "xmds", [EXAMPLE],
         kerr_errors("xmds-wigner", 3.0), "Q, of its largest value", TIGHT, runs=1),
    Case("kerr_revival", "kerr_revival.yaml", "XMDS2, Wigner function on 64^2, ARK45 1e-8", "xmds",
         [HERE / "kerr_revival.xmds"], kerr_errors("xmds-husimi", 2.0), "Q, of its largest value", TIGHT, runs=1),
    Case("dimer", "dimer_short.yaml", "XMDS2, Wigner function on 24^4, ARK45 1e-6", "xmds", [HERE / "dimer.xmds"],
         lambda scratch, ours, theirs: dimer.errors(ours, theirs), "n_1", runs=1),
    Case("mixed_dimer", "dimer_mixed.yaml", "QuTiP mesolve, rtol 1e-8, 20 x 20 levels", "qutip", ["mixed_dimer.py", "run"],
         lambda scratch, ours, theirs: mixed_dimer.errors(theirs, ours), "n_1, a_1, a_2"),
    Case("mixed_dimer", "dimer_mixed.yaml", "dynamiqs mesolve, Tsit5, rtol 1e-8", "dynamiqs",
         ["dynamiqs_open.py", "run", "mixed_dimer"], lambda scratch, ours, theirs: mixed_dimer.errors(theirs, ours),
         "n_1, a_1, a_2"),
    Case("frames", "frames.yaml", "QuTiP qfunc, 40 levels on 128^2, per frame", "qutip", ["frames.py", "run"],
         lambda scratch, ours, theirs: frames.errors(ours, theirs), "Q, of its largest value", frames=201),
    Case("lossy_dimer", "lossy_dimer.yaml", "QuTiP mesolve, adams, rtol 1e-8", "qutip",
         ["open_systems.py", "run", "dimer", "1e-8"], exact_of("dimer"), "n_1, a_1", any_version=False),
    Case("lossy_dimer", "lossy_dimer.yaml", "dynamiqs mesolve, Tsit5, rtol 1e-8", "dynamiqs",
         ["dynamiqs_open.py", "run", "lossy_dimer"], exact_of("dimer"), "n_1, a_1"),
    Case("four_wells", "four_wells.yaml", "QuTiP mesolve, rtol 1e-8", "qutip", ["four_wells.py", "run"],
         lambda scratch, ours, theirs: four_wells.errors(theirs, ours), "means and variances of n", runs=3),
    Case("four_wells", "four_wells.yaml", "dynamiqs mesolve, Tsit5, rtol 1e-8", "dynamiqs",
         ["dynamiqs_open.py", "run", "four_wells"], lambda scratch, ours, theirs: four_wells.errors(theirs, ours),
         "means and variances of n", runs=3),
    Case("kerr_tutorial", "kerr_tutorial.yaml", "QuTiP mesolve, rtol 1e-8, and qfunc", "qutip",
         ["kerr_tutorial.py", "run"], lambda scratch, ours, theirs: kerr_tutorial.errors(theirs, ours),
         "Q, of its largest value"),
    Case("pulse", "pulse.yaml", "QuTiP sesolve, adams, rtol 1e-8", "qutip",
         ["open_systems.py", "run", "pulse", "1e-8"], exact_of("pulse"), "n_1, a_1", any_version=False),
]


def measure(command, cwd, log):
    """Runs it; its last line of output and what it cost."""
    cost = log.with_suffix(".cost")  # a child of this process would be charged with its memory
    with open(log, "w") as out:
        done = subprocess.run(["/usr/bin/time", "-o", cost, "-f", "%U %S %e %M", *command], cwd=cwd, stdout=out,
                              stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"rivals.py: failed, see {log}:\n  {' '.join(str(c) for c in command)}\n{log.read_text()[-600:]}")
    user, system, wall, kilobytes = (float(x) for x in cost.read_text().split())
    lines = log.read_text().strip().splitlines()
    return lines[-1] if lines else "", Cost(user + system, wall, kilobytes / 1e3)


def run_qfp(qfp, case, scratch, extra=()):
    out = scratch / f"{case.name}.h5"
    command = [qfp, "run", HERE.parent / case.config, "-o", out, "--force"]
    for override in case.overrides + list(extra):
        command += ["--set", override]
    return out, measure(command, scratch, scratch / "qfp.log")[1]


def run_ours(qfp, case, scratch):
    out, cost = run_qfp(qfp, case, scratch)
    if case.frames == 0:
        return out, cost
    one = run_qfp(qfp, case, scratch, ["output.times=[0]"])[1]
    out, _ = run_qfp(qfp, case, scratch)
    per = case.frames - 1
    return out, Cost((cost.cpu - one.cpu) / per, (cost.wall - one.wall) / per, cost.megabytes)


def compile_xmds(case, scratch):
    folder = scratch / f"xmds_{case.name}"
    folder.mkdir()
    if not (pathlib.Path.home() / ".xmds").exists():
        subprocess.run(["xmds2", "--configure"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    source = folder / case.command[0].name
    shutil.copy(case.command[0], source)
    subprocess.run(["xmds2", source.name], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    program = next(p for p in folder.iterdir() if p.is_file() and os.access(p, os.X_OK))
    return folder, program


def run_theirs(case, python, scratch, compiled):
    if case.kind == "xmds":
        folder, program = compiled
        _, cost = measure([program], folder, scratch / "xmds.log")
        return next(folder.glob("*.h5")), cost
    out = scratch / f"{case.name}.npz"
    seconds, cost = measure([python, HERE / case.command[0], *case.command[1:], out], scratch, scratch / "script.log")
    return out, Cost(float(seconds), float(seconds), cost.megabytes)


def package_version(python, package):
    """'' where that Python does not have it."""
    code = f"import importlib.metadata as m; print(m.version('{package}'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def rivals_of(case, pythons):
    """(version, python) of each that can run the case."""
    if case.kind == "xmds":
        there = shutil.which("xmds2") is not None and case.command[0].exists()
        return [("", None)] if there else []
    found = {package_version(p, case.kind): p for p in reversed(pythons)}
    return [(v, p) for v, p in found.items() if v and (case.any_version or not v.startswith("4."))]


def middle(costs):
    return Cost(*(statistics.median(getattr(c, name) for c in costs) for name in ("cpu", "wall", "megabytes")))


def rows(qfp, case, scratch, runs, pythons):
    found = rivals_of(case, pythons)
    if not found:
        return [f"| {case.name} | {case.rival}: not installed |" + " - |" * 6]
    return [row(qfp, case, scratch, runs, version, python) for version, python in found]


def row(qfp, case, scratch, runs, version, python):
    compiled = compile_xmds(case, scratch) if case.kind == "xmds" else None
    ours, theirs = [], []
    count = min(case.runs, runs) if case.runs else runs
    for i in range(count):
        print(f"rivals.py: {case.name} {case.kind} {version}, run {i + 1} of {count}", file=sys.stderr, flush=True)
        our_file, cost = run_ours(qfp, case, scratch)
        ours.append(cost)
        their_file, cost = run_theirs(case, python, scratch, compiled)
        theirs.append(cost)
    our_file, cost = run_ours(qfp, case, scratch)  # on both sides of a rival that runs once
    ours.append(cost)
    error, other = case.errors(scratch, our_file, their_file)
    a, b = middle(ours), middle(theirs)
    name, _, rest = case.rival.partition(" ")
    rival = f"{name} {version} {rest}" if version else case.rival
    return (f"| {case.name} | {rival}, {count} run{'s' * (count > 1)} | {a.cpu:.3g} | {b.cpu:.3g} | **{b.cpu / a.cpu:.3g}** |"
            f" {error:.1e}, {other:.1e} ({case.unit}) | {a.wall:.3g}, {b.wall:.3g} |"
            f" {a.megabytes:.0f}, {b.megabytes:.0f} |")


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "not there"


def xmds2_version():
    found = first_line(["dpkg-query", "-W", "-f", "${Version}", "xmds2"])
    return f"XMDS2 {found}"


def versions(qfp):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return [
        f"- date: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC; machine: {model},"
        f" {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before",
        f"- {first_line([str(qfp), '--version'])}; {xmds2_version()}; Python {platform.python_version()}",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    names = list(dict.fromkeys(c.name for c in CASES))
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(names))
    parser.add_argument("--python", action="append", default=[], help="another one that has QuTiP or dynamiqs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--report", type=pathlib.Path, default=HERE.parent / "results" / "rivals.md")
    a = parser.parse_args()
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", LC_ALL="C")
    chosen = [c for c in CASES if not a.cases or c.name in a.cases]
    if not set(a.cases) <= set(names):
        parser.error("no such case; there are " + ", ".join(names))
    qfp = (a.build / "qfp").resolve()
    head = versions(qfp)
    with tempfile.TemporaryDirectory() as scratch:
        table = [line for c in chosen for line in rows(qfp, c, pathlib.Path(scratch), a.runs, [sys.executable, *a.python])]
    named = " ".join(a.cases)
    a.report.write_text("\n".join([
        "# qfp beside its rivals, CPU, one thread", "", *head,
        f"- command: `python3 bench/rivals/rivals.py BUILD {named}`; CPU seconds are user and system time",
        "", "| case | rival | qfp CPU s | rival CPU s | ratio | errors: qfp, rival | wall s: qfp, rival |"
        " MB: qfp, rival |", "|---|---|---|---|---|---|---|---|", *table, ""]))
    print(a.report)


if __name__ == "__main__":
    main()
