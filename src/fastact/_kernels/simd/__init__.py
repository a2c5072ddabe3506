"""The vector type of each instruction set, its operations, and copies of operands to and from vectors.

Headers and declarations for the compiled families; nothing here is imported at run time.
Imports: nothing.  May be cimported by the compiled families, and by `_functions.strided`.
"""
