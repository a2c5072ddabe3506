"""Other libraries as competitors, a module for each, and `registry`, which lists them.

Imports: the library, `_lab.dtypes`, and `speed.timing`; the other libraries when they are called.
May be imported by `speed`, `accuracy`, `reports` and `_cli`.
"""
