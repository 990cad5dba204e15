-- One text for SQLite and PostgreSQL. Times are microseconds since 1970, money
-- is micro-units with its currency, JSON is text, nothing is null: what is not
-- known is '' or 0. The word in capitals for a text column is given the byte
-- order of SQLite on PostgreSQL, so that lists have one order everywhere.

create table counters (
	name TEXT primary key,
	value BIGINT not null
);

-- The order of events: one row, updated last in every transaction.
create table event_order (
	id INTEGER primary key,
	seq BIGINT not null
);
insert into event_order (id, seq) values (1, 0);

create table people (
	id TEXT primary key,
	handle TEXT not null unique,
	name TEXT not null,
	email TEXT not null,
	role TEXT not null,
	cleared BOOLEAN not null,
	team TEXT not null,
	external BOOLEAN not null,
	disabled BOOLEAN not null,
	created BIGINT not null
);
create index people_name on people (external, name, id);

create table passwords (
	person TEXT primary key references people (id),
	hash TEXT not null,
	at BIGINT not null
);

create table sessions (
	hash TEXT primary key,
	person TEXT not null references people (id),
	at BIGINT not null,
	expires BIGINT not null
);
create index sessions_person on sessions (person);
create index sessions_expires on sessions (expires);

create table tokens (
	id TEXT primary key,
	hash TEXT not null unique,
	person TEXT not null references people (id),
	name TEXT not null,
	scopes TEXT not null,
	created BIGINT not null,
	expires BIGINT not null,
	used BIGINT not null
);
create index tokens_person on tokens (person, created);

create table invites (
	hash TEXT primary key,
	purpose TEXT not null,
	expires BIGINT not null
);

create table teams (
	ref TEXT primary key,
	name TEXT not null,
	description TEXT not null,
	label TEXT not null,
	link TEXT not null,
	parent TEXT not null,
	source TEXT not null
);

create table products (
	ref TEXT primary key,
	name TEXT not null,
	kind TEXT not null,
	description TEXT not null,
	owner TEXT not null,
	lifecycle TEXT not null,
	links TEXT not null,
	tags TEXT not null,
	source TEXT not null
);

create table accounts (
	ref TEXT primary key,
	name TEXT not null,
	arr_micros BIGINT not null,
	arr_currency TEXT not null,
	seats BIGINT not null,
	renewal BIGINT not null,
	invented BOOLEAN not null
);

-- n is the order of filing and never leaves the store: indexes and search end
-- in it, since it is short. done is closed <> 0, as something an index can begin
-- with. What is long is in item_bodies, so that a list reads few pages.
create table items (
	n INTEGER primary key,
	id TEXT not null unique,
	key TEXT not null unique,
	kind TEXT not null,
	process TEXT not null,
	title TEXT not null,
	class TEXT not null,
	visibility TEXT not null,
	state TEXT not null,
	lane TEXT not null,
	since BIGINT not null,
	states TEXT not null,
	remit TEXT not null,
	team TEXT not null,
	product TEXT not null,
	requester TEXT not null,
	on_behalf_of TEXT not null,
	assignee TEXT not null,
	priority TEXT not null,
	severity TEXT not null,
	labels TEXT not null,
	link TEXT not null,
	ref TEXT not null,
	url TEXT not null,
	source TEXT not null,
	created BIGINT not null,
	updated BIGINT not null,
	closed BIGINT not null,
	done BOOLEAN not null,
	version BIGINT not null,
	n_demands BIGINT not null,
	n_evidence BIGINT not null,
	n_comments BIGINT not null,
	n_watchers BIGINT not null
);
-- An index for every way to list: equal columns, then the order, then what a
-- count needs to know without reading the row.
create index items_updated on items (done, updated, n, visibility);
create index items_created on items (done, created, n, visibility);
create index items_state on items (state, done, updated, n, visibility);
create index items_state_created on items (state, done, created, n, visibility);
create index items_lane on items (lane, done, updated, n, visibility);
create index items_process on items (process, done, updated, n, visibility);
create index items_kind on items (kind, done, updated, n, visibility);
create index items_team on items (team, done, updated, n, visibility);
create index items_product on items (product, done, updated, n, visibility);
create index items_class on items (class, done, updated, n, visibility);
create index items_assignee on items (assignee, done, updated, n, visibility) where assignee <> '';
create index items_remit on items (remit, done, created, n, visibility);
create index items_requester on items (requester);
create unique index items_ref on items (link, ref) where ref <> '';

create table item_bodies (
	n INTEGER primary key references items (n),
	fields TEXT not null,
	body TEXT not null
);

-- done, updated and visibility are those of the item, for the index.
create table item_labels (
	label TEXT not null,
	item INTEGER not null references items (n),
	done BOOLEAN not null,
	updated BIGINT not null,
	visibility TEXT not null,
	primary key (item, label)
);
create index item_labels_list on item_labels (label, done, updated, item, visibility);

create table demands (
	id TEXT primary key,
	item TEXT not null references items (id),
	team TEXT not null,
	account TEXT not null,
	strength TEXT not null,
	points BIGINT not null,
	users BIGINT not null,
	worth_micros BIGINT not null,
	worth_currency TEXT not null,
	seats BIGINT not null,
	stage TEXT not null,
	probability DOUBLE PRECISION not null,
	closes BIGINT not null,
	note TEXT not null,
	person TEXT not null,
	at BIGINT not null,
	invented BOOLEAN not null
);
create index demands_item on demands (item, at, id);

create table evidence (
	id TEXT primary key,
	item TEXT not null references items (id),
	grade TEXT not null,
	words TEXT not null,
	source TEXT not null,
	observed BIGINT not null,
	internal BOOLEAN not null,
	person TEXT not null,
	at BIGINT not null
);
create index evidence_item on evidence (item, at, id);

create table decisions (
	id TEXT primary key,
	item TEXT not null references items (id),
	outcome TEXT not null,
	code TEXT not null,
	sentence TEXT not null,
	reason TEXT not null,
	reopen TEXT not null,
	team TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	ended BIGINT not null
);
create index decisions_item on decisions (item, at, id);
create index decisions_at on decisions (at, id);
create unique index decisions_current on decisions (item) where ended = 0;

create table comments (
	id TEXT primary key,
	item TEXT not null references items (id),
	person TEXT not null,
	person_name TEXT not null,
	body TEXT not null,
	internal BOOLEAN not null,
	at BIGINT not null
);
create index comments_item on comments (item, at, id);

create table watchers (
	item INTEGER not null references items (n),
	person TEXT not null references people (id),
	primary key (item, person)
);
create index watchers_person on watchers (person, item);

create table events (
	seq BIGINT primary key,
	at BIGINT not null,
	type TEXT not null,
	item TEXT not null,
	key TEXT not null,
	actor TEXT not null,
	actor_name TEXT not null,
	via TEXT not null,
	cause TEXT not null,
	seen TEXT not null,
	data TEXT not null
);
create index events_item on events (item, seq);
create index events_actor on events (actor, seq);
create index events_type on events (type, seq);

-- issue is what may have only one action under way: the issue, or the item
-- that an issue is being opened for.
create table actions (
	id TEXT primary key,
	key TEXT not null unique,
	link TEXT not null,
	ref TEXT not null,
	issue TEXT not null,
	item TEXT not null,
	kind TEXT not null,
	want TEXT not null,
	expect TEXT not null,
	status TEXT not null,
	attempts BIGINT not null,
	not_before BIGINT not null,
	result TEXT not null,
	created BIGINT not null,
	done BIGINT not null,
	holder TEXT not null,
	lease_until BIGINT not null
);
create index actions_status on actions (status, created, id);
create index actions_issue on actions (link, issue, status, created, id);
create index actions_link on actions (link, status, created, id);
create index actions_item on actions (item, created, id);

create table deliveries (
	link TEXT not null,
	id TEXT not null,
	event TEXT not null,
	ref TEXT not null,
	actor TEXT not null,
	sent BIGINT not null,
	at BIGINT not null,
	body BYTEA not null,
	primary key (link, id)
);
create index deliveries_at on deliveries (at);

create table refreshes (
	link TEXT not null,
	ref TEXT not null,
	cause TEXT not null,
	not_before BIGINT not null,
	attempts BIGINT not null,
	why TEXT not null,
	stamp TEXT not null,
	holder TEXT not null,
	lease_until BIGINT not null,
	again BOOLEAN not null,
	primary key (link, ref)
);
create index refreshes_due on refreshes (not_before, link, ref);

create table mirrors (
	link TEXT not null,
	ref TEXT not null,
	item TEXT not null,
	snapshot TEXT not null,
	raw TEXT not null,
	episode BIGINT not null,
	active BOOLEAN not null,
	missing BIGINT not null,
	first_missing BIGINT not null,
	gone BIGINT not null,
	seen BIGINT not null,
	primary key (link, ref)
);
create index mirrors_item on mirrors (item) where item <> '';

create table label_changes (
	link TEXT not null,
	ref TEXT not null,
	id TEXT not null,
	label TEXT not null,
	label_id TEXT not null,
	added BOOLEAN not null,
	actor TEXT not null,
	at BIGINT not null,
	primary key (link, ref, id)
);

create table links (
	id TEXT primary key,
	kind TEXT not null,
	url TEXT not null,
	project TEXT not null,
	container TEXT not null,
	separator TEXT not null,
	read_only BOOLEAN not null,
	keep_label BOOLEAN not null,
	on_decline TEXT not null,
	confirmed BIGINT not null,
	filled BIGINT not null,
	paused TEXT not null,
	health TEXT not null,
	detail TEXT not null,
	bot TEXT not null,
	version TEXT not null,
	cursor_at TEXT not null,
	polled BIGINT not null,
	hooked BIGINT not null,
	rejected BIGINT not null,
	expires BIGINT not null
);

create table leases (
	name TEXT primary key,
	holder TEXT not null,
	until BIGINT not null
);

create table settings (
	name TEXT primary key,
	value TEXT not null
);

create table replies (
	person TEXT not null,
	key TEXT not null,
	status BIGINT not null,
	body BYTEA not null,
	hash TEXT not null,
	at BIGINT not null,
	primary key (person, key)
);
create index replies_at on replies (at);
