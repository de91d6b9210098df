"""What differs between two runs: what was added, mended, worsened or eased, and what is no longer judged."""
