-- What people think of a factor of an item, as an interval; see plumbline.Quantity.
-- None is ever changed but to end it. One that is held was given in a round that
-- is open: it counts, and ends the one before, when the round is closed.
create table estimates (
	id TEXT primary key,
	item TEXT not null references items (id),
	factor TEXT not null,
	shape TEXT not null,
	low DOUBLE PRECISION not null,
	high DOUBLE PRECISION not null,
	mode DOUBLE PRECISION not null,
	none DOUBLE PRECISION not null,
	grade TEXT not null,
	source TEXT not null,
	observed BIGINT not null,
	round TEXT not null,
	held BOOLEAN not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	ended BIGINT not null,
	invented BOOLEAN not null
);
create index estimates_item on estimates (item, factor, at, id);
create unique index estimates_current on estimates (item, factor, person, held) where ended = 0;
create index estimates_round on estimates (round, item, factor) where round <> '';

-- A blind round: who is asked for which factors of which items. No people: all
-- who may estimate.
create table rounds (
	id TEXT primary key,
	title TEXT not null,
	factors TEXT not null,
	people TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	until BIGINT not null,
	closed BIGINT not null
);
create index rounds_at on rounds (at, id);
create table round_items (
	round TEXT not null references rounds (id),
	item TEXT not null references items (id),
	place BIGINT not null,
	primary key (round, item)
);
create index round_items_item on round_items (item, round);

-- Which of two items is worth more; no winner: they are as good as each other.
create table comparisons (
	id TEXT primary key,
	a TEXT not null references items (id),
	b TEXT not null references items (id),
	winner TEXT not null,
	chosen_of TEXT not null,
	person TEXT not null,
	at BIGINT not null
);
create index comparisons_at on comparisons (at, id);
create index comparisons_person on comparisons (person, at, id);

-- What a factor turned out to be.
create table realities (
	id TEXT primary key,
	item TEXT not null references items (id),
	factor TEXT not null,
	value DOUBLE PRECISION not null,
	source TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	unique (item, factor)
);

-- More time for a clock; it counts from when it was approved.
create table extensions (
	id TEXT primary key,
	item TEXT not null references items (id),
	clock TEXT not null,
	days BIGINT not null,
	reason TEXT not null,
	asked TEXT not null,
	asked_name TEXT not null,
	at BIGINT not null,
	approved TEXT not null,
	approved_name TEXT not null,
	approved_at BIGINT not null
);
create index extensions_item on extensions (item, at, id);

-- Editions of the policy of priorities that were saved here, and from when which
-- one was in force; those that come with the product have no row of their own.
create table policies (
	version TEXT primary key,
	name TEXT not null,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create table policy_uses (
	at BIGINT primary key,
	version TEXT not null,
	person TEXT not null,
	person_name TEXT not null
);

-- What the reach of a product is counted in, and how many there are in all.
create table reaches (
	product TEXT primary key,
	unit TEXT not null,
	many BIGINT not null
);

-- A decision keeps the policy that was in force and where the item stood in the
-- order then: place 0 is not ranked.
alter table decisions add column policy TEXT not null default '';
alter table decisions add column model TEXT not null default '';
alter table decisions add column place BIGINT not null default 0;
alter table decisions add column place_of BIGINT not null default 0;
alter table decisions add column top BIGINT not null default 0;
alter table decisions add column p_top DOUBLE PRECISION not null default 0;
