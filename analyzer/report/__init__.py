"""One module a format; each turns a result into text and prints nothing."""
