-- How many items came into a state and out of it on a day (days since 1970), kept and
-- not counted: a diagram of the stock goes back from what stands there now. dim and
-- value are '' in the rows that have every item once, and else its team or product.
create table flow_days (
	dim TEXT not null,
	value TEXT not null,
	day BIGINT not null,
	process TEXT not null,
	state TEXT not null,
	visibility TEXT not null,
	came BIGINT not null,
	went BIGINT not null,
	primary key (dim, value, day, process, state, visibility)
);

-- How many closed items there are by the week in which they were closed (its Monday,
-- days since 1970), the state that they ended in, and what capacity went into them.
create table flow_weeks (
	dim TEXT not null,
	value TEXT not null,
	week BIGINT not null,
	process TEXT not null,
	state TEXT not null,
	share TEXT not null,
	visibility TEXT not null,
	n BIGINT not null,
	primary key (dim, value, week, process, state, share, visibility)
);
