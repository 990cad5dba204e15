package atom

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"plumbline"
)

func TestWrite(t *testing.T) {
	at := plumbline.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600)))
	got, err := Write(Feed{ID: Tag("Plumb.Example", "2026", "feeds/items"), Title: "Items", Self: "https://plumb.example/feeds/items.atom?a=1&b=2", Page: "https://plumb.example/items", Updated: at,
		Entries: []Entry{{ID: "tag:x", Title: "A <b> & \x00\x1b\"c\"", URL: "https://plumb.example/items/REQ-1", By: "Ada", Published: at, Updated: at, Text: "Lines\nof text"}, {ID: "tag:y", Title: "Bare", URL: "u", Updated: at}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
 <id>tag:plumb.example,2026:feeds/items</id>
 <title>Items</title>
 <updated>2026-11-23T08:00:00Z</updated>
 <author>
  <name>Plumbline</name>
 </author>
 <link rel="self" type="application/atom+xml" href="https://plumb.example/feeds/items.atom?a=1&amp;b=2"></link>
 <link rel="alternate" type="text/html" href="https://plumb.example/items"></link>
 <entry>
  <id>tag:x</id>
  <title>A &lt;b&gt; &amp; &#34;c&#34;</title>
  <updated>2026-11-23T08:00:00Z</updated>
  <published>2026-11-23T08:00:00Z</published>
  <author>
   <name>Ada</name>
  </author>
  <link rel="alternate" type="text/html" href="https://plumb.example/items/REQ-1"></link>
  <content type="text">Lines&#xA;of text</content>
 </entry>
 <entry>
  <id>tag:y</id>
  <title>Bare</title>
  <updated>2026-11-23T08:00:00Z</updated>
  <link rel="alternate" type="text/html" href="u"></link>
 </entry>
</feed>
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Whatever people write, the feed stays XML that can be read.
func FuzzWrite(f *testing.F) {
	f.Add("plain")
	f.Add("]]> <![CDATA[ \x00 \xff \ufffe")
	f.Fuzz(func(t *testing.T, s string) {
		b, err := Write(Feed{Title: s, Entries: []Entry{{Title: s, Text: s, By: s}}})
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(strings.NewReader(string(b)))
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Fatalf("%v in\n%s", err, b)
				}
				return
			}
		}
	})
}
