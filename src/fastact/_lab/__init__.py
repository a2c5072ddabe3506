"""Measuring: the accuracy of every function, the speed beside other libraries, reports of both.

Imports: the library, as a user does; inside, the arrows are dtypes <- speed <- accuracy <- reports.
May be imported by `_cli` alone; nothing that users call needs it.
"""
