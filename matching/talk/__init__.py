"""What surrounds the talk of an introduction: reading it, telling of it, what waits, its files.

Its rows are in matching.models, its writes in matching.actions."""
