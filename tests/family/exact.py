"""The exact expectation values of a problem, with numpy and nothing of qfp: kets and density matrices
in number states, the Hamiltonian diagonalised, two numbers of levels that have to agree.

Operators are built from the text of the configuration by Python's own expressions.
"""
import json
import re

import numpy

CONVERGED = 1e-10  # of the two numbers of levels, relative to max(1, |value|)


class Operator:
    """A matrix that reads like the configuration: products in order, powers with ^."""

    def __init__(self, matrix):
        self.matrix = matrix

    def __add__(self, other):
        return Operator(self.matrix + other.matrix)

    def __sub__(self, other):
        return Operator(self.matrix - other.matrix)

    def __neg__(self):
        return Operator(-self.matrix)

    def __mul__(self, other):
        return Operator(self.matrix @ other.matrix if isinstance(other, Operator)
                        else self.matrix * other)

    def __rmul__(self, other):
        return Operator(self.matrix * other)

    def __truediv__(self, number):
        return Operator(self.matrix / number)

    def __pow__(self, power):
        return Operator(numpy.linalg.matrix_power(self.matrix, power))


def letters(modes, levels):
    """The names of the configuration for `levels` levels of every mode."""
    lower = numpy.diag(numpy.sqrt(numpy.arange(1.0, levels)), 1).astype(complex)
    single = {"a": lower, "ad": lower.conj().T, "n": numpy.diag(numpy.arange(levels)).astype(complex),
              "x": (lower + lower.conj().T) / numpy.sqrt(2.0),
              "p": (lower - lower.conj().T) / (1j * numpy.sqrt(2.0))}
    one = numpy.eye(levels)
    names = {"I": 1j, "hc": lambda A: A + Operator(A.matrix.conj().T)}
    for name, matrix in single.items():
        names[name] = Operator(matrix) if modes == 1 else {
            1: Operator(numpy.kron(matrix, one)), 2: Operator(numpy.kron(one, matrix))}
    return names


def evaluate(text, modes, names):
    while "sum(j," in text:
        begin = text.index("sum(j,")
        depth, end = 1, begin + len("sum(")
        while depth > 0:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        inner = text[begin + len("sum(j,"):end - 1]
        text = (text[:begin] + "(" + " + ".join(f"({inner.replace('[j]', f'[{j}]')})"
                                                for j in range(1, modes + 1)) + ")" + text[end:])
    return eval(text.replace("^", "**"), {"__builtins__": {}}, names).matrix


# ---- states --------------------------------------------------------------------------------------


def exponential(generator):
    """exp(G) of an anti-Hermitian G."""
    values, vectors = numpy.linalg.eigh(1j * generator)
    return (vectors * numpy.exp(-1j * values)) @ vectors.conj().T


def gaussian(levels, alpha=0.0, r=0.0, phi=0.0, nbar=0.0):
    """D(alpha) S(r e^{i phi}) applied to a thermal state, as a density matrix."""
    wide = 2 * levels + 20  # the exponentials are those of matrices cut off far away
    lower = numpy.diag(numpy.sqrt(numpy.arange(1.0, wide)), 1).astype(complex)
    raised, xi = lower.conj().T, r * numpy.exp(1j * phi)
    thermal = numpy.diag((nbar / (1.0 + nbar)) ** numpy.arange(wide) / (1.0 + nbar)).astype(complex)
    move = (exponential(alpha * raised - numpy.conj(alpha) * lower)
            @ exponential(0.5 * (numpy.conj(xi) * lower @ lower - xi * raised @ raised)))
    return move[:levels] @ thermal @ move[:levels].conj().T


def gaussian_ket(levels, alpha=0.0, r=0.0, phi=0.0):
    """D(alpha) S(xi) |0> with the phase that the product has."""
    wide = 2 * levels + 20
    lower = numpy.diag(numpy.sqrt(numpy.arange(1.0, wide)), 1).astype(complex)
    raised, xi = lower.conj().T, r * numpy.exp(1j * phi)
    ground = numpy.zeros(wide, complex)
    ground[0] = 1.0
    ground = exponential(0.5 * (numpy.conj(xi) * lower @ lower - xi * raised @ raised)) @ ground
    return (exponential(alpha * raised - numpy.conj(alpha) * lower) @ ground)[:levels]


def scalar(value):
    return complex(value.replace("*I", "j")) if isinstance(value, str) else complex(value)


def tensor(parts):
    whole = parts[0]
    for part in parts[1:]:
        whole = numpy.kron(whole, part)
    return whole


def ket(kind, value, modes, levels):
    if kind == "fock":
        return tensor([numpy.eye(levels)[m].astype(complex) for m in value])
    if kind == "coherent":
        return tensor([gaussian_ket(levels, scalar(z)) for z in value])
    return tensor([gaussian_ket(levels, scalar(value["alpha"][j]), value["r"][j], value["phi"][j])
                   for j in range(modes)])


def density(state, modes, levels):
    kind, value = next((k, v) for k, v in state.items() if k != "weight")
    if kind == "superposition":
        psi = sum(scalar(part["weight"]) * ket(*next((k, v) for k, v in part.items() if k != "weight"),
                                               modes, levels) for part in value)
        return numpy.outer(psi, psi.conj()) / numpy.vdot(psi, psi).real
    if kind == "mixture":
        total = sum(part["weight"] for part in value)
        return sum(part["weight"] / total * density(part, modes, levels) for part in value)
    if kind == "product":
        return tensor([density(part, 1, levels) for part in value])
    if kind in ("fock", "coherent", "squeezed"):
        psi = ket(kind, value, modes, levels)
        return numpy.outer(psi, psi.conj())
    return tensor([gaussian(levels, scalar(value["alpha"][j]) if "alpha" in value else 0.0,
                            value["r"][j] if "r" in value else 0.0, 0.0, value["nbar"][j])
                   for j in range(modes)])


def read_state(text):
    """The flow mapping of the configuration as Python has it."""
    quoted = re.sub(r"([a-z_]+):", r'"\1":', text.replace("'", '"'))
    return json.loads("{" + quoted + "}")


# ---- expectation values --------------------------------------------------------------------------


def with_levels(problem, levels):
    """{name: values at the times}"""
    modes = problem["modes"]
    names = letters(modes, levels)
    energies, vectors = numpy.linalg.eigh(evaluate(problem["hamiltonian"], modes, names))
    rho = vectors.conj().T @ density(read_state(problem["state"]), modes, levels) @ vectors
    hamiltonian = evaluate(problem["hamiltonian"], modes, names)
    wanted = {"norm": numpy.eye(len(energies)), "energy": hamiltonian}
    for j in range(1, modes + 1):
        at = (lambda name: names[name] if modes == 1 else names[name][j])
        wanted[f"n_{j}"] = at("n").matrix
        wanted[f"re_a_{j}"] = 0.5 * (at("a").matrix + at("ad").matrix)
        wanted[f"im_a_{j}"] = -0.5j * (at("a").matrix - at("ad").matrix)
    wanted = {name: vectors.conj().T @ A @ vectors for name, A in wanted.items()}
    found = {name: [] for name in wanted}
    for t in problem["times"]:
        phase = numpy.exp(-1j * energies * t / problem["kappa"])
        now = phase[:, None] * rho * phase.conj()
        for name, A in wanted.items():
            found[name].append(float(numpy.sum(now * A.T).real))
    return found


def observables(problem):
    """The values, None where the two numbers of levels do not agree."""
    few, many = (90, 130) if problem["modes"] == 1 else (18, 24)
    low, high = with_levels(problem, few), with_levels(problem, many)
    for name, values in high.items():
        for a, b in zip(low[name], values):
            if abs(a - b) > CONVERGED * max(1.0, abs(b)):
                return None
    return high
