package linktest

import (
	"context"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/link"
)

var comments = []test{
	{"one comment is created, then edited in place", commentOnce},
	{"a comment is found on a later page", commentLater},
	{"a lost answer makes no second one", commentLost},
	{"what failed is not believed done", commentFailed},
	{"a yes without a comment is seen", commentDeaf},
	{"one that a person deleted is said to be new", commentDeleted},
	{"one deleted while we look is written anew", commentVanished},
	{"a person's comment with our marker is left alone", commentForged},
	{"markers of any kind work and are told apart", commentMarkers},
	{"a requester's text is inert", commentInert},
	{"the issue's author can be called", commentCalls},
	{"a very long text is cut", commentLong},
	{"without a marker nothing is written", commentNoMarker},
}

func told(text string) plumbline.WantedChange {
	return plumbline.WantedChange{Marker: "status:REQ-12", Comment: plumbline.PublicText(text)}
}

func commentOnce(b *bench) {
	ref := b.CreateIssue("mara", "A", "", "infrapm")
	if out := b.apply(ref, told("We look at it.")); !out.Changed || out.Comment != link.CommentCreated {
		b.Errorf("at first: got %+v", out)
	}
	b.Wire.Forget()
	if out := b.apply(ref, told("We look at it.")); out.Changed || out.Comment != link.CommentSame {
		b.Errorf("again: got %+v", out)
	}
	b.wantWrites(0)
	b.Comment("mara", ref, "Thanks!")
	if out := b.apply(ref, told("It is **planned**.\n\nFor 2027.")); !out.Changed || out.Comment != link.CommentEdited {
		b.Errorf("another text: got %+v", out)
	}
	b.wantWrites(1)
	ours := b.ours(ref)
	if len(ours) != 1 || !strings.HasSuffix(ours[0].Body, "It is **planned**.\n\nFor 2027.") || !strings.HasPrefix(ours[0].Body, "<!-- plumbline:") {
		b.Errorf("got %+v", ours)
	}
}

func commentLater(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	for range 60 {
		b.Comment("mara", ref, "before")
	}
	if b.Unread != nil {
		b.Unread(ref, 260) // whole pages of nothing
	}
	b.apply(ref, told("one"))
	for range 60 {
		b.Comment("mara", ref, "after")
	}
	if out := b.apply(ref, told("two")); out.Comment != link.CommentEdited || len(b.ours(ref)) != 1 {
		b.Errorf("got %+v, %d comments of ours", out, len(b.ours(ref)))
	}
}

func commentLost(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	for marker, t := range map[string]Trouble{"dropped": {Method: "POST", Apply: true, Drop: true}, "502": {Method: "POST", Apply: true, Status: 502}} {
		b.Wire.Trouble(t)
		want := plumbline.WantedChange{Marker: marker, Comment: "one"}
		if out := b.apply(ref, want); !out.Changed || out.Comment != link.CommentCreated {
			b.Errorf("got %+v", out)
		}
		b.apply(ref, want)
	}
	b.wantWrites(2)
	if n := len(b.ours(ref)); n != 2 {
		b.Errorf("got %d comments for two markers", n)
	}
}

func commentFailed(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.Wire.Trouble(Trouble{Method: "POST", Status: 500})
	_, err := b.link.Apply(context.Background(), ref, told("one"))
	b.fails(err, link.Unknown)
	if n := len(b.ours(ref)); n != 0 {
		b.Errorf("got %d comments", n)
	}
	b.apply(ref, told("one"))
	b.Wire.Trouble(Trouble{Method: "write", Status: 500})
	_, err = b.link.Apply(context.Background(), ref, told("two")) // an edit
	b.fails(err, link.Unknown)
	if ours := b.ours(ref); len(ours) != 1 || !strings.Contains(ours[0].Body, "one") {
		b.Errorf("got %+v", ours)
	}
}

func commentDeaf(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	for _, body := range []string{`{"id":999999}`, `{"commands_changes":{}}`, `{}`, ``} {
		b.Wire.Trouble(Trouble{Method: "POST", Status: 201, Body: body})
		out := b.apply(ref, plumbline.WantedChange{Marker: "m", Comment: "x", Close: true})
		if !out.Ignored || out.Changed || out.Comment != link.NoComment || out.Detail == "" || !b.Open(ref) {
			b.Errorf("%s: got %+v", body, out)
		}
	}
	b.apply(ref, told("one"))
	b.Wire.Trouble(Trouble{Method: "write", Status: 200, Body: `{"id":` + b.ours(ref)[0].ID + `}`})
	if out := b.apply(ref, told("two")); !out.Ignored || out.Changed {
		b.Errorf("an edit: got %+v", out)
	}
}

func commentDeleted(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.apply(ref, told("one"))
	b.DeleteComment(b.ours(ref)[0].ID)
	if out := b.apply(ref, told("two")); out.Comment != link.CommentCreated || len(b.ours(ref)) != 1 {
		b.Errorf("got %+v", out)
	}
}

func commentVanished(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.apply(ref, told("one"))
	b.Wire.Trouble(Trouble{Method: "write", Do: func() { b.DeleteComment(b.ours(ref)[0].ID) }})
	if out := b.apply(ref, told("two")); out.Comment != link.CommentCreated || len(b.ours(ref)) != 1 {
		b.Errorf("got %+v, %d comments", out, len(b.ours(ref)))
	}
}

func commentForged(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.apply(ref, told("one"))
	mine := b.ours(ref)[0]
	b.Comment("mallory", ref, mine.Body)
	b.DeleteComment(mine.ID)
	b.apply(ref, told("two"))
	for _, c := range b.Comments(ref) {
		if c.Author == "mallory" && c.Body != mine.Body {
			b.Errorf("a person's comment was changed: %+v", c)
		}
	}
	if len(b.ours(ref)) != 1 {
		b.Errorf("got %d comments of ours", len(b.ours(ref)))
	}
	// A requester's text that holds a marker makes no comment of that marker.
	b.apply(ref, told("<!-- plumbline:other -->"))
	want := told("three")
	want.Marker = "other"
	if out := b.apply(ref, want); out.Comment != link.CommentCreated {
		b.Errorf("got %+v", out)
	}
}

func commentMarkers(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	markers := []string{"a", "a-", "a--", "a-->", "a b", "a\nb", "ü", "status:gitlab:1:1", "status:gitlab:1:11", "--", "%2D"}
	for _, round := range []link.CommentFate{link.CommentCreated, link.CommentSame} {
		for _, m := range markers {
			if out := b.apply(ref, plumbline.WantedChange{Marker: m, Comment: "x"}); out.Comment != round {
				b.Errorf("marker %q: got %q, want %q", m, out.Comment, round)
			}
		}
	}
}

// Nasty are texts of requesters that must do nothing when the bot posts them.
func Nasty() []string { return append([]string(nil), nasty...) }

var nasty = []string{
	"/close",
	"text\n/close\nmore",
	"  /close\n\t/label ~workflow::ready",
	"windows\r\n/close\r\n/unlabel ~infrapm",
	"old mac\r/close\r/relabel ~area",
	"line separator\u2028/close\u0085/close\v/close\f/close",
	"invisible \n\u200b/close\n\ufeff/close\n\u00a0/close\n\u2060/close",
	"```\n/close\n```\n/close",
	"````\n```\n/close\n```\n````\n/close",
	"~~~\n/close",
	"```\nnever closed\n/close",
	"`x`\n/close\n`y`",
	"<details>\n/close\n</details>\n/close",
	"<!-- hidden\n/close",
	"<div>\n\n/close",
	">>>\n/close\n>>>\n/close",
	"/CLOSE\n/Label ~\"workflow::ready\"\n/assign @root\n/confidential\n/title x",
	"@all @everyone @here @channel @org/team @group/sub/group, (@all) [@all] >@all *@all*",
	"é@all \u200b@all /@all .@all @@all <@all> \u2060@all",
	"x://@all https://a/@all https:/@all foohttps://a.b/@all",
	"@\u2060all @all@all @all/ @all. @all-",
	"<script>alert(1)</script> <img src=x onerror=alert(1)> <a href=javascript:alert(1)>x</a>",
}

// inert checks that a text of the bot did nothing to the issue.
func (b *bench) inert(ref string, labels ...string) {
	b.Helper()
	if !b.Open(ref) {
		b.Errorf("it closed the issue")
	}
	b.wantSet("labels", b.IssueLabels(ref), labels...)
	if called := b.Mentioned(ref); len(called) != 0 {
		b.Errorf("it calls %q", called)
	}
}

func commentInert(b *bench) {
	for i, text := range nasty {
		ref := b.CreateIssue("mara", "A", "", "infrapm")
		out := b.apply(ref, told(text))
		if out.Comment != link.CommentCreated || out.Ignored {
			b.Errorf("text %d: got %+v", i, out)
		}
		b.apply(ref, told("changed\n"+text))
		b.Wire.Forget()
		if out := b.apply(ref, told("changed\n"+text)); out.Comment != link.CommentSame {
			b.Errorf("text %d: it is written again and again: %+v", i, out)
		}
		b.inert(ref, "infrapm")
		for _, c := range b.ours(ref) {
			if strings.Contains(c.Body, "<script") || strings.Contains(c.Body, "<img") || strings.Contains(c.Body, "<a ") {
				b.Errorf("text %d holds a tag: %s", i, c.Body)
			}
		}
	}
}

func commentCalls(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	b.apply(ref, told("@mara, it is done. Ask jon@example.com, not @jon or @mara/team. See https://example.com/@all/1."))
	b.wantSet("called", b.Mentioned(ref), "mara", "all/1") // the fake does not know addresses
}

func commentLong(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	out := b.apply(ref, told(strings.Repeat("ü/close\n", 130_000)))
	body := b.ours(ref)[0].Body
	if out.Ignored || len(body) > 70_000 || len(body) < 50_000 || !utf8.ValidString(body) {
		b.Errorf("got %d bytes", len(body))
	}
	b.inert(ref)
}

func commentNoMarker(b *bench) {
	ref := b.CreateIssue("mara", "A", "")
	_, err := b.link.Apply(context.Background(), ref, plumbline.WantedChange{Comment: "x"})
	b.fails(err, link.Invalid)
	b.wantWrites(0)
}
