-- What opportunities want, of the files that told of them: the demand that stands
-- for it, or '' when none does any more, and the limit of what was promised, or ''.
create table opportunity_items (
	opportunity TEXT not null,
	item TEXT not null,
	demand TEXT not null,
	promise TEXT not null,
	primary key (opportunity, item)
);
