-- What items are called in the systems that they were imported from: source is
-- that system, external its name for the item. hash is of the row as it was last
-- taken in; taken holds, by field, the hash of the value that was put in then,
-- so that it can be told later whether people have changed it since.
create table externals (
	source TEXT not null,
	external TEXT not null,
	item TEXT not null references items (id),
	hash TEXT not null,
	taken TEXT not null,
	at BIGINT not null,
	primary key (source, external)
);

-- Files that somebody has sent to look at before they are imported, for a day,
-- and the report of an import that was made of one.
create table uploads (
	id TEXT primary key,
	person TEXT not null,
	settings TEXT not null,
	report TEXT not null,
	at BIGINT not null,
	body BYTEA not null
);
create index uploads_at on uploads (at);
