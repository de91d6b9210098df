"""The two CDK apps. Each is complete in itself, so that either can be read, or copied, alone."""
