"""The peak performance of the machine, in multiply-adds and bytes per second, for benchmarks.

One module for each CPU target, named after it.
Imports: `simd`, a header of matmul, and the runtime's `parallel`.  May be imported by `_lab.speed`, through dispatch.
"""
