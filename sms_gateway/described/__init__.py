"""Requests of ours that settings describe: doors to telcos and to case databases make them of this.

What enters: templates, addresses and time formats as an office wrote them. What leaves: octets,
addresses and times, or a `SettingsError` at the start. `body` fills templates so that no value can
break out of its place, `addresses` reads where a request goes and what all of them say, `places`
finds values in what comes back, and `times` reads and writes moments as others do.
"""
