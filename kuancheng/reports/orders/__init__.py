"""交办单、催办单、督办单: the list, the frozen sheet of one, its receipt, and writing one by hand."""
