"""Functions of whole rows (softmax, sparsemax, maxout ...), as generalised ufuncs; one module for each CPU target.

Imports: `simd`, `math`, and the runtime's `parallel`.
Imported by: the runtime's `dispatch`.
"""
