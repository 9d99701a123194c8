"""What is pure of telling people: when, in which words, signed how, and to which addresses."""
