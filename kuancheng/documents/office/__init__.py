"""The office's own template: a Word file with fields, checked when it comes, filled from a document.

Fields are replaced and nothing is executed: a template can say where a document's parts stand, and
no more.
"""
