"""Functions of whole rows (softmax, sparsemax, maxout ...), as generalised ufuncs.

One module for each CPU target, named after it.
Imports: `simd`, `math`, and the runtime's `parallel`.
"""
