"""Mails about audits, one module for each thing that they are about."""
