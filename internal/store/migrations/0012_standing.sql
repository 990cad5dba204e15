-- A limit that a product, a process or a group is managed within. scope is
-- "product:REF"; body is the whole constraint as JSON.
create table constraints (
	id TEXT primary key,
	kind TEXT not null,
	scope TEXT not null,
	owner TEXT not null,
	body TEXT not null,
	version BIGINT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create index constraints_scope on constraints (scope, kind);
create index constraints_kind on constraints (kind, id);

-- What a constraint said until it was changed.
create table constraint_texts (
	id TEXT not null references constraints (id),
	version BIGINT not null,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (id, version)
);

-- Evidence about a constraint. None is ever changed but to end it, which is when
-- another one said anew what it said. Numbers are decimals as text, '' is not known.
create table observations (
	id TEXT primary key,
	limit_id TEXT not null references constraints (id),
	subject TEXT not null,
	begins BIGINT not null,
	until BIGINT not null,
	at BIGINT not null,
	bad TEXT not null,
	total TEXT not null,
	amount TEXT not null,
	currency TEXT not null,
	basis TEXT not null,
	state TEXT not null,
	severity TEXT not null,
	opened BIGINT not null,
	due BIGINT not null,
	forecast BIGINT not null,
	early BIGINT not null,
	source TEXT not null,
	ref TEXT not null,
	external TEXT not null,
	ingested BIGINT not null,
	quality TEXT not null,
	supersedes TEXT not null,
	ended BIGINT not null
);
create index observations_limit on observations (limit_id, at, id);
create index observations_counting on observations (limit_id) where ended = 0;
create unique index observations_told on observations (limit_id, source, external, subject, basis, begins, until) where ended = 0 and external <> '';

-- How each constraint stood when it was last judged: body is the standing as JSON,
-- days the headroom at the end of each of the last days. next is when time alone
-- may change it; 0: never.
create table standings (
	limit_id TEXT primary key references constraints (id),
	status TEXT not null,
	since BIGINT not null,
	forced BOOLEAN not null,
	at BIGINT not null,
	next BIGINT not null,
	policies TEXT not null,
	days TEXT not null,
	body TEXT not null
);
create index standings_next on standings (next) where next > 0;
create index standings_forced on standings (limit_id) where forced;

-- Each change of a standing: of its status, or of the policies that fire.
create table standing_changes (
	id TEXT primary key,
	limit_id TEXT not null references constraints (id),
	at BIGINT not null,
	was TEXT not null,
	status TEXT not null,
	headroom TEXT not null,
	reason TEXT not null,
	fired TEXT not null,
	lifted TEXT not null
);
create index standing_changes_limit on standing_changes (limit_id, at, id);

-- Exceptions that were asked for. One holds from when needs people approved it
-- until its end; ended is when it was refused or taken back, or when its end was noted.
create table exceptions (
	id TEXT primary key,
	limit_id TEXT not null references constraints (id),
	subject TEXT not null,
	policy TEXT not null,
	reason TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	begins BIGINT not null,
	until BIGINT not null,
	needs BIGINT not null,
	ended BIGINT not null,
	outcome TEXT not null
);
create index exceptions_limit on exceptions (limit_id, at, id);
create index exceptions_open on exceptions (until, id) where ended = 0;
create table exception_approvals (
	exception TEXT not null references exceptions (id),
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (exception, person)
);

-- The work that mends what a constraint asks for.
create table constraint_items (
	limit_id TEXT not null references constraints (id),
	item TEXT not null references items (id),
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (limit_id, item)
);
create index constraint_items_item on constraint_items (item, limit_id);

-- Editions of the policies about constraints, as policies and policy_uses are of
-- that of priorities.
create table limit_policies (
	version TEXT primary key,
	name TEXT not null,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create table limit_policy_uses (
	at BIGINT primary key,
	version TEXT not null,
	person TEXT not null,
	person_name TEXT not null
);
