"""Routers: NumPy expressions and the routers of transformers."""

import itertools
import types

import numpy as np
import pytest

import fastact as fa
from helpers import bfloat16


def by_numpy(logits, k, score="softmax", bias=None, groups=None, top_groups=None, group_score="top2", normalize=True, eps=0.0,
             scale=1.0):
    """The best k by a stable sort, which puts NaN last."""
    logits = np.asarray(logits, np.float32)
    scores = getattr(fa, score)(logits)
    choice = scores if bias is None else scores + np.asarray(bias, np.float32)
    if score == "softmax" and bias is None and groups is None:
        choice = logits
    order = np.argsort(-choice, -1, kind="stable")
    if groups:
        parts = choice.reshape(len(logits), groups, -1)
        best = np.take_along_axis(parts, np.argsort(-parts, -1, kind="stable"), -1)
        of_groups = best[..., 0] + best[..., 1] if group_score == "top2" else best[..., 0]
        kept = np.argsort(-of_groups, -1, kind="stable")[:, :top_groups]
        order = np.array([[one for one in row if one // parts.shape[2] in groups_of_row]
                          for row, groups_of_row in zip(order, kept)]).reshape(len(logits), -1)
    ids = order[:, :k]
    weights = np.take_along_axis(scores, ids, -1).astype(np.float64)
    if normalize:
        weights = weights / (weights.sum(-1, keepdims=True) + eps)
    return ids, weights * scale


def check(logits, k, **named):
    ids, weights = fa.route(logits, k, **named)
    assert ids.dtype == np.int32 and weights.dtype == np.float32 and ids.shape == weights.shape == (len(logits), k)
    expected_ids, expected = by_numpy(logits, k, **named)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_allclose(weights, expected, rtol=5e-7, atol=0)


@pytest.mark.parametrize("score", ["softmax", "sigmoid", "sqrt_softplus"])
@pytest.mark.parametrize("rows, experts", [(1, 1), (1, 8), (3, 2), (7, 60), (40, 64), (300, 256), (5, 129)])
def test_numpy_expressions(rows, experts, score):
    rng = np.random.default_rng(rows)
    for biased, groups, group_score, (normalize, eps, scale) in itertools.product(
            (False, True), (None, (4, 2), (2, 1)), ("top2", "max"), ((True, 0, 1), (True, 1e-20, 2.5), (False, 0, 1))):
        if groups and (experts % groups[0] or experts // groups[0] < 2):
            continue
        logits = np.round(rng.standard_normal((rows, experts)) * 8) / 4     # with ties
        k = min(int(rng.integers(1, 9)), experts // groups[0] * groups[1] if groups else experts)
        named = {"score": score, "group_score": group_score, "normalize": normalize, "eps": eps, "scale": scale}
        if biased:
            named["bias"] = rng.standard_normal(experts)
        if groups:
            named |= {"groups": groups[0], "top_groups": groups[1]}
        check(logits, k, **named)


def test_every_k():
    logits = np.random.default_rng(0).standard_normal((9, 31))
    for k in range(1, 32):
        check(logits, k)
        check(logits, k, score="sigmoid", normalize=False)


def test_ties_go_to_the_lower_index():
    assert fa.route(np.zeros((2, 6)), 4)[0].tolist() == [[0, 1, 2, 3]] * 2
    assert fa.route([[0.0, -0.0, 0.0]], 3)[0].tolist() == [[0, 1, 2]]
    ids, weights = fa.route([[30.0, 40.0, 50.0]], 2, "sigmoid")         # all round to 1
    assert ids.tolist() == [[0, 1]] and weights.tolist() == [[0.5, 0.5]]
    assert fa.route([[-200.0, -150.0, 0.0, -300.0]], 3)[0].tolist() == [[2, 1, 0]]     # softmax: by the logits


def test_nan_is_chosen_last():
    logits = np.array([[1, np.nan, 3, -np.inf, 2, np.nan]])
    for score in ("sigmoid", "sqrt_softplus", "softmax"):
        ids, weights = fa.route(logits, 6, score)
        assert ids.tolist() == [[2, 4, 0, 3, 1, 5]]
        assert np.isnan(weights).all()      # their sum
    ids, weights = fa.route(logits, 3, "sigmoid")
    assert ids.tolist() == [[2, 4, 0]] and np.isfinite(weights).all()
    assert np.isnan(fa.route(logits, 2)[1]).all() and np.isnan(fa.route(logits, 2, normalize=False)[1]).all()
    assert np.isnan(fa.route([[np.inf, 1.0]], 1)[1]).all() and np.isnan(fa.route([[-np.inf, -np.inf]], 1)[1]).all()
    assert fa.route([[-np.inf, 0.0]], 2)[1].tolist() == [[1, 0]]
    assert fa.route(np.full((1, 4), np.nan), 2, bias=np.arange(4.0))[0].tolist() == [[0, 1]]


def test_shapes_types_and_threads():
    logits = np.random.default_rng(0).standard_normal((6, 50, 16)).astype(np.float32)
    ids, weights = fa.route(logits, 3)
    assert ids.shape == weights.shape == (6, 50, 3)
    for other in (logits.astype(np.float64), np.asfortranarray(logits), logits.astype(">f4")):
        np.testing.assert_array_equal(fa.route(other, 3)[1], weights)
    one = fa.route(logits[0, 0], 3)
    np.testing.assert_array_equal(one[0], ids[0, 0])
    for dtype in (np.float16, *([bfloat16] if bfloat16 else [])):
        short = logits.astype(dtype)
        np.testing.assert_array_equal(fa.route(short, 3)[1], fa.route(short.astype(np.float32), 3)[1])
    assert [part.shape for part in fa.route(np.zeros((0, 4)), 2)] == [(0, 2)] * 2
    many = np.random.default_rng(1).standard_normal((4000, 64))
    with fa.threads(1):
        alone = fa.route(many, 8, "sigmoid", groups=8, top_groups=3)
    for a, b in zip(alone, fa.route(many, 8, "sigmoid", groups=8, top_groups=3)):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("named, error, match", [
    ({"k": 0}, ValueError, "k must be from 1 to the 8 experts"), ({"k": 9}, ValueError, "k must be from 1 to the 8"),
    ({"k": 1.5}, TypeError, "k"), ({"score": "relu"}, ValueError, "score"), ({"group_score": "mean"}, ValueError, "group_score"),
    ({"bias": np.zeros(7)}, ValueError, "bias must have shape"), ({"bias": ["a"] * 8}, TypeError, "bias"),
    ({"groups": 2}, ValueError, "belong together"), ({"top_groups": 2}, ValueError, "belong together"),
    ({"groups": 3, "top_groups": 1}, ValueError, "divide"), ({"groups": 2, "top_groups": 3}, ValueError, "top_groups"),
    ({"groups": 8, "top_groups": 1, "k": 1}, ValueError, "at least two"),
    ({"groups": 4, "top_groups": 1, "k": 3}, ValueError, "the 2 experts that may be chosen"),
    ({"eps": "a"}, TypeError, "eps"), ({"scale": None}, TypeError, "scale"),
    ({"logits": np.zeros((2, 8), complex)}, TypeError, "real numbers"), ({"logits": 1.0}, ValueError, "dimension"),
])
def test_bad_arguments(named, error, match):
    with pytest.raises(error, match=match):
        fa.route(**{"logits": np.zeros((2, 8)), "k": 2} | named)


# ------------------------------------------------------------------------------------------- transformers --

SIZES = {"hidden_size": 16, "num_experts_per_tok": 3, "num_experts": 16, "num_local_experts": 16, "n_routed_experts": 16}
GROUPED = {"n_group": 4, "topk_group": 2, "routed_scaling_factor": 2.5, "norm_topk_prob": True}
ROUTERS = {     # family -> (class, configuration, arguments of route)
    "mixtral": ("MixtralTopKRouter", {}, {}),
    "qwen2_moe": ("Qwen2MoeTopKRouter", {"norm_topk_prob": False}, {"normalize": False}),
    "qwen3_moe": ("Qwen3MoeTopKRouter", {"norm_topk_prob": True}, {}),
    "olmoe": ("OlmoeTopKRouter", {"norm_topk_prob": False}, {"normalize": False}),
    "gpt_oss": ("GptOssTopKRouter", {}, {}),
    "granitemoe": ("GraniteMoeTopKRouter", {}, {}),
    "deepseek_v2": ("DeepseekV2TopkRouter", GROUPED | {"topk_method": "group_limited_greedy"}, {
        "groups": 4, "top_groups": 2, "group_score": "max", "normalize": False, "scale": 2.5}),
    "deepseek_v3": ("DeepseekV3TopkRouter", GROUPED, {
        "score": "sigmoid", "groups": 4, "top_groups": 2, "eps": 1e-20, "scale": 2.5}),
    "glm4_moe": ("Glm4MoeTopkRouter", GROUPED, {
        "score": "sigmoid", "groups": 4, "top_groups": 2, "eps": 1e-20, "scale": 2.5}),
}


@pytest.mark.parametrize("family", ROUTERS)
def test_routers_of_transformers(family):
    torch = pytest.importorskip("torch", exc_type=ImportError)
    module = pytest.importorskip(f"transformers.models.{family}.modeling_{family}")
    name, configuration, arguments = ROUTERS[family]
    if not hasattr(module, name):
        pytest.skip(f"this version of transformers has no {name}")
    router = getattr(module, name)(types.SimpleNamespace(**SIZES | configuration)).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for tensor in (*router.parameters(), *router.buffers()):
            tensor.copy_(torch.randn(tensor.shape, generator=generator))
        x = torch.randn(50, 16, generator=generator)
        logits, weights, ids = router(x)
    bias = getattr(router, "e_score_correction_bias", None)
    if bias is not None:
        arguments = arguments | {"bias": bias.numpy()}
    found_ids, found = fa.route(logits.numpy(), 3, **arguments)
    order = np.argsort(-weights.numpy() if bias is None else ids.numpy(), -1)      # transformers' may have any order
    ours = np.argsort(-found if bias is None else found_ids, -1)
    np.testing.assert_array_equal(np.take_along_axis(found_ids, ours, -1), np.take_along_axis(ids.numpy(), order, -1))
    np.testing.assert_allclose(np.take_along_axis(found, ours, -1), np.take_along_axis(weights.numpy(), order, -1), rtol=2e-6)
