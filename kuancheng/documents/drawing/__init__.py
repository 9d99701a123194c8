"""Pictures of documents: shapes in millimetres, written as SVG for screens and Word, as EMF beside it."""
