-- What opportunities want, of the files that told of them: the demand that stands
-- for it, or '' when none does any more, and the limit of what was promised, or ''.
create table opportunity_items (
	opportunity TEXT not null,
	item TEXT not null,
	demand TEXT not null,
	promise TEXT not null,
	primary key (opportunity, item)
);

-- Which files of the catalog hold which entity now, and in which line.
create table descriptor_files (
	ref TEXT not null,
	file TEXT not null,
	line BIGINT not null,
	primary key (ref, file)
);
create index descriptor_files_file on descriptor_files (file, ref);
insert into descriptor_files (ref, file, line) select ref, file, line from descriptors where missing = 0;
