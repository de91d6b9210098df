"""Stackproof inside other tools. Each module needs the tool it is for, and nothing imports it but its user."""
