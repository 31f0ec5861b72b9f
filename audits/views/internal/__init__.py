"""Pages of the internal audit."""
