"""A whole installation in one file, and back: database, uploaded files, and what they fit to.

archive (the file: members, checksums, manifest) · databases (SQLite, PostgreSQL)
making · restoring
"""
