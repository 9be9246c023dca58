"""Speed, measured as ratios of two things timed in one run on one machine.

A bench is a function of a module here, marked with `bench.report.bench`;
`python -m bench` runs them.
"""
