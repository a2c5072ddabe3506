"""Products of matrices with packed weights and the activation in the epilogue.

One module for each CPU target, named after it.
Imports: `simd`, the description of an elementwise kernel, and the runtime's `parallel`.
May be imported by `_runtime.dispatch`; peaks uses its header.
"""
