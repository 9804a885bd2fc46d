"""Runs the program."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping

import numpy as np

from ._errors import ConfigError, FileError, kind_of
from ._result import Result


def _is_program(path):
    return os.path.isfile(path) and os.access(path, os.X_OK)


def program():
    """Path of the program: $QFP_PROGRAM, else qfp on the PATH, else that of the checkout which this
    package or the current folder lies in."""
    named = os.environ.get("QFP_PROGRAM")
    if named:
        if not _is_program(named):
            raise FileError(f"QFP_PROGRAM names {named}, which is no program")
        return named
    found = shutil.which("qfp")
    if found:
        return found
    for start in (os.getcwd(), os.path.dirname(os.path.abspath(__file__))):
        folder = start
        while folder != os.path.dirname(folder):
            for build in ("build", "build-dev"):
                candidate = os.path.join(folder, build, "qfp")
                if _is_program(candidate):
                    return candidate
            folder = os.path.dirname(folder)
    raise FileError(
        "the program qfp was not found: build it (./run.sh), put it on the PATH, or name it in the "
        "environment variable QFP_PROGRAM"
    )


def _fail_at(key, words):
    raise ConfigError(f"{key}: {words}" if key else words, "CONFIG", 2, key=key or None)


def _plain(value, key):
    """What JSON, and with it YAML, has a word for; `key` is where it stands."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    elif isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Mapping):
        return {
            str(name): _plain(below, f"{key}.{name}" if key else str(name))
            for name, below in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_plain(entry, f"{key}[{i + 1}]") for i, entry in enumerate(value)]
    if isinstance(value, (float, complex)) and not np.isfinite(value):
        _fail_at(key, f"a configuration holds no NaN and no infinity, and this is {value}")
    if isinstance(value, complex):
        return f"{value.real!r} + {value.imag!r}*I"
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if not isinstance(value, (str, int, float, type(None))):
        _fail_at(key, f"a configuration holds no {type(value).__name__}: {value!r:.80}")
    return value


def _text(value, key="", indent=None):
    return json.dumps(_plain(value, key), ensure_ascii=False, indent=indent)


def _is_text(config):
    return (
        isinstance(config, str)
        and ("\n" in config or ": " in config)
        and not os.path.exists(config)
    )


def _read(config):
    """What the command takes for it, and what it is to read on standard input, None for a file."""
    if isinstance(config, Mapping):
        return "-", _text(config, indent=1)
    if not isinstance(config, (str, os.PathLike)):
        raise TypeError(
            "a configuration is a mapping, the path of a file or its text, not "
            f"{type(config).__name__}"
        )
    return ("-", config) if _is_text(config) else (os.fspath(config), None)


class _Folder:
    """A temporary folder that goes with the last result in it."""

    def __init__(self):
        self.name = tempfile.mkdtemp(prefix="qfp-")
        weakref.finalize(self, shutil.rmtree, self.name, True)


def _pass_on(progress, line):
    if callable(progress):
        progress(line)
    elif progress:
        print(line, file=sys.stderr, flush=True)


def _end(process):
    """The run finishes its step and writes a checkpoint; at a second Ctrl-C it ends at once."""
    try:
        process.send_signal(signal.SIGINT)
        process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)


def _execute(arguments, text, progress):
    """Exit status, what it printed, and its lines on standard error, which are handed on as they
    come, but for the last one of a failure: it is the error. `text` is its standard input."""
    # of a session of its own: a Ctrl-C of the terminal comes from here, once, since a second one
    # ends a run without a checkpoint
    process = subprocess.Popen(
        [program(), *arguments],
        stdin=subprocess.DEVNULL if text is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        env={**os.environ, "QFP_PARENT": str(os.getpid())},  # whose end is its end, with a checkpoint
    )
    printed, lines, held = [], [], None
    # no thread keeps a Python alive that was interrupted before it came to `try`
    reader = threading.Thread(target=lambda: printed.append(process.stdout.read()), daemon=True)
    try:
        reader.start()
        if text is not None:
            with contextlib.suppress(BrokenPipeError):  # it says on standard error what is wrong
                process.stdin.write(text)
                process.stdin.close()
        for line in process.stderr:
            if held is not None:
                _pass_on(progress, held)
            lines.append(line.rstrip("\n"))
            held = lines[-1] if lines[-1].startswith("qfp: ") else None
            if held is None:
                _pass_on(progress, lines[-1])
        if held is not None and process.wait() == 0:
            _pass_on(progress, held)
    except BaseException:
        _end(process)
        raise
    finally:
        process.wait()
        if reader.ident is not None:
            reader.join()
        process.stdout.close()
        process.stderr.close()
    return process.returncode, printed[0], lines


def _fail(exit_status, document, lines, config):
    error = document.get("error") or {}
    last = next((line for line in reversed(lines) if line.startswith("qfp: ")), "")
    message = error.get("message") or document.get("reason") or last[5:] or "\n".join(lines)
    place = {name: error.get(name) for name in ("file", "line", "column", "key")}
    if isinstance(config, Mapping):  # whose lines nobody sees
        message = re.sub(r"\bstdin:(\d+:\d+:)? ", "", message)
        place["line"] = place["column"] = None
    if _read(config)[1] is not None:
        place["file"] = None
    if exit_status < 0:
        message = f"the program was ended by signal {-exit_status}. {message}"
    kind = kind_of(error.get("status"), exit_status)
    return kind(message, error.get("status"), exit_status, **place)


def _document(printed):
    try:
        return json.loads(printed)
    except ValueError:
        return {}


def _command(command, config, options, progress):
    """The document of a command that succeeded or stopped."""
    operand, text = _read(config)
    status, printed, lines = _execute([command, *options, "--json", "--", operand], text, progress)
    document = _document(printed)
    error = _fail(status, document, lines, config) if status != 0 else None
    if error is not None and not document.get("output"):
        raise error
    return document, error


def _options(settings, basis):
    options = [] if basis is None else ["--basis", basis]
    for key, value in (settings or {}).items():
        options += ["--set", f"{key}={value if isinstance(value, str) else _text(value, key)}"]
    return options


def _to_file(command, config, output, settings, basis, progress, force, resume=False, more=()):
    keep = None
    if output is None:
        keep = _Folder()
        output = os.path.join(keep.name, "result.h5")
    options = ["-o", os.fspath(output), *_options(settings, basis)]
    options += ["--force"] if force else []
    options += ["--resume"] if resume else []
    options += more
    document, error = _command(command, config, options, progress)
    result = Result(output, report=document, keep=keep)
    if error is not None:
        error.result = result
        raise error
    return result


def run(config, output=None, *, set=None, basis=None, progress=True, force=False, resume=False):
    """`qfp run`: evolves Q to the output times and returns the Result.

    `config` is a mapping, the path of a configuration, or its text; numbers of NumPy, arrays and
    complex numbers are values too. `output` is the name of the
    HDF5 file; left out, the file is a temporary one that is deleted with the result. `set` gives
    single keys, {"solver.tolerance": 1e-10}. Lines of progress and warnings go to standard error,
    to the function `progress`, or with False nowhere.
    """
    return _to_file("run", config, output, set, basis, progress, force, resume)


def steady(config, output=None, *, set=None, progress=True, force=False):
    """`qfp steady`: the stationary state of an open system; gap and decay rates in its attributes
    and group "steady"."""
    return _to_file("steady", config, output, set, None, progress, force)


def sample(config, output=None, *, set=None, progress=True, force=False, resume=False):
    """`qfp sample`: the ensemble of trajectories that the key `ensemble` describes."""
    return _to_file("sample", config, output, set, None, progress, force, resume)


def sweep(
    config,
    output=None,
    *,
    set=None,
    basis=None,
    steady=False,
    progress=True,
    force=False,
    resume=False,
):
    """`qfp sweep`: every combination of the values of the key `sweep`, which stand in front of the
    axes of a run, or with `steady` of the stationary state, the gap of which is in the group
    "points". Points that failed are NaN, their sentences in that group; that is a NumericalStop
    with this result."""
    more = ["--steady"] if steady else []
    return _to_file("sweep", config, output, set, basis, progress, force, resume, more)


def plan(config, *, set=None, basis=None):
    """`qfp plan`: what a run would take, as the mapping that the program prints."""
    return _command("plan", config, _options(set, basis), False)[0]
