"""The schema of `cases.db`, one numbered step per file; see `sms_gateway.sqlite.migrate`."""
