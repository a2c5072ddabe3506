"""The functions of a whole axis: an entry for each, in the order of the documentation."""

import numpy as np

from fastact import reference
from fastact._catalogue.entries import REQUIRED, Entry

_MISSING = "A row that has NaN or +inf, or only -inf, gives NaN everywhere, as in PyTorch."
_QUOTIENT = """Exact: the error is at most 2 ULP of every entry, also of subnormal ones.  Fast: the relative error of
normal results is at most 2**-12 (float64: 2**-24).  Exact float16 and bfloat16 results are correctly rounded, except
one in several thousand."""

FOLDS = [
    Entry(
        name="softmax",
        formula="exp(xᵢ) / Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(0, 1)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.softmax,
        derivative_oracle=reference.softmax_backward,
        by_hand=lambda x: (e := np.exp(x - x.max(-1, keepdims=True))) / e.sum(-1, keepdims=True),
        source="Bridle 1990",
        parameters={"axis": -1},
        torch="F.softmax(x, -1)",
        onnx="Softmax",
        scipy="special.softmax(x, -1)",
        ulp={"float32": 2.0},
        notes=f"""{_MISSING}  Excluded entries give 0, also if a whole row is excluded, as in jax.nn.softmax.
{_QUOTIENT}  The gradient takes the output: softmax.backward(grad, y).""",
    ),
    Entry(
        name="log_softmax",
        formula="xᵢ - log Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(-∞, 0]",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.log_softmax,
        derivative_oracle=reference.log_softmax_backward,
        by_hand=lambda x: (d := x - x.max(-1, keepdims=True)) - np.log(np.exp(d).sum(-1, keepdims=True)),
        source="Bridle 1990",
        parameters={"axis": -1},
        torch="F.log_softmax(x, -1)",
        onnx="LogSoftmax",
        scipy="special.log_softmax(x, -1)",
        ulp={"float32": 2.0},
        notes=f"""{_MISSING}  Excluded entries give -inf.  Exact: the error is at most 2 ULP, also for large inputs
and for results near 0.  Fast: the relative error is at most 2**-12.  The gradient takes the output:
log_softmax.backward(grad, y); give it the same `where` as the call.""",
    ),
    Entry(
        name="softmin",
        formula="exp(-xᵢ) / Σⱼ exp(-xⱼ) along an axis",
        kind="fold",
        range="(0, 1)",
        smoothness="C∞",
        monotonic=False,
        oracle=reference.softmin,
        derivative_oracle=reference.softmin_backward,
        by_hand=lambda x: (e := np.exp(x.min(-1, keepdims=True) - x)) / e.sum(-1, keepdims=True),
        source="softmax of -x",
        parameters={"axis": -1},
        torch="F.softmin(x, -1)",
        scipy="special.softmax(-x, -1)",
        ulp={"float32": 2.0},
        notes=f"""A row that has NaN or -inf, or only +inf, gives NaN everywhere, as in PyTorch.  Excluded
entries give 0, also if a whole row is excluded.
{_QUOTIENT}  The gradient takes the output: softmin.backward(grad, y).""",
        absent_from="jax keras onnx",
    ),
    Entry(
        name="logsumexp",
        formula="log Σⱼ exp(xⱼ) along an axis",
        kind="fold",
        range="(-∞, ∞)",
        smoothness="C∞",
        monotonic=True,
        oracle=reference.logsumexp,
        derivative_oracle=reference.logsumexp_backward,
        by_hand=lambda x: (m := x.max(-1)) + np.log(np.exp(x - m[..., None]).sum(-1)),
        source="Blanchard, D. Higham and N. Higham, arXiv:1909.03469",
        parameters={"axis": -1},
        torch="torch.logsumexp(x, -1)",
        onnx="ReduceLogSumExp(axes=[-1], keepdims=0)",
        scipy="special.logsumexp(x, -1)",
        backward_takes="x",
        notes="""A row with NaN gives NaN, one with +inf gives +inf; a row of -inf only, an empty row and a row in which
all entries are excluded give -inf.  The result is the largest entry plus a logarithm, and errors are relative to the
larger of the two.  Exact float32 computes in double precision; its error is at most 1 ULP of the result itself if the
result is at least 2**-28 of the larger.  The error of exact float64 is at most 2 ULP of the larger, that of the fast
variants at most 2**-12 (float64: 2**-24) of it.  With weights both accuracies compute in double; the error is at most
2**-50 of the largest of 1, |x| and the result, plus 2**-51 of Σ |b| exp(x) / Σ b exp(x), because weights of different
signs cancel.  A weight of 0 removes its entry; beside infinities the result is that of SciPy.  The gradient
takes the input: logsumexp.backward(grad, x) = grad softmax(x); beside +inf it is 0, and NaN at it, as in PyTorch.""",
        absent_from="keras onnx",  # the defaults of ReduceLogSumExp are all axes and keepdims=1; fastact.onnx has it
    ),
    Entry(
        name="sparsemax",
        formula="max(0, xᵢ - τ) along an axis, τ such that the sum is 1",
        kind="fold",
        range="[0, 1]",
        smoothness="C0",
        monotonic=False,
        oracle=reference.sparsemax,
        derivative_oracle=reference.sparsemax_backward,
        by_hand=reference.sparsemax,
        source="Martins and Astudillo, arXiv:1602.02068",
        cancels=True,
        parameters={"axis": -1},
        notes=f"""{_MISSING}  Excluded entries give 0, also if a whole row is excluded.
In both accuracies the absolute error is at most 2**-52 before the result is rounded to its type; the relative error has
no bound, because entries at the edge of the support cancel.  The gradient takes the output: sparsemax.backward(grad, y).""",
        absent_from="torch jax onnx",
    ),
    Entry(
        name="entmax15",
        formula="max(0, xᵢ/2 - τ)² along an axis, τ such that the sum is 1",
        kind="fold",
        range="[0, 1]",
        smoothness="C1",
        monotonic=False,
        oracle=reference.entmax15,
        derivative_oracle=reference.entmax15_backward,
        by_hand=reference.entmax15,
        source="Peters, Niculae and Martins, arXiv:1905.05702",
        cancels=True,
        parameters={"axis": -1},
        notes=f"""{_MISSING}  Excluded entries give 0, also if a whole row is excluded.
α-entmax with α = 1.5, as in the package entmax.  In both accuracies the absolute error is at most 2**-50 before the result
is rounded to its type; the relative error has no bound, because entries at the edge of the support cancel.  The gradient
takes the output: entmax15.backward(grad, y) = s (grad - Σ s grad / Σ s), s = √y.""",
        absent_from="torch jax keras onnx",
    ),
    Entry(
        name="maxout",
        formula="max of each k consecutive xᵢ along an axis",
        kind="fold",
        range="(-∞, ∞)",
        smoothness="C0",
        monotonic=True,
        oracle=reference.maxout,
        derivative_oracle=reference.maxout_backward,
        by_hand=lambda x, k: x.reshape(*x.shape[:-1], -1, k).max(-1),
        source="Goodfellow et al., arXiv:1302.4389",
        parameters={"k": REQUIRED, "axis": -1},
        examples={"k": 4},
        torch="x.unflatten(-1, (-1, 4)).max(-1).values",
        backward_takes="x",
        notes="""A group with NaN gives NaN.  Nothing is rounded.  The gradient takes the input: maxout.backward(grad, x, k);
it goes to the first of the largest entries, as in PyTorch.""",
        absent_from="torch jax keras onnx",
    ),
]
