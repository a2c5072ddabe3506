"""The command line, a file for each command.

Imports: `_lab` and the library.
May be imported only by `__main__`.
"""
