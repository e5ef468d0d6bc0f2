"""Chaos: the real service under kill -9, outages, a stepped clock and a provider in trouble.

``make chaos`` runs it. Three histories are compared at the end: what people were told, what the
tables say, and what the provider took.
"""
