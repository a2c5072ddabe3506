"""Projections with their activation fused in: arguments checked, weights packed and kept in files.

Imports: `_formats`, `_functions`, `_runtime`, `_catalogue`.
May be imported by `_lab`, `_cli`, the plugs.
"""
