"""Measuring: the accuracy of every function, the speed beside other libraries, reports of both.

Imports: everything below, as a user does.
May be imported by `_cli` alone; nothing that users call needs it.
"""
