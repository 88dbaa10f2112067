"""The demonstration: a made-up town in an installation of its own, and recordings played into it."""
