"""Outcomes of earlier runs, kept on disk for as long as everything that they rest on is the same."""
