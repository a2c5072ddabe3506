"""Measuring: the accuracy of every function, the speed beside other libraries, reports of both.

Imports: the library, as a user does.  Inside, `reports` imports `accuracy`, which imports `speed` and `dtypes`.
May be imported only by `_cli`; nothing that users call needs it.
"""
