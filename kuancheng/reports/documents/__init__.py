"""公文模板 on pages: which are in force, a new version sent, an old one withdrawn, samples."""
