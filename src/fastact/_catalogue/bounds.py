"""The error bounds that are promised for every function.  Bounds are declared only here and in entries."""

# Every function promises these: the exact variant in ULP, the fast one as a relative error.
EXACT_ULP = {"float32": 1.0, "float64": 2.0}
FAST_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# The correct variant in ULP: in float32 the nearest number.  In float64 it has the kernels of the exact one.
CORRECT_ULP = {"float32": 0.5, "float64": 2.0}
# The same where a product follows, for a derivative, a fold, and parameters other than the defaults: rounded once, from
# double precision, which cannot tell a few values from the middle of two numbers.
CORRECT_ULP_NEAR_TIES = 0.50001
# Gated units, exact, in ULP.  In float32 the activation comes in two parts or in double precision, so the product
# is rounded once; in float64 the activation is rounded before the product.
GATED_ULP = {"float32": 1.5, "float64": 4.5}
# float16 and bfloat16, in ULP: the exact variant is correctly rounded, and the correct one is the same.
HALF_ULP = {"exact": 0.5, "fast": 1.0, "correct": 0.5}
PRECISION = {"float32": 24, "float64": 53}
MEASURED_DTYPES = "float16", "bfloat16", "float32", "float64"
# The same for derivatives, and for parameters other than the defaults.  A few values lie so near to the middle of two
# numbers that double precision cannot tell the side, for example 1.5 (x + x²/2) at x = 2^-133 (ELU).
HALF_ULP_NEAR_TIES = {"exact": 0.50001, "fast": 1.0, "correct": 0.50001}
# Every derivative, in ULP and as a relative error.
DERIVATIVE_ULP = {"float32": 2.0, "float64": 3.0}
DERIVATIVE_RELATIVE = {"float32": 2.0**-12, "float64": 2.0**-24}
# Let x0 be a zero crossing of a derivative.  Where |x - x0| <= NEAR_ZERO |x0|, errors are measured in ULP of the largest
# value there, or relative to it, because at x0 itself any error is infinitely many ULP.
NEAR_ZERO = 1 / 4
