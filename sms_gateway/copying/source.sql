-- What is asked of the database that is copied. The names in braces are those of our own tables and
-- their columns; values are bound.

-- name: columns
-- The columns of a table.
SELECT name FROM pragma_table_info(:table) ORDER BY name;

-- name: count
-- How many rows a table has.
SELECT count(*) FROM {table};

-- name: first_rows
-- A table from its first row on.
SELECT {columns} FROM {table} ORDER BY {key};

-- name: rows_after
-- A table from the row behind one on.
SELECT {columns} FROM {table} WHERE ({key}) > ({values}) ORDER BY {key};
