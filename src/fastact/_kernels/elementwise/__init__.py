"""Activations, gated units and sums: the formulas, the loops over them, the ufuncs.

One module for each CPU target, named after it.  tools/generate.py writes table.pxi from `_catalogue/kernels.py`.
Imports: `simd`, `math`, and the runtime's `parallel`.  `_runtime.dispatch` imports the modules; `matmul` and
`_functions.strided` cimport `kernel`, the description of a loop.
"""
