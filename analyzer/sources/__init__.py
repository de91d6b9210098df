"""Input files: the only code that reads them."""
