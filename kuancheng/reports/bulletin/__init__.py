"""月通报 on pages: the list, the draft edited in place, the issued copy, errata, files."""
