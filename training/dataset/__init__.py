"""Tiles and a spine in, feature rows out: one kernel, on one machine or on Spark.

columns   the columns of the three tables, and what is wrong with others
rows      the kernel on the tiles and spine rows of some accounts
local     one machine: a range of account keys at a time
spark     Apache Spark: a bucket of accounts at a time
"""
