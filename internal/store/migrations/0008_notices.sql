-- What people are told of, and what is sent out by mail and to webhooks.

-- An event that a person is told of, and why. A notice is read when the row of
-- its item says so.
create table notices (
	person TEXT not null,
	item TEXT not null,
	seq BIGINT not null,
	reason TEXT not null,
	primary key (person, item, seq)
);
create index notices_seq on notices (seq);

-- What a person is told of one item, together; item '' is what is about none.
-- last is the newest event, read_to the newest that was read.
create table notice_items (
	person TEXT not null,
	item TEXT not null,
	last BIGINT not null,
	read_to BIGINT not null,
	unread BOOLEAN not null,
	primary key (person, item)
);
create index notice_items_last on notice_items (person, last);
create index notice_items_unread on notice_items (person, last) where unread;
create index notice_items_old on notice_items (last);

create table mutes (
	item TEXT not null,
	person TEXT not null,
	primary key (item, person)
);

-- next is when the next digest is due, 0: none is wanted; upto is the newest
-- event that a digest has told of.
create table notice_settings (
	person TEXT primary key references people (id),
	off_reasons TEXT not null,
	digest BOOLEAN not null,
	hour BIGINT not null,
	zone TEXT not null,
	next BIGINT not null,
	upto BIGINT not null
);
create index notice_settings_next on notice_settings (next) where digest;

-- The one feed address of a person, by the hash of its secret.
create table feed_tokens (
	person TEXT primary key references people (id),
	hash TEXT not null unique,
	created BIGINT not null,
	used BIGINT not null
);

-- disabled 0: it is in use. failing is since when every delivery failed, 0: the
-- last one did not.
create table webhooks (
	id TEXT primary key,
	name TEXT not null,
	url TEXT not null,
	types TEXT not null,
	secret TEXT not null,
	old_secret TEXT not null,
	old_until BIGINT not null,
	person TEXT not null,
	created BIGINT not null,
	disabled BIGINT not null,
	why TEXT not null,
	failing BIGINT not null,
	delivered BIGINT not null
);

-- What is to be sent: a mail, or one event to one webhook. target is the
-- webhook's id, or 'mail': of a target one letter at most is under way.
create table letters (
	id TEXT primary key,
	key TEXT not null unique,
	kind TEXT not null,
	target TEXT not null,
	person TEXT not null,
	type TEXT not null,
	seq BIGINT not null,
	body TEXT not null,
	status TEXT not null,
	attempts BIGINT not null,
	not_before BIGINT not null,
	result TEXT not null,
	created BIGINT not null,
	done BIGINT not null,
	holder TEXT not null,
	lease_until BIGINT not null
);
create index letters_due on letters (target, not_before, id) where status = 'waiting';
create index letters_running on letters (lease_until) where status = 'running';
create index letters_target on letters (target, created, id);
create index letters_created on letters (created);

-- What happened before this version is history and no news.
insert into counters (name, value) select 'spread', seq from event_order where id = 1;
