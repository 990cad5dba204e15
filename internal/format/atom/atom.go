// Package atom writes feeds as RFC 4287 wants them. It owns Feed and Entry.
//
// Laws: pure. An entry's id stays and its Updated is the time of the last real
// change, so that a reader shows each change once.
package atom

import (
	"encoding/xml"
	"strings"
	"time"
	"unicode"

	"plumbline"
)

// Feed is a list of entries, the newest first.
type Feed struct {
	ID      string // a tag: address, see [Tag]
	Title   string
	Self    string // address of the feed, without any secret
	Page    string // address of the page that shows the same
	Updated plumbline.Time
	Entries []Entry
}

// Entry is one thing that happened, or one item as it is now.
type Entry struct {
	ID        string
	Title     string
	URL       string
	By        string // "": nobody in particular
	Published plumbline.Time
	Updated   plumbline.Time
	Text      string // plain text
}

// Tag is an id by RFC 4151: it stays when the address of the page changes. Host
// is the authority, and since the year in which it was one.
func Tag(host, since, what string) string {
	return "tag:" + strings.ToLower(host) + "," + since + ":" + what
}

type document struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  author   `xml:"author"`
	Links   []link   `xml:"link"`
	Entries []entry  `xml:"entry"`
}

type author struct {
	Name string `xml:"name"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type text struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

type entry struct {
	ID        string  `xml:"id"`
	Title     string  `xml:"title"`
	Updated   string  `xml:"updated"`
	Published string  `xml:"published,omitempty"`
	Author    *author `xml:"author"`
	Link      link    `xml:"link"`
	Content   *text   `xml:"content"`
}

// Write is the feed as XML.
func Write(f Feed) ([]byte, error) {
	d := document{ID: f.ID, Title: clean(f.Title), Updated: moment(f.Updated), Author: author{"Plumbline"}, Links: []link{
		{Rel: "self", Type: "application/atom+xml", Href: f.Self}, {Rel: "alternate", Type: "text/html", Href: f.Page},
	}}
	for _, e := range f.Entries {
		out := entry{ID: e.ID, Title: clean(e.Title), Updated: moment(e.Updated), Link: link{Rel: "alternate", Type: "text/html", Href: e.URL}}
		if !e.Published.IsZero() {
			out.Published = moment(e.Published)
		}
		if e.By != "" {
			out.Author = &author{clean(e.By)}
		}
		if e.Text != "" {
			out.Content = &text{"text", clean(e.Text)}
		}
		d.Entries = append(d.Entries, out)
	}
	b, err := xml.MarshalIndent(d, "", " ")
	return append([]byte(xml.Header), append(b, '\n')...), err
}

func moment(t plumbline.Time) string { return t.Std().UTC().Format(time.RFC3339) }

// clean leaves out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfffe || r == 0xffff || unicode.Is(unicode.Cs, r) {
			return -1
		}
		return r
	}, s)
}
