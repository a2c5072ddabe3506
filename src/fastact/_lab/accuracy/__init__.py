"""Errors against float64 and mpmath oracles, and their comparison with the declared bounds.

Imports: the library, and `speed` for the functions of other libraries.
May be imported by `reports` and `_cli`.
"""
