"""The HTTP shell: octets from telcos and people enter, doors and pages answer.

Holds no rules: a door reads and replies as pure functions, intake writes down, this room only
carries octets, limits and times between them.
"""
