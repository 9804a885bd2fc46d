"""A second family, of what the first leaves out: `judge.py --wide`.

Any kappa, scales of H from a hundredth to a hundred, motion without anything that confines it, cats
of two to four packets and some that nearly cancel, states of many quanta, products of kinds, all
integrators and orderings, grids and levels of their own for every mode, output windows that are too
small, Q of all modes together, series, powers up to six.
"""
import math
import random

import problems
from problems import amplitude, each, number

# ---- Hamiltonians: text and periods of its frequency 1 -------------------------------------------


def scaled(rng, kinds):
    """One of the first family, faster or slower."""
    text, periods = rng.choice(kinds)(rng)
    factor = float(number(10 ** rng.uniform(-2, 2)))
    return f"{factor}*({text})", periods / factor


def unconfined(rng):
    word = rng.choice(("x^4", "p^4", "x^3", "p^3", "hc(x^2*p)", "hc(x*p)", "x^2", "hc(x^2*p^2)", "x"))
    return f"{number(rng.uniform(-0.2, 0.2))}*{word}", 0.1


def numbers(rng):
    """Diagonal: periodic, however strong."""
    return f"{number(rng.uniform(-3, 3))}*n + {number(rng.uniform(-2, 2))}*n^2", 1.0


def strong_drive(rng):
    return (f"{number(rng.uniform(-2, 2))}*n + {number(rng.uniform(0.05, 0.5))}*ad^2*a^2 + "
            f"hc(({rng.uniform(-1, 1):.4g}{rng.uniform(-1, 1):+.4g}*I)*a) + "
            f"{number(rng.uniform(-0.5, 0.5))}*hc(a^2)", 0.3)


def three_photons(rng):
    return f"n + {number(rng.uniform(0.02, 0.1))}*n^2 + {number(rng.uniform(0.01, 0.06))}*hc(ad^3)", 0.3


def quartic_of_two(rng):
    """Any words, and what confines both modes."""
    text, _ = problems.anything_of_two(rng)
    return f"{text} + sum(j, {number(rng.uniform(0.1, 0.4))}*n[j]^2 + n[j])", 0.15


def springs(rng):
    return (f"sum(j, 0.5*p[j]^2 + {number(rng.uniform(0.2, 0.8))}*x[j]^2) + "
            f"{number(rng.uniform(-0.3, 0.3))}*x[1]*x[2] + {number(rng.uniform(0, 0.05))}*x[1]^2*x[2]^2",
            0.2)


def one_of_two(rng):
    """The other mode stands still."""
    return f"{number(rng.uniform(0.2, 1))}*n[2]^2 + {number(rng.uniform(-0.5, 0.5))}*x[2]", 0.4


ONE_MODE = (unconfined, numbers, strong_drive, three_photons, lambda rng: ("0*n", 1.0))
TWO_MODES = (quartic_of_two, springs, one_of_two)


def hamiltonian(rng, modes):
    own, others = (ONE_MODE, problems.ONE_MODE) if modes == 1 else (TWO_MODES, problems.TWO_MODES)
    if rng.random() < 0.35:
        return scaled(rng, others)
    return rng.choice(own + others)(rng)


# ---- states --------------------------------------------------------------------------------------


def cat(rng, modes):
    """Packets on a circle, of equal weight but for a phase; small circles nearly cancel."""
    count = rng.choice((2, 2, 2, 3, 4))
    size = 10 ** rng.uniform(-1.5, 0.5) if modes == 1 else rng.uniform(0.3, 1.3)
    first = rng.uniform(0, 2 * math.pi)
    sign = rng.choice((1, 1, 1, 2, rng.uniform(0, count)))
    parts = []
    for k in range(count):
        alpha = size * complex(math.cos(first + 2 * math.pi * k / count),
                               math.sin(first + 2 * math.pi * k / count))
        weight = complex(math.cos(2 * math.pi * k * sign / count), math.sin(2 * math.pi * k * sign / count))
        at = ", ".join([f"'{alpha.real:.5g}{alpha.imag:+.5g}*I'"] * modes)
        parts.append(f"{{coherent: [{at}], weight: '{weight.real:.6g}{weight.imag:+.6g}*I'}}")
    return f"superposition: [{', '.join(parts)}]"


def far(rng, modes):
    """Many quanta."""
    most = 4.0 if modes == 1 else 1.6
    kind = rng.choice(("coherent", "fock", "squeezed", "thermal"))
    if kind == "coherent":
        return f"coherent: {each(rng, modes, lambda: amplitude(rng, most))}"
    if kind == "fock":
        return f"fock: {each(rng, modes, lambda: str(rng.randint(0, 20 if modes == 1 else 3)))}"
    if kind == "squeezed":
        r = 1.5 if modes == 1 else 0.8
        return (f"squeezed: {{r: {each(rng, modes, lambda: number(rng.uniform(-r, r)))}, "
                f"phi: {each(rng, modes, lambda: number(rng.uniform(-3, 3)))}, "
                f"alpha: {each(rng, modes, lambda: amplitude(rng, 0.5 * most))}}}")
    nbar = 3.0 if modes == 1 else 0.6
    return f"thermal: {{nbar: {each(rng, modes, lambda: number(rng.uniform(0, nbar)))}}}"


def product(rng, modes):
    parts = [rng.choice((problems.pure, problems.mixed, cat))(rng, 1) for _ in range(modes)]
    return f"product: [{', '.join(f'{{{part}}}' for part in parts)}]"


def state(rng, modes):
    kind = rng.random()
    if kind < 0.3:
        return cat(rng, modes)
    if kind < 0.55:
        return far(rng, modes)
    if kind < 0.7 and modes == 2:
        return product(rng, modes)
    if kind < 0.8:
        parts = [f"{{{rng.choice((cat, far, problems.mixed))(rng, modes)}, "
                 f"weight: {number(rng.uniform(0.1, 1))}}}" for _ in range(2)]
        return f"mixture: [{', '.join(parts)}]"
    return problems.state(rng, modes)


# ---- problems ------------------------------------------------------------------------------------


def solver(rng, basis, modes, tolerance):
    keys = [f"basis: {basis}"]
    if rng.random() < 0.85:
        keys.append(f"tolerance: {tolerance:.1e}")
    if rng.random() < 0.35:
        keys.append(f"integrator: {rng.choice(('krylov', 'krylov', 'chebyshev', 'rk4'))}")
    if basis == "fourier" and rng.random() < 0.15:
        keys.append(f"ordering: {number(rng.uniform(0.3, 0.5))}")
    if rng.random() < 0.6:
        return keys
    if basis == "fock":
        most = 50 if modes == 1 else 14
        keys.append(f"levels: {each(rng, modes, lambda: str(rng.randint(4, most)))}")
    else:
        points = [rng.choice((20, 30, 36, 50, 64, 80) if modes == 1 else (10, 14, 18))
                  for _ in range(modes)]
        extents = [math.sqrt(n) * rng.uniform(1.6, 2.6) for n in points]
        keys.append(f"grid: {{points: [{', '.join(map(str, points))}], "
                    f"extent: [{', '.join(f'{e:.3g}' for e in extents)}]}}")
    return keys


def output(rng, modes, times):
    window = "points: 9" if modes == 2 else f"points: {rng.choice((2, 9, 20))}"
    if rng.random() < 0.4:
        window += f", from: {number(-rng.uniform(0.5, 9))}, to: {number(rng.uniform(0.5, 9))}"
    if rng.random() < 0.2 and modes == 1:
        window = window.replace("points: 9", "points: 5") + ", full: true"
    first = "0, " if rng.random() < 0.8 else ""
    text = f"times: [{first}{', '.join(f'{t:.6g}' for t in times)}], husimi: {{{window}}}"
    if rng.random() < 0.25 and times[-1] > 0.0:
        text += f", series: {{from: 0, to: {0.999 * times[-1]:.6g}, count: {rng.randint(2, 9)}}}"
    if rng.random() < 0.4:
        m = "" if modes == 1 else f"[{rng.randint(1, 2)}]"
        wanted = rng.sample((f"ad{m}^2*a{m}^2", f"x{m}^3", f"x{m}^2*p{m}", f"p{m}^4", f"ad{m}^3*a{m}^3",
                             f"n{m}^2*x{m}", f"x{m}^6", f"ad{m}^2*a{m}"), rng.randint(1, 3))
        text += ", observables: [" + ", ".join(f'"{w}"' for w in wanted) + "]"
    return text, ([0.0] if first else []) + [float(f"{t:.6g}") for t in times]


def make(seed, index):
    rng = random.Random(f"wide/{seed}/{index}")
    modes = 1 if rng.random() < 0.7 else 2
    text, periods = hamiltonian(rng, modes)
    basis = "fock" if rng.random() < (0.5 if modes == 1 else 0.8) else "fourier"
    digits = rng.uniform(3.0, 10.0 if modes == 1 or basis == "fock" else 4.5)
    kappa = float(number(10 ** rng.uniform(-1, 0.7) if rng.random() < 0.6 else 1.0))
    end = 2.0 * math.pi * kappa * periods * 10 ** rng.uniform(-1.2, 0.5)
    if basis == "fourier" and modes == 2:
        end *= 0.3
    times = sorted(rng.uniform(0.0, end) for _ in range(rng.randint(1, 3)))
    keys = solver(rng, basis, modes, 10.0 ** -digits)
    lines = [f"title: wide family {seed}, problem {index}",
             f'hamiltonian: {{modes: {modes}, operator: "{text}"}}',
             f"kappa: {kappa}"]
    if rng.random() < 0.6:
        name = rng.choice(("lengths", "frequencies"))
        lines.append(f"{name}: {each(rng, modes, lambda: number(rng.uniform(0.4, 2.5)))}")
    initial = state(rng, modes)
    lines.append(f"initial: {{{initial}}}")
    wanted, times = output(rng, modes, times)
    lines.append(f"output: {{{wanted}}}")
    tolerance = 10.0 ** -digits if any(key.startswith("tolerance") for key in keys) else 1e-8
    return {"basis": basis, "tolerance": tolerance, "modes": modes, "hamiltonian": text,
            "kappa": kappa, "state": initial, "times": times,
            "text": "\n".join(lines + [f"solver: {{{', '.join(keys)}}}", ""]),
            "exact": "\n".join(lines + ["solver: {basis: reference, tolerance: 1.0e-12}", ""])}
