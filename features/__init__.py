"""Pure feature computation: bytes and records in, numbers out. No I/O, no clock."""
