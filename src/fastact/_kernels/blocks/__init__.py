"""Quantised weights: from blocks of bytes to float32 and back, compiled once for each CPU target.

Imports: `_kernels.simd`, `_runtime.parallel`, at compile time.
May be imported by `_runtime.dispatch` alone.
"""
