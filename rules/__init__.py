"""The built-in rules, one a file; found through the `stackproof.rules` entry-point group."""
