"""Pages of needs and introductions: parse, call an action or a read, render."""
