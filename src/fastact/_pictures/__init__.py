"""Pictures of functions: f, its derivative, its zones, and the error in ULP against x.

`curves` computes the numbers with the functions themselves, in NumPy alone; `draw` puts them into matplotlib's axes.
`fastact.plot`, ``python -m fastact show``, notebooks and the gallery of the documentation draw with these.

Imports: `_catalogue`; matplotlib, an optional package, where a picture is drawn.
May be imported by `_functions`, `_cli` and users of these; it never imports the functions that it draws.
"""
