"""Handler and CDK source code, read into facts: imports, SDK calls, event fields, exports."""
