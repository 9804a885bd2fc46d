"""typed_pages.py QFP PAGE...: types every ```sh block of a PAGE, in a folder of its own, and compares what
is shown.

A ```text block after it holds lines of what it prints on standard output, in their order; a line "..." stands for any
others. Numbers agree to the digits that are shown, other words exactly; more may follow on a line that ends shown.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile


def blocks(text):
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)


def same_word(shown, printed):
    try:
        # a number without a point is one of six digits
        digits = len(re.sub(r"e.*|[^0-9]", "", shown.lower()).lstrip("0")) if "." in shown else 6
        # rounding of the last digit shown differs between machines; 0 stands for rounding itself
        return abs(float(shown) - float(printed)) <= 2 * 10.0 ** -digits * abs(float(shown)) + 1e-9
    except ValueError:
        return shown == printed


def same_line(shown, printed):
    shown, printed = shown.split(), printed.split()
    return len(shown) <= len(printed) and all(map(same_word, shown, printed))


def missing(shown, printed):
    """The first line that is shown and not printed after those before it."""
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        if line.strip() and line != "..." and not any(same_line(line, other) for other in lines):
            return line
    return None


def type_page(page, environment):
    """How many blocks were typed, and what went wrong."""
    faults, typed, printed = [], 0, ""
    with tempfile.TemporaryDirectory() as folder:
        for kind, text in blocks(page.read_text()):
            if kind == "sh":
                done = subprocess.run(["bash", "-e", "-c", text], cwd=folder, env=environment,
                                      text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE)
                printed = done.stdout
                typed += 1
                if done.returncode != 0:
                    faults.append(f"{page.name}: ends with {done.returncode}:\n{text}{done.stderr}")
            elif kind == "text" and printed is not None:
                line = missing(text, printed)
                if line is not None:
                    faults.append(f"{page.name}: does not print '{line}', but\n{printed}")
            elif kind != "yaml":
                printed = None  # what follows was typed elsewhere
    return typed, faults


def main(program, *pages):
    folder = pathlib.Path(program).resolve().parent
    environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}")
    bad = False
    for page in map(pathlib.Path, pages):
        typed, faults = type_page(page, environment)
        print(*faults, f"{page.name}: {typed} blocks typed, {len(faults)} faults", sep="\n")
        bad |= bool(faults) or typed == 0
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
