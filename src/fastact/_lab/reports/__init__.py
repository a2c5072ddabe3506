"""Tables, documents and pictures of what was measured.

Imports: `accuracy` and `speed`, and the catalogue's records.
May be imported by `_cli`.
"""
