-- The entities of catalog files, with their documents as they came. One that its
-- file no longer has is missing since then, and stays. ref is kind:namespace/name
-- in lower case; product and team are what it is here, or ''.
create table descriptors (
	ref TEXT primary key,
	kind TEXT not null,
	product TEXT not null,
	team TEXT not null,
	body TEXT not null,
	hash TEXT not null,
	file TEXT not null,
	line BIGINT not null,
	origin TEXT not null,
	at BIGINT not null,
	missing BIGINT not null
);
create unique index descriptors_product on descriptors (product) where product <> '';
create index descriptors_team on descriptors (team) where team <> '';
create index descriptors_file on descriptors (file);

-- What entities are to each other, in one direction: source depends on target, is
-- part of it, is owned by it. said_by is the entity whose document says so, or ''
-- when somebody said it here.
create table entity_relations (
	source TEXT not null,
	kind TEXT not null,
	target TEXT not null,
	said_by TEXT not null,
	line BIGINT not null,
	primary key (source, kind, target, said_by)
);
create index entity_relations_target on entity_relations (target, kind, source);
create index entity_relations_said on entity_relations (said_by);

-- Where evidence about a product is, by the name of the annotation.
create table locators (
	product TEXT not null,
	name TEXT not null,
	value TEXT not null,
	primary key (product, name)
);
create index locators_name on locators (name, product);

-- What a product is to those who run it. manager is a handle.
create table product_facts (
	product TEXT primary key,
	manager TEXT not null,
	tier TEXT not null,
	data_class TEXT not null
);

-- Who uses a product: teams, and customers, whose refs only cleared people see.
create table product_users (
	product TEXT not null,
	kind TEXT not null,
	ref TEXT not null,
	primary key (product, kind, ref)
);

-- How mature people say a product is, one row for each answer; none is changed.
create table maturity_answers (
	id TEXT primary key,
	product TEXT not null,
	aspect TEXT not null,
	level BIGINT not null,
	edition TEXT not null,
	evidence TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	invented BOOLEAN not null
);
create index maturity_answers_product on maturity_answers (product, at, id);
