"""Takes device traffic: credential, admission, decode, append, then acknowledge.

`http` routes requests, `intake` is the way of one message, `admission` decides what the law lets us
keep, `writer` is the only appender of the journal. Nothing here knows Django: its tables are reached
by the SQL of `tables` and nothing else.
"""
