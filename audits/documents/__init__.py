"""The papers of audits. Importing this room makes them known to the worker (`documents.apps`)."""

from audits.documents import coverage, internal_audit, report

__all__ = ["coverage", "internal_audit", "report"]
