"""收官总结: the page of one, the list of what finished projects taught, and who may write it."""
