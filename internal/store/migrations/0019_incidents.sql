-- Systems that tell of alarms: body is JSON.
create table alarm_sources (
	id TEXT primary key,
	place BIGINT not null,
	body TEXT not null
);

-- What they delivered, as it came; taken is when it was taken in, 0 while it waits.
-- fate says what became of it.
create table alarm_deliveries (
	source TEXT not null,
	id TEXT not null,
	event TEXT not null,
	sent BIGINT not null,
	at BIGINT not null,
	taken BIGINT not null,
	fate TEXT not null,
	body BYTEA not null,
	primary key (source, id)
);
create index alarm_deliveries_waiting on alarm_deliveries (taken, at, source, id);

-- Incidents: began, resolved and closed (0 while it is open) are of the body, which
-- is JSON.
create table incidents (
	n BIGINT primary key,
	began BIGINT not null,
	closed BIGINT not null,
	changed BIGINT not null,
	item TEXT not null,
	body TEXT not null
);
create index incidents_began on incidents (began, n);
create index incidents_closed on incidents (closed, began, n);
create index incidents_item on incidents (item);

-- Which products an incident is about, or was; one that is about none stands under
-- the empty product.
create table incident_products (
	n BIGINT not null references incidents (n),
	product TEXT not null,
	was BOOLEAN not null,
	primary key (n, product)
);
create index incident_products_product on incident_products (product, was, n);

-- Alarms by their name at the source, each in its incident; said is of when the
-- source said it.
create table alarms (
	source TEXT not null,
	name TEXT not null,
	grp TEXT not null,
	product TEXT not null,
	incident BIGINT not null references incidents (n),
	started BIGINT not null,
	ended BIGINT not null,
	said BIGINT not null,
	severity TEXT not null,
	body TEXT not null,
	primary key (source, name)
);
create index alarms_incident on alarms (incident, started, name);
create index alarms_group on alarms (source, grp, product, started);

-- Tickets by their name at the desk; product and process are refs, or empty when
-- the catalog has none of that name. minutes is a decimal, empty when not known.
create table tickets (
	desk TEXT not null,
	id TEXT not null,
	product TEXT not null,
	process TEXT not null,
	created BIGINT not null,
	answered BIGINT not null,
	resolved BIGINT not null,
	status TEXT not null,
	priority TEXT not null,
	says TEXT not null,
	channel TEXT not null,
	category TEXT not null,
	minutes TEXT not null,
	reopened BIGINT not null,
	party TEXT not null,
	ref TEXT not null,
	primary key (desk, id)
);
create index tickets_product on tickets (product, created, desk, id);
create index tickets_process on tickets (process, created, desk, id);
create index tickets_resolved on tickets (product, resolved);

-- Hours that there are for support, from a day on.
create table support_capacity (
	product TEXT not null,
	begins BIGINT not null,
	body TEXT not null,
	primary key (product, begins)
);
