from fastact._functions.folds.fold import Fold as Fold
from fastact._functions.folds.fold import LogSumExp as LogSumExp
from fastact._functions.folds.fold import Maxout as Maxout
from fastact._functions.folds.fold import Softmax as Softmax
