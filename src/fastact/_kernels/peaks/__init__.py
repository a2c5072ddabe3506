"""What the machine can do at most: multiply-adds and bytes in a second, for benchmarks.

One module for each CPU target, named after it.
Imports: `simd`, and the runtime's `parallel`.
"""
