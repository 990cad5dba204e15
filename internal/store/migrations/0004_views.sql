-- Saved views, and which one a person begins with.
create table views (
	id TEXT primary key,
	name TEXT not null,
	owner TEXT not null references people (id),
	shared BOOLEAN not null,
	layout TEXT not null,
	filter TEXT not null,
	columns TEXT not null,
	limits TEXT not null,
	created BIGINT not null,
	updated BIGINT not null,
	version BIGINT not null
);
create index views_owner on views (owner, name, id);
create index views_shared on views (name, id) where shared;

create table default_views (
	person TEXT primary key references people (id),
	view TEXT not null references views (id)
);
create index default_views_view on default_views (view);

-- A change of many items at once: what was asked, and what each item was before
-- and after, so that it can be taken back.
create table batches (
	id TEXT primary key,
	person TEXT not null,
	at BIGINT not null,
	what TEXT not null,
	undone BIGINT not null
);
create index batches_person on batches (person, at, id);

create table batch_items (
	batch TEXT not null references batches (id),
	item TEXT not null references items (id),
	was TEXT not null,
	became TEXT not null,
	primary key (batch, item)
);
