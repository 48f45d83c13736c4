"""The store on PostgreSQL, for one node or many."""
