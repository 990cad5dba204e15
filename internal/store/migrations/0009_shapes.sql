-- A view may be a timeline, on a scale, and a board or a timeline may be put
-- together by team, product, process, assignee or priority.
alter table views add column grouping TEXT not null default '';
alter table views add column scale TEXT not null default '';

-- How many items of a process a state holds at most: a hard limit refuses the
-- move that would pass it. asked changes when a move into the state is judged,
-- so that two of them wait for each other.
create table column_limits (
	process TEXT not null,
	state TEXT not null,
	most BIGINT not null,
	hard BOOLEAN not null,
	asked BIGINT not null,
	primary key (process, state)
);

-- Items are counted under their priority too, for the lanes of a board.
insert into item_counts (dim, value, process, state, kind, done, inbox, visibility, lane, n)
select 'priority', i.priority, i.process, i.state, i.kind, i.done, i.remit = '', i.visibility, i.lane, count(*)
from items i where i.priority <> ''
group by i.priority, i.process, i.state, i.kind, i.done, i.remit = '', i.visibility, i.lane;
