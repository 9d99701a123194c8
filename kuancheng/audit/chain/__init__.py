"""The log as a chain: sealed, kept, verified, archived, forwarded in its order."""
