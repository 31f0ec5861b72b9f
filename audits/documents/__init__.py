"""The papers of audits. Importing this room makes them known to the worker (`documents.apps`)."""

from audits.documents.coverage import COVERAGE_FORM, coverage_data, coverage_subject

__all__ = ["COVERAGE_FORM", "coverage_data", "coverage_subject"]
