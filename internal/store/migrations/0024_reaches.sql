-- What the reach of a product is counted in, and how many there are in all, as
-- somebody said it and from what: none is changed but to end it. An empty unit says
-- that it is counted in nothing any more.
create table reach_units (
	id TEXT primary key,
	product TEXT not null,
	unit TEXT not null,
	many BIGINT not null,
	source TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	ended BIGINT not null
);
create index reach_units_product on reach_units (product, at, id);
create unique index reach_units_current on reach_units (product) where ended = 0;

-- Of those before nobody wrote down who said them, when, and from what.
insert into reach_units (id, product, unit, many, source, person, person_name, at, ended)
	select 'reach-' || product, product, unit, many, '', '', '', 0, 0 from reaches;
drop table reaches;
