"""Stackproof: proves, before deployment, that an AWS stack does not repeat known serverless failures."""

__version__ = "0.1.0"
