"""Errors against float64 and mpmath oracles, and the declared bounds that they are held to.

Imports: the library, and `speed` for the functions of other libraries.
May be imported by `reports` and `_cli`.
"""
