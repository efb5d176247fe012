"""Signatures of vendors' webhooks, a file each: who may post without a key, and from when."""
