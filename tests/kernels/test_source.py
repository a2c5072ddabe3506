"""The source of the kernels: what compilers may read in two ways."""

import re
from pathlib import Path

import pytest

import fastact

KERNELS = Path(fastact.__file__).parent / "_kernels"


def calls(text):
    """The lists of arguments of all calls in a text, outer and inner ones; an argument is a string."""
    open_calls, found = [], []
    for i, letter in enumerate(text):
        if letter == "(":
            open_calls.append([bool(re.search(r"\w$", text[:i])), i + 1, []])
        elif letter == "," and open_calls:
            open_calls[-1][2].append(text[open_calls[-1][1]:i])
            open_calls[-1][1] = i + 1
        elif letter == ")" and open_calls:
            is_call, start, arguments = open_calls.pop()
            if is_call:
                found.append([*arguments, text[start:i]])
    return found


def written_and_read(text):
    """(name, arguments) of the calls where one argument writes a variable that another argument reads.

    C does not say which one comes first: f(g(x, &low), low).
    """
    found = []
    for arguments in calls(text):
        for i, argument in enumerate(arguments):
            for name in re.findall(r"\(.*?&(\w+)\b(?![\[.])", argument, re.DOTALL):
                others = arguments[:i] + arguments[i + 1:]
                if any(re.search(rf"(?<![\w&.]){name}\b(?!\s*=)", other) for other in others):
                    found.append((name, ", ".join(arguments)))
    return found


def test_no_argument_reads_what_another_writes():
    files = [path for suffix in ("*.pxd", "*.pxi", "*.pyx", "*.h") for path in sorted(KERNELS.rglob(suffix))]
    assert len(files) > 40
    wrong = []
    for path in files:
        text = re.sub(r"/\*.*?\*/|#.*?$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        wrong += [f"{path.name}: {arguments} writes and reads {name}" for name, arguments in written_and_read(text)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text, names", [
    ("y = f(g(x, &low), low)", ["low"]), ("f(low, g(h(x), &low), t)", ["low"]), ("f(x,\n  g(&x))", ["x"]),
    ("f(g(x, &low), lower, &low)", []), ("g(x, &low)\ny = f(x, low)", []), ("two_sum(x, q, &y, &q)", []),
    ("f(g(&items[2]), items)", []), ("g(x, &low) + h(low)", []),
])
def test_such_an_argument_is_found(text, names):
    assert [name for name, _ in written_and_read(text)] == names
