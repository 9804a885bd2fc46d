"""Python that stands in the pages, typed as it stands."""

import contextlib
import io
import os
import pathlib
import re
import subprocess

import numpy as np
import pytest
import qutip

import qfp
from conftest import ROOT


def blocks(page):
    return re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S)


def type_python(text):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, "page", "exec"), {})
    return printed.getvalue()


def test_the_tutorial():
    page = blocks("docs/tutorial.md")
    path = f"{pathlib.Path(qfp.program()).parent}:{os.environ['PATH']}"
    for kind, text in page:
        if kind == "sh" and re.search(r"^qfp run (cat|measure)\.yaml$", text, re.M):
            subprocess.run(["bash", "-e", "-c", text], env={**os.environ, "PATH": path}, check=True)
    at = next(i for i, (kind, _) in enumerate(page) if kind == "python")
    assert type_python(page[at][1]) == page[at + 1][1]


def test_the_python_page(kerr):
    """From top to bottom, each block in its turn, on a file that has what the page looks at."""
    kerr["output"].update(fields=["drift"], state={"times": "all"})
    pathlib.Path("configs").symlink_to(ROOT / "configs")
    r = qfp.run(kerr, "kerr.h5", progress=False)
    names = {"np": np, "qutip": qutip, "qobj": qutip.coherent(8, 0.5), "length": 1.0, "kappa": 1.0}
    names["rho"] = r.state(0, as_="qutip")
    files, states, husimi, runs = (text for kind, text in blocks("docs/python.md") if kind == "python")
    exec(compile(files + states, "page", "exec"), names)
    assert names["array"].shape == (names["levels"][0],) * 2
    assert pathlib.Path(names["initial"]["file"]["path"]).samefile("state.h5")
    taken, compared = husimi.strip().split("\n")
    exec(compile(taken, "page", "exec"), names)
    assert abs(eval(compared.strip(), names) - names["q"]).max() < 1e-14
    exec(compile(runs, "page", "exec"), names)
    assert names["r"].observables.n_1.values == pytest.approx([4, 4, 4], abs=1e-9)
    assert qfp.open("kerr.h5").attrs["basis"] == "reference"


def test_coming_from_qutip():
    names = {}
    for kind, text in blocks("docs/coming-from.md"):
        if kind == "python":
            exec(compile(text, "page", "exec"), names)
    assert len(names["theirs"]) == 200
    assert abs(names["ours"].values - names["theirs"]).max() < 1e-6  # the default rtol of mesolve
    assert abs(names["ours"].values - 5 * np.exp(-0.1 * names["times"])).max() < 1e-8


def test_coming_from_xmds2():
    """What is quoted stands in the file, and what is ours runs."""
    program = (ROOT / "bench" / "rivals" / "kerr_revival.xmds").read_text()
    for kind, text in blocks("docs/coming-from.md"):
        if kind == "xml":
            assert text in program
        if kind == "yaml":
            result = qfp.run(text, progress=False)
            assert abs(result.husimi(1)[-1] - result.husimi(1)[0]).max() < 1e-8


def test_half_of_ours_is_qutips():
    """The table of docs/coming-from.md."""
    rho = qutip.rand_dm(6, seed=2)
    result = qfp.run(
        {
            "hamiltonian": {"operator": "n"},
            "initial": qfp.write_state("state.h5", rho),
            "solver": {"basis": "reference"},
            "output": {"times": [0], "wigner": True, "husimi": {"from": -3, "to": 4, "points": 15}},
        },
        progress=False,
    )
    x, g = result.husimi(1).x.values, np.sqrt(2)
    assert abs(result.husimi(1)[0] / 2 - qutip.qfunc(rho, x, x, g=g).T).max() < 1e-14
    assert abs(result.wigner.mode_1[0] / 2 - qutip.wigner(rho, x, x, g=g).T).max() < 1e-14


def test_the_readme(kerr):
    at = [text for kind, text in blocks("README.md") if kind == "python"]
    printed = type_python(at[0])
    dims, values = re.match(r"(\(.*?\)) (.*)", printed, re.S).groups()
    assert dims == "('time', 'x', 'p')"
    n = [float(word) for word in re.findall(r"[-+.e\d]+", values.split("]")[0])]
    assert n == pytest.approx([4, 4, 4], abs=1e-9)
    configuration = next(text for kind, text in blocks("README.md") if kind == "yaml")
    q = qfp.run(configuration, progress=False).husimi(1)
    assert abs(q[-1] - q[0]).max() < 1e-8  # one revival


def test_xarray_without_the_package(kerr):
    qfp.run(kerr, "kerr.h5", progress=False)
    page = [text for kind, text in blocks("docs/output.md") if kind == "python"]
    names = {}
    exec(compile(page[0], "page", "exec"), names)
    assert names["q"].dims == ("time", "x", "p") and names["n"].dims == ("time",)
    assert names["how"]["basis"] == "fock"


def test_the_configuration_page():
    text = next(text for kind, text in blocks("docs/configuration.md") if kind == "yaml")
    assert qfp.plan(text)["points"][0] > 0
