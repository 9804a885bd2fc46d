#!/usr/bin/env python3
"""mutants.py: do the tests see small changes to the code?

    tests/mutants/mutants.py [--folder DIR] [--table FILE] [NAME...]
    tests/mutants/mutants.py --check [ROOT]

The lists beside this file hold the changes, an entry each:

    == NAME PATH
    tests: CTEST CTEST ...
    - old text, as many lines as needed
    + new text, none of them where something is removed
    equal: why the change alters nothing (only where no test can see it)

Old text is found with any blanks where it has blanks, and must be in the file exactly once.  The
changes are made in a copy of the tree, DIR (default build-mutants), which has a build of its own;
nothing else is touched.  For each the named tests are built and run, in their order, until one
fails: "killed by" it.  "survived" is a change that they pass, "equal" one that survived and is
argued, "does not build" is no mutant, "does not apply" a list that is out of date.  NAME: only the
entries whose name or path begins so.  The exit status is 1 when one survived, was said to be equal
and is not, did not build or did not apply; --check looks for the old texts and runs nothing.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LONGEST_TEST = 240  # seconds: a changed program may never end, and then the change is seen


class Mutant:
    def __init__(self, name, path):
        self.name, self.path = name, path
        self.tests, self.old, self.new, self.equal = [], [], [], ""

    def pattern(self):
        words = re.split(r"\s+", "\n".join(self.old).strip())
        return re.compile(r"\s+".join(re.escape(word) for word in words))

    def applied(self, text):
        """text with the change, or None where the old text is not there exactly once."""
        found = list(self.pattern().finditer(text))
        if len(found) != 1:
            return None
        return text[:found[0].start()] + "\n".join(self.new) + text[found[0].end():]


def read_list(file):
    mutants, where = [], 0
    for line in file.read_text(encoding="utf-8").splitlines():
        where += 1
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            _, name, path = line.split()
            mutants.append(Mutant(name, path))
        elif line.startswith("tests: "):
            mutants[-1].tests += line.split()[1:]
        elif line.startswith("equal: "):
            mutants[-1].equal += (" " if mutants[-1].equal else "") + line[7:].strip()
        elif line[:2] in ("- ", "+ ", "+"):
            (mutants[-1].old if line[0] == "-" else mutants[-1].new).append(line[2:])
        else:
            sys.exit(f"{file}:{where}: no line of a list of mutants: {line}")
    return mutants


def read_lists(folder):
    mutants = [m for file in sorted(folder.glob("*.txt")) for m in read_list(file)]
    names = [m.name for m in mutants]
    for name in {n for n in names if names.count(n) > 1}:
        sys.exit(f"{folder}: two mutants are called {name}")
    return mutants


def has_a_source(root, test):
    """FOLDER.NAME is FOLDER/test_NAME.c; the suite and the parity tests run cuda_on_host too, ranks.NAME_R
    and ranks.NAME_R_in_pieces, …_by_messages are of R ranks, and family.dozen is a script's."""
    folder, name = test.split(".")
    name = name.removesuffix("_reverse")
    if folder == "ranks":
        name = name.removesuffix("_in_pieces").removesuffix("_by_messages").rstrip("1234").removesuffix("_")
    folders = [folder, "suite", "parity"] if folder == "cuda_on_host" else [folder]
    return test == "family.dozen" or any((root / "tests" / f / f"test_{name}.{kind}").exists()
               for f in folders for kind in ("c", "cpp"))


def check(root):
    wrong = 0
    for m in read_lists(root / "tests/mutants"):
        for test in m.tests:
            if not has_a_source(root, test):
                print(f"{m.name}: there is no test {test}")
                wrong = 1
        file = root / m.path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if not m.tests or m.applied(text) is None:
            times = len(m.pattern().findall(text))
            print(f"{m.name}: its old text is {times} times in {m.path}" if m.tests
                  else f"{m.name}: names no test")
            wrong = 1
    return wrong


def run(command, log, seconds=None, **options):
    """The exit status; None when it took longer: then all that it started is ended."""
    with open(log, "ab") as out:
        out.write(("$ " + " ".join(map(str, command)) + "\n").encode())
        out.flush()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                   start_new_session=True, **options)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Copy:
    """The tree copied, its build, and which program each test runs."""

    def __init__(self, root, folder):
        self.root, self.folder, self.build = root, folder, folder / "build"
        self.log = folder / "log.txt"
        folder.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        names = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=root,
                               check=True, capture_output=True).stdout.decode().split("\0")
        for name in filter(None, names):
            if (root / name).is_file():
                self.copy(name)
        preset = "mpi" if shutil.which("mpirun") else "dev"  # without it those of several ranks survive
        if run(["cmake", "--preset", preset, "-G", "Ninja", "-DQFP_CUDA=OFF", "-B", self.build],
               self.log, cwd=folder) != 0:
            sys.exit(f"the copy cannot be configured: {self.log}")
        # ctest itself names no command of a program that is not built yet
        added = re.compile(r"^add_test\((?:\[=*\[)?([\w.]+)(?:\]=*\])? (.*)\)$", re.M)
        self.programs = {}
        for file in self.build.rglob("CTestTestfile.cmake"):
            for name, command in added.findall(file.read_text()):
                self.programs[name] = [pathlib.Path(word).name for word in
                                       re.findall(r'"([^"]*)"', command)
                                       if word.startswith(str(self.build))]

    def copy(self, name):
        source, target = self.root / name, self.folder / name
        if not target.exists() or source.read_bytes() != target.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def make(self, test):
        """Builds what a test runs; False where it does not compile."""
        if not self.programs.get(test):
            sys.exit(f"there is no test {test} that runs a program of the build")
        return run(["ninja", "-C", self.build, "-j2", *self.programs[test]], self.log) == 0

    def passes(self, test):
        return run(["ctest", "--test-dir", self.build, "-R", "^" + re.escape(test) + "$",
                    "--output-on-failure"], self.log, seconds=LONGEST_TEST) == 0

    def try_one(self, m):
        file = self.folder / m.path
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        changed = m.applied(text)
        if changed is None:
            return "does not apply", ""
        try:
            file.write_text(changed, encoding="utf-8")
            for test in m.tests:
                if not self.make(test):
                    return "does not build", ""
                if not self.passes(test):
                    return "killed", test
        finally:
            file.write_text(text, encoding="utf-8")
        return ("equal", "") if m.equal else ("survived", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", nargs="?", const=str(HERE.parent.parent), metavar="ROOT")
    parser.add_argument("--folder", default=str(HERE.parent.parent / "build-mutants"))
    parser.add_argument("--table", help="where the table goes (default: FOLDER/table.md)")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    if given.check:
        return check(pathlib.Path(given.check))

    wanted = [m for m in read_lists(HERE) if not given.names or
              any(m.name.startswith(n) or m.path.startswith(n) for n in given.names)]
    copy = Copy(HERE.parent.parent, pathlib.Path(given.folder).resolve())
    for test in sorted({t for m in wanted for t in m.tests}):
        if not copy.make(test) or not copy.passes(test):
            sys.exit(f"{test} fails without any change: {copy.log}")
    rows, counts = ["| mutant | file | outcome | seen by |", "|---|---|---|---|"], {}
    for m in wanted:
        begin = time.monotonic()
        outcome, test = copy.try_one(m)
        if m.equal and outcome == "killed":
            outcome = "killed though said to be equal"
        counts[outcome] = counts.get(outcome, 0) + 1
        print(f"{m.name}: {outcome}{' by ' + test if test else ''}"
              f" ({time.monotonic() - begin:.0f} s)", flush=True)
        rows.append(f"| {m.name} | {m.path} | {outcome} | {test or m.equal} |")
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"{len(wanted)} mutants: {summary}")
    table = pathlib.Path(given.table) if given.table else copy.folder / "table.md"
    table.write_text("\n".join(rows) + f"\n\n{len(wanted)} mutants: {summary}\n", encoding="utf-8")
    return 0 if set(counts) <= {"killed", "equal"} else 1


if __name__ == "__main__":
    sys.exit(main())
