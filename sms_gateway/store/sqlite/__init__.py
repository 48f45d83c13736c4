"""The store on SQLite: one gateway, one writing connection, one fsync per group of calls."""
