version: int
table: int
addresses: list[int]
api: object  # a capsule of the table
