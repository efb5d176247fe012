"""The guided tour: a small simulated ESP, protected live over HTTP."""
