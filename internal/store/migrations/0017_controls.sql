-- Sets of controls that products can be held to. families is a JSON list.
create table frameworks (
	ref TEXT primary key,
	title TEXT not null,
	version TEXT not null,
	source TEXT not null,
	families TEXT not null,
	updated BIGINT not null
);

-- Their controls; n is the order in the catalog. One that a newer edition does not
-- have is gone, and in no count.
create table framework_controls (
	framework TEXT not null references frameworks (ref),
	id TEXT not null,
	n BIGINT not null,
	label TEXT not null,
	family TEXT not null,
	parent TEXT not null,
	title TEXT not null,
	withdrawn BOOLEAN not null,
	gone BOOLEAN not null,
	maps TEXT not null,
	primary key (framework, id)
);
create index framework_controls_order on framework_controls (framework, n);

-- What is long stands apart, so that a list reads few pages.
create table control_texts (
	framework TEXT not null,
	id TEXT not null,
	body TEXT not null,
	guidance TEXT not null,
	primary key (framework, id)
);

-- Which products are held to which framework; ended: until when one was.
create table product_frameworks (
	product TEXT not null,
	framework TEXT not null references frameworks (ref),
	since BIGINT not null,
	ended BIGINT not null,
	person TEXT not null,
	person_name TEXT not null,
	primary key (product, framework)
);
create index product_frameworks_framework on product_frameworks (framework, product);

-- How each control stands for each product, where somebody has said it. good is when
-- its evidence is too old; 0: there is none. exception is JSON, '' for none.
create table control_records (
	product TEXT not null,
	framework TEXT not null,
	control TEXT not null,
	state TEXT not null,
	need TEXT not null,
	owner TEXT not null,
	cadence TEXT not null,
	passed BIGINT not null,
	good BIGINT not null,
	evidence TEXT not null,
	assessed BIGINT not null,
	opened BIGINT not null,
	due BIGINT not null,
	note TEXT not null,
	exception TEXT not null,
	rests BIGINT not null,
	ref TEXT not null,
	version BIGINT not null,
	primary key (product, framework, control)
);

-- What was changed about them, by whom, and from which line of which file: changes is
-- a JSON list of field, was and is.
create table control_changes (
	id TEXT primary key,
	product TEXT not null,
	framework TEXT not null,
	control TEXT not null,
	at BIGINT not null,
	person TEXT not null,
	person_name TEXT not null,
	ref TEXT not null,
	changes TEXT not null
);
create index control_changes_of on control_changes (product, framework, control, at, id);

-- Risks of plans of action and milestones; body is the whole risk as JSON.
create table risks (
	product TEXT not null,
	id TEXT not null,
	status TEXT not null,
	deadline BIGINT not null,
	body TEXT not null,
	primary key (product, id)
);
