-- Vulnerabilities of products. A finding is one vulnerability in one package of
-- one product; body is plumbline.Finding, and the columns are what is asked for.
-- place is the due date, or the end of all times when there is none: the order of
-- lists. state: open, closed, suppressed or merged.
create table findings (
	id TEXT primary key,
	product TEXT not null,
	vuln TEXT not null,
	package TEXT not null,
	stream TEXT not null,
	class TEXT not null,
	state TEXT not null,
	exploited BOOLEAN not null,
	detected BIGINT not null,
	gone BIGINT not null,
	due BIGINT not null,
	closed BIGINT not null,
	place BIGINT not null,
	body TEXT not null,
	unique (product, vuln, package)
);
create index findings_place on findings (place, id);
create index findings_product on findings (product, place, id);
create index findings_vuln on findings (vuln);

-- What was found out about a finding, and by whom. None is ever changed.
create table finding_judgements (
	id TEXT primary key,
	finding TEXT not null references findings (id),
	at BIGINT not null,
	body TEXT not null
);
create index finding_judgements_finding on finding_judgements (finding, at, id);

-- What else a vulnerability is called; a canonical name has no row.
create table vuln_names (
	name TEXT primary key,
	vuln TEXT not null
);
create index vuln_names_vuln on vuln_names (vuln);

-- What is known of a vulnerability whatever has it: plumbline.Advisory.
create table advisories (
	vuln TEXT primary key,
	body TEXT not null
);

-- The catalog of known exploited vulnerabilities: plumbline.Exploited.
create table exploited (
	cve TEXT primary key,
	missing BIGINT not null,
	body TEXT not null
);

-- The parts of products, from bills of materials.
create table components (
	product TEXT not null,
	package TEXT not null,
	version TEXT not null,
	stream TEXT not null,
	kind TEXT not null,
	bom_ref TEXT not null,
	seen BIGINT not null,
	gone BIGINT not null,
	ref TEXT not null,
	primary key (product, package, version, stream)
);

-- What the deadlines of a product's findings follow from, where a finding does
-- not say: plumbline.Risk.
create table product_risks (
	product TEXT primary key,
	body TEXT not null
);

-- Files that told of findings or of parts of a product: file is the beginning of
-- the hash, as references have it. A complete one told of all there is.
create table scans (
	product TEXT not null,
	file TEXT not null,
	stream TEXT not null,
	format TEXT not null,
	at BIGINT not null,
	complete BOOLEAN not null,
	primary key (product, file)
);
create index scans_product on scans (product, stream, at);
