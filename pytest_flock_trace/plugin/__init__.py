"""The pytest side: the only package that imports pytest."""
