"""The formulas and the loops over them, in Cython over vector types, compiled once for each CPU target.

A family is a folder; in an installed package it holds a module for each target that was built, named after it.
Imports: nothing of the package at run time; `cimport` only below this folder and from `_runtime.parallel`.
May be imported by `_runtime.dispatch` alone, which chooses the target.
"""
