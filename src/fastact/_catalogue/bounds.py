"""The error bounds that are promised for every function; a bound is declared here, or in an entry, and nowhere else."""

# Promised for every function: ULPs of the exact variant, relative error of the fast one.
EXACT_ULP = {"float32": 1.0, "float64": 2.0}
FAST_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# float32: the activation comes in two parts, or in double, and the product is rounded once; float64:
# the product of the rounded activation.
GATED_ULP = {"float32": 1.5, "float64": 4.5}
# float16 and bfloat16: the exact variant is correctly rounded.
HALF_ULP = {"exact": 0.5, "fast": 1.0}
PRECISION = {"float32": 24, "float64": 53}
MEASURED_DTYPES = "float16", "bfloat16", "float32", "float64"
# With other parameters than the defaults, and of derivatives: but for values so near to the middle of two numbers
# that double lanes cannot tell on which side they are, such as 1.5 (x + x²/2) for x = 2^-133 (ELU).
HALF_ULP_NEAR_TIES = {"exact": 0.50001, "fast": 1.0}
# float32 and float64 of every derivative.
DERIVATIVE_ULP = {"float32": 2.0, "float64": 3.0}
DERIVATIVE_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# Where |x - x0| <= NEAR_ZERO |x0|, x0 a zero crossing of a derivative, its errors are measured in ULP of
# (or relative to) the largest value that it has there: at x0 itself any error is infinitely many ULP.
NEAR_ZERO = 1 / 4
