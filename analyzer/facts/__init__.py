"""What the application does, derived once and lazily from templates and code."""
