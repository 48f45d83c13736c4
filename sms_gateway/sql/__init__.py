"""What every SQL dialect of this house shares: named statements and numbered migrations, as text.

What enters: a package with .sql files. What leaves: statements by name, migrations in order. It
knows no database.
"""
