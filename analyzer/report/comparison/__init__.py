"""Comparisons of two runs: reads the JSON reports that they are made of, and writes what differs."""
