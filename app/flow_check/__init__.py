"""``linli flow check``: every menu walked through the real door, measured on the rendered sound.

The bars are those of hotlines for old people; each stands in ``bars.py`` with where it is from.
"""
