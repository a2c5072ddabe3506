"""Tables, documents and pictures of what was measured.

Imports: `accuracy` and `speed`.
May be imported by `_cli`.
"""
