from typing import Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

def route(
    logits: ArrayLike,
    k: SupportsIndex,
    score: Literal["softmax", "sigmoid", "sqrt_softplus"] = "softmax",
    bias: ArrayLike | None = None,
    groups: SupportsIndex | None = None,
    top_groups: SupportsIndex | None = None,
    group_score: Literal["top2", "max"] = "top2",
    normalize: bool = True,
    eps: float = 0.0,
    scale: float = 1.0,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...
