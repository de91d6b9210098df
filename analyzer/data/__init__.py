"""Dated facts about AWS, each file with its sources and date.

Every function reads its file at the first call, and only that file; what it returns cannot be changed. How the files
are made: ``docs/data.md``. There is one module for each kind of fact; a caller imports the one it needs, so that a run
pays for no other.
"""
