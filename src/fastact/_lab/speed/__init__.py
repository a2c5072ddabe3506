"""Times of functions and projections in turns with other libraries, each checked for its error.

Imports: the library.
May be imported by `accuracy`, `reports` and `_cli`.
"""
