#!/usr/bin/env python3
"""Writes the filters of orthogonal wavelets: WaveletTables.cs beside this script.

Run it after a change (python3 Engine/Operators/Wavelet/generate.py) and commit what it writes.

Spectral factorisation: with N vanishing moments, the roots y of P(y) = sum_{k < N} C(N - 1 + k, k) y^k give pairs
z, 1/z by y = (2 - z - 1/z) / 4, one of which goes into the filter beside (1 + z)^N. Daubechies' wavelets take all
roots inside the unit circle; symlets the choice below, whose phase is the nearest to a straight line.
Source: I. Daubechies, "Ten Lectures on Wavelets" (1992), 6.1 (Daubechies), 6.4 and 8.1 (symlets), 8.2 (coiflet 1).
The order of taps and the choice for symlets are PyWavelets'.
"""
import cmath
import itertools
import math
import pathlib

# The first tap of PyWavelets' decomposition filter tells which roots a symlet takes.
SYMLET_FIRST = {4: -0.07576571479, 5: 0.02733306834, 6: 0.01540410933, 7: 0.00268181457, 8: -0.00338241595}


def roots_of(coefficients):
    """Durand-Kerner: all roots at once."""
    degree = len(coefficients) - 1
    coefficients = [c / coefficients[-1] for c in coefficients]
    roots = [(0.4 + 0.9j) ** k for k in range(degree)]
    for _ in range(2000):
        largest = 0
        for i in range(degree):
            value = 0
            for c in reversed(coefficients):
                value = value * roots[i] + c
            for j in range(degree):
                if j != i:
                    value /= roots[i] - roots[j]
            roots[i] -= value
            largest = max(largest, abs(value))
        if largest < 1e-16:
            break
    return roots


def inner_roots(moments):
    """The roots z inside the unit circle."""
    result = []
    for y in roots_of([math.comb(moments - 1 + k, k) for k in range(moments)]):
        b = 2 - 4 * y
        z = (b + cmath.sqrt(b * b - 4)) / 2
        result.append(1 / z if abs(z) > 1 else z)
    return result


def filter_of(moments, zeros):
    taps = [1 + 0j]
    for zero in [-1] * moments + zeros:
        longer = [0j] * (len(taps) + 1)
        for i, tap in enumerate(taps):
            longer[i] -= zero * tap
            longer[i + 1] += tap
        taps = longer
    scale = math.sqrt(2) / sum(taps).real
    return [tap.real * scale for tap in taps]


def daubechies(moments):
    taps = filter_of(moments, inner_roots(moments))
    return taps if abs(taps[0]) < abs(taps[-1]) or moments == 1 else taps[::-1]


def symlet(moments):
    if moments < 4:
        return daubechies(moments)
    groups = [
        (z, z.conjugate()) if z.imag > 1e-9 else (z,)
        for z in inner_roots(moments)
        if z.imag > -1e-9  # of a conjugate pair, one
    ]
    candidates = []
    for pick in itertools.product((False, True), repeat=len(groups)):
        zeros = [1 / z if outer else z for outer, group in zip(pick, groups) for z in group]
        taps = filter_of(moments, zeros)
        candidates += [taps, taps[::-1]]
    return min(candidates, key=lambda taps: abs(taps[0] - SYMLET_FIRST[moments]))


def coiflet1():
    root = math.sqrt(7)
    return [
        tap / (16 * math.sqrt(2))
        for tap in (root - 3, 1 - root, 14 - 2 * root, 14 + 2 * root, 5 + root, 1 - root)
    ]


def check(name, taps):
    for shift in range(0, len(taps), 2):
        product = sum(a * b for a, b in zip(taps, taps[shift:]))
        assert abs(product - (shift == 0)) < 1e-10, (name, shift, product)


def main():
    tables = [("haar", daubechies(1))]
    tables += [(f"db{n}", daubechies(n)) for n in range(1, 9)]
    tables += [(f"sym{n}", symlet(n)) for n in range(2, 9)]
    tables += [("coif1", coiflet1())]
    lines = [
        "// Low-pass filters of orthogonal wavelets, written by generate.py beside this file, which names its source.",
        "",
        "namespace NativeCnn.Engine.Operators;",
        "",
        "/// <summary>The tables of <see cref=\"Wavelet\"/>.</summary>",
        "internal static class WaveletTables",
        "{",
        "    /// <summary>Decomposition low-pass filters by PyWavelets' names.</summary>",
        "    public static readonly Dictionary<string, double[]> LowPass = new(StringComparer.Ordinal)",
        "    {",
    ]
    for name, taps in tables:
        check(name, taps)
        lines.append(f'        ["{name}"] =')
        lines.append("        [")
        for first in range(0, len(taps), 4):
            lines.append("            " + " ".join(f"{tap:.11f}," for tap in taps[first:first + 4]))
        lines.append("        ],")
    lines += ["    };", "}"]
    pathlib.Path(__file__).with_name("WaveletTables.cs").write_text("\n".join(lines) + "\n")


main()
