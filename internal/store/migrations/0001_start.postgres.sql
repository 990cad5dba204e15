-- Search: the words of an item, as search.go makes them, under its number n.
create table item_text (
	n INTEGER primary key references items (n),
	words tsvector not null
);
create index item_text_words on item_text using gin (words);
