"""What the tests of the package share."""

import os
import pathlib

import pytest

ROOT = pathlib.Path(os.environ["QFP_ROOT"])


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kerr():
    return {
        "title": "Kerr",
        "hamiltonian": {"parameters": {"U": 1.0}, "operator": "U/2*ad^2*a^2"},
        "initial": {"coherent": [1.0]},
        "solver": {"basis": "fock", "tolerance": 1e-6},
        "output": {"times": [0, 0.25, 0.5], "husimi": {"from": -3, "to": 3, "points": 9}},
    }
