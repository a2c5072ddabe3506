"""Functions of all entries along an axis: softmax and its kind, logsumexp, maxout.

Imports: `_functions.activation` and `_functions.base`, `_runtime`.
May be imported by `_functions.registry` and the package itself.
"""

from fastact._functions.folds.fold import Fold, LogSumExp, Maxout, Softmax, fold_class

__all__ = ["Fold", "LogSumExp", "Maxout", "Softmax", "fold_class"]
