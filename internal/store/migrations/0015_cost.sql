-- What was charged, by day. An amount is three columns that are added one by one:
-- millionths, and what is left of them in parts of 10^-18 and of 10^-30; see
-- plumbline.Sum. Everything here is worked out from bills, which are kept as they
-- came, and can be worked out again.

-- A reading of a bill; source is the file that is kept. One that is not loaded yet, or
-- was cut off, counts nothing.
create table cost_files (
	id TEXT primary key,
	source TEXT not null,
	name TEXT not null,
	hash TEXT not null,
	at BIGINT not null,
	n BIGINT not null,
	skipped BIGINT not null,
	loaded BOOLEAN not null,
	rules TEXT not null,
	person TEXT not null,
	person_name TEXT not null
);
create index cost_files_hash on cost_files (hash);
create index cost_files_at on cost_files (at, id);
create index cost_files_source on cost_files (source);

-- What a bill says of one billing account in one billing period. A later bill takes
-- the place of an earlier one slice by slice.
create table cost_slices (
	file TEXT not null references cost_files (id),
	slice BIGINT not null,
	provider TEXT not null,
	account TEXT not null,
	period TEXT not null,
	bill_to BIGINT not null,
	last_day BIGINT not null,
	n BIGINT not null,
	at BIGINT not null,
	live BOOLEAN not null,
	ended BIGINT not null,
	ended_by TEXT not null,
	primary key (file, slice)
);
create index cost_slices_live on cost_slices (live, slice);

-- What charges have in common that fall together on a day, and whose they are by
-- the rules: share is the rule by which they are split; no product and no share:
-- nobody's.
create table cost_keys (
	id BIGINT primary key,
	body TEXT not null,
	service TEXT not null,
	category TEXT not null,
	account TEXT not null,
	region TEXT not null,
	kind TEXT not null,
	usual TEXT not null,
	currency TEXT not null,
	product TEXT not null,
	share BIGINT not null,
	rule BIGINT not null
);
create table cost_key_tags (
	cost_key BIGINT not null references cost_keys (id),
	tag TEXT not null,
	value TEXT not null,
	primary key (cost_key, tag)
);

create table cost_facts (
	file TEXT not null references cost_files (id),
	slice BIGINT not null,
	cost_key BIGINT not null,
	day BIGINT not null,
	month TEXT not null,
	n BIGINT not null,
	line BIGINT not null,
	billed BIGINT not null,
	billed_mid BIGINT not null,
	billed_low BIGINT not null,
	effective BIGINT not null,
	effective_mid BIGINT not null,
	effective_low BIGINT not null,
	primary key (file, slice, cost_key, day)
);
create index cost_facts_month on cost_facts (month, cost_key);

-- What a product cost on a day; no product: nobody's. usual is "usual", "one-off",
-- "unused" or "shared".
create table cost_days (
	product TEXT not null,
	currency TEXT not null,
	day BIGINT not null,
	usual TEXT not null,
	n BIGINT not null,
	file TEXT not null,
	billed BIGINT not null,
	billed_mid BIGINT not null,
	billed_low BIGINT not null,
	effective BIGINT not null,
	effective_mid BIGINT not null,
	effective_low BIGINT not null,
	primary key (product, currency, day, usual)
);
create index cost_days_day on cost_days (day, product);

-- The parts of a product's month: by service, by tag, …
create table cost_parts (
	product TEXT not null,
	currency TEXT not null,
	month TEXT not null,
	dim TEXT not null,
	value TEXT not null,
	n BIGINT not null,
	billed BIGINT not null,
	billed_mid BIGINT not null,
	billed_low BIGINT not null,
	effective BIGINT not null,
	effective_mid BIGINT not null,
	effective_low BIGINT not null,
	primary key (product, currency, month, dim, value)
);
create index cost_parts_month on cost_parts (month, dim, product);

-- A month that came to another sum after it was over.
create table cost_restated (
	product TEXT not null,
	currency TEXT not null,
	month TEXT not null,
	file TEXT not null,
	at BIGINT not null,
	why TEXT not null,
	billed_was TEXT not null,
	billed TEXT not null,
	effective_was TEXT not null,
	effective TEXT not null,
	primary key (product, currency, month, file)
);

-- Whose cost a charge is: every version of the rules; the last one counts.
create table cost_rules (
	version TEXT primary key,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);

-- A budget of several months may be planned month by month.
create table cost_plans (
	budget TEXT not null,
	month TEXT not null,
	amount TEXT not null,
	primary key (budget, month)
);

-- What a product did in a month, for what one of it costs.
create table cost_drivers (
	product TEXT not null,
	driver TEXT not null,
	month TEXT not null,
	many TEXT not null,
	source TEXT not null,
	person TEXT not null,
	at BIGINT not null,
	primary key (product, driver, month)
);
