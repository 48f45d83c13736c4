"""The schema on PostgreSQL, one numbered step per file; see `sms_gateway.postgres.migrate`."""
