"""From "written down" to "the telco took it": leases, pace, the four outcomes, retries, reports.

Queued MTs enter by leases from the store; settled ones leave into it. Replies go before notices.
"""
