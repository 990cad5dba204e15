-- Items that belong together: votes, merges and relations. A merge is a link:
-- what hangs on the merged item stays there and is counted at its target too.

-- merged is the key of the item that this one was merged into, n_merged how many
-- were merged into this one directly.
alter table items add column merged TEXT not null default '';
alter table items add column n_merged BIGINT not null default 0;
alter table items add column n_votes BIGINT not null default 0;
create index items_merged on items (merged) where merged <> '';

create table votes (
	item INTEGER not null references items (n),
	person TEXT not null references people (id),
	at BIGINT not null,
	primary key (item, person)
);
create index votes_person on votes (person, item);

-- state and closed are those of the item when it was merged, to be given back.
create table merges (
	item TEXT primary key references items (id),
	target TEXT not null references items (id),
	state TEXT not null,
	closed BIGINT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);

-- kind is blocks, parent (of) or related, read from item to other.
create table relations (
	item TEXT not null references items (id),
	kind TEXT not null,
	other TEXT not null references items (id),
	person TEXT not null,
	at BIGINT not null,
	primary key (item, kind, other)
);
create index relations_other on relations (other, kind, item);

-- Demands are counted by who wants the item, each once.
update items set n_demands = (
	select count(distinct case when team <> '' then 't ' || team else 'a ' || account end) from demands where demands.item = items.id
) where n_demands > 1;
