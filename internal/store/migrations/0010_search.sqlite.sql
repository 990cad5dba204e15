-- Search: the words of an item, as before, in an index that skips what a rarer
-- word of the same query has not, and knows what begins with two or three
-- letters. The program fills it; see reword.go.
drop table item_text;
create virtual table item_text using fts5 (
	words, content = '', contentless_delete = 1, detail = column, prefix = '2 3', tokenize = 'porter ascii'
);
-- The words that there are, for those that were only begun.
create virtual table item_terms using fts5vocab ('item_text', 'instance');
