"""Numbered migrations; each one was applied somewhere and is never edited afterwards."""
