-- Search: the words of an item, as search.go makes them, under its number n.
-- Every byte that is not ASCII belongs to a word, so that words here are
-- exactly the words there.
create virtual table item_text using fts5 (
	words, content = '', contentless_delete = 1, detail = none, tokenize = 'porter ascii'
);

-- What the planner is to believe of the tables: numbers of a large installation,
-- so that it takes the narrowest index from the first day on, and the same one
-- every day. Rows in all, then rows for each value of the first column, of the
-- first two, and so on.
analyze;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat) values
	('items', 'items_updated', '100000 50000 1 1 1'),
	('items', 'items_created', '100000 50000 1 1 1'),
	('items', 'items_state', '100000 5000 2500 1 1 1'),
	('items', 'items_state_created', '100000 5000 2500 1 1 1'),
	('items', 'items_lane', '100000 40000 20000 1 1 1'),
	('items', 'items_process', '100000 30000 15000 1 1 1'),
	('items', 'items_kind', '100000 30000 15000 1 1 1'),
	('items', 'items_team', '100000 3000 1500 1 1 1'),
	('items', 'items_product', '100000 3000 1500 1 1 1'),
	('items', 'items_class', '100000 12000 6000 1 1 1'),
	('items', 'items_assignee', '100000 500 250 1 1 1'),
	('items', 'items_remit', '100000 10000 5000 1 1 1'),
	('items', 'items_requester', '100000 100'),
	('items', 'items_ref', '100000 50000 1'),
	('item_labels', 'item_labels_list', '300000 1000 500 1 1 1'),
	('watchers', 'watchers_person', '300000 100 1'),
	('events', 'events_item', '1000000 10 1'),
	('events', 'events_actor', '1000000 5000 1'),
	('events', 'events_type', '1000000 50000 1'),
	('actions', 'actions_status', '100000 10000 1 1'),
	('actions', 'actions_issue', '100000 50000 3 2 1 1'),
	('actions', 'actions_link', '100000 50000 5000 1 1'),
	('actions', 'actions_item', '100000 3 1 1'),
	('refreshes', 'refreshes_due', '1000 2 1 1'),
	('mirrors', 'mirrors_item', '100000 1'),
	('decisions', 'decisions_item', '50000 2 1 1'),
	('decisions', 'decisions_at', '50000 1 1');
analyze sqlite_schema;
