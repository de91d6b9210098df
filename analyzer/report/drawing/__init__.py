"""Pictures as text: SVG, Mermaid and DOT. Names of the input stay text in each of them."""
