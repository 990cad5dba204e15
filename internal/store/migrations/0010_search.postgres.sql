-- Search: beside its words an item has the era of its number, as search_postgres.go
-- writes it, so that the index is read an era at a time, the newest first.
update item_text set words = words || array_to_tsvector(array['#' || n / 65536]);
