"""Pure decisions: feature rows in, scores, reasons and actions out. No I/O but `registry`."""
