-- A service level objective: body is its definition as JSON, hash, the id of
-- the kept file and line are where it stands, empty when it is known from recording rules alone. It is read
-- from a source of figures until read_until; what was measured is told as
-- evidence until cut. said is what the rules of Sloth say themselves, as JSON.
create table slos (
	n BIGINT primary key,
	id TEXT not null unique,
	product TEXT not null,
	tied TEXT not null,
	source TEXT not null,
	hash TEXT not null,
	kept TEXT not null,
	file TEXT not null,
	body TEXT not null,
	limit_id TEXT not null,
	read_until BIGINT not null,
	cut BIGINT not null,
	burning TEXT not null,
	missing BOOLEAN not null,
	problem TEXT not null,
	said TEXT not null,
	at BIGINT not null
);
create index slos_product on slos (product, id);
create index slos_limit on slos (limit_id);
create index slos_file on slos (file);

-- What was counted from start on for grain seconds: fine ones are kept for hours,
-- those of an hour for days, those of a day for good. covered is the seconds of it
-- in which something was measured.
create table slo_sums (
	n BIGINT not null references slos (n),
	grain BIGINT not null,
	start BIGINT not null,
	bad DOUBLE PRECISION not null,
	total DOUBLE PRECISION not null,
	covered BIGINT not null,
	primary key (n, grain, start)
);

-- What was told as evidence: stretches of time that do not overlap, long ones
-- while little happens.
create table slo_chunks (
	n BIGINT not null references slos (n),
	begins BIGINT not null,
	until BIGINT not null,
	bad TEXT not null,
	total TEXT not null,
	ref TEXT not null,
	primary key (n, begins)
);

-- Sources of figures, as they are: body is JSON.
create table figure_sources (
	id TEXT primary key,
	place BIGINT not null,
	body TEXT not null
);
