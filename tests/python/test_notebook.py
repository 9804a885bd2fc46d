"""The notebook, executed, and the figures that it prints."""

import re

import nbclient
import nbformat
import numpy as np

from conftest import ROOT


def test_cat_measurement(scratch):
    notebook = nbformat.read(ROOT / "python" / "examples" / "cat_measurement.ipynb", 4)
    assert not any(cell.get("outputs") for cell in notebook.cells)  # kept without them
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(scratch))
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    number = r"([-+]?\d+\.\d+(?:e[-+]\d+)?)"
    weight, peak = map(
        float, re.search(f"weight of x > 0: {number}, peak at x = {number},", printed).groups()
    )
    assert abs(weight - 0.5) < 1e-3  # the window leaves 3e-4 outside
    assert abs(peak - 2 * np.e) < 12 / 96  # a step of its grid
    n, a, purity = (
        float(re.search(rf"{name} +{number}", printed)[1]) for name in ("n_1", "re_a_1", "purity")
    )
    assert abs(n - 2) < 1e-9 and abs(a - np.sqrt(2) * np.exp(-4)) < 1e-9 and abs(purity - 1) < 1e-8
    assert float(re.search(f"off by {number} standard errors", printed)[1]) < 4
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 4
