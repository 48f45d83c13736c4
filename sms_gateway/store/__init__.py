"""The filing room: what a telco handed over enters, what must be answered or sent leaves.

`opening.open_store` chooses the dialect. Every change goes through a handful of batch-first calls
(`ports.Inbox`, `Citizens`, `Outbox`, `Staff`), each one commit that waiting callers share.
"""
