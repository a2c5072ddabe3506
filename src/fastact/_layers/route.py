"""Routers of experts: which experts a row passes, and their weights."""

import math

import numpy as np

from fastact._functions.base import integer
from fastact._layers.checks import checked_array, checked_choice, checked_floats, is_behaved, is_short_float
from fastact._runtime import dispatch

SCORES = ("softmax", "sigmoid", "sqrt_softplus")
GROUP_SCORES = ("top2", "max")


def route(logits, k, score="softmax", bias=None, groups=None, top_groups=None, group_score="top2", normalize=True,
          eps=0.0, scale=1.0):
    """Choose the k best experts of each row, and weigh them.

    Parameters
    ----------
    logits : array_like, shape (..., E)
        The logits of a router: float16, bfloat16, float32, or others, which are rounded to float32.
    k : int
        Experts for each row, from 1 to E.
    score : {"softmax", "sigmoid", "sqrt_softplus"}, optional
        The function that makes scores of the logits of a row.
    bias : array_like, shape (E,), optional
        Added to the scores for the choice; the weights are those of the scores without it.
    groups : int, optional
        Number of groups into which the experts are divided, neighbours in each; it must divide E.
    top_groups : int, optional
        Number of groups, those with the best scores, whose experts may be chosen.
    group_score : {"top2", "max"}, optional
        The score of a group: the sum of its two best experts' scores (with bias), or the best one's.
    normalize : bool, optional
        Whether the weights of a row are divided by their sum plus `eps`.
    eps : float, optional
    scale : float, optional
        A factor of all weights.

    Returns
    -------
    ids : ndarray of int32, shape (..., k)
        The experts, the best first; of equal ones the lower index first.
    weights : ndarray of float32, shape (..., k)

    Raises
    ------
    TypeError
        If logits or bias are not real numbers, or if k or the number of groups is not an integer.
    ValueError
        If k is not from 1 to the number of experts that may be chosen, if the groups do not fit, if a shape does not fit,
        or if a choice is unknown.

    See Also
    --------
    Experts : takes ids and weights.

    Notes
    -----
    Scores are those of the exact `softmax`, `sigmoid` and `sqrt_softplus` in float32; with ``score="softmax"``, neither
    bias nor groups, and ``eps=0``, weights that are normalised are the softmax of the k best logits, which is the same
    number.  Sums and quotients are computed in float64 and rounded once.  Softmax without bias and groups chooses by
    the logits, which have the order of the scores, but are not rounded.

    NaN is chosen last, as ``np.argsort(-choice, kind="stable")`` sorts it.  With softmax a NaN makes all weights of its row
    NaN.

    The routers of some models:

    =============================  =====================================================================
    Mixtral, Qwen3-MoE             ``route(logits, k)``
    OLMoE, Qwen2-MoE               ``route(logits, k, normalize=False)``
    gpt-oss, Granite               ``route(logits, k)``: top-k, then softmax, is the same
    DeepSeek-V2                    ``route(logits, k, groups=8, top_groups=3, group_score="max",
                                   normalize=False, scale=16)``
    DeepSeek-V3, GLM-4.5           ``route(logits, k, "sigmoid", bias, groups=8, top_groups=4,
                                   eps=1e-20, scale=2.5)``
    DeepSeek-V4                    ``route(logits, k, "sqrt_softplus", bias, eps=1e-20, scale=1.5)``
    =============================  =====================================================================

    Source: Liu et al., arXiv:2412.19437, for groups and bias.

    Examples
    --------
    >>> import numpy as np, fastact as fa
    >>> ids, weights = fa.route(np.log([[1, 4, 3], [2, 2, 0.5]]), 2)
    >>> ids
    array([[1, 2],
           [0, 1]], dtype=int32)
    >>> weights.round(3)
    array([[0.571, 0.429],
           [0.5  , 0.5  ]], dtype=float32)
    """
    if type(logits) is not np.ndarray or logits.dtype.type is not np.float32:
        logits = checked_array("logits", logits)
        if (logits.dtype.kind not in "fiu" or logits.dtype.itemsize > 8) and not is_short_float(logits.dtype):
            raise TypeError(f"logits must be real numbers of at most 64 bits, not {logits.dtype}")
    if logits.ndim == 0:
        raise ValueError("logits must have at least one dimension, of the experts")
    checked_choice("score", score, SCORES)
    if not isinstance(normalize, (bool, np.bool_)):
        raise TypeError(f"normalize must be a bool, not {type(normalize).__name__}")
    experts, k = logits.shape[-1], integer("k", k)
    if bias is not None:
        bias = np.ascontiguousarray(checked_floats("bias", bias, 1))
        if bias.shape != (experts,):
            raise ValueError(f"bias must have shape ({experts},), not {bias.shape}")
    groups, top_groups = checked_groups(groups, top_groups, group_score, experts)
    most = experts // groups * top_groups
    if not 1 <= k <= most:
        raise ValueError(f"k must be from 1 to the {most} experts that may be chosen, not {k}")
    shape = logits.shape[:-1]
    rows = logits
    if logits.ndim != 2 or logits.dtype != np.float32 or not is_behaved(logits) or not logits.flags.c_contiguous:
        rows = np.require(logits, np.float32, ["C", "A"]).reshape(math.prod(shape), experts)
    ids, weights = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.float32)
    dispatch.rows.route(
        rows, k, None if score == "softmax" else dispatch.elementwise.kernel(score, "forward", "exact", False), bias, groups,
        top_groups, group_score == "top2", bool(normalize), number("eps", eps), number("scale", scale), ids, weights)
    return (ids, weights) if rows is logits else (ids.reshape(*shape, k), weights.reshape(*shape, k))


def checked_groups(groups, top_groups, group_score, experts):
    """The number of groups, and of those that remain: (1, 1) if there are none."""
    checked_choice("group_score", group_score, GROUP_SCORES)
    if groups is None and top_groups is None:
        return 1, 1
    if groups is None or top_groups is None:
        raise ValueError("groups and top_groups belong together: give both, or neither")
    groups, top_groups = integer("groups", groups), integer("top_groups", top_groups)
    if groups < 1 or experts % groups:
        raise ValueError(f"groups must divide the {experts} experts, not be {groups}")
    if not 1 <= top_groups <= groups:
        raise ValueError(f"top_groups must be from 1 to the {groups} groups, not {top_groups}")
    if group_score == "top2" and experts // groups < 2 and groups > 1:
        raise ValueError("group_score 'top2' needs groups of at least two experts; use 'max'")
    return groups, top_groups


def number(name, value):
    """A parameter as a float."""
    try:
        if not isinstance(value, (str, bytes, bytearray)):
            return float(value)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} must be a real number, not {type(value).__name__}")


route.__module__ = "fastact"  # pickles name public paths only
