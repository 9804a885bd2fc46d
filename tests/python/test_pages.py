"""Python that stands in the pages, typed as it stands."""

import contextlib
import io
import os
import pathlib
import re
import subprocess

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
