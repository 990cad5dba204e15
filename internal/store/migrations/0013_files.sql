-- A file that bears evidence, kept as it came. One that is not kept yet was sent
-- to be looked at, or is being read. Report is what became of its rows.
create table files (
	id TEXT primary key,
	format TEXT not null,
	name TEXT not null,
	hash TEXT not null,
	size BIGINT not null,
	lines BIGINT not null,
	settings TEXT not null,
	report TEXT not null,
	kept BOOLEAN not null,
	person TEXT not null,
	person_name TEXT not null,
	at BIGINT not null
);
create index files_at on files (kept, at, id);
create index files_hash on files (hash, format);

-- The file's bytes in parts, each packed by gzip: those from byte start on, of
-- which the first belongs to the line.
create table file_parts (
	file TEXT not null references files (id),
	n BIGINT not null,
	start BIGINT not null,
	line BIGINT not null,
	body BYTEA not null,
	primary key (file, n)
);
