-- What the capacity of teams is made of, by period: people, the weeks that each works,
-- and the share of them that goes into items. begins and until are those of the period.
create table staffings (
	team TEXT not null references teams (ref),
	period TEXT not null,
	begins BIGINT not null,
	until BIGINT not null,
	people DOUBLE PRECISION not null,
	weeks DOUBLE PRECISION not null,
	focus DOUBLE PRECISION not null,
	source TEXT not null,
	invented BOOLEAN not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (team, period)
);
create index staffings_begins on staffings (begins, team);

-- Versions of the rules of capacity, and the mix of work that a team plans with
-- instead of the rules' one: shares from 0 to 1, which add up to 1.
create table capacity_rules (
	version TEXT primary key,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create table capacity_mixes (
	team TEXT not null references teams (ref),
	share TEXT not null,
	part DOUBLE PRECISION not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (team, share)
);

-- What a team finished in a week (its Monday): items by what they were, with their
-- effort in person-weeks, the sum of the squares of it, and how many had none said.
-- Worked out from items, and can be worked out again.
create table capacity_weeks (
	team TEXT not null,
	week BIGINT not null,
	share TEXT not null,
	load TEXT not null,
	n BIGINT not null,
	effort DOUBLE PRECISION not null,
	squares DOUBLE PRECISION not null,
	unsaid BIGINT not null,
	primary key (team, week, share, load)
);
create index items_closed on items (closed, n) where closed > 0;

-- Where the work of a team stands away from what it planned, as it was last told.
create table capacity_drifts (
	team TEXT not null,
	share TEXT not null,
	since BIGINT not null,
	planned DOUBLE PRECISION not null,
	spent DOUBLE PRECISION not null,
	why TEXT not null,
	primary key (team, share)
);
