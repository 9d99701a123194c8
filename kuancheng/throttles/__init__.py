"""Who must wait: failed logins are counted in the database, requests in the memory of each process.

A failed login is rare and must count the same in every process. A request is neither: counting it in
the database would make a write of every read, and on SQLite a queue of all of them.
"""
