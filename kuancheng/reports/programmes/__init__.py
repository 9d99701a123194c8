"""清单名册: who is on a list, who joined and left, and the steps by which projects move."""
