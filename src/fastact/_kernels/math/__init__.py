"""Elementary functions over vectors (exp, logistic, tanh ...), exact and fast, with their tables.

Declarations for the compiled families; nothing here is imported at run time.
Imports: `simd`.
"""
