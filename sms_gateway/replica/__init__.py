"""A second copy of the databases that follows them, kept by Litestream beside the gateway.

What enters: the settings and the databases. What leaves: Litestream's own settings, how old its
newest copy is, and databases restored from it. Litestream itself is another program, the extra
`replica`.
"""
