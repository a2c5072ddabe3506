"""The callable objects, between the caller and the raw ufuncs: activations, gated units, sums, folds.

Imports: `_runtime` and `_catalogue`; strided.pyx cimports the kernels' descriptions of a loop and of storage types.
May be imported by `_layers`, `_lab`, `_cli`, the plugs.
"""
