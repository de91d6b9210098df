"""Measures Stackproof beside its peers and its own growth: ``python -m benchmarks --help``.

Inputs are generated from a seed, so that anybody can repeat a figure; figures are ratios of paired runs.
"""
