"""Loaded by checkov by its file, and by nothing else."""

from analyzer.integrations.checkov import register

CHECKS = register()
