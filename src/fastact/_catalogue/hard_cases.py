"""Inputs whose results the exact formulas in double lanes round wrongly to float32, found by a run over all inputs.

    python -m fastact verify NAME --accuracy correct --exhaustive --list FILE

The values are pairs of bit patterns: the input, and the correctly rounded result for the default parameters.
tools/generate.py writes them into the table of kernels.
"""

HARD_CASES = {
    "sigmoid": [(0xBA928601, 0x3EFFDB5F)],
    "quick_gelu": [(0x3B717D27, 0x3AF23F03), (0xBB717D27, 0xBAF0BB4B), (0xBF90FC8A, 0xBE134A7F)],
    "log_sigmoid": [(0xB9EA41D0, 0xBF3180BD)],
    "softplus": [(0x39EA41D0, 0x3F3180BD)],
    "softsign": [(0x3C0B8116, 0x3C0A5391), (0xBC0B8116, 0xBC0A5391)],
    "gaussian": [(0x3FECFB76, 0x3D04F3F5), (0xBFECFB76, 0x3D04F3F5)],
    "laplace": [(0xAF91636A, 0x3BC7B403), (0xB594533C, 0x3BC7B371)],
    "thin_plate": [(0x23245A20, 0x8981735B), (0xA3245A20, 0x8981735B)],
    "xielu": [(0xA9FBF7BA, 0xB5AE7BA2)],
}
