#!/usr/bin/env python3
"""forecast.py: what `qfp plan` foretells of a run, and what the run takes.

    bench/forecast.py QFP FILE... [--limit SECONDS] [--basis NAME]

Prints a table of every file: the basis that was taken, the seconds that were predicted, the CPU seconds of the run (those of
`qfp run`, less those of `qfp plan` where it chose the basis; what else the machine does counts for nothing), their ratio, the wall seconds that
the run itself states, and both memories.  A run longer than SECONDS (default 120) is stopped.  OMP_NUM_THREADS=1 makes CPU
seconds those of one core.
"""
import argparse
import json
import os
import resource
import subprocess
import tempfile


def cpu_seconds(command, limit):
    """CPU seconds, exit status (None: stopped) and standard output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        status, text = done.returncode, done.stdout or done.stderr
    except subprocess.TimeoutExpired:
        status, text = None, ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, status, text


def number(value, form="{:.3g}"):
    return form.format(value) if isinstance(value, (int, float)) else "-"


def read(text):
    try:
        return json.loads(text)
    except ValueError:
        return {}


def row(arguments, file, folder):
    more = ["--basis", arguments.basis] if arguments.basis else []
    planned, _, text = cpu_seconds([arguments.qfp, "plan", file, "--json"] + more, arguments.limit)
    plan = read(text)
    command = [arguments.qfp, "run", file, "--json", "--force", "-o", os.path.join(folder, "f.h5")]
    taken, status, text = cpu_seconds(command + more, arguments.limit)
    result = read(text)
    predicted = plan.get("seconds")
    if status is None:
        return [f"stopped after {arguments.limit:g} s", number(predicted), number(taken), "", "", "", number(planned)]
    if not result:
        return [f"exit {status}: " + " ".join(text.split())[-160:], "", number(taken), "", "", "", number(planned)]
    chosen = isinstance(result.get("predicted_seconds"), (int, float))
    predicted = result["predicted_seconds"] if chosen else predicted
    took = taken - planned if chosen else taken
    basis = result["basis"] + ("" if chosen else ", given") + ("" if status == 0 else f" (exit {status})")
    ratio = predicted / max(took, 1e-3) if isinstance(predicted, (int, float)) else None
    memory = [result.get("predicted_bytes") or plan.get("bytes"), result.get("taken_bytes")]
    memory = " / ".join(number(b / 1e6) if isinstance(b, (int, float)) else "-" for b in memory)
    return [basis, number(predicted), number(took), number(ratio, "{:.2f}"),
            number(result.get("taken_seconds") or result.get("seconds")), memory, number(planned)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("qfp")
    parser.add_argument("file", nargs="+")
    parser.add_argument("--limit", type=float, default=120.0)
    parser.add_argument("--basis", default="")
    arguments = parser.parse_args()
    print("| file | basis | predicted s | took, CPU s | ratio | wall s | MB | plan, CPU s |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for file in arguments.file:
            cells = row(arguments, file, folder)
            print("| " + " | ".join([os.path.basename(file)] + cells) + " |", flush=True)


if __name__ == "__main__":
    main()
