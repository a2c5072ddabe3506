"""Write docs/_data/torch_reference.json: names, signatures and docstrings of `fastact.torch`, for the documentation.

    pip install '.[torch]' && python tools/record_torch_reference.py

So the site needs no PyTorch.  With --check nothing is written, and the status is 1 if the file is out of date.
"""

import argparse
import inspect
import json
import sys
from pathlib import Path

import fastact.torch

PATH = Path(__file__).parents[1] / "docs" / "_data" / "torch_reference.json"


def described(name):
    thing = getattr(fastact.torch, name)
    try:
        signature = str(inspect.signature(thing))
    except ValueError:
        signature = "()"
    return {"name": name, "kind": "class" if inspect.isclass(thing) else "function", "signature": signature,
            "doc": inspect.getdoc(thing) or ""}


def text():
    found = [described(name) for name in fastact.torch.__all__]
    module = json.dumps(inspect.getdoc(fastact.torch), ensure_ascii=False)
    rows = ",\n".join(json.dumps(one, ensure_ascii=False) for one in found)
    return f'{{"module": {module},\n"members": [\n{rows}\n]}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args().check:
        PATH.write_text(text(), encoding="utf-8")
    elif PATH.read_text(encoding="utf-8") != text():
        sys.exit(f"{PATH.name} is out of date: run python tools/record_torch_reference.py")


if __name__ == "__main__":
    main()
