"""Feature families, one file each; `features.catalogue` discovers them."""
