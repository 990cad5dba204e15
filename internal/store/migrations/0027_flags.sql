-- What does not hold any more of a committed plan, as it was last told: a line for each
-- item or team and its period, sorted; empty when all of it holds.
alter table plan_decisions add column flagged TEXT not null default '';
