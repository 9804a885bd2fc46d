"""typed_pages.py QFP PAGE...: types every ```sh block of a PAGE, in a folder of its own, and compares what
is shown.

A ```text block after it holds lines of what it prints on standard output, in their order; a line "..." stands for any
others. Numbers agree to the digits that are shown, other words exactly; more may follow on a line that ends shown.

typed_pages.py --root ROOT --repository FOLDER [--without LINE]... PAGE...: the same in one session in another root, as
a newcomer types: also ```bash blocks, where FOLDER stands for REPOSITORY, ```python, and ```yaml, which `qfp run` reads;
lines that begin with a LINE are left out.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

TYPED = {
    "sh": "{}",
    "bash": "{}",
    "python": "python - <<'END_OF_PAGE'\n{}END_OF_PAGE\n",
    "yaml": "qfp run - -o page.h5 --force <<'END_OF_PAGE'\n{}END_OF_PAGE\n",
}
BARE = ["/usr/bin/env", "-i", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]


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


class Session:
    """A shell whose folder and environment stay from block to block, each of which ends at its first failure."""

    def __init__(self, shell, folder, kinds, environment=None, repository="", without=()):
        self.shell, self.kinds, self.environment = shell, kinds, environment
        self.repository, self.without = repository, tuple(without)
        self.state = f"{folder}/.session"
        self.begin = f"cd {folder}\n[ ! -e {self.state} ] || . {self.state}\n"
        self.end = f"{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} >{self.state}\n"

    def type(self, kind, text):
        lines = text.replace("REPOSITORY", self.repository).splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(self.without))
        return subprocess.run([*self.shell, "bash", "-e", "-c", self.begin + TYPED[kind].format(text) + self.end],
                              env=self.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)

    def type_page(self, page):
        """How many blocks were typed, and what went wrong."""
        faults, typed, printed = [], 0, ""
        for kind, text in blocks(page.read_text()):
            if kind in self.kinds:
                done = self.type(kind, text)
                printed = done.stdout
                typed += 1
                if done.returncode != 0:
                    faults.append(f"{page}: ends with {done.returncode}:\n{text}{done.stdout}{done.stderr}")
            elif kind == "text" and printed is not None:
                line = missing(text, printed)
                if line is not None:
                    faults.append(f"{page}: does not print '{line}', but\n{printed}")
            elif kind != "yaml":
                printed = None  # what follows was typed elsewhere
        return typed, faults


def here(program, folder):
    program = pathlib.Path(program).resolve().parent
    return Session([], folder, ["sh"], dict(os.environ, PATH=f"{program}:{os.environ['PATH']}"))


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--root")
    parser.add_argument("--repository")
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("names", nargs="+")
    asked = parser.parse_args(arguments)
    bad = False
    if asked.root:
        certificates = [f"PIP_CERT={os.environ['PIP_CERT']}"] if "PIP_CERT" in os.environ else []
        session = Session(["chroot", asked.root, *BARE, *certificates], "/root", TYPED,
                          repository=asked.repository, without=asked.without)
    for page in map(pathlib.Path, asked.names[0 if asked.root else 1:]):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            typed, faults = (session if asked.root else here(asked.names[0], folder)).type_page(page)
        print(*faults, f"{page}: {typed} blocks typed in {time.monotonic() - begun:.0f} s, {len(faults)} faults",
              sep="\n", flush=True)
        bad |= bool(faults) or typed == 0
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
