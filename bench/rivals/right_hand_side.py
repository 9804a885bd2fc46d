#!/usr/bin/env python3
"""right_hand_side.py - the right-hand side of the Bose-Hubbard dimer, written with array FFTs.

    python3 right_hand_side.py [--device cpu|cuda] [--library numpy|torch|cupy] POINTS...

What one writes in an afternoon with PyTorch or CuPy: the Moyal equation of the Wigner function (the
gauge c = 1/2 of qfp) of
    H = -(a1+ a2 + a2+ a1) + U/2 sum_j aj+^2 aj^2,
du/dt = sum over x and p derivatives, taken by FFTs axis by axis.  Prints applications per second as
a row of Markdown.  --check compares the library with numpy on 8^4 points, and numpy with closed
forms: a Gaussian moved by the hopping, the coherence of |0> and |2> turned by the interaction.
"""
import argparse
import sys
import time

import numpy

U = 0.5
EXTENT = 11.0


def pick(name, device):
    """The library, and a function that waits for the device."""
    if name in ("torch", None) and (name or device == "cuda"):
        try:
            import torch
            return "torch", torch, torch.cuda.synchronize if device == "cuda" else lambda: None
        except ImportError:
            if name:
                sys.exit("right_hand_side.py: no torch here")
    if name == "cupy" or (name is None and device == "cuda"):
        try:
            import cupy
        except ImportError:
            sys.exit("right_hand_side.py: neither torch nor cupy here")
        return "cupy", cupy, cupy.cuda.Device().synchronize
    return "numpy", numpy, lambda: None


class Dimer:
    """Axes (x1, x2, p1, p2), n points each; with r = x^2 + p^2 of a mode and the turn
    R_j = x_j d/dp_j - p_j d/dx_j the anharmonic term is
    (U/2)(r_j - 2) R_j - (U/8) (d2/dx_j^2 + d2/dp_j^2) R_j."""

    def __init__(self, library, xp, device, n, strength=U):
        self.strength = strength
        z = (numpy.arange(n) - n // 2) * (EXTENT / n)
        k = 2 * numpy.pi * numpy.fft.fftfreq(n, EXTENT / n)
        k[n // 2] = 0.0

        def place(values):
            return xp.as_tensor(values, device=device) if library == "torch" else xp.asarray(values)

        def along(values, axis):
            return place(values.reshape([-1 if a == axis else 1 for a in range(4)]))

        self.z = [along(z, a) for a in range(4)]
        self.ik = [along(1j * k, a) for a in range(4)]
        self.k2 = [along(-k * k, a) for a in range(4)]
        if library == "torch":
            self.forward = lambda u, a: xp.fft.fft(u, dim=a)
            self.inverse = lambda u, a: xp.fft.ifft(u, dim=a).real
        else:
            self.forward = lambda u, a: xp.fft.fft(u, axis=a)
            self.inverse = lambda u, a: xp.fft.ifft(u, axis=a).real
        self.place = place

    def first(self, u, axis):
        return self.inverse(self.ik[axis] * self.forward(u, axis), axis)

    def second(self, u, axis):
        return self.inverse(self.k2[axis] * self.forward(u, axis), axis)

    def apply(self, u):
        d = [self.first(u, axis) for axis in range(4)]
        out = self.z[3] * d[0] - self.z[1] * d[2] + self.z[2] * d[1] - self.z[0] * d[3]
        for j in range(2):
            x, p = self.z[j], self.z[2 + j]
            turn = x * d[2 + j] - p * d[j]
            laplace = self.second(turn, j) + self.second(turn, 2 + j)
            out = out + self.strength * (0.5 * (x * x + p * p - 2) * turn - 0.125 * laplace)
        return out


def gaussian(n):
    """Wigner function of coherent states at (x1, p1) = (1, 0), (x2, p2) = (0, 1/2)."""
    z = (numpy.arange(n) - n // 2) * (EXTENT / n)
    parts = [numpy.exp(-(z - centre) ** 2) for centre in (1.0, 0.0, 0.0, 0.5)]
    return numpy.einsum("i,j,k,l->ijkl", *parts) / numpy.pi**2


def to_numpy(values):
    for name in ("cpu", "get"):
        if hasattr(values, name):
            return numpy.asarray(getattr(values, name)())
    return numpy.asarray(values)


def check(library, xp, device):
    n = 8
    u = numpy.random.default_rng(1).standard_normal((n,) * 4)
    ours, plain = Dimer(library, xp, device, n), Dimer("numpy", numpy, "cpu", n)
    want = plain.apply(u)
    worst = abs(to_numpy(ours.apply(ours.place(u))) - want).max() / abs(want).max()
    print(f"{library} against numpy, 8^4: {worst:.1e}")
    # U = 0: i da1/dt = -a2, so du/dt = -grad u . (dx1, dx2, dp1, dp2)/dt of a Gaussian.
    n = 32
    plain = Dimer("numpy", numpy, "cpu", n, strength=0.0)
    u = gaussian(n)
    x1, x2, p1, p2 = plain.z
    slope = 2 * u * ((x1 - 1.0) * -p2 + x2 * -p1 + p1 * x2 + (p2 - 0.5) * x1)
    hop = abs(plain.apply(u) - slope).max() / abs(slope).max()
    print(f"numpy against a moved Gaussian, 32^4: {hop:.1e}")
    # |2><0| of mode 1 times the vacuum of mode 2: W = Re(e^{-iUt} (x - ip)^2) e^{-r}.
    vacuum = numpy.exp(-(x1**2 + p1**2 + x2**2 + p2**2))
    u = (x1**2 - p1**2) * vacuum
    turned = Dimer("numpy", numpy, "cpu", n).apply(u) - plain.apply(u)
    want = -2 * U * x1 * p1 * vacuum
    kerr = abs(turned - want).max() / abs(want).max()
    print(f"numpy against a turned coherence, 32^4: {kerr:.1e}")
    # Rounding of FFTs; then e^{-k^2/4} = 8e-10 at the last k of 32 points, times powers of k.
    return 0 if worst < 1e-12 and hop < 1e-6 and kerr < 1e-6 else 1


def rate(dimer, n, wait):
    u = dimer.place(gaussian(n))
    dimer.apply(u)
    wait()
    calls, start = 0, time.perf_counter()
    while time.perf_counter() - start < 1.0:
        dimer.apply(u)
        wait()
        calls += 1
    return calls / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--library", choices=["numpy", "torch", "cupy"])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("points", nargs="*", type=int)
    a = parser.parse_args()
    library, xp, wait = pick(a.library, a.device)
    if a.check:
        sys.exit(check(library, xp, a.device))
    print("| library | device | grid | applications per second |\n|---|---|---|---|")
    for n in a.points:
        dimer = Dimer(library, xp, a.device, n)
        print(f"| {library} | {a.device} | {n}^4 | {rate(dimer, n, wait):.2f} |", flush=True)


main()
