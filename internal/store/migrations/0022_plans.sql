-- A scenario is one way to plan: body is what people set, as JSON. Ended: put away.
create table scenarios (
	id TEXT primary key,
	name TEXT not null,
	body TEXT not null,
	version BIGINT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	ended BIGINT not null
);
create index scenarios_at on scenarios (ended, at, id);

-- Items that people force into the plans of a scenario, or out of them.
create table scenario_pins (
	scenario TEXT not null references scenarios (id),
	item TEXT not null references items (id),
	forced_in BOOLEAN not null,
	last_period TEXT not null,
	reason TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	primary key (scenario, item)
);
create index scenario_pins_item on scenario_pins (item, scenario);

-- What was planned for a scenario, each time: body is the plan with what it was
-- made of, as JSON. None is ever changed. seq is the last event that it knew.
create table plans (
	id TEXT primary key,
	scenario TEXT not null references scenarios (id),
	seq BIGINT not null,
	seed TEXT not null,
	stopped BOOLEAN not null,
	version BIGINT not null,
	body TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create index plans_scenario on plans (scenario, at, id);

-- In which period a plan does an item.
create table plan_picks (
	plan TEXT not null references plans (id),
	item TEXT not null references items (id),
	period TEXT not null,
	primary key (plan, item)
);
create index plan_picks_item on plan_picks (item, plan);

-- What was decided about plans: that one is committed to, and what an escalation
-- displaces. in_force: the plan is what we will do, until it ends. None is changed
-- but to end it.
create table plan_decisions (
	id TEXT primary key,
	scenario TEXT not null references scenarios (id),
	plan TEXT not null references plans (id),
	kind TEXT not null,
	in_force BOOLEAN not null,
	item TEXT not null,
	asked TEXT not null,
	drops TEXT not null,
	later TEXT not null,
	reason TEXT not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null,
	ended BIGINT not null
);
create index plan_decisions_at on plan_decisions (at, id);
create index plan_decisions_scenario on plan_decisions (scenario, at, id);
create index plan_decisions_item on plan_decisions (item, at, id) where item <> '';
