"""The same examples on every run, on any machine: a failure seen once is seen again."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
