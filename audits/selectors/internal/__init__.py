"""Reads for the internal audit."""
