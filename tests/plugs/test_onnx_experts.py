"""fastact.onnx's MoE and QMoE beside ONNX Runtime's, and beside the operators' definition in float64."""

import numpy as np
import pytest

import fastact as fa

onnx = pytest.importorskip("onnx", minversion="1.17", reason="onnx is not installed")

import fastact.onnx  # noqa: E402
from helpers import needs_fma  # noqa: E402
from test_onnx import run, run_by_onnx_runtime  # noqa: E402

E, I, H, T = 5, 32, 64, 7   # noqa: E741


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0), "silu": lambda x: x * sigmoid(x), "identity": lambda x: x,
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))), "relu2": lambda x: np.maximum(x, 0)**2,
}


def numbers(*shape, seed=0, dtype=np.float32, scale=1.0):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype(dtype)


def hidden(g, kind, fusion, alpha=1.0, beta=0.0, limit=np.inf, third=None):
    """Hidden units of the first product g and, if not fused, the third one."""
    if kind in ACTIVATIONS:
        return ACTIVATIONS[kind](g)
    if third is None:
        g, third = (g[..., ::2], g[..., 1::2]) if fusion == 1 else np.split(g, 2, -1)
    if kind == "geglu":
        return ACTIVATIONS["gelu"](g) * third
    g, third = np.minimum(g, limit), np.clip(third, -limit, limit)
    return g * sigmoid(alpha * g) * (third + beta)


def by_definition(x, logits, first, bias, second, bias2, third=None, bias3=None, *, k=1, normalize=0, router_weights=None,
                  **unit):
    """The operator in float64, and the sizes of the terms of its sums."""
    x, logits, first, second = (np.asarray(one, np.float64) for one in (x, logits, first, second))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    if router_weights is not None:
        weights = router_weights.astype(np.float64)
    y = np.zeros((len(x), second.shape[1]))
    size = np.zeros_like(y)
    for t in range(len(x)):
        ids = np.argsort(-logits[t], kind="stable")[:k]
        chosen = weights[t, ids] / (weights[t, ids].sum() if normalize else 1)
        for e, weight in zip(ids, chosen):
            g = first[e] @ x[t] + (0 if bias is None else bias[e])
            u = None if third is None else third[e].astype(np.float64) @ x[t] + (0 if bias3 is None else bias3[e])
            h = hidden(g, third=u, **unit)
            y[t] += weight * (second[e] @ h + (0 if bias2 is None else bias2[e]))
            size[t] += abs(weight) * (abs(second[e]) @ np.maximum(abs(h), 1) + 1)
    return y, size


CASES = {
    **{kind: {"activation_type": kind} for kind in ACTIVATIONS},
    "swiglu": {"activation_type": "swiglu", "swiglu_fusion": 1},
    "swiglu of gpt-oss": {"activation_type": "swiglu", "swiglu_fusion": 1, "activation_alpha": 1.702, "activation_beta": 1.0,
                          "swiglu_limit": 1.5},
    "swiglu without a limit": {"activation_type": "swiglu", "swiglu_fusion": 1, "activation_alpha": 1.702,
                               "activation_beta": 1.0},
    "swiglu concatenated": {"activation_type": "swiglu", "swiglu_fusion": 2, "swiglu_limit": 1.5},
    "swiglu of two": {"activation_type": "swiglu", "swiglu_fusion": 0},
    "geglu": {"activation_type": "geglu", "swiglu_fusion": 1},
}
ABSENT = {"relu2", "swiglu concatenated", "swiglu of two", "geglu"}     # from ONNX Runtime on CPUs


def definition_of(attributes):
    return {"kind": attributes["activation_type"], "fusion": attributes.get("swiglu_fusion", 0),
            "alpha": attributes.get("activation_alpha", 1.0), "beta": attributes.get("activation_beta", 0.0),
            "limit": attributes.get("swiglu_limit", np.inf)}


def without_last(inputs):
    inputs = list(inputs)
    while inputs[-1] is None:
        inputs.pop()
    return inputs


def rows_of(kind):
    return 2 * I if CASES[kind]["activation_type"] in ("swiglu", "geglu") and kind != "swiglu of two" else I


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("k, normalize", [(1, 0), (2, 1), (3, 0)])
@pytest.mark.parametrize("kind", CASES)
def test_values(kind, k, normalize, biased, dtype):
    size = rows_of(kind)
    first, second = numbers(E, size, H, seed=1, dtype=dtype, scale=0.1), numbers(E, H, I, seed=2, dtype=dtype, scale=0.1)
    bias, bias2 = (numbers(E, size, seed=3, dtype=dtype), numbers(E, H, seed=4, dtype=dtype)) if biased else (None, None)
    third = numbers(E, I, H, seed=5, dtype=dtype, scale=0.1) if kind == "swiglu of two" else None
    bias3 = numbers(E, I, seed=6, dtype=dtype) if biased and third is not None else None
    x, logits = numbers(T, H, dtype=dtype), numbers(T, E, seed=7, dtype=dtype)
    inputs = without_last((x, logits, first, bias, second, bias2, third, bias3))
    attributes = CASES[kind] | {"k": k, "normalize_routing_weights": normalize, "domain": "com.microsoft"}
    due, terms = by_definition(x, logits, first, bias, second, bias2, third, bias3, k=k, normalize=normalize,
                               **definition_of(CASES[kind]))
    found = run("MoE", *inputs, **attributes)
    unit = float(np.finfo(dtype).eps)
    assert found.dtype == dtype
    assert (abs(found - due) <= 1e-5 * terms + unit * abs(due)).all()
    peer = run_by_onnx_runtime("MoE", *inputs, **attributes) if kind not in ABSENT else None
    if peer is not None:
        assert (abs(peer.astype(np.float64) - due) <= (1e-5 + 4 * unit) * terms + 4 * unit * abs(due)).all()


def quantised(rng, rows, columns, bits, block, zeros, dtype=np.float32):
    """codes, scales, zero points of E matrices, and the weights."""
    blocks = columns // block if block else 1
    codes = rng.integers(0, 1 << bits, (E, rows, columns), dtype=np.uint8)
    scales = rng.uniform(0.005, 0.02, (E, rows, blocks)).astype(dtype)
    points = rng.integers(0, 1 << bits, (E, rows, blocks), dtype=np.uint8) if zeros else np.uint8(1 << bits - 1)
    weights = np.repeat(scales.astype(np.float64), columns // blocks, -1) * (
        codes.astype(np.float64) - (np.repeat(points, columns // blocks, -1) if zeros else points))
    packed = None
    if zeros:
        packed = pack(points if block else points[..., 0], bits)
    return pack(codes, bits), scales if block else scales[..., 0], packed, weights


def pack(codes, bits):
    per = 8 // bits
    codes = np.concatenate([codes, np.zeros((*codes.shape[:-1], -codes.shape[-1] % per), np.uint8)], -1)
    parts = codes.reshape(*codes.shape[:-1], -1, per)
    return sum((parts[..., i] << np.uint8(bits * i) for i in range(per)), np.uint8(0)).astype(np.uint8)


@pytest.mark.parametrize("kind", ["relu", "silu", "swiglu of gpt-oss"])
@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("block", [0, 16, 32])
@pytest.mark.parametrize("bits", [4, 8, 2])
def test_quantised_values(bits, block, zeros, kind):
    rng = np.random.default_rng(bits + block)
    size = rows_of(kind)
    fc1, scales1, zeros1, first = quantised(rng, size, H, bits, block, zeros)
    fc2, scales2, zeros2, second = quantised(rng, H, I, bits, block, zeros)
    x, logits, bias, bias2 = numbers(T, H), numbers(T, E, seed=7), numbers(E, size, seed=3), numbers(E, H, seed=4)
    inputs = without_last((x, logits, fc1, scales1, bias, fc2, scales2, bias2, None, None, None, zeros1, zeros2))
    attributes = CASES[kind] | {"k": 2, "normalize_routing_weights": 1, "expert_weight_bits": bits, "domain": "com.microsoft",
                                **({"block_size": block} if block else {})}
    due, terms = by_definition(x, logits, first, bias, second, bias2, k=2, normalize=1, **definition_of(CASES[kind]))
    found = run("QMoE", *inputs, **attributes)
    assert (abs(found - due) <= 1e-4 * terms).all()
    fast = run("QMoE", *inputs, accuracy_level=4, **attributes)
    assert (abs(fast - due) <= 0.03 * terms).all()
    peer = run_by_onnx_runtime("QMoE", *inputs, weights_prepacked=0, **attributes)
    if peer is not None:        # ONNX Runtime rounds x to 8 bits for weights of 8
        assert (abs(peer - due) <= (0.03 if bits == 8 else 2e-3) * terms).all()
    else:
        assert bits == 2


def test_weights_of_another_router():
    rng = np.random.default_rng(0)
    fc1, scales1, _, first = quantised(rng, I, H, 4, 32, False)
    fc2, scales2, _, second = quantised(rng, H, I, 4, 32, False)
    x, logits, others = numbers(T, H), numbers(T, E, seed=7), np.random.default_rng(1).random((T, E), np.float32)
    inputs = [x, logits, fc1, scales1, None, fc2, scales2, *[None] * 7, others]
    for normalize in (0, 1):
        attributes = {"activation_type": "silu", "k": 2, "normalize_routing_weights": normalize, "block_size": 32,
                      "domain": "com.microsoft"}
        due, terms = by_definition(x, logits, first, None, second, None, k=2, normalize=normalize, router_weights=others,
                                   kind="silu", fusion=0)
        assert (abs(run("QMoE", *inputs, **attributes) - due) <= 1e-4 * terms).all()
        peer = run_by_onnx_runtime("QMoE", *inputs, **attributes)
        if peer is not None:
            assert (abs(peer - due) <= 2e-3 * terms).all()


def test_shapes_and_changed_weights():
    first, second, logits = numbers(E, I, H, seed=1), numbers(E, H, I, seed=2), numbers(6, E, seed=7)
    x = numbers(2, 3, H)
    model, values = __import__("test_onnx").model_of("MoE", [x, logits, first, None, second], 21, "com.microsoft", {"k": 2})
    evaluator = onnx.reference.ReferenceEvaluator(model, new_ops=fastact.onnx.operators)
    one, = evaluator.run(None, values)
    assert one.shape == x.shape
    values["x2"] = first * np.float32(2)        # relu and softmax: twice the result
    np.testing.assert_allclose(evaluator.run(None, values)[0], 2 * one, rtol=1e-5)
    values["x2"] = first
    np.testing.assert_array_equal(evaluator.run(None, values)[0], one)


@pytest.mark.parametrize("operator, change, match", [
    ("MoE", {"activation_type": "tanh"}, "activation_type"), ("MoE", {"use_sparse_mixer": 1}, "use_sparse_mixer"),
    ("MoE", {"k": 6}, "k must be from 1"), ("MoE", {"activation_type": "swiglu"}, "without the input fc3"),
    ("MoE", {"activation_type": "swiglu", "swiglu_fusion": 3}, "swiglu_fusion"), ("MoE", {"other": 1}, "other"),
    ("MoE", {"activation_type": "swiglu", "swiglu_fusion": 1, "swiglu_limit_after_activation": 1, "activation_alpha": 2.0},
     "swiglu_limit_after_activation"),
    ("QMoE", {"quant_type": "fp4"}, "quant_type"), ("QMoE", {"expert_weight_bits": 3}, "bits"),
    ("QMoE", {"weights_prepacked": 1}, "weights_prepacked"), ("QMoE", {"block_size": 24}, "block_size"),
    ("QMoE", {"block_size": 16}, "scales of fc1"), ("QMoE", {"fc1_expert_weight_bits": 8}, "down takes|must"),
])
def test_what_is_refused(operator, change, match):
    if operator == "MoE":
        inputs = [numbers(T, H), numbers(T, E), numbers(E, I, H), None, numbers(E, H, I)]
    else:
        rng = np.random.default_rng(0)
        fc1, scales1, _, _ = quantised(rng, I, H, 4, 32, False)
        fc2, scales2, _, _ = quantised(rng, H, I, 4, 32, False)
        inputs = [numbers(T, H), numbers(T, E), fc1, scales1, None, fc2, scales2]
        change = {"block_size": 32} | change
    with pytest.raises(ValueError, match=match):
        run(operator, *inputs, domain="com.microsoft", **{"k": 2} | change)


def test_inputs_that_do_not_fit():
    good = [numbers(T, H), numbers(T, E), numbers(E, I, H), None, numbers(E, H, I)]
    for place, other in ((0, numbers(T, H + 1)), (0, numbers(T, H, dtype=np.float64)), (1, numbers(T + 1, E)), (1, None),
                         (2, numbers(E, I, H + 1)), (2, numbers(E - 1, I, H)), (4, None), (0, numbers(H))):
        inputs = list(good)
        inputs[place] = other
        with pytest.raises((ValueError, TypeError)):
            run("MoE", *without_last(inputs), k=1, domain="com.microsoft")


@needs_fma
def test_the_setting_correct():
    inputs = [numbers(T, H), numbers(T, E), numbers(E, I, H), None, numbers(E, H, I)]
    with fa.accuracy("correct"):
        run("MoE", *inputs, k=2, domain="com.microsoft")
        rng = np.random.default_rng(0)
        fc1, scales1, _, _ = quantised(rng, I, H, 4, 32, False)
        fc2, scales2, _, _ = quantised(rng, H, I, 4, 32, False)
        with pytest.raises(ValueError, match="QMoE"):
            run("QMoE", inputs[0], inputs[1], fc1, scales1, None, fc2, scales2, k=2, block_size=32, domain="com.microsoft")
