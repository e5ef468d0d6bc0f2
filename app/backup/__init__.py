"""Backups: consistent, sealed, taken while the service runs; and what a restore checks."""
