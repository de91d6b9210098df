"""One document-processing system, twice: as the failure document describes it, and as it should be.

`as_documented` repeats on purpose every failure that `docs/reference-stack.md` lists; never deploy it.
`hardened` is the same system without them, meant to be copied.
"""
