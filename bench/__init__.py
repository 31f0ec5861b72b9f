"""Named operations with their cost in CPU, queries and bytes: `./run bench`. Never part of a test."""
