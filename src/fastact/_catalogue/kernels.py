"""The table of kernels: one row for each function.

From this table `tools/generate.py` writes the elementwise block functions and their rows, the C functions and
the typing stubs.  The name of a function and its parameters are in its entry of the catalogue; the formulas are
in `_kernels/elementwise/formulas_*.pxd`.
"""

from dataclasses import dataclass

# Where the exact variant of a float32 function is computed.  The fast variant is always a formula in float lanes.
PLACES = {
    "CHOICE": "float lanes: nothing is rounded",
    "ANYWHERE": "float lanes: a single operation, which needs no compensation; double lanes in gated roles",
    "COMPENSATED": "float lanes with compensated arithmetic, on targets with FMA; other roles than forward and added "
    "(in half precision added, too): BY_TABLE, if there is a table, or by everywhere.pxd, see Table",
    "BY_TABLE": "float lanes on targets that look up 8 or 32 floats; on others COMPENSATED in the roles forward and added, "
    "if `compensated`, and double lanes otherwise",
    "DOUBLE_LANES": "double lanes, by the fast formula (without FMA by the brief one, if `brief`), rounded at the end",
    "DOUBLE_ONLY": "double lanes, in the fast variant too: float lanes cannot hold what the formula needs",
    "GATED_ONLY": "a formula of gate and up without an activation of its own: COMPENSATED in the role gated, if "
    "`compensated` or `float_block`, and double lanes otherwise",
    "FROM_OUTPUT": "a formula of grad and the saved result y, in the role backward only: COMPENSATED on targets that look "
    "up 8 or 32 floats, double lanes on others",
}


@dataclass(frozen=True)
class Table:
    """How a function is computed by a table of segments: names in middle.pxd and tails.pxd."""

    form: str  # the form of the function in the table, see Form in loops_by_table.pxi
    range: str = "SYMMETRIC"  # the arguments that the table covers, see Range in middle.pxd
    slope_range: str = "SYMMETRIC"  # the arguments that the table of the derivative covers
    middle: str = ""  # the function in middle.pxd; default: {name}
    slope: str = ""  # the derivative in middle.pxd; default: {name}_derivative
    tail: str = ""  # the function in tails.pxd; default: {name}
    tail_slope: str = ""  # the derivative in tails.pxd; default: {name}_derivative
    # The roles that everywhere.pxd computes on targets with lookups of 32 floats, in float32: by formulas that hold for
    # every argument.
    everywhere: tuple = ()
    # Largest error of the fast variant over all bfloat16 inputs, in steps of float, with 32 segments and with 8.
    # None: not measured.
    fast_steps: tuple | None = None
    # For a derivative that has a root away from 0; near the root only the absolute error of float lanes is bounded.
    # This is the value (times the other factors) from which the relative error is below 2^-19.9.  Segments of octaves
    # are narrower at the root, so that the error there is 2^-32 instead of 2^-27.
    dip: float = 0.0


@dataclass(frozen=True)
class ElementwiseKernel:
    """The description of a function for the elementwise kernels."""

    name: str
    place: str  # one of PLACES
    formula: str = ""  # the other function whose formula this one uses; default: its own
    compensated: bool = False  # whether the formula has an exact variant in float lanes
    table: Table | None = None
    # The block whose derivative is exact for float32 in float lanes: "underflows" if the derivative may be subnormal
    # (then some elements go to double lanes), "overflows" if it may be infinite, too, or the tier of a formula, "exact" or
    # "fast".  Empty: there is none.
    slopes: str = ""
    # Whether the formula has the tier brief, by which targets without FMA compute float32 in the exact variant.
    brief: bool = False
    added: bool = False  # whether there are kernels of a sum, f(x + bias)
    # A block of loops_by_table.pxi, in place of the formula's exact variant in float lanes, on targets that look up
    # segments.
    float_block: str = ""
    learned: bool = False  # whether there is a formula of the derivative by the parameter, {name}_by_parameter
    # Whether the fast formula in float lanes has so few roundings that its error is at most 4 ULP of float32 for inputs
    # of half precision; then results of half precision are computed by it.
    few_roundings: bool = False
    # Beyond that, which results of float16 and bfloat16 may not be correctly rounded in the roles forward and derivative,
    # so that they need to be settled: "near ties", "tiny" (below the smallest normal number), or "none".  All 65,536 inputs
    # of each type are compared by test_any_layout.py.
    doubts: str = "near ties"
    # The parameters that the formula takes in float lanes: the smallest, the largest, and whether these bound |p|
    # instead of p.  Elements with other parameters (negative, huge, infinite, NaN) go to double lanes, which take all.
    float_range: tuple | None = None
    # Whether the exact variant in float lanes is correctly rounded for every input, so that it serves "correct", too.
    exact_is_correct: bool = False
    # For the accuracy "correct", if its table is in another form than `table`, or there is no other table.
    table_correct: Table | None = None
    # For the accuracy "correct": twice the relative error, or more, of the fast formula in double lanes over floats.  A
    # formula with expm1 or tanh is right to 2^-31.4 near 0.
    margin: float = 2.0**-34
    # On which side of a tie between two floats the function lies where double lanes cannot tell, see Tie in kernel.pxd,
    # and the |x| below which that is so.
    tie: str = "NO_TIES"
    tie_below: float = 0.0


# For the argument `everywhere`.
SLOPE = ("DERIVATIVE", "BACKWARD", "ADDED_BACKWARD")
PRODUCTS = ("GATED", "GATED_BACKWARD")

# For the argument `margin`.
EXPM1 = 2.0**-30
# Functions x/2 + c x^2 + ..., c > 0: for a subnormal x only x/2 remains.
HALF_OF_X = {"tie": "ABOVE", "tie_below": 2.0**-100}


def _compensated(name, slopes="underflows", **more):
    return ElementwiseKernel(name, "COMPENSATED", compensated=True, slopes=slopes, **more)


ELEMENTWISE = [
    ElementwiseKernel("identity", "CHOICE"),
    ElementwiseKernel("binary_step", "CHOICE"),
    ElementwiseKernel("relu", "CHOICE", added=True),
    ElementwiseKernel("relu6", "CHOICE"),
    ElementwiseKernel("relu_squared", "ANYWHERE"),
    # 2 scale x may be subnormal, or overflow, where its product with a gradient is not.  Half of all elements are 0, too
    # many to be queued for double lanes.
    _compensated("star_relu", ""),
    ElementwiseKernel("leaky_relu", "ANYWHERE", learned=True),
    ElementwiseKernel("prelu", "ANYWHERE", formula="leaky_relu", learned=True),
    ElementwiseKernel("threshold", "CHOICE"),
    _compensated(
        "elu", float_range=(2.0**-100, 2.0**20, True), margin=EXPM1,    # alpha exp(-120) is 0
        table_correct=Table("TIMES_X_IF_ONE")),
    _compensated("selu", margin=EXPM1, table_correct=Table("TIMES_X")),
    ElementwiseKernel("xielu", "DOUBLE_ONLY", **HALF_OF_X),
    _compensated("exponential", "overflows"),
    # x / alpha is subnormal only for x that are subnormal or nearly so.
    _compensated("celu", float_range=(2.0**-100, 2.0**10, False), margin=EXPM1),
    ElementwiseKernel(
        "gelu", "BY_TABLE", brief=True, compensated=True, added=True, **HALF_OF_X,
        table=Table("TIMES_ANY_X | MIRRORED", "OCTAVES", "OCTAVES", fast_steps=(150, 600), dip=2.0**-11)),
    ElementwiseKernel(
        "gelu_10", "BY_TABLE", brief=True, compensated=True, **HALF_OF_X,
        table=Table("TIMES_ANY_X | MIRRORED | CAPPED", "OCTAVES", "OCTAVES", middle="gelu", tail="gelu",
                    tail_slope="gelu_derivative", fast_steps=(150, 600), dip=2.0**-11)),
    ElementwiseKernel(
        "gelu_tanh", "BY_TABLE", brief=True, compensated=True, added=True, **HALF_OF_X,
        table=Table("TIMES_ANY_X | MIRRORED", "OCTAVES_FROM_4_3", "OCTAVES_STEEP", fast_steps=(230, 2400), dip=2.0**-11)),
    _compensated(
        "quick_gelu", "", brief=True, **HALF_OF_X, table=Table("TIMES_X | MIRRORED", fast_steps=(170, 140), dip=2.0**-7, everywhere=SLOPE + PRODUCTS)),
    _compensated(
        "silu", "", brief=True, added=True, **HALF_OF_X,
        table=Table("TIMES_X | MIRRORED", fast_steps=(440, 350), dip=2.0**-7, everywhere=SLOPE + PRODUCTS)),
    _compensated(
        "swish", "", learned=True, **HALF_OF_X,
        table=Table("TIMES_X", middle="sigmoid_times", fast_steps=(440, 350), dip=2.0**-7, everywhere=SLOPE + PRODUCTS),
        float_range=(2.0**-40, 2.0**100, True)),  # x exp(-138) is 0 for every x = -138 / beta
    _compensated(
        "sigmoid", "", brief=True, tie="TOWARDS_HALF", tie_below=2.0**-16, table=Table("PLAIN", fast_steps=(440, 350), everywhere=SLOPE + PRODUCTS)),
    ElementwiseKernel(
        "log_sigmoid", "BY_TABLE", brief=True,
        table=Table("PLAIN", slope="sigmoid_of_minus", tail_slope="sigmoid_of_minus", fast_steps=(440, 350),
                    everywhere=SLOPE)),
    _compensated("hard_sigmoid", "fast", few_roundings=True, doubts="none", exact_is_correct=True),
    _compensated("hard_sigmoid_linear", "exact", exact_is_correct=True),
    _compensated("tanh", "", brief=True, margin=EXPM1, table=Table("PLAIN", "EVERYWHERE", everywhere=SLOPE + PRODUCTS), table_correct=Table("TIMES_X")),
    # x / c is subnormal only where the result is x; larger c would lose the low part of c tanh(x / c).
    _compensated("softcap", float_range=(2.0**-60, 2.0**100, False), margin=EXPM1),
    ElementwiseKernel("hard_tanh", "CHOICE"),
    _compensated("tanhshrink", tie="CUBIC", tie_below=2.0**-24, table_correct=Table("TIMES_CUBE")),
    ElementwiseKernel(
        "softplus", "BY_TABLE", brief=True,
        table=Table("OVER_P", middle="softplus_times", slope="sigmoid_times", tail_slope="sigmoid_of_product",
                    fast_steps=(440, 350), everywhere=SLOPE),
        float_range=(2.0**-10, 2.0**100, True)),  # exp(beta x), divided by beta, is subnormal for few x only
    ElementwiseKernel("sqrt_softplus", "BY_TABLE", table=Table("PLAIN")),
    _compensated("softsign"),
    _compensated("sparse_plus", "exact"),
    _compensated("squareplus", float_range=(2.0**-100, 2.0**70, False)),  # b / 2^200 is negligible
    ElementwiseKernel(
        "mish", "BY_TABLE", brief=True, table=Table("TIMES_X", "SYMMETRIC_NORMAL", fast_steps=(420, 520), dip=2.0**-7)),
    _compensated("hard_mish", "fast", few_roundings=True, doubts="none"),
    _compensated("hard_swish", "fast", few_roundings=True, doubts="tiny", **HALF_OF_X),
    ElementwiseKernel("snake", "DOUBLE_ONLY", tie="BELOW"),
    ElementwiseKernel("snake_beta", "DOUBLE_ONLY", tie="BELOW"),
    ElementwiseKernel("softshrink", "ANYWHERE"),
    ElementwiseKernel("hardshrink", "CHOICE"),
    _compensated("erf", table_correct=Table("TIMES_X")),
    ElementwiseKernel("laplace", "DOUBLE_LANES"),
    _compensated("gaussian"),
    _compensated("multiquadric", float_range=(0.0, 2.0**60, True)),  # see not_tiny() in formulas_parts.pxd
    _compensated("inverse_multiquadric", float_range=(0.0, 2.0**60, True)),
    ElementwiseKernel("square", "ANYWHERE"),
    ElementwiseKernel("thin_plate", "DOUBLE_LANES"),
    ElementwiseKernel("swiglu_clamped", "GATED_ONLY", float_block="swiglu_clamped_by_table"),
    *[ElementwiseKernel(f"{name}_from_output", "FROM_OUTPUT", slopes="exact", few_roundings=few)
      for name, few in [("sigmoid", True), ("log_sigmoid", False), ("tanh", True)]],
    ElementwiseKernel("swiglu_clamped_after", "GATED_ONLY", margin=EXPM1),
    ElementwiseKernel("situ", "GATED_ONLY", margin=EXPM1),
    ElementwiseKernel("drelu", "GATED_ONLY", compensated=True),
]


@dataclass(frozen=True)
class FoldKernel:
    """The ufuncs of a function of a whole axis: their signatures in NumPy's notation."""

    name: str
    signature: str = "(n)->(n)"
    backward: str = "(n),(n)->(n)"
    masked: str = "(n),(n),(),(n)->(n)"  # with a scale and a mask; empty if there is none
    sink: str = ""  # with a scale, a softcap, a mask and a sink

    def ufuncs(self):
        """Return the signature of each ufunc by its name, without the fast variants."""
        found = {self.name: self.signature, f"{self.name}_masked": self.masked,
                 f"{self.name}_sink": self.sink, f"{self.name}_backward": self.backward}
        return {name: signature for name, signature in found.items() if signature}


FOLDS = [
    FoldKernel("softmax", sink="(n),(n),(),(),(),(n)->(n)"),
    FoldKernel("log_softmax"),
    FoldKernel("softmin"),
    FoldKernel("logsumexp", "(n)->()", "(),(n)->(n)", "(n),(n),(),(n)->()"),
    FoldKernel("sparsemax"),
    FoldKernel("entmax15"),
    FoldKernel("maxout", "(m,k)->(m)", "(m),(m,k)->(m,k)", ""),
]


@dataclass(frozen=True)
class NormKernel:
    """The ufuncs of a function of a whole axis with numbers for each row, which is not in the catalogue."""

    name: str
    numbers: tuple  # the names of the numbers of each row
    backward_numbers: tuple  # those that the gradient takes

    def ufuncs(self):
        """Return the signature of each ufunc by its name, without the fast variants."""
        return {self.name: f"(n){',()' * len(self.numbers)}->(n)",
                f"{self.name}_backward": f"(n),(n){',()' * len(self.backward_numbers)}->(n)"}


NORMS = [NormKernel("poly_norm", ("w0", "w1", "w2", "bias", "eps"), ("w0", "w1", "w2", "eps"))]


@dataclass(frozen=True)
class Role:
    """What is computed from a formula f and its derivative d."""

    ufunc: str  # the name of the ufunc
    inputs: tuple  # the names of the inputs before the parameters
    outputs: tuple = ("out",)
    has_scalar: bool = False  # whether there is a C function of one number

    def is_of(self, kernel):
        """Return whether a kernel has this role."""
        if kernel.place == "FROM_OUTPUT":
            return self.ufunc == "{}_backward"
        if self.ufunc.startswith("gated_"):
            return True
        if self.ufunc.startswith("add_"):
            return kernel.added
        return kernel.learned if self.ufunc.endswith("_parameter") else kernel.place != "GATED_ONLY"


# In the order of the enumeration in loops.pxd.
ROLES = [
    Role("{}", ("x",), has_scalar=True),
    Role("{}_derivative", ("x",), has_scalar=True),
    Role("{}_backward", ("grad", "x")),
    Role("gated_{}", ("gate", "up")),
    Role("gated_{}_backward", ("grad", "gate", "up"), ("d_gate", "d_up")),
    Role("add_{}", ("x", "bias")),
    Role("add_{}_backward", ("grad", "x", "bias")),
    Role("{}_parameter", ("grad", "x")),
]
