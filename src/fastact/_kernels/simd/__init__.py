"""The vector type of each instruction set, its operations, and what moves operands to and from it.

Headers and declarations for the compiled families; nothing here is imported at run time.
Imports: nothing.
"""
