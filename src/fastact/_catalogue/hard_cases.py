"""Inputs whose results the exact formulas in double lanes round wrongly to float32, found by a run over all inputs.

    python -m fastact verify NAME --accuracy correct --exhaustive

The values are pairs of bit patterns: the input, and the correctly rounded result for the default parameters.
tools/generate.py writes them into the table of kernels.
"""

HARD_CASES = {
    "sigmoid": [(0xBA928601, 0x3EFFDB5F)],
}
