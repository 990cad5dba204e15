-- What changed lately about all constraints, for feeds and reports.
create index standing_changes_at on standing_changes (at, id);
