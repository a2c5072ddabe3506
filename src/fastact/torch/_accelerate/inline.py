"""Feed-forward blocks that are no module: the layers of OPT, BART and Whisper have `fc1` and `fc2` in their own forward.

The first linear layer and the activation are replaced as a pair: the layer applies the activation, too, and the
module of the activation passes its result on.  This is the same only if the layer calls the one on the result of the
other and nowhere else.  The comparison of the pair cannot show that, so the code of the layer's class is read.
"""

import ast
import dis
import inspect
import textwrap
import types

from torch import nn

from fastact.torch._accelerate.compare import Refused
from fastact.torch._accelerate.known_blocks import others

DECORATORS = {"torch", "transformers"}      # packages whose decorators of a forward are known to call it


def is_inline(module, recipe):
    """Whether a module that has the layers of a recipe is more than a block: it has other modules, such as attention."""
    return not recipe.gated and recipe.down is not None and bool(others(module, recipe))


def check_pair(layer, recipe):
    """Raise Refused unless a layer's class uses the first linear layer and the activation in one place, together."""
    cls, pair = type(layer), (recipe.up[0], recipe.activation)
    if "forward" in vars(layer):
        raise Refused(f"the forward of {cls.__name__} was replaced, and accelerate reads that of its class")
    forward = inspect.unwrap(cls.forward)
    _check_decorators(cls)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(forward)))
    except (OSError, TypeError, SyntaxError):
        raise Refused(f"the code of {cls.__name__}.forward cannot be read") from None
    together = sum(_is_together(node, *pair) for node in ast.walk(tree))
    for name in pair:
        uses = sum(_mentions(code, name) for code in _codes(cls))
        if together != 1 or uses != 1:
            raise Refused(f"its forward does not only compute {pair[1]}({pair[0]}(x)): it and the other methods of "
                          f"{cls.__name__} name {name!r} {uses} times, and the two together {together} times")


def _is_together(node, first, activation):
    """Whether a node is self.activation(self.first(x)), or a body with x = self.first(...), x = self.activation(x)."""
    def called(value, name):
        return (isinstance(value, ast.Call) and ast.unparse(value.func) == f"self.{name}"
                and len(value.args) == 1 and not isinstance(value.args[0], ast.Starred) and not value.keywords)

    if called(node, activation):
        return called(node.args[0], first)
    for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
        for one, other in zip(body, body[1:]) if isinstance(body, list) else ():
            if (isinstance(one, ast.Assign) and isinstance(other, ast.Assign)
                    and called(one.value, first) and called(other.value, activation)
                    and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name)
                    and {ast.unparse(target) for target in (*one.targets, *other.targets, other.value.args[0])}
                    == {one.targets[0].id}):
                return True
    return False


def _check_decorators(cls):
    """Raise Refused if the forward of a class is wrapped by a function of another package than torch and transformers."""
    function = cls.forward
    while hasattr(function, "__wrapped__"):
        package = getattr(function, "__globals__", {}).get("__name__", "").partition(".")[0]
        if package not in DECORATORS:
            raise Refused(f"the forward of {cls.__name__} is wrapped by a function of {package or 'an unknown module'}")
        function = function.__wrapped__


def _codes(cls):
    """The code of all methods of a class but __init__, and of those that it inherits, without nn.Module's."""
    for base in cls.__mro__:
        if base in (nn.Module, object):
            continue
        for name, value in vars(base).items():
            parts = [value, *(getattr(value, part, None) for part in ("__func__", "fget", "fset", "fdel", "func"))]
            while parts:
                function = parts.pop()
                if hasattr(function, "__wrapped__"):
                    parts.append(function.__wrapped__)
                if isinstance(function, types.FunctionType) and name != "__init__":
                    yield function.__code__


def _mentions(code, name):
    """How often code has a name, as that of an attribute or a variable or as a text."""
    count = 0
    for instruction in dis.get_instructions(code):
        value = instruction.argval
        count += value == name if isinstance(value, str) else isinstance(value, tuple) and name in value
    return count + sum(_mentions(one, name) for one in code.co_consts if isinstance(one, types.CodeType))
