#!/usr/bin/env python3
"""Fit the coefficient tables of the kernels and write ``_kernels/math/tables.h``.

    python tools/fit_tables.py           # fit, write the header (about three minutes)
    python tools/fit_tables.py --check   # fit, exit 1 if the header differs

Every fit is a weighted minimax fit on a dense Chebyshev grid by discrete Remez
exchange. Coefficients are rounded one by one, the leading (lowest) first, and
the later ones are refitted after each rounding, so that they absorb what the
rounding cost. The error in the header is that of the *rounded* coefficients,
evaluated exactly on a second, denser grid; rounding errors of the evaluation
are not in it. A fit that misses its bound stops the script.

All arithmetic is that of mpmath, which uses integers. So the header has the same
bits on every machine, and ``--check`` can compare it as text.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from mpmath import mp, mpf

from fitting.ctext import comment
from fitting.exponential import (
    exp2_brief, exp2_polynomial, exp_constants, exp_table, exp_wide_f32, expm1_polynomial, ln2_constants, log1p_factor,
    log_fast_f32, log_series, row_exp_f32,
)
from fitting.gelu import gelu_brief_f64, gelu_fast_f32, gelu_fast_f64, gelu_segments, gelu_tail, gelu_tanh_constants, phi_brief_f64
from fitting.middle import MIDDLE, constants, cut_constants, middle
from fitting.minimax import F32, F64
from fitting.saturating import (
    ERF_CLAMP_F32, ERF_SLOPE, NO_STEPS, TANH_CLAMP_F32, by_lookup, rational_fast_f32, saturating_segments,
    saturating_steps, tanhshrink_f32, tanhshrink_fast_f32, tanhshrink_near, tanhshrink_segments,
)

HEADER = Path(__file__).parents[1] / "src/fastact/_kernels/math/tables.h"


def middle_at(index):
    """Run in another process, which gets no functions as arguments because they cannot be pickled."""
    return middle(*MIDDLE[index])


def sections(middles):
    """The parts of the header; the last argument of a fit is its bound.

    The tables of the middle take half of the time; the processes of the pool `middles` fit them.
    """
    fitted = middles.map(middle_at, range(len(MIDDLE)))     # begun now, awaited below
    yield exp_constants(F32, 12)
    yield exp_constants(F64, 15)
    yield exp_table(F32)
    yield exp_table(F64)
    yield exp_table(F32, 16, -1, "EXP_DOWN16")
    yield exp_constants(F32, 11, 8, "EXP8")
    yield exp_table(F32, 8, -1, "EXP_DOWN8")
    yield exp_table(F32, 8, 1, "EXP_UP8")
    yield expm1_polynomial("EXPM1_8_F32", F32, 4, -32, 8)
    yield expm1_polynomial("EXPM1_F32", F32, 3, -29.2)
    yield expm1_polynomial("EXPM1_F64_FAST", F64, 4, -37.4)
    yield expm1_polynomial("EXPM1_F64", F64, 7, -66)
    yield exp2_polynomial("EXP2_FAST_F32", -0.5, 0.5, 3, -13.7)
    yield exp2_polynomial("EXP2_FRACTION_FAST_F32", 0, 1, 3, -13.6)
    yield exp2_brief(4, -35)
    yield exp_wide_f32(7, -31, 5, -21)
    # Exact coefficients would give 2^-29.04; degree 6 gives 2^-30.9.
    yield gelu_segments(F32, 4, 32, 5, -28.85)
    yield gelu_segments(F64, 6, 64, 11, -59.3)
    yield gelu_fast_f32(5, -15)
    yield gelu_fast_f64(15, -36.8)
    yield gelu_brief_f64(12, -31)
    yield phi_brief_f64(5, 6, 16, -29.3)
    yield gelu_tanh_constants(F32)
    yield gelu_tanh_constants(F64)
    yield gelu_tail(13, -29.6, 10, -26.9)
    yield by_lookup(
        saturating_segments("tanh", F32, mp.tanh, 1, 4, 32, 5, -28),
        saturating_steps("tanh", mp.tanh, 1, 16, mpf(1) / 2, 7, -28, -32),
        NO_STEPS.format("TANH"),
    )
    # Degree 12 gives 2^-60.9.
    yield saturating_segments("tanh", F64, mp.tanh, 1, 6, 64, 11, -58)
    yield rational_fast_f32("tanh", mp.tanh, TANH_CLAMP_F32, 2, 2, -14.2)
    yield log1p_factor("LOG1P_FAST_F32", F32, 5, -14.5)  # degree 4: 2^-13.87
    yield log1p_factor("LOG1P_FAST_F64", F64, 13, -36)  # degree 12: 2^-35.5
    yield log1p_factor("LOG1P_BRIEF_F64", F64, 11, -32.8)
    yield log1p_factor("LOG1P_F64", F64, 21, -58)
    # Degree 5 gives 2^-28.39, and with all rounding the same 0.74 ULP.
    yield by_lookup(
        saturating_segments("erf", F32, mp.erf, ERF_SLOPE, 4, 32, 6, -28.5),
        # 16 segments and degree 6 take seven permutes more: 1.4 times the time.
        saturating_steps("erf", mp.erf, ERF_SLOPE, 8, mpf(17) / 32, 7, -27.9, -30),
        NO_STEPS.format("ERF"),
    )
    # Degree 11 gives 2^-54.0, of a in [3, 3.5].
    yield saturating_segments("erf", F64, mp.erf, ERF_SLOPE, 6, 64, 12, -58, -56.3)
    yield rational_fast_f32("erf", mp.erf, ERF_CLAMP_F32, 2, 3, -13.3)
    yield tanhshrink_f32(5, -26.4, 9, -26.7)
    yield tanhshrink_near(F64, 9, -58)
    # Degree 11 gives 2^-56.6, of a in [1, 1.25].
    yield tanhshrink_segments(F64, 6, 64, 12, -58, -56)
    yield tanhshrink_fast_f32(7, -14)  # degree 6: 2^-13.58
    yield log_fast_f32(4, -13.5)
    yield log_series("LOG_FAST_F64", F64, 3, -36)
    yield log_series("LOG_F64", F64, 7, -60)  # degree 6: 2^-59.5
    yield ln2_constants(F32, 8)
    yield ln2_constants(F64, 11)
    yield constants(F32)
    yield constants(F64)
    yield cut_constants()
    yield from fitted
    yield row_exp_f32(-29, -25.9)


def header():
    guard = "FASTACT_TABLES_H"
    about = comment(
        "Generated by tools/fit_tables.py: do not edit.",
        "Coefficients of the kernels. Errors are those of the rounded coefficients",
        "in exact arithmetic; the evaluation adds its own.",
    )
    with ProcessPoolExecutor() as middles:
        parts = list(sections(middles))
    return "\n".join(
        [
            f"{about}#ifndef {guard}\n#define {guard}\n\n"
            '#include "simd.h"  /* TABLE_SEGMENTS */\n',
            *parts,
            f"#endif /* {guard} */\n",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="exit 1 if the header is not up to date"
    )
    check = parser.parse_args().check
    text = header()
    if not check:
        HEADER.write_text(text)
    elif not HEADER.exists() or HEADER.read_text() != text:
        sys.exit(f"{HEADER} differs from what tools/fit_tables.py generates")


if __name__ == "__main__":
    main()
