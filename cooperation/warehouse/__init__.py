"""Exports to database: find files, apply profiles, load, check, publish, query. The only room that knows duckdb."""
