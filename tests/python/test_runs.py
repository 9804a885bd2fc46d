"""Runs from Python, their results, and what becomes of failures."""

import ctypes
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

import qfp
from conftest import ROOT


def test_a_mapping_a_text_and_a_path_are_the_same_run(kerr, scratch):
    text = json.dumps(kerr, indent=1)
    pathlib.Path("kerr.yaml").write_text(text)
    results = [
        qfp.run(given, progress=False)
        for given in (kerr, text, "kerr.yaml", pathlib.Path("kerr.yaml"))
    ]
    for result in results[1:]:
        assert np.array_equal(result.husimi(1), results[0].husimi(1))
    assert [path.name for path in scratch.iterdir()] == ["kerr.yaml"]


def test_a_result(kerr):
    result = qfp.run(kerr, "out.h5", progress=False)
    assert result.path == os.path.abspath("out.h5")
    assert list(result.time.values) == [0, 0.25, 0.5]
    q = result.husimi(1)
    assert q.dims == ("time", "x", "p") and q.shape == (3, 9, 9)
    assert q.attrs["units"] == "1" and q.x.attrs["long_name"] == "position x"
    vacuum_at_1 = np.exp(-abs((q.x + 1j * q.p) / np.sqrt(2) - 1) ** 2) / np.pi
    assert abs(q.isel(time=0) - vacuum_at_1).max() < 1e-6  # the tolerance
    assert result.observables.n_1.dims == ("time",)
    assert float(result.observables.n_1.sel(time=0.5)) == pytest.approx(1, abs=1e-6)
    assert (result.errors.n_1 < 1e-6).all()
    assert result["husimi/mode_1"].equals(q) and "husimi" in result and "wigner" not in result
    assert result.attrs["basis"] == "fock" and result.attrs["levels"] > 8
    assert result.stopped == "" and result.report["status"] == "done"
    assert "Kerr" in repr(result) and "observables" in repr(result)
    with pytest.raises(KeyError, match="has no 'fields'"):
        result.fields


def test_the_axes_of_a_plane_are_told_apart(kerr):
    """xarray labels its pictures by them."""
    kerr["hamiltonian"] = {"modes": 2, "operator": "hc(ad[1]*a[2])"}
    kerr["initial"] = {"fock": [1, 0]}
    kerr["output"]["planes"] = [["x_1", "x_2"], ["x_1", "p_2"]]
    result = qfp.run(kerr, progress=False)
    for plane, labels in (("x_1_x_2", "x_1 x_2"), ("x_1_p_2", "x_1 p_2")):
        q = result.husimi(plane)
        names = [q[dimension].attrs["long_name"] for dimension in q.dims]
        words = {"x": "position", "p": "momentum"}
        assert names == ["time t"] + [f"{words[n[0]]} {n}" for n in labels.split()]


def test_a_temporary_file_goes_with_its_result(kerr):
    result = qfp.run(kerr, progress=False)
    view = result.theories["exact"]
    path = result.path
    del result
    assert os.path.exists(path)
    del view
    assert not os.path.exists(os.path.dirname(path))


def test_keys_and_basis(kerr):
    initial = qfp.write_state("state.h5", np.array([0.6, 0.8j]))
    result = qfp.run(
        kerr,
        basis="reference",
        progress=False,
        set={
            "initial": initial,
            "output.times": np.array([0.0, 1.0]),
            "output.wigner": True,
            "hamiltonian.operator": "2*n",
        },
    )
    assert result.attrs["basis"] == "reference"
    assert list(result.time.values) == [0, 1]
    assert float(result.observables.energy[1]) == pytest.approx(2 * 0.64)
    assert complex(result.observables.re_a_1[0], result.observables.im_a_1[0]) == pytest.approx(
        0.48j
    )
    assert result.wigner.mode_1.dims == ("time", "x", "p")


def test_complex_numbers(kerr):
    kerr["initial"] = {"coherent": [np.complex128(0.5 - 0.25j)]}
    result = qfp.run(kerr, progress=False)
    assert float(result.observables.re_a_1[0]) == pytest.approx(0.5, abs=1e-6)
    assert float(result.observables.im_a_1[0]) == pytest.approx(-0.25, abs=1e-6)


def test_theories():
    result = qfp.run(
        {
            "hamiltonian": {"operator": "n + 0.1*x^4"},
            "initial": {"coherent": [0.5]},
            "theory": [{"order": "exact"}, {"order": 2, "accept_unbalanced": True}],
            "solver": {"tolerance": 1e-3},
            "output": {"times": [0, 0.001, 0.1], "husimi": {"from": -4, "to": 4, "points": 9}},
        },
        progress=False,
    )
    assert list(result.theories) == ["exact", "M2"]
    rival = result.theories["M2"]
    assert rival.stopped != "" and result.stopped == "" and rival.warning != ""
    distance = result["distance/M2"].husimi_l2_1
    assert float(distance[0]) == 0 and np.isnan(distance[2])
    assert np.isnan(rival.husimi(1)[2]).all() and np.isfinite(result.husimi(1)).all()


def test_steady_sample_and_plan(kerr):
    kerr["dissipation"] = [{"operator": "a", "rate": 1.0}, {"operator": "ad", "rate": 0.5}]
    steady = qfp.steady(kerr, progress=False)
    assert float(steady.observables.n_1[0]) == pytest.approx(1, abs=1e-5)
    assert steady.attrs["gap"] == pytest.approx(0.5, abs=1e-5)  # n -> 1 with loss - gain
    assert steady["steady"].decay.dims == ("slow_mode",)
    del kerr["dissipation"]
    kerr["ensemble"] = {"method": "guided", "paths": 64, "steps": 20}
    sample = qfp.sample(kerr, progress=False)
    assert sample.attrs["kind"] == "sample" and sample.attrs["paths"] == 64
    assert (sample.observables.n_1_stderr[1:] > 0).all()
    assert qfp.plan(kerr)["levels"][0] > 8


def test_a_sweep_of_which_points_fail(kerr):
    kerr["solver"] = {"basis": "fock", "levels": 12, "tolerance": 1e-4}
    kerr["sweep"] = {"initial.coherent": [0.5, 1, 3], "U": {"from": 0, "to": 1, "count": 2}}
    with pytest.raises(qfp.NumericalStop, match="2 of 6 points failed") as caught:
        qfp.sweep(kerr, progress=False)
    result = caught.value.result
    n = result.observables.n_1
    assert n.dims == ("initial_coherent", "U", "time")
    assert float(n.sel(initial_coherent=0.5, U=1, time=0.5)) == pytest.approx(0.25, abs=1e-4)
    assert np.isnan(n.sel(initial_coherent=3)).all() and np.isfinite(n.sel(initial_coherent=1)).all()
    assert "levels" in str(result["points"].sentence.sel(initial_coherent=3, U=0).values)
    kerr["sweep"]["initial.coherent"] = [0.5]
    assert qfp.sweep(kerr, progress=False).husimi(1).dims == ("initial_coherent", "U", "time", "x", "p")


def test_a_sweep_of_stationary_states(kerr):
    kerr["hamiltonian"] = {"parameters": {"g": 1.0}, "operator": "n"}
    kerr["dissipation"] = [{"operator": "a", "rate": "g"}]
    kerr["sweep"] = {"g": [1, 2]}
    result = qfp.sweep(kerr, steady=True, progress=False)
    # a decays with half of the rate
    assert result["points"].gap.values == pytest.approx([0.5, 1], abs=1e-6)


def test_a_sweep_finds_what_was_measured(kerr):
    """chi squared of each of two measurements, against the parameter that they were made at."""
    t, u = np.array([0.1, 0.3, 0.5]), 2.0
    amplitude = np.exp(np.exp(-1j * u * t) - 1)  # of a coherent state with one quantum
    with h5py.File("lab.h5", "w") as file:
        file["lab/re_a_1"], file["lab/im_a_1"] = amplitude.real, amplitude.imag
        file["lab/time"], file["lab/error"] = t, np.array([0.1, 0.2, 0.1])
    kerr["observed"] = [
        {"file": "lab.h5", "dataset": f"/lab/{part}_a_1", "error": "/lab/error"}
        for part in ("re", "im")
    ]
    kerr["sweep"] = {"U": [1, 2, 3]}
    result = qfp.sweep(kerr, progress=False)
    for number, part in ((1, np.real), (2, np.imag)):
        chi2 = result[f"observed/{number}"].chi2
        assert chi2.dims == ("U",) and float(chi2.sel(U=2)) < 1e-9  # (1e-6 of the run over 0.1)^2
        other = part(np.exp(np.exp(-1j * t) - 1)) - part(amplitude)
        assert float(chi2.sel(U=1)) == pytest.approx(
            float(((other / [0.1, 0.2, 0.1]) ** 2).sum()), rel=1e-3
        )


@pytest.mark.parametrize(
    "change, key",
    [
        ({"hamiltonian": {"operator": "n + b"}}, "hamiltonian.operator"),
        ({"solvr": 1}, "solvr"),
        ({"output": {"times": [0, "later"]}}, "output.times[2]"),
    ],
)
def test_a_mistake_in_a_mapping_has_its_key(kerr, change, key):
    with pytest.raises(qfp.ConfigError) as caught:
        qfp.run({**kerr, **change}, progress=False)
    error = caught.value
    assert (error.key, error.line, error.file, error.exit_status) == (key, None, None, 2)
    assert error.message.startswith(key + ": ") and ".yaml" not in error.message


def test_a_mistake_in_a_text_or_a_file_has_its_line(scratch):
    text = "hamiltonian:\n  operator: n + b\ninitial: {fock: [0]}\noutput: {times: [0]}\n"
    (scratch / "wrong.yaml").write_text(text)
    for given, file in ((text, None), ("wrong.yaml", "wrong.yaml")):
        with pytest.raises(qfp.ConfigError) as caught:
            qfp.run(given, progress=False)
        error = caught.value
        assert (error.file, error.line, error.column, error.key) == (
            file,
            2,
            17,
            "hamiltonian.operator",
        )


def test_a_mistake_in_set(kerr):
    with pytest.raises(qfp.ConfigError, match="solver.tolerance") as caught:
        qfp.run(kerr, set={"solver.tolerance": -1}, progress=False)
    assert caught.value.key == "solver.tolerance"


@pytest.mark.parametrize(
    "change, key, words",
    [
        ({"kappa": float("nan")}, "kappa", "this is nan"),
        ({"initial": {"coherent": np.array([1, np.inf])}}, "initial.coherent[2]", "this is inf"),
        ({"lengths": [{1, 2}]}, "lengths[1]", "holds no set"),
        ({"solver": {"levels": print}}, "solver.levels", "holds no builtin"),
    ],
)
def test_what_a_configuration_cannot_hold(kerr, change, key, words):
    for given in ({"config": {**kerr, **change}}, {"config": kerr, "set": change}):
        with pytest.raises(qfp.ConfigError, match=words) as caught:
            qfp.run(**given, progress=False)
        assert (caught.value.key, caught.value.exit_status) == (key, 2)


def test_what_is_no_configuration():
    for wrong in (None, [1], 3):
        with pytest.raises(TypeError, match="a mapping, the path of a file or its text, not "):
            qfp.run(wrong, progress=False)


def test_a_mistake_that_is_in_no_line_has_its_key(kerr, scratch):
    (scratch / "kerr.yaml").write_text(json.dumps(kerr))
    for given, file in ((kerr, ""), ("kerr.yaml", "kerr.yaml: ")):
        with pytest.raises(qfp.ConfigError) as caught:
            qfp.steady(given, progress=False)
        assert caught.value.key == "dissipation" and caught.value.line is None
        assert caught.value.message.startswith(file + "dissipation: expected")


def test_any_name_of_a_file(kerr, scratch):
    for name in ("-c.yaml", "--set", "a b ü \'\".yaml"):
        (scratch / name).write_text(json.dumps(kerr))
        result = qfp.run(name, f"{name}.h5", progress=False)
        assert result.husimi(np.int64(1)).shape == (3, 9, 9)


def test_a_stop_with_what_was_reached(kerr):
    kerr["initial"] = {"coherent": [2.0]}
    kerr["solver"] = {"basis": "fourier", "grid": {"points": 28, "extent": 12.0}, "tolerance": 1e-2}
    kerr["output"]["times"] = [0, 0.01, 2.0]
    with pytest.raises(qfp.NumericalStop) as caught:
        qfp.run(kerr, progress=False)
    error = caught.value
    assert error.exit_status == 3 and error.result is not None
    assert error.result.stopped == error.message
    assert list(error.result.time.values) == [0, 0.01]
    assert error.result.husimi(1).shape == (2, 9, 9)


def test_a_refusal(kerr):
    kerr["hamiltonian"] = {"operator": "n + 0.1*x^4"}
    kerr["theory"] = {"order": 2}
    kerr["solver"] = {}
    with pytest.raises(qfp.NumericalStop, match="not balanced") as caught:
        qfp.run(kerr, progress=False)
    assert caught.value.result is None


def test_files_that_cannot_be_opened(scratch):
    with pytest.raises(FileNotFoundError, match="none.h5"):
        qfp.open("none.h5")
    (scratch / "text.h5").write_text("no result")
    with pytest.raises(qfp.FileError, match="text.h5: cannot be read as HDF5"):
        qfp.open("text.h5")
    with h5py.File("held.h5", "w"):
        read = subprocess.run(
            [sys.executable, "-c", "import qfp; qfp.open('held.h5')"], capture_output=True, text=True
        )
    assert "held.h5: is being written" in read.stderr


def test_files(kerr, scratch):
    with pytest.raises(qfp.FileError, match="none.yaml"):
        qfp.run("none.yaml", progress=False)
    (scratch / "precious.h5").write_text("no result")
    with pytest.raises(qfp.FileError, match="--force"):
        qfp.run(kerr, "precious.h5", progress=False)
    qfp.run(kerr, "precious.h5", progress=False, force=True)
    assert qfp.open("precious.h5").attrs["title"] == "Kerr"


def test_a_device_that_is_not_there(kerr):
    devices = subprocess.run([qfp.program(), "devices", "--json"], capture_output=True, text=True)
    if any(d["backend"] == "cuda" and d["available"] for d in json.loads(devices.stdout)):
        pytest.skip("there is one")
    with pytest.raises(qfp.DeviceError):
        qfp.run(kerr, set={"backend": "cuda", "solver.basis": "fourier"}, progress=False)


def test_progress(kerr, capfd):
    lines = []
    result = qfp.run(kerr, set={"solver.basis": "auto"}, progress=lines.append)
    assert any(
        "fourier" in line for line in lines
    ), lines  # what was chosen, and what the others cost
    assert result.report["choice"] in " ".join(lines)
    qfp.run(kerr, set={"solver.basis": "auto"})
    assert "fourier" in capfd.readouterr().err
    with pytest.raises(qfp.ConfigError):
        qfp.run(kerr, set={"solver.basis": "nix"})
    assert capfd.readouterr().err == ""  # the exception says it


def test_an_interrupted_run_is_gone_on_with(scratch):
    """Ctrl-C in Python: the program writes its checkpoint, and Python goes on with
    KeyboardInterrupt."""
    text = (ROOT / "configs" / "quartic.yaml").read_text()
    (scratch / "quartic.yaml").write_text(text + "  checkpoint: {every: 0.01s}\n")
    given = dict(
        config="quartic.yaml",
        output="out.h5",
        set={"solver.tolerance": 1e-6, "output.times": [0, 6]},
    )
    script = f"""
import qfp
try:
    qfp.run(**{given!r}, progress=False)
except KeyboardInterrupt:
    print("interrupted")
"""
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    while not (scratch / "out.h5.part.checkpoint").exists() and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=100)[0] == "interrupted\n"
    assert (scratch / "out.h5.part.checkpoint").exists()
    result = qfp.run(**given, resume=True, progress=False)
    energy = result.observables.energy.values
    assert energy[1] == pytest.approx(energy[0], abs=1e-4)  # a hundred times the tolerance of Q
    assert not (scratch / "out.h5.part.checkpoint").exists()


def test_no_run_outlives_its_python(scratch):
    """Killed, it cannot say good-bye: the program sees that it is alone, and ends with its checkpoint."""
    text = (ROOT / "configs" / "quartic.yaml").read_text()
    (scratch / "quartic.yaml").write_text(text + "  checkpoint: {every: 0.01s}\n")
    script = """
import qfp
qfp.run("quartic.yaml", output="out.h5", set={"solver.tolerance": 1e-6, "output.times": [0, 1000]})
"""
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    while not (scratch / "out.h5.part.checkpoint").exists() and child.poll() is None:
        time.sleep(0.01)
    alone = int((scratch / "out.h5.part.lock").read_text().split()[0])
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to this process
    child.kill()
    child.wait()
    # stopped after a step, with nobody to tell: a broken pipe alone would have ended it by SIGPIPE
    assert os.waitstatus_to_exitcode(os.waitpid(alone, 0)[1]) in (143, 4)
    assert (scratch / "out.h5.part.checkpoint").exists()


def test_a_second_interrupt_is_passed_on(scratch, monkeypatch):
    """The program ends at once at a second signal; this one waits for it."""
    fake = scratch / "fake"
    fake.write_text(
        "#!/bin/sh\ntrap 'echo >> signals; [ $(wc -l < signals) = 2 ] && exit 130' INT\n"
        "sleep 0.5; echo > started\nwhile :; do sleep 0.02; done\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("QFP_PROGRAM", str(fake))
    child = subprocess.Popen(
        [sys.executable, "-c", "import qfp; qfp.run({}, progress=False)"], stderr=subprocess.PIPE
    )
    for sign in ("started", "signals"):
        while not (scratch / sign).exists() and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
    assert b"KeyboardInterrupt" in child.communicate(timeout=100)[1]
    assert (scratch / "signals").read_text() == "\n\n"


def test_an_interrupt_at_the_very_start_ends_the_program(scratch, monkeypatch):
    fake = scratch / "fake"
    fake.write_text(
        "#!/bin/sh\ntrap 'echo > ended; exit 130' INT\necho > started\nwhile :; do sleep 0.02; done\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("QFP_PROGRAM", str(fake))

    def interrupted(_):
        while not (scratch / "started").exists():
            time.sleep(0.01)
        raise KeyboardInterrupt

    monkeypatch.setattr("qfp._program.threading.Thread.start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        qfp.run({}, progress=False)
    assert (scratch / "ended").exists()


def test_the_program_is_found(monkeypatch, scratch):
    real = qfp.program()
    assert real == os.environ["QFP_PROGRAM"]
    monkeypatch.delenv("QFP_PROGRAM")
    monkeypatch.setenv("PATH", str(scratch))
    monkeypatch.setattr(
        "qfp._program.__file__", "/nowhere/qfp/_program.py"
    )  # its own lies in this checkout
    with pytest.raises(qfp.FileError, match="QFP_PROGRAM"):
        qfp.program()
    os.symlink(real, scratch / "qfp")
    assert qfp.program() == str(scratch / "qfp")
    monkeypatch.setenv("PATH", "/nowhere")
    (scratch / "build").mkdir()
    os.symlink(real, scratch / "build" / "qfp")
    assert qfp.program() == str(scratch / "build" / "qfp")
    for wrong in ("/nowhere/qfp", str(scratch)):
        monkeypatch.setenv("QFP_PROGRAM", wrong)
        with pytest.raises(qfp.FileError, match=wrong):
            qfp.program()


def test_version():
    printed = subprocess.run([qfp.program(), "version", "--json"], capture_output=True, text=True)
    assert json.loads(printed.stdout)["version"] == qfp.__version__
    assert f'version = "{qfp.__version__}"' in (ROOT / "python" / "pyproject.toml").read_text()
