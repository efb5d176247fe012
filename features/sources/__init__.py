"""Event sources, one file each: a vendor's or a mail server's bytes in, canonical events out."""
