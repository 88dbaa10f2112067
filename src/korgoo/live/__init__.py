"""The process that sends events to open pages (server-sent events). Bare ASGI, no Django.

`ticket` says who may hear what, `tables` reads the feed and the picture, `reader` polls them once for
everybody, `streams` fans out to bounded queues, `app` speaks HTTP, `server` starts and stops. docs/adr/0082.
"""
