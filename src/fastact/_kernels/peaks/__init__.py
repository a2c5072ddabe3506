"""The peak performance of the machine, in multiply-adds and bytes per second, for benchmarks.

One module for each CPU target, named after it.
Imports: `simd`, and the runtime's `parallel`.
"""
