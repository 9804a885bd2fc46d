"""choosing.py QFP ROOT: makes the table of docs/choosing.md again.

Sizes must be the same, and figures above rounding within a factor of 3.
"""

import pathlib
import re
import sys
import tempfile

from config_figures import Program, settings


def rows(page):
    """Configuration, last time, basis, tolerance, size and three figures, of every row."""
    name = basis = None
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 7 or not re.match(r"1e-\d+$", cells[2]):
            continue
        name, basis = cells[0] or name, cells[1] or basis
        config, end = re.match(r"configs/(\w+)\.yaml, (.*)", name).groups()
        yield config, end, basis, cells[2], cells[3], [float(cell) for cell in cells[4:]]


def size_of(qfp, config, basis, arguments):
    """Points or levels of every mode, as the run plans them."""
    plan = qfp("plan", config, *arguments)
    return ", ".join(str(int(n)) for n in plan["points" if basis == "fourier" else "levels"])


def agrees(shown, found):
    return shown / 3 < found < shown * 3 or (shown < 1e-12 and found < 1e-12)


def faults_of(qfp, config, end, basis, tolerance, size, figures):
    where = f"{config}, {basis}, {tolerance}:"
    common = settings(f"output.times=[0, {end}]")
    exact = qfp("run", config, *common, *settings("solver.tolerance=1e-10"), "--basis", "reference")
    arguments = (*common, *settings(f"solver.tolerance={tolerance}"), "--basis", basis)
    run = qfp("run", config, *arguments)
    datasets = qfp.compare(run, exact)
    found = [datasets["/husimi/mode_1"], datasets["/observables/n_1"],
             run["observables"]["truncation"][-1]]
    planned = size_of(qfp, config, basis, arguments)
    if planned != size:
        yield f"{where} {planned} in place of {size}"
    for name, shown, value in zip(("Q", "n", "stated"), figures, found):
        if not agrees(shown, value):
            yield f"{where} {name} {value:.1e} in place of {shown:.1e}"


def main(program, root):
    faults, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        qfp = Program(program, root, pathlib.Path(folder))
        for row in rows((pathlib.Path(root) / "docs" / "choosing.md").read_text()):
            count += 1
            faults += faults_of(qfp, *row)
    print("\n".join(faults))
    print(f"{count} rows, {len(faults)} faults")
    return 1 if faults or count < 10 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
