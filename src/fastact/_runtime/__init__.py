"""What runs the kernels: the CPU target, threads, accuracy and other settings of the process.

Imports: `_kernels` (the chosen target's modules) and `_version` alone.
May be imported by everything but `_catalogue` and `_kernels`, whose compiled code takes `parallel` alone.
"""
