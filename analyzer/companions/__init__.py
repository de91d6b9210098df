"""Other analyzers run beside Stackproof's own rules: cfn-lint, checkov and cloudformation-validate.

Nothing here is imported unless a run asks for a companion, and a companion itself only when it is asked.
"""
