package feeds

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/app/wording"
	"plumbline/internal/format/atom"
)

// Document is a feed or a calendar as it is sent. Updated is when anything in it
// last changed; 0 when what leaves it leaves no trace, so that no time can say.
type Document struct {
	Type    string // media type
	Body    []byte
	Updated plumbline.Time
}

// fedSince is the year in the ids of feed entries; it never changes, so that the
// ids do not.
const fedSince = "2026"

// host is the name of the installation, for ids that must be nobody else's.
func (a *Printer) host() string {
	if u, err := url.Parse(a.base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "plumbline.invalid"
}

func (a *Printer) tag(what string) string { return atom.Tag(a.host(), fedSince, what) }

func (a *Printer) itemURL(key plumbline.Key) string {
	return a.base + "/items/" + url.PathEscape(string(key))
}

// feedOf writes the entries; the newest change is the feed's.
func (a *Printer) feedOf(what, title, self, page string, entries []atom.Entry) (Document, error) {
	f := atom.Feed{ID: a.tag(what), Title: title, Self: a.base + self, Page: a.base + page, Entries: entries}
	for _, e := range entries {
		f.Updated = max(f.Updated, e.Updated)
	}
	b, err := atom.Write(f)
	return Document{Type: "application/atom+xml; charset=utf-8", Body: b, Updated: f.Updated}, err
}

// ItemsFeed is the items of a list, as the filter orders them: an entry for each,
// which is new again when the item changes.
func (a *Printer) ItemsFeed(ctx context.Context, who plumbline.Actor, f plumbline.Filter) (Document, error) {
	f.Cursor, f.Limit = "", plumbline.PageSize
	list, err := a.Items(ctx, who, f)
	if err != nil {
		return Document{}, err
	}
	entries := make([]atom.Entry, 0, len(list.Rows.Rows))
	for _, r := range list.Rows.Rows {
		about := []string{"State: " + r.State.Name()}
		for _, fact := range [][2]string{{"Team", r.TeamName}, {"Product", r.ProductName}, {"Assigned to", r.Assignee}, {"Priority", r.Priority}, {"Severity", r.Severity}} {
			if fact[1] != "" {
				about = append(about, fact[0]+": "+fact[1])
			}
		}
		entries = append(entries, atom.Entry{
			ID: a.tag("items/" + string(r.Key)), Title: string(r.Key) + " " + r.Title, URL: a.itemURL(r.Key), By: r.RequesterName,
			Published: r.Created, Updated: r.Updated, Text: strings.Join(about, "\n"),
		})
	}
	f.Limit = 0
	q := ""
	if s := f.Values().Encode(); s != "" {
		q = "?" + s
	}
	doc, err := a.feedOf("feeds/items"+q, "Items", "/feeds/items.atom"+q, "/items"+q, entries)
	doc.Updated = 0
	return doc, err
}

// ItemFeed is what happened to one item, newest first.
func (a *Printer) ItemFeed(ctx context.Context, who plumbline.Actor, key plumbline.Key) (Document, error) {
	v, err := a.Item(ctx, who, key)
	if err != nil {
		return Document{}, err
	}
	entries := make([]atom.Entry, 0, len(v.History))
	for _, h := range v.History {
		entries = append(entries, atom.Entry{
			ID: a.tag("events/" + strconv.FormatInt(h.Seq, 10)), Title: strings.TrimSpace(h.By + " " + h.Sentence), URL: a.itemURL(key), By: h.By,
			Published: h.At, Updated: h.At, Text: h.Detail,
		})
	}
	return a.feedOf("feeds/items/"+string(key), string(key)+" "+v.Title, "/feeds/items/"+string(key)+".atom", "/items/"+string(key), entries)
}

// DecisionsFeed is the newest decisions, in their public words.
func (a *Printer) DecisionsFeed(ctx context.Context, who plumbline.Actor) (Document, error) {
	docket, err := a.Decisions(ctx, who, "")
	if err != nil {
		return Document{}, err
	}
	entries := make([]atom.Entry, 0, len(docket.Entries))
	for _, d := range docket.Entries {
		text := string(d.Sentence)
		if d.Reopen != "" {
			text += "\nWe look again when: " + d.Reopen
		}
		if !d.Ended.IsZero() {
			text += "\nReplaced since."
		}
		entries = append(entries, atom.Entry{
			ID: a.tag("decisions/" + d.ID), Title: string(d.Key) + " " + d.Title + ": " + wording.Decided(d.Outcome), URL: a.itemURL(d.Key), By: d.ByName,
			Published: d.At, Updated: max(d.At, d.Ended), Text: text,
		})
	}
	return a.feedOf("feeds/decisions", "Decisions", "/feeds/decisions.atom", "/decisions", entries)
}
