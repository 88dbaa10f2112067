"""Planted errors: where they can stand, which test kills each, and which of them cannot change any result.

`planting` reads a source and names every error that can be planted, `trial` runs the tests on each,
`equivalents` holds the list of those that no test can kill.
"""
