"""The folder to name as checkov's ``--external-checks-dir``; ``FOLDER`` is its path."""

FOLDER = __path__[0]
