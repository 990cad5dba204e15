-- The templates that requests are asked with: every version of each. An empty
-- source is the one that comes with the product.
create table templates (
	class TEXT not null,
	version BIGINT not null,
	source TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (class, version)
);

-- What a template keeps private and a demand has no column for, as JSON.
alter table demands add column more TEXT not null default '{}';
create index demands_person on demands (person, account) where account <> '';
create index demands_account on demands (account, at, id) where account <> '';

create table attachments (
	id TEXT primary key,
	item TEXT not null references items (id),
	name TEXT not null,
	url TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create index attachments_item on attachments (item, at, id);

-- Where items went that are not ours; action opens the issue there.
create table redirections (
	id TEXT primary key,
	item TEXT not null references items (id),
	team TEXT not null,
	place TEXT not null,
	url TEXT not null,
	words TEXT not null,
	action TEXT not null,
	link TEXT not null,
	ref TEXT not null,
	answer TEXT not null,
	answered BIGINT not null,
	person TEXT not null,
	at BIGINT not null
);
create index redirections_item on redirections (item, at, id);
create index redirections_action on redirections (action) where action <> '';
create index redirections_issue on redirections (link, ref) where ref <> '';
