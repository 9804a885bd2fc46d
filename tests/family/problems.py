"""A family of small problems: problem K of seed S is the same text on every machine.

Hamiltonians of degree up to four in one or two modes, every kind of initial state, kappa 1, 0.5
and 2, tolerances from 1e-3 to 1e-10, planned and given grids and levels, bases fourier and fock,
times of up to a few periods.  What a user may get wrong is in it on purpose: given grids are often
too small, given levels too few, and some Hamiltonians drive the state out of every box.
"""
import math
import random

KAPPAS = (1.0, 1.0, 0.5, 2.0)


def number(value):
    return f"{value:.4g}"


def amplitude(rng, largest):
    """A complex number as the configuration takes it."""
    size, angle = rng.uniform(0.0, largest), rng.uniform(0.0, 2.0 * math.pi)
    z = complex(size * math.cos(angle), size * math.sin(angle))
    return f"'{z.real:.4g}{z.imag:+.4g}*I'"


# ---- Hamiltonians --------------------------------------------------------------------------------
# Each gives a text and the number of periods of its frequency 1 that are worth looking at.


def kerr(rng):
    text = f"{number(rng.uniform(0, 1))}*n + {number(rng.uniform(0.2, 1))}*ad^2*a^2"
    if rng.random() < 0.5:
        text += f" + {number(rng.uniform(0.1, 0.8))}*x"
    return text, 0.6


def duffing(rng):
    return (f"0.5*p^2 + 0.5*x^2 + {number(10 ** rng.uniform(-2.5, -1))}*x^4", 0.8)


def squeezing(rng):
    g = complex(rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4))
    return (f"{number(rng.uniform(0, 1.5))}*n + hc(({g.real:.4g}{g.imag:+.4g}*I)*ad^2)", 0.35)


def cubic(rng):
    return (f"0.5*p^2 + 0.5*x^2 + {number(rng.uniform(-0.06, 0.06))}*x^3", 0.15)


def free(rng):
    return (f"{number(rng.uniform(0.3, 1.0))}*p^2 + {number(rng.uniform(-1, 1))}*x", 0.2)


def double_well(rng):
    return (f"0.5*p^2 - {number(rng.uniform(0.1, 0.6))}*x^2 + {number(rng.uniform(0.04, 0.12))}*x^4",
            0.4)


def random_polynomial(rng):
    """A confining part and any Hermitian rest of degree up to four."""
    terms = [f"{number(rng.uniform(0.5, 1.2))}*n", f"{number(rng.uniform(0.2, 0.5))}*n^2"]
    for _ in range(rng.randint(1, 4)):
        p, q = rng.randint(0, 2), rng.randint(0, 2)
        if p + q == 0:
            continue
        size = 0.25 / math.factorial(p + q)
        g = complex(rng.gauss(0, size), rng.gauss(0, size))
        word = "*".join(f"{letter}^{power}" for letter, power in (("ad", p), ("a", q)) if power > 0)
        terms.append(f"hc(({g.real:.4g}{g.imag:+.4g}*I)*{word})")
    return " + ".join(terms), 0.5


def random_quadratures(rng):
    """Products of x and p in an order of their own, made Hermitian, in a quartic well."""
    word = "*".join(rng.choice("xp") for _ in range(rng.randint(1, 3)))
    return (f"0.5*p^2 + 0.5*x^2 + {number(rng.uniform(0.02, 0.1))}*x^4 + "
            f"{number(rng.uniform(-0.08, 0.08))}*hc({word})", 0.4)


def words(rng, modes, most):
    """Hermitian sums of any normally ordered words of degree up to four, nothing that confines."""
    terms = []
    for _ in range(rng.randint(1, most)):
        degree = rng.randint(1, 4)
        letters = [(rng.choice(("ad", "a")), rng.randint(1, modes)) for _ in range(degree)]
        size = 0.3 / math.factorial(degree)
        g = complex(rng.gauss(0, size), rng.gauss(0, size))
        word = "*".join(letter if modes == 1 else f"{letter}[{mode}]"
                        for letter, mode in sorted(letters, reverse=True))
        terms.append(f"hc(({g.real:.4g}{g.imag:+.4g}*I)*{word})")
    return " + ".join(terms)


def anything(rng):
    return words(rng, 1, 4), 0.15


def anything_of_two(rng):
    return words(rng, 2, 4), 0.12


def hopping(rng):
    return (f"-{number(rng.uniform(0.3, 1))}*hc(ad[1]*a[2]) + "
            f"{number(rng.uniform(0, 0.5))}*sum(j, ad[j]^2*a[j]^2)", 0.3)


def cross_kerr(rng):
    return (f"{number(rng.uniform(0, 1))}*n[1] + {number(rng.uniform(0.2, 1))}*n[1]*n[2]", 0.5)


def optomechanics(rng):
    return (f"n[2] + {number(rng.uniform(0.05, 0.4))}*n[1]*x[2]", 0.5)


def second_harmonic(rng):
    return (f"{number(rng.uniform(0.1, 0.5))}*hc(ad[2]*a[1]^2) + "
            f"{number(rng.uniform(0, 0.5))}*n[2]", 0.3)


def two_mode_squeezing(rng):
    return (f"n[1] + {number(rng.uniform(0.5, 1.5))}*n[2] + "
            f"{number(rng.uniform(-0.3, 0.3))}*hc(a[1]*a[2])", 0.3)


def henon_heiles(rng):
    return (f"sum(j, 0.5*p[j]^2 + 0.5*x[j]^2) + {number(rng.uniform(0.01, 0.04))}*"
            "(x[1]^2*x[2] - x[2]^3/3)", 0.08)


ONE_MODE = (kerr, duffing, squeezing, cubic, free, double_well, random_polynomial, random_polynomial,
            random_quadratures, anything)
TWO_MODES = (hopping, cross_kerr, optomechanics, second_harmonic, two_mode_squeezing, henon_heiles,
             anything_of_two)


# ---- states --------------------------------------------------------------------------------------


def each(rng, modes, draw):
    return "[" + ", ".join(draw() for _ in range(modes)) + "]"


def pure(rng, modes):
    largest = 0.9 if modes == 2 else 2.6 if rng.random() < 0.1 else 1.7
    kind = rng.choice(("coherent", "coherent", "fock", "squeezed"))
    if kind == "coherent":
        return f"coherent: {each(rng, modes, lambda: amplitude(rng, largest))}"
    if kind == "fock":
        return f"fock: {each(rng, modes, lambda: str(rng.randint(0, 4 if modes == 1 else 1)))}"
    r = 0.8 if modes == 1 else 0.4
    return (f"squeezed: {{r: {each(rng, modes, lambda: number(rng.uniform(-r, r)))}, "
            f"phi: {each(rng, modes, lambda: number(rng.uniform(0, 3)))}, "
            f"alpha: {each(rng, modes, lambda: amplitude(rng, 0.6 * largest))}}}")


def mixed(rng, modes):
    most = 0.6 if modes == 1 else 0.2
    nbar = f"nbar: {each(rng, modes, lambda: number(rng.uniform(0, most)))}"
    alpha = f"alpha: {each(rng, modes, lambda: amplitude(rng, 0.8))}"
    kind = rng.choice(("thermal", "displaced_thermal", "squeezed_thermal"))
    if kind == "thermal":
        return f"thermal: {{{nbar}}}"
    if kind == "displaced_thermal":
        return f"displaced_thermal: {{{nbar}, {alpha}}}"
    return (f"squeezed_thermal: {{{nbar}, r: {each(rng, modes, lambda: number(rng.uniform(0, 0.4)))}, "
            f"{alpha}}}")


def state(rng, modes):
    kind = rng.random()
    if kind < 0.5:
        return pure(rng, modes)
    if kind < 0.7:
        return mixed(rng, modes)
    if kind < 0.87:
        parts = ", ".join(f"{{{pure(rng, modes)}, weight: {amplitude(rng, 1.0)}}}" for _ in range(2))
        return f"superposition: [{parts}]"
    parts = [f"{{{rng.choice((pure, mixed))(rng, modes)}, weight: {number(rng.uniform(0.1, 1))}}}"
             for _ in range(rng.randint(2, 3))]
    return f"mixture: [{', '.join(parts)}]"


# ---- problems ------------------------------------------------------------------------------------


def solver(rng, basis, modes, tolerance):
    keys = [f"basis: {basis}"]
    if rng.random() < 0.85:
        keys.append(f"tolerance: {tolerance:.1e}")
    if rng.random() < 0.6:
        return keys
    if basis == "fock":
        most = 40 if modes == 1 else 12
        keys.append(f"levels: {rng.randint(4, most)}")
    else:
        points = rng.choice((24, 32, 40, 48, 64) if modes == 1 else (12, 16, 20))
        # spacings from fine to coarse: a box too small or wavenumbers too few
        extent = math.sqrt(points) * rng.uniform(1.4, 2.6)
        keys.append(f"grid: {{points: {points}, extent: {extent:.3g}}}")
    return keys


def make(seed, index):
    """A problem: basis, tolerance, the texts of its configuration and of the exact one, and what
    they are made of."""
    rng = random.Random(f"{seed}/{index}")
    modes = 1 if rng.random() < 0.75 else 2
    hamiltonian, periods = rng.choice(ONE_MODE if modes == 1 else TWO_MODES)(rng)
    basis = "fock" if rng.random() < (0.45 if modes == 1 else 0.75) else "fourier"
    # four axes of a grid at high accuracy take minutes
    digits = rng.uniform(3.0, 10.0 if modes == 1 else 8.0 if basis == "fock" else 4.5)
    kappa = rng.choice(KAPPAS)
    end = 2.0 * math.pi * kappa * periods * 10 ** rng.uniform(-0.7, 0.4)
    if basis == "fourier" and modes == 2:
        end *= 0.4
    times = sorted(rng.uniform(0.0, end) for _ in range(rng.randint(1, 3)))
    keys = solver(rng, basis, modes, 10.0 ** -digits)
    lines = [f"title: family {seed}, problem {index}",
             f'hamiltonian: {{modes: {modes}, operator: "{hamiltonian}"}}',
             f"kappa: {kappa}"]
    if rng.random() < 0.5:
        lines.append(f"lengths: {each(rng, modes, lambda: number(rng.uniform(0.6, 1.6)))}")
    initial = state(rng, modes)
    lines.append(f"initial: {{{initial}}}")
    output = f"times: [0, {', '.join(f'{t:.6g}' for t in times)}], husimi: {{points: 9}}"
    if rng.random() < 0.3:
        mode = "" if modes == 1 else f"[{rng.randint(1, 2)}]"
        output += f', observables: ["{rng.choice((f"ad{mode}^2*a{mode}^2", f"x{mode}^3", f"x{mode}^2*p{mode}"))}"]'
    lines.append(f"output: {{{output}}}")
    tolerance = 10.0 ** -digits if any(key.startswith("tolerance") for key in keys) else 1e-8
    return {"basis": basis, "tolerance": tolerance, "modes": modes, "hamiltonian": hamiltonian,
            "kappa": kappa, "state": initial, "times": [0.0] + [float(f"{t:.6g}") for t in times],
            "text": "\n".join(lines + [f"solver: {{{', '.join(keys)}}}", ""]),
            "exact": "\n".join(lines + ["solver: {basis: reference, tolerance: 1.0e-12}", ""])}
