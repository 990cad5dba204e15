-- Why and until when an item is out of the inbox. until is 0 when time does not
-- bring it back.
create table waits (
	item TEXT primary key references items (id),
	kind TEXT not null,
	until BIGINT not null,
	on_comment BOOLEAN not null,
	person TEXT not null,
	at BIGINT not null
);
create index waits_until on waits (until, item) where until > 0;

-- A verdict with what the item was before it, so that it can be taken back.
create table verdicts (
	id TEXT primary key,
	item TEXT not null references items (id),
	kind TEXT not null,
	person TEXT not null,
	at BIGINT not null,
	version BIGINT not null,
	was TEXT not null,
	undone BIGINT not null
);
create index verdicts_item on verdicts (item, at, id);
create index verdicts_person on verdicts (person, at, id);

-- What asks for somebody's attention, and when: worked out from the items
-- whenever one of them changes.
create table agenda (
	item TEXT not null references items (id),
	kind TEXT not null,
	at BIGINT not null,
	what TEXT not null,
	primary key (item, kind)
);
create index agenda_kind on agenda (kind, at, item);
create index demands_closes on demands (closes, item) where closes > 0;

-- Comments may be changed by their authors; what they said before is kept.
alter table comments add column edited BIGINT not null default 0;
alter table comments add column deleted BIGINT not null default 0;
create table comment_texts (
	comment TEXT not null references comments (id),
	item TEXT not null,
	n BIGINT not null,
	body TEXT not null,
	at BIGINT not null,
	primary key (comment, n)
);
create index comment_texts_item on comment_texts (item);
