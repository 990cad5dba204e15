-- What was forecast where it mattered, as it was told; none is ever changed. due is the
-- latest moment at which reality is held against it; items are those that a commitment
-- is about, grid the equally likely values, both as JSON. p is the chance to be finished
-- before the moment until, below zero where none was told.
create table forecasts (
	id TEXT primary key,
	kind TEXT not null,
	cause TEXT not null,
	item TEXT not null,
	team TEXT not null,
	process TEXT not null,
	decision TEXT not null,
	period TEXT not null,
	items TEXT not null,
	weeks BIGINT not null,
	at BIGINT not null,
	due BIGINT not null,
	grid TEXT not null,
	low DOUBLE PRECISION not null,
	high DOUBLE PRECISION not null,
	level DOUBLE PRECISION not null,
	asked DOUBLE PRECISION not null,
	until BIGINT not null,
	p DOUBLE PRECISION not null,
	basis BIGINT not null,
	alike TEXT not null,
	method TEXT not null,
	version TEXT not null,
	seed TEXT not null
);
create index forecasts_item on forecasts (item, at) where item <> '';
create index forecasts_team on forecasts (kind, team, weeks, at);
create index forecasts_cause on forecasts (cause, at);

-- Forecasts that reality is not held against yet.
create table forecasts_awaited (
	forecast TEXT primary key references forecasts (id),
	item TEXT not null,
	due BIGINT not null
);
create index forecasts_awaited_due on forecasts_awaited (due, forecast);
create index forecasts_awaited_item on forecasts_awaited (item) where item <> '';

-- What came of a forecast. void says why nothing can be held against it; came is
-- whether it was finished before the moment of the chance that was told.
create table forecast_scores (
	forecast TEXT primary key references forecasts (id),
	at BIGINT not null,
	void TEXT not null,
	actual DOUBLE PRECISION not null,
	held BOOLEAN not null,
	inside BOOLEAN not null,
	came BOOLEAN not null,
	crps DOUBLE PRECISION not null,
	brier DOUBLE PRECISION not null,
	lean DOUBLE PRECISION not null
);
create index forecast_scores_at on forecast_scores (at, forecast);

-- How forecasts of a kind did, summed up while they are scored; team is '' in the rows
-- that have all of them.
create table forecast_records (
	kind TEXT not null,
	weeks BIGINT not null,
	team TEXT not null,
	told BIGINT not null,
	void BIGINT not null,
	scored BIGINT not null,
	weight DOUBLE PRECISION not null,
	held BIGINT not null,
	inside BIGINT not null,
	rated BIGINT not null,
	said DOUBLE PRECISION not null,
	came BIGINT not null,
	brier DOUBLE PRECISION not null,
	crps DOUBLE PRECISION not null,
	lean DOUBLE PRECISION not null,
	primary key (kind, weeks, team)
);
