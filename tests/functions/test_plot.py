"""`fa.plot`, ``python -m fastact show``, pictures in notebooks, and the numbers that they show."""

import builtins
import subprocess
import sys

import numpy as np
import pytest

import fastact as fa
from fastact._cli import main
from fastact._functions.registry import pairs
from fastact._pictures import curves

FUNCTIONS = {**fa.activations, **pairs, "poly_norm": fa.poly_norm}


# ---------------------------------------------------------------------------- numbers --


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slopes_are_those_of_the_values(name):
    """Differences of the drawn values agree with the drawn derivative, but beside kinks and jumps."""
    function = FUNCTIONS[name]
    first, last = curves.view(function)
    x = np.linspace(first, last, 401) + 1e-4  # kinks lie at round numbers
    h = 1e-6
    one = curves.curve(function, x)
    differences = (curves.curve(function, x + h).y - curves.curve(function, x - h).y) / (2 * h)
    assert one.y.shape == one.slope.shape == x.shape
    wrong = np.abs(differences - one.slope) > 1e-4 * np.maximum(1, np.abs(one.slope))
    assert wrong.sum() <= 2


def test_zones():
    relu, tanh, hardshrink = (curves.curve(fa.activations[name]) for name in ("relu", "tanh", "hardshrink"))
    assert [tuple(map(round, zone)) for zone in relu.dead] == [(-6, 0)] and relu.saturated == []
    assert tanh.dead == [] and len(tanh.saturated) == 2
    assert abs(tanh.saturated[1][0] - 2.99) < 0.02  # 1 - tanh² is 0.01 at 2.993
    assert len(hardshrink.dead) == 1
    assert curves.curve(fa.gelu).zeros == (pytest.approx(-0.75179, abs=1e-5),)


def test_gaps_are_at_jumps_alone():
    step = curves.curve(fa.binary_step)
    assert np.isnan(curves.with_gaps(step.y)).sum() == 1
    assert np.isnan(curves.with_gaps(curves.curve(fa.gelu).y)).sum() == 0
    assert np.isnan(curves.with_gaps(curves.curve(fa.relu).slope)).sum() == 1


def test_errors_keep_their_bounds():
    for name in ("gelu", "silu", "tanh", "swiglu", "add_gelu"):
        function = FUNCTIONS[name]
        exact, fast = curves.errors(function, "exact"), curves.errors(function, "fast")
        assert exact.shape == (curves.BINS,)
        assert exact.max() <= function.entry.max_ulp("exact", "float32") + 1e-4 and fast.max() > exact.max()


def test_the_scale_of_errors():
    x = np.array([-100, -3, -0.5, 0, 2, 3, 50])
    assert np.allclose(curves.unscaled(curves.scaled(x)), x)
    assert np.all(np.diff(curves.bin_centres()) > 0)


# --------------------------------------------------------------------------- pictures --


@pytest.fixture
def matplotlib():
    return pytest.importorskip("matplotlib")


def test_a_figure_is_made(matplotlib):
    figure = fa.plot("gelu")
    assert isinstance(figure, matplotlib.figure.Figure) and len(figure.axes) == 2
    assert len(fa.plot(["relu", fa.silu, "swiglu", "softmax"], error=True).axes) == 3
    assert fa.plot("gelu")._repr_svg_() == fa.plot("gelu")._repr_svg_()


def test_axes_are_drawn_into(matplotlib):
    figure = matplotlib.figure.Figure()
    axes = figure.subplots(1, 3)
    assert fa.plot("relu", ax=axes[0]) is figure
    assert len(axes[0].lines) >= 2 and not axes[1].lines
    fa.plot("relu", ax=axes[1:], error=True)
    assert axes[2].get_yscale() == "log"
    assert fa.plot(["relu", "gelu"], ax=figure.subplots(2, 2)[0]) is figure


@pytest.mark.parametrize("arguments, error, message", [
    (([],), ValueError, "at least one"), (("no_such",), ValueError, "no_such"), ((3,), TypeError, "not int"), ((None,), TypeError, "names must"),
    (("relu", 3), TypeError, "Axes of matplotlib, not int"), (("relu", [None]), TypeError, "Axes of matplotlib"),
    (("relu", None, "yes"), TypeError, "error must be a bool"),
    ((["relu", 3],), TypeError, "string"),
])
def test_wrong_arguments(matplotlib, arguments, error, message):
    with pytest.raises(error, match=message):
        fa.plot(*arguments)


def test_a_wrong_number_of_axes(matplotlib):
    axes = matplotlib.figure.Figure().subplots(1, 4)
    with pytest.raises(ValueError, match="1 or 2 axes, not 4"):
        fa.plot("relu", ax=axes)
    with pytest.raises(ValueError, match="2 or 3 axes with error, not 1"):
        fa.plot("relu", ax=axes[0], error=True)


@pytest.mark.parametrize("name", ["gelu", "softmax", "swiglu", "add_gelu", "gated", "leaky_relu"])
def test_notebooks_show_a_picture(matplotlib, name):
    html = FUNCTIONS[name]._repr_html_()
    assert "<svg" in html and name in html and "<?xml" not in html


def test_pyplot_is_not_imported(matplotlib):
    code = "import sys, fastact as fa; fa.plot('gelu'); fa.gelu._repr_html_(); print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


@pytest.fixture
def without_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("matplotlib", "fastact._pictures.draw"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("fastact._pictures.draw", raising=False)
    usual = builtins.__import__

    def refuse(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_without_matplotlib(without_matplotlib, capsys):
    with pytest.raises(ImportError, match=r"pip install 'fastact\[plot\]'"):
        fa.plot("gelu")
    assert fa.gelu._repr_html_() is None
    assert main.main(["show", "gelu"]) == 1
    assert "fastact[plot]" in capsys.readouterr().err


# ----------------------------------------------------------------------- command line --


def test_show(matplotlib, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main.main(["show", "relu", "swish", "poly_norm"]) == 0
    assert (tmp_path / "relu-swish-poly_norm.svg").read_text().startswith("<?xml")
    assert main.main(["show", "gelu", "--error", "-o", "gelu.png"]) == 0
    assert (tmp_path / "gelu.png").stat().st_size > 5000
    assert capsys.readouterr().out.split() == ["relu-swish-poly_norm.svg", "gelu.png"]
    assert main.main(["show", "gelu", "-o", "gelu.nothing"]) == 2
    with pytest.raises(SystemExit):
        main.main(["show", "no_such"])
