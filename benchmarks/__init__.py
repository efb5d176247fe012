"""Run as `python -m benchmarks [NAME ...]`."""
