"""config_figures.py QFP ROOT: every figure in the comment of a configuration is what the program
gives.

A figure is a number with a point or an exponent in the comment at the top of configs/NAME.yaml that
does not stand in the configuration itself nor in a command of the comment. For each the table below
has what it must be, to half a unit of its last digit, or the test that holds it, in which it
stands.
"""

import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

FIGURE = re.compile(r"(?<![A-Za-z_\d.])(?:\d+\.\d+(?:e-?\d+)?|\d+e-\d+)(?![\d.]*[A-Za-hj-z_\d])")


class Program:
    def __init__(self, path, root, folder):
        self.path, self.root, self.folder = path, root, folder
        self.known = {}

    def __call__(self, command, name, *arguments):
        """The document that a command prints, once for each."""
        key = (command, name, *arguments)
        if key not in self.known:
            output = self.folder / f"{len(self.known)}.h5"
            files = ["-o", str(output)] if command in ("run", "sample", "steady") else []
            printed = subprocess.run(
                [
                    self.path,
                    command,
                    f"{self.root}/configs/{name}.yaml",
                    *files,
                    "--json",
                    *arguments,
                ],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            if printed.returncode != 0:
                raise RuntimeError(f"{' '.join(key)}: {printed.stderr}")
            self.known[key] = {**json.loads(printed.stdout), "file": str(output)}
        return self.known[key]

    def compare(self, one, two):
        printed = subprocess.run(
            [self.path, "compare", one["file"], two["file"], "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(printed.stdout)["datasets"]


def settings(*texts):
    return [word for text in texts for word in ("--set", text)]


def observable(document, name, time):
    """Of a run, or the mean of a sample."""
    if "times" in document:
        row = next(row for row in document["times"] if abs(row["time"] - time) < 1e-9)
        return row[name]
    index = next(i for i, t in enumerate(document["time"]) if abs(t - time) < 1e-9)
    return document["observables"][name][index]


def at(command, config, name, time, *arguments):
    return lambda qfp: observable(qfp(command, config, *arguments), name, time)


def of_steady(config, key, *arguments):
    return lambda qfp: qfp("steady", config, *arguments)[key]


def held(test, name=None, text=None):
    """By a C test, `name` of which says the same figure, or `text` for it."""
    return (test, name, text)


def cubic(qfp):
    return qfp.compare(qfp("run", "cubic"), qfp("run", "cubic", *settings("theory.order=exact")))[
        "/husimi/mode_1"
    ]


def dimer(qfp):
    ends = settings(
        "output.times=[0, 0.25]"
    )  # what the box cuts, as at t = 1, and a tenth of the time
    return qfp.compare(
        qfp("run", "dimer", *ends), qfp("run", "dimer", *ends, "--basis", "reference")
    )["/husimi/mode_1"]


def gaussian(name, time):
    """How far the approximation is off."""

    def figure(qfp):
        mean = observable(qfp("sample", "kerr_gaussian"), name, time)
        return abs(mean["value"] - mean["exact"])

    return figure


def gaussian_amplitude(qfp):
    return math.hypot(gaussian("re_a_1", 0.5)(qfp), gaussian("im_a_1", 0.5)(qfp))


def quartic(name):
    """<x> and <p> of <a>."""
    return lambda qfp: math.sqrt(2) * observable(
        qfp("run", "quartic", *settings("output.times=[0, 1]")), name, 1
    )


def pointer(qfp):
    """Distance of the two branches in standard deviations of Q."""
    run = qfp("run", "pointer")
    apart = math.sqrt(2) * observable(run, "re_a_2", 1.0) / 0.64
    variance = observable(run, "var_x_2", 1.0) - 0.36 * 0.64 * apart**2 + 0.5
    return apart / math.sqrt(variance)


def outcome_tail(qfp):
    """Of a Gaussian at 2 sqrt(2) e, whose Q has the variance (e^2 + 1)/2."""
    return 0.5 * math.erfc(2 * math.sqrt(2) * math.e / math.sqrt(math.e**2 + 1))


def kernels(way, number):
    """Total variation by the equation, of the paths, of noise, as the ensemble says of itself."""

    def figure(qfp):
        return float(
            re.search(
                rf"{way} ([\d.]+); ([\d.]+); ([\d.]+)", qfp("sample", "watanabe")["ensemble"]
            )[number]
        )

    return figure


OPEN, SAMPLES = "tests/physics/test_open_configs.c", "tests/physics/test_sample_configs.c"
THEORIES, MODELS = "tests/physics/test_theories.c", "tests/physics/test_models_run.c"
ARROW = "tests/physics/test_arrow_of_time.c"

QUICK = settings("output.husimi.points=3", "solver.tolerance=1e-6")

# Bounds: what is measured must lie below, and not far below.
ABOUT = {
    ("cat_measurement", "1e-4"),
    ("kerr_gaussian", "1e-3"),
    ("kerr_gaussian", "0.04"),
    ("kerr_positive_p", "0.65"),
}

TABLE = {
    "amplifier_action": {
        "0.3549": held(SAMPLES, "amplifier_action"),
        "0.73": held(SAMPLES, "amplifier_action", "0.728"),
    },
    "arrow_of_time": {"0.115": held(ARROW), "2.5": held(ARROW), "2.18": held(ARROW)},
    "cat_measurement": {
        "7.7": lambda qfp: 2 * math.sqrt(2) * math.e,
        "1e-4": outcome_tail,
        "5e-3": held(SAMPLES, "cat_measurement_with_signs"),
    },
    "cat_qubit": {
        text: of_steady(
            "cat_qubit",
            "gap",
            *settings(f"hamiltonian.parameters.nbar={nbar}", "output.husimi.points=3"),
        )
        for text, nbar in (("3.9e-4", 1), ("1.6e-5", 2), ("6.9e-7", 3))
    },
    "cross_kerr": {
        "0.948025": at("run", "cross_kerr", "re_a_1", 0.7),
        "0.712081": at("run", "cross_kerr", "im_a_1", 0.7),
    },
    "cubic": {"9.3e-3": cubic},
    "dimer": {"1e-5": dimer},
    "dimer_guided": {"3.3280510": at("run", "dimer_guided", "n_1", 0.5, "--basis", "reference")},
    "driven_kerr": {
        "0.351995": at("run", "driven_kerr", "re_a_1", 1),
        "0.886727": at("run", "driven_kerr", "im_a_1", 1),
        "0.935505": at("run", "driven_kerr", "n_1", 1),
        "3.382837": at("run", "driven_kerr", "n_1", 2),
    },
    "driven_kerr_steady": {
        "2.634422": at("steady", "driven_kerr_steady", "n_1", 0),
        "0.868763": at("steady", "driven_kerr_steady", "re_a_1", 0),
        "1.097676": at("steady", "driven_kerr_steady", "im_a_1", 0),
        "0.5563": of_steady("driven_kerr_steady", "gap"),
    },
    "kerr_action": {
        "0.73": held(SAMPLES, "kerr_action"),
        "0.13": held("tests/physics/test_action_kerr.c"),
        "0.07": held("tests/physics/test_action_kerr.c"),
    },
    "kerr_gaussian": {
        "1e-3": gaussian("re_a_1", 0.1),
        "0.04": gaussian("var_x_1", 0.1),
        "0.64": gaussian_amplitude,
        "1.2": lambda qfp: observable(qfp("sample", "kerr_gaussian"), "var_x_1", 0.5)["value"],
        "3.7": lambda qfp: observable(qfp("sample", "kerr_gaussian"), "var_x_1", 0.5)["exact"],
    },
    "kerr_negativity": {
        text: held(OPEN, "kerr_negativity")
        for text in ("0.1814", "0.316", "0.219", "0.293", "0.119", "0.317")
    },
    "kerr_positive_p": {
        "0.65": lambda qfp: 0.15 * 9 ** (2 / 3),
        "0.607": at("run", "kerr_positive_p", "re_a_1", 0.15, "--basis", "fock"),
        "2.643": at("run", "kerr_positive_p", "im_a_1", 0.15, "--basis", "fock"),
    },
    "kerr_sweep": {"1e-7": held("tests/cli/test_sweep.c", "the_example_meets_its_closed_form")},
    "landau_zener": {
        "0.2079": lambda qfp: math.exp(-math.pi / 2),
        "0.216029": at("run", "landau_zener", "n_1", 40),
    },
    "lossy_dimer": {
        "0.932542": at("steady", "lossy_dimer", "purity", 0, *QUICK),
        "0.609776": at("steady", "lossy_dimer", "re_a_2", 0, *QUICK),
        "0.182782": at("steady", "lossy_dimer", "im_a_2", 0, *QUICK),
        "0.5484": of_steady("lossy_dimer", "gap", *QUICK),
    },
    "lossy_kerr": {
        "0.001529": at("run", "lossy_kerr", "re_a_1", math.pi),
        "0.003707": at("run", "lossy_kerr", "im_a_1", math.pi),
    },
    "measured_system": {
        "0.36": lambda qfp: 0.6**2,
        "0.64": at("run", "measured_system", "n_1", 2),
        "0.48": at("run", "measured_system", "re_a_1", 0),
        "0.381221": at("run", "measured_system", "re_a_1", 0.5),
        "0.204699": at("run", "measured_system", "re_a_1", 1),
        "0.0252986": at("run", "measured_system", "re_a_1", 2),
    },
    "nelson_two_packets": {"1e-3": held("tests/physics/test_nelson.c")},
    "parametric_pulse": {
        "0.28": lambda qfp: 0.7 * 0.4,
        "3.75": held(OPEN, "parametric_pulse"),
        "0.496287": lambda qfp: 0.28 * math.sqrt(math.pi) * math.erf(3.75),
        "1.349085": at("run", "parametric_pulse", "var_x_1", 3),
        "0.185311": at("run", "parametric_pulse", "var_p_1", 3),
        "0.267198": at("run", "parametric_pulse", "n_1", 3),
    },
    "pointer": {
        "0.36": lambda qfp: 0.6**2,
        "0.64": at("run", "pointer", "n_1", 1),
        "3.8": pointer,
        "0.48": at("run", "pointer", "re_a_1", 0),
    },
    "quartic": {"0.19386": quartic("re_a_1"), "1.85207": quartic("im_a_1")},
    "theories_quartic": {text: held(THEORIES) for text in ("0.327", "0.0433", "1.01", "0.53")}
    | {"0.114": held(THEORIES, None, "1.14e-4")},
    "thermal_light": {
        "0.25": held(OPEN, "thermal_light"),
        "6.4": lambda qfp: 0.8 * 4 / 0.5,
        "0.64": held(OPEN, "thermal_light"),
    },
    "watanabe": {
        "1e-3": held("tests/physics/test_markov.c"),
        "0.038": kernels("forward", 2),
        "0.041": kernels("forward", 3),
        "0.74": kernels("backward", 2),
        "0.032": kernels("backward", 3),
    },
}
TABLE["cross_kerr_guided"] = TABLE["cross_kerr"]


def figures_of(path):
    """Those of the comment at the top, in their order."""
    lines = path.read_text().splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    comment = " ".join(line[1:].strip() for line in lines[:end] if not re.match(r"# +qfp ", line))
    comment = re.sub(r"--set \S+", "", comment)
    body = {float(text) for text in FIGURE.findall("\n".join(lines[end:]))}
    return list(dict.fromkeys(text for text in FIGURE.findall(comment) if float(text) not in body))


def body_of_test(root, test, name):
    text = (root / test).read_text()
    if name is None:
        return text
    begin = re.search(rf"Test\(\w+, {name}\)", text)
    return text[begin.start() : text.index("\n}\n", begin.start())] if begin else ""


def is_about(found, text):
    """A bound that nothing exceeds and that is not ten times too wide."""
    return 0.1 * float(text) < found <= float(text) * 1.05


def is_rounded(found, text):
    digits = re.match(r"\d+\.?(\d*)(?:e(-?\d+))?", text)
    unit = 10.0 ** (int(digits[2] or 0) - len(digits[1]))
    return abs(abs(found) - float(text)) <= 0.5000001 * unit


def faults_of(name, figures, qfp, root):
    rows = TABLE.get(name, {})
    for text in figures:
        if text not in rows:
            yield f"configs/{name}.yaml: {text} is held by nothing"
        elif isinstance(rows[text], tuple):
            if (rows[text][2] or text) not in body_of_test(root, *rows[text][:2]):
                yield f"configs/{name}.yaml: {text} does not stand in {rows[text]}"
        else:
            found = rows[text](qfp)
            good = is_about if (name, text) in ABOUT else is_rounded
            if not good(found, text):
                yield f"configs/{name}.yaml: {text}, but found {found:.9g}"
    for text in rows:
        if text not in figures:
            yield f"configs/{name}.yaml says no more {text}"


def main(program, root):
    root = pathlib.Path(root)
    count, faults = 0, []
    with tempfile.TemporaryDirectory() as folder:
        qfp = Program(program, root, pathlib.Path(folder))
        for path in sorted(root.glob("configs/*.yaml")):
            figures = figures_of(path)
            count += len(figures)
            faults += faults_of(path.stem, figures, qfp, root)
    print("\n".join(faults))
    print(f"{count} figures, {len(faults)} faults")
    return 1 if faults or count < 50 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
