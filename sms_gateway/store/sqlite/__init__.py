"""The store on SQLite: one process, one writing connection, one fsync per group of calls."""
