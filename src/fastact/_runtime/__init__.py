"""What runs the kernels: the CPU target, threads, accuracy and other settings of the process.

Imports: `_kernels` (the modules of the chosen target) and `_version`, nothing else.
May be imported by: all folders except `_catalogue` and `_kernels`; the kernels' compiled code uses `parallel`.
"""
