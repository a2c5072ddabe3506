"""accelerate(model, weight_dtype="int8" or "int4"): the model with dequantised weights, in small; what stays as without it."""

import copy
import io
import pickle

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed", exc_type=ImportError)
nn = torch.nn

import fastact as fa  # noqa: E402
import fastact.torch as ft  # noqa: E402
from accelerate_helpers import HALF, Block, error, hooked, in_model, rows  # noqa: E402
from fastact.torch._accelerate.fused import FusedMLP  # noqa: E402
from test_accelerate_families import FAMILIES, IDS, model_of, output  # noqa: E402

QUANTISED = ["int8", "int4"]


def quantise(module, format):
    """Replace the weights of all linear layers of a module by what remains of them, computed here."""
    for one in module.modules():
        if hasattr(one, "weight") and one.weight is not None and type(one).__name__ in ("Linear", "Conv1D"):
            weight = one.weight.detach().float()
            weight = (weight if isinstance(one, nn.Linear) else weight.T).numpy()
            weight = torch.from_numpy(fa.quantize(weight, format, group=32).dequantize())
            one.weight.data = (weight if isinstance(one, nn.Linear) else weight.T).to(one.weight.dtype)
    return module


def rounded(module, format):
    """A copy of a module with the weights dequantised, in float32."""
    return quantise(copy.deepcopy(module).float(), format)


@pytest.mark.parametrize("family", ["Llama", "Bert", "T5", "MT5", "Phi3", "GPT2", "OPT"])
@pytest.mark.parametrize("format", QUANTISED)
def test_families(family, format):
    """Of a model of transformers the blocks' weights are quantised, and those alone; undo brings back the bits."""
    model = model_of(family)
    expected, names, quantised = output(model), list(model.state_dict()), copy.deepcopy(model)
    accelerated = ft.accelerate(model, weight_dtype=format)
    assert len(accelerated.replaced) == FAMILIES[family][1] and accelerated.weight_dtype == format
    assert f"weights in {format}" in repr(accelerated)
    for one in accelerated.replaced:
        if hasattr(one.replacement, "packed"):
            assert one.replacement.packed.layer.weight_dtype == format and format in repr(one)
            quantise(quantised.get_submodule(one.path), format)
    true, plain = output(copy.deepcopy(quantised).double()), output(quantised)
    assert error(output(model), true) <= 3 * error(plain, true) + 1e-6 * float(true.abs().max())
    assert error(expected, true) > 100 * error(output(model), true), "the weights are not the originals"
    assert list(model.state_dict()) == names
    accelerated.undo()
    assert torch.equal(output(model), expected)


@pytest.mark.parametrize("accuracy", ["exact", "fast"])
@pytest.mark.parametrize("dtype", [torch.float32, *HALF], ids=str)
@pytest.mark.parametrize("format", QUANTISED)
def test_types_and_accuracy(format, dtype, accuracy):
    torch.manual_seed(0)
    original = nn.Sequential(Block(width=64, hidden=80), nn.Linear(64, 40)).eval().to(dtype)
    model = copy.deepcopy(original)
    accelerated = ft.accelerate(model, weight_dtype=format, accuracy=accuracy, linear=True)
    assert [one.path for one in accelerated.replaced] == ["0", "1"]
    for before, after in zip(original, model):
        # In float64: torch's own sums in float32 may be off by more than the limit.
        exact, x = rounded(before, format).double(), rows(64).to(dtype)
        # float16 holds no sums above 65,504; x in 8 bits is off by 1/254 of the largest of 32.
        check = torch.finfo(dtype).eps if accuracy == "exact" else 2.0**-7
        for scale in (0.1, 1.0, 10.0):
            with torch.no_grad():
                expected, found = exact(scale * x.double()), after(scale * x)
            assert found.dtype is dtype
            assert error(found, expected) <= (4 if accuracy == "exact" else 8) * check * float(expected.abs().max())
        assert after.packed.layer.accuracy == accuracy and after.packed.layer.weight_dtype == format


@pytest.mark.parametrize("format", QUANTISED)
def test_accuracy_in_force(format):
    """With accuracy=None the setting at each call is used, for x, too."""
    model = in_model(Block(width=16, hidden=64))
    ft.accelerate(model, weight_dtype=format)
    exact = model(rows())
    with fa.accuracy("fast"):
        fast = model(rows())
    assert not torch.equal(exact, fast)
    torch.testing.assert_close(fast, exact, rtol=0.05, atol=0.02)
    with fa.accuracy("fast"):   # compared with the looser bound, and kept
        other = in_model(Block())
        assert len(ft.accelerate(other, weight_dtype=format).replaced) == 1


@pytest.mark.parametrize("format", QUANTISED)
def test_models_stay_models(format):
    """Training runs the original; loading quantises again; copies, pickles and saved weights are as without it."""
    model = in_model(Block())
    original, x = copy.deepcopy(model), rows()
    accelerated = ft.accelerate(model, weight_dtype=format)
    fused = accelerated.replaced[0].replacement

    def expected(plain):
        return quantise(copy.deepcopy(plain[1]), format)(plain[0](x))

    torch.testing.assert_close(model(x), expected(original))
    assert all(torch.equal(one, other) for one, other in
               zip(model.state_dict().values(), original.state_dict().values())), "saved as they were"
    with pytest.raises(NotImplementedError, match="for inference"):
        model(x).sum().backward()
    model.train()
    assert torch.equal(model(x), original(x)), "training has the weights as they were"
    model.eval()
    other = in_model(Block())
    model.load_state_dict(other.state_dict())
    torch.testing.assert_close(model(x), expected(other))
    assert fused.packed.layer.weight_dtype == format
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(copied(x), model(x))
        copied.load_state_dict(original.state_dict())
        torch.testing.assert_close(copied(x), expected(original))
        assert copied[1].packed.layer.weight_dtype == format
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    fresh = in_model(Block())
    fresh.load_state_dict(torch.load(file))
    assert torch.equal(fresh(x), other(x))
    with torch.no_grad():
        torch._dynamo.reset()
        torch.testing.assert_close(torch.compile(model, backend="aot_eager")(x), model(x))
    model.bfloat16()
    assert model(x.bfloat16()).dtype is torch.bfloat16
    model.double()
    with pytest.raises(RuntimeError, match="not torch.float64 on cpu: call .undo"):
        model(x.double())
    model.load_state_dict(other.state_dict())
    accelerated.undo()
    torch.testing.assert_close(model.float()(x), other(x))
    assert type(model[1]) is Block


@pytest.mark.parametrize("format", QUANTISED)
def test_weights_that_cannot_be_quantised(format):
    model = in_model(Block())
    with torch.no_grad():
        model[1].up_proj.weight[3, 2] = torch.inf
    with pytest.raises(ValueError, match=r"only finite numbers can be quantised; the one at \(3, 2\) is inf"):
        ft.accelerate(model, weight_dtype=format)
    assert type(model[1]) is Block
    accelerated = ft.accelerate(model, weight_dtype=format, strict=False)
    assert "1" in accelerated.refused and type(model[1]) is Block
    model = in_model(Block())
    ft.accelerate(model, weight_dtype=format)
    with torch.no_grad():   # later
        model[1].up_proj.weight[3, 2] = torch.nan
    with pytest.raises(ValueError, match="only finite numbers can be quantised"):
        model(rows())


@pytest.mark.parametrize("wrong", ["int7", "INT8", "q4_k", 8, torch.int8])
def test_unknown_formats(wrong):
    with pytest.raises(ValueError, match="weight_dtype must be 'float32' or .*'int8' or 'int4', not"):
        ft.accelerate(in_model(Block()), weight_dtype=wrong)


@pytest.mark.parametrize("format", QUANTISED)
@pytest.mark.parametrize("how, reason", [
    (lambda self, x: self.down_proj(self.act_fn(self.up_proj(x)) * self.gate_proj(x)), "does not give its results"),
    (lambda self, x: self.down_proj((self.act_fn(self.gate_proj(x)) * self.up_proj(x)).clamp(max=50)), "does not give"),
    (lambda self, x: self.down_proj(self.act_fn(self.gate_proj(x)) * self.up_proj(x)) * 1.001, "does not give"),
    (lambda self, x: self.down_proj(nn.functional.mish(self.gate_proj(x)) * self.up_proj(x)), "does not give its results"),
], ids=["up and gate", "limit", "scale", "mish"])
def test_quantisation_does_not_hide_another_function(format, how, reason):
    """The differences are smaller than those that quantised weights make."""
    for accuracy in (None, "fast"):
        with pytest.raises(ValueError, match=reason):
            ft.accelerate(in_model(Block(how)), weight_dtype=format, accuracy=accuracy)
    with pytest.raises(ValueError, match="hooks"):
        ft.accelerate(in_model(hooked(Block())), weight_dtype=format)


@pytest.mark.parametrize("format", QUANTISED)
def test_a_whole_model_of_linear_layers(format):
    """linear=True quantises attention and the head, too; results are those of the quantised model."""
    model = model_of("Llama")
    quantised = quantise(copy.deepcopy(model), format)
    accelerated = ft.accelerate(model, weight_dtype=format, linear=True)
    assert sum(isinstance(one.replacement, FusedMLP) for one in accelerated.replaced) == 2
    true, plain = output(copy.deepcopy(quantised).double()), output(quantised)
    assert error(output(model), true) <= 3 * error(plain, true) + 1e-6 * float(true.abs().max())
    with torch.no_grad():
        assert model(input_ids=IDS[:, :1]).last_hidden_state.shape == (2, 1, 32)
