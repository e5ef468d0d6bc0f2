"""The commands of ``linli``, one module each, imported only when their name is typed."""
