-- How many items there are, kept and not counted: a board asks for it in every
-- column. Items that agree in all columns but n are one row. dim and value are
-- '' in the rows that count every item once, and else one thing more that it is
-- counted under: its team, product, class, assignee, or each of its labels.
-- inbox says that nobody has looked at it yet (items.remit is ''). A row may be 0.
create table item_counts (
	dim TEXT not null,
	value TEXT not null,
	process TEXT not null,
	state TEXT not null,
	kind TEXT not null,
	done BOOLEAN not null,
	inbox BOOLEAN not null,
	visibility TEXT not null,
	lane TEXT not null,
	n BIGINT not null,
	primary key (dim, value, process, state, kind, done, inbox, visibility)
);

insert into item_counts (dim, value, process, state, kind, done, inbox, visibility, lane, n)
select d.dim, d.value, i.process, i.state, i.kind, i.done, i.remit = '', i.visibility, i.lane, count(*)
from items i, (
	select '' as dim, '' as value, n as item from items
	union all select 'team', team, n from items where team <> ''
	union all select 'product', product, n from items where product <> ''
	union all select 'class', class, n from items where class <> ''
	union all select 'assignee', assignee, n from items where assignee <> ''
	union all select 'label', label, item from item_labels
) as d
where i.n = d.item
group by d.dim, d.value, i.process, i.state, i.kind, i.done, i.remit = '', i.visibility, i.lane;
