"""What readers are told of each function: every one has a formula in TeX; relations lead to functions that exist."""

import re

import pytest

import fastact as fa
from fastact._catalogue import texts
from fastact._functions.registry import pairs

NAMES = [*fa.activations, "poly_norm", *pairs]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_texts(name):
    text = texts.TEXTS[name]
    assert text.tex.count("{") == text.tex.count("}")
    assert text.tex.count(r"\left") == text.tex.count(r"\right")
    assert len(re.findall(r"\\begin", text.tex)) == len(re.findall(r"\\end", text.tex))
    assert set(text.related) <= set(NAMES) - {name}
    assert all(who and where for who, where in text.models)


def test_there_are_no_others():
    assert set(texts.TEXTS) == set(NAMES)
    assert set(texts.VIEWS) <= set(NAMES)
    assert all(first < last for first, last in texts.VIEWS.values())
