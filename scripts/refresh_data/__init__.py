"""Rebuilds `analyzer/data` from packages that publish facts about AWS; see `docs/data.md`.

Maintainers run it by hand. Nothing here is imported, installed or needed when Stackproof runs.
"""
