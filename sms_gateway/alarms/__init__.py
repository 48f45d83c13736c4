"""What is wrong with the gateway itself, told to the people on call.

What enters: how the other rooms stand, looked at every few seconds, and what comes through each
door. What leaves: an incident for each trouble, written down from its beginning to its end; texts
to the people on call, in the outbox like any other; calls to a webhook. Once per incident, and once
more when it is over.
"""
