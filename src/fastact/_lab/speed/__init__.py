"""Times of functions and projections, in turns with other libraries.

Imports: the library, and `_lab.dtypes`.
May be imported by `accuracy`, `reports` and `_cli`.
"""
