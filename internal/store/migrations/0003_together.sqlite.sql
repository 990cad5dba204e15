-- What the planner is to believe of the new indexes; see 0001.
insert into sqlite_stat1 (tbl, idx, stat) values
	('items', 'items_merged', '2000 2'),
	('votes', 'votes_person', '500000 100 1'),
	('relations', 'relations_other', '50000 2 2 1');
analyze sqlite_schema;
