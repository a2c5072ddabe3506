"""Activations, gated units and sums: the formulas, the loops over them, the ufuncs.

One module for each CPU target, named after it.
Imports: `simd`, `math`, and the runtime's `parallel`.
"""
