"""Elementary functions over vectors (exp, logistic, tanh ...), exact and fast, with their tables: declarations only.

Imports: `simd`.
Imported by: the compiled families, when they are built; nothing here is imported at run time.
"""
