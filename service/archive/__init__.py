"""Whole days of tiles and decisions as Parquet files, out of a store and back into one.

<archive>/tiles/day=2026-11-23/tiles.parquet            closed tiles of 5 minutes, hours and days
<archive>/decisions/day=2026-11-23/decisions.parquet    decisions with the vectors they rest on
<archive>/feature_sets/3b5d21a4ffab45db.json           what the columns of those vectors are
"""
