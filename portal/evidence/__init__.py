"""What a provider can prove: rooms write it, pages and matching read it.

models (Evidence) · facts (what may be kept) · actions (record, withdraw) · queries
"""
