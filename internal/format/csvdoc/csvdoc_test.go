package csvdoc_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"plumbline"
	"plumbline/internal/format/csvdoc"
)

func open(t *testing.T, data string, g csvdoc.Guide) *csvdoc.Sheet {
	t.Helper()
	s, err := csvdoc.Open("a.csv", []byte(data), g)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rows are the rows of a file as one line each: its line, then its title or why
// it was skipped.
func rows(s *csvdoc.Sheet) string {
	var out []string
	for in := range s.Items() {
		if in.Skip != "" {
			out = append(out, fmt.Sprintf("%d! %s", in.Line, in.Skip))
			continue
		}
		out = append(out, fmt.Sprintf("%d %s %s", in.Line, in.External, in.Title))
	}
	return strings.Join(out, "\n")
}

func TestWhatIsRead(t *testing.T) {
	s := open(t, "ID;Summary;Details;Created At;Tags;Status;Votes;Reported by;field.reach;Nonsense\r\n"+
		"7;Restore within an hour;\"two\r\nlines; \"\"quoted\"\"\";2026-03-04 05:06;a, b,a;Declined;12;mara;6;x\r\n", csvdoc.Guide{Map: map[string]string{"Reported by": "author"}})
	var got []plumbline.Incoming
	for in := range s.Items() {
		got = append(got, in)
	}
	made, _ := plumbline.ParseTime("2026-03-04 05:06")
	want := []plumbline.Incoming{{File: "a.csv", Line: 2, External: "7", Title: "Restore within an hour", Body: "two\r\nlines; \"quoted\"", Created: made,
		Labels: []string{"a", "b"}, Status: "Declined", Ended: plumbline.EndedDropped, Votes: 12, Author: "mara", Fields: map[string]string{"reach": "6"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c := s.Columns[0]; c.Header != "ID" || c.Field != csvdoc.External || c.Sample != "7" {
		t.Errorf("got %+v", c)
	}
	if c := s.Columns[9]; c.Field != "" {
		t.Errorf("a column that means nothing is taken for %q", c.Field)
	}
}

// Rows that cannot be read are told with their line, and the others are read.
func TestBrokenRows(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"cells":       {"id,title\n1,a\n2\n3,b,c\n4,d,\n", "2 1 a\n3! it has 1 cell, the header has 2\n4! it has 3 cells, the header has 2\n5 4 d"},
		"open quote":  {"id,title\n1,a\n2,\"b\n3,c\n", "2 1 a\n3! a quote is opened and never closed\n4 3 c"},
		"after quote": {"id,title\n1,\"a\"b\n2,c\n", "2! text follows a closing quote\n3 2 c"},
		"bare quote":  {"id,title\n1,5\" disk\n", `2 1 5" disk`},
		"no title":    {"id,title\n1,\n2,b\n", "2! it has no title\n3 2 b"},
		"time":        {"id,title,created\n1,a,04/03/2026\n2,b,\n", "2! created: \"04/03/2026\" is not a time; write it as 2026-11-22 or 2026-11-22T13:00:00Z\n3 2 b"},
		"votes":       {"id,title,votes\n1,a,many\n", `2! votes: "many" is not a number of votes`},
		"bytes":       {"id,title\n1,gr\xc3\xbcn\n2,gr\xfcn\n3,c\n", "2 1 grün\n3! it has bytes that are not UTF-8 text\n4 3 c"},
		"blank lines": {"id,title\n\n1,\"a\nb\"\n\n2,c", "3 1 a b\n6 2 c"},
		"lines of cr": {"id,title\r\n1,a\r\n2,b\r", "2 1 a\n3 2 b"},
		"no id":       {"title\na\nb\na\n", "2 title-ca978112ca1bbdca-1 a\n3 title-3e23e8160039594a-1 b\n4 title-ca978112ca1bbdca-2 a"},
	} {
		if got := rows(open(t, c.data, csvdoc.Guide{})); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// A file of nothing but broken rows ends, and costs what its size says.
func TestManyBrokenRows(t *testing.T) {
	s := open(t, "id,title\n"+strings.Repeat("1,\"a\"b\n", 5000), csvdoc.Guide{})
	n, last := 0, ""
	for in := range s.Items() {
		n, last = n+1, in.Skip
	}
	if n != 1001 || !strings.Contains(last, "more than 1000 rows") {
		t.Errorf("got %d rows, the last one %q", n, last)
	}
}

// A cell that is too long, or a line, costs its own row: what follows it is read,
// and nothing of its text is taken for rows.
func TestLongCells(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 3<<20/16)
	line := strings.Repeat("0123456789abcdef", 100<<20/16)
	text := strings.ReplaceAll(long, "f", "\n9,taken\n")
	for name, c := range map[string]struct{ data, want string }{
		"bare":             {"id,title\n1," + long + "\n2,b\n", "2! a cell is longer than two mebibytes\n3 2 b"},
		"a line of 100 MB": {"id,title\n1," + line + "\n2,b\n", "2! a cell is longer than two mebibytes\n3 2 b"},
		"in quotes":        {"id,title\n1,\"" + long + "\"\n2,b\n", "2! a cell is longer than two mebibytes\n3 2 b"},
		"lines in quotes":  {"id,title\n1,\"" + text + "\"\n2,b\n", fmt.Sprintf("2! a cell is longer than two mebibytes\n%d 2 b", 3+strings.Count(text, "\n"))},
		"quotes in quotes": {"id,title\n1,\"\"\"" + text + "\"\"x\"\n2,b\n", fmt.Sprintf("2! a cell is longer than two mebibytes\n%d 2 b", 3+strings.Count(text, "\n"))},
		"never closed":     {"id,title\n1,\"" + long + "\n2,b\n", "2! a cell in quotes is longer than two mebibytes; is a closing quote missing?\n3 2 b"},
		"just fits":        {"id,title\n1," + long[:2<<20] + "\n2,b\n", "2 1 " + long[:2<<20] + "\n3 2 b"},
	} {
		if got := rows(open(t, c.data, csvdoc.Guide{})); got != c.want {
			t.Errorf("%s: got\n%.300s\nwant\n%.300s", name, got, c.want)
		}
	}
}

// Quotes that are opened everywhere and closed nowhere are not searched for the
// rest of the file again and again.
func TestQuotesNeverClosed(t *testing.T) {
	data := "id,title\n" + strings.Repeat("1,\"x\"y "+strings.Repeat("z", 20_000)+"\n", 900) + "2,\"" + strings.Repeat("z", 4<<20) + "\n3,b\n"
	s, last := open(t, data, csvdoc.Guide{}), ""
	for in := range s.Items() {
		last = in.Title
	}
	if last != "b" {
		t.Errorf("the last row is %q", last)
	}
}

func TestEncodings(t *testing.T) {
	const text = "id,title\n1,Größe €\n"
	wide := func(order binary.ByteOrder, mark bool) string {
		var b bytes.Buffer
		units := utf16.Encode([]rune(text + "2,🚀\n"))
		if mark {
			units = append([]uint16{0xfeff}, units...)
		}
		_ = binary.Write(&b, order, units)
		return b.String()
	}
	for name, c := range map[string]struct{ data, want string }{
		"UTF-8":                 {text, "2 1 Größe €"},
		"UTF-8 with a mark":     {"\xef\xbb\xbf" + text, "2 1 Größe €"},
		"Windows-1252":          {"id,title\n1,Gr\xf6\xdfe \x80\n", "2 1 Größe €"},
		"UTF-16 little, marked": {wide(binary.LittleEndian, true), "2 1 Größe €\n3 2 🚀"},
		"UTF-16 big, marked":    {wide(binary.BigEndian, true), "2 1 Größe €\n3 2 🚀"},
		"UTF-16 little":         {wide(binary.LittleEndian, false), "2 1 Größe €\n3 2 🚀"},
		"UTF-16 big":            {wide(binary.BigEndian, false), "2 1 Größe €\n3 2 🚀"},
		"tabs":                  {"id\ttitle\n1\ta,b\n", "2 1 a,b"},
		"sep line":              {"sep=;\r\nid;title\r\n1;a,b\r\n", "3 1 a,b"},
		"bars":                  {"id|title\n1|a\n", "2 1 a"},
	} {
		if got := rows(open(t, c.data, csvdoc.Guide{})); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty":        {"", "is empty"},
		"blank":        {"\n\n", "is empty"},
		"workbook":     {"PK\x03\x04rest", "save the table as CSV"},
		"zero":         {"id,title\n1,a\x00b\n", "line 2 has a zero byte"},
		"no encoding":  {"id,title\n1,a\n2,\x81\n", "line 3 has the byte 0x81"},
		"control":      {"id,title\n1,\xfc\x01\n", "line 2 has the byte 0x01"},
		"odd UTF-16":   {"\xff\xfei\x00d", "middle of a character"},
		"half a pair":  {"\xff\xfei\x00\x00\xd8i\x00", "half a character"},
		"broken head":  {"id,\"title\n1,a\n", "a.csv:1: the header cannot be read"},
		"no title":     {"id,thing\n1,a\n", "no column is the title"},
		"many columns": {strings.Repeat("x,", 600) + "title\n", "cannot be read: it has more than 500 cells"},
		"a million":    {strings.Repeat("x,", 1e6) + "title\n", "cannot be read: it has more than 500 cells"},
		"501 columns":  {strings.Repeat("x,", 500) + "title\n", "has 501 columns; at most 500 are read"},
	} {
		_, err := csvdoc.Open("a.csv", []byte(c.data), csvdoc.Guide{})
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	for name, m := range map[string]map[string]string{
		"no such column": {"nothing": "title"}, "no such field": {"thing": "colour"}, "twice": {"id": "title", "thing": "title"},
	} {
		_, err := csvdoc.Open("a.csv", []byte("id,thing\n1,a\n"), csvdoc.Guide{Map: m})
		if err == nil || plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// What is given goes before what is guessed, also to leave a column out.
func TestMapping(t *testing.T) {
	s := open(t, "id,title,summary\n1,short,long\n", csvdoc.Guide{Map: map[string]string{"summary": "title", "id": ""}})
	if got := rows(s); !strings.HasSuffix(got, " long") || strings.Contains(got, " 1 ") {
		t.Errorf("got %q", got)
	}
}

// What is written is what is read, to the byte, and no cell begins as a formula.
func TestRoundTrip(t *testing.T) {
	fields := []string{"reach", "statement"}
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+\-@'\t\r\n," ;a]{0,6}`))
	rapid.Check(t, func(t *rapid.T) {
		r := plumbline.Row{Item: plumbline.Item{ID: "0190b6f4", Key: "REQ-1", Version: 3, Process: "request", Kind: "request", Visibility: plumbline.Public}}
		draw := func(name string) string { return strings.ReplaceAll(text.Draw(t, name), "\x00", "") }
		r.Title, r.Body, r.OnBehalfOf = draw("title"), draw("body"), draw("on behalf of")
		if strings.TrimSpace(r.Title) == "" {
			r.Title = "-x"
		}
		r.Fields = map[string]string{"reach": draw("reach"), "statement": draw("statement")}
		for range rapid.IntRange(0, 3).Draw(t, "labels") {
			if l := strings.ReplaceAll(draw("label"), "\n", ""); l != "" {
				r.Labels = append(r.Labels, l)
			}
		}
		var b bytes.Buffer
		w := csvdoc.NewWriter(&b, fields)
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		s, err := csvdoc.Open("own.csv", b.Bytes(), csvdoc.Guide{})
		if err != nil {
			t.Fatal(err)
		}
		var got []plumbline.Incoming
		for in := range s.Items() {
			got = append(got, in)
		}
		if len(got) != 1 || got[0].Skip != "" {
			t.Fatalf("got %+v of\n%q", got, b.String())
		}
		in := got[0]
		for n, v := range r.Fields {
			if v == "" {
				delete(r.Fields, n)
			}
		}
		want := plumbline.Incoming{Title: r.Title, Body: r.Body, OnBehalfOf: r.OnBehalfOf, Fields: r.Fields, Labels: r.Labels, Item: "0190b6f4", Version: 3}
		have := plumbline.Incoming{Title: in.Title, Body: in.Body, OnBehalfOf: in.OnBehalfOf, Fields: in.Fields, Labels: in.Labels, Item: in.Item, Version: in.Version}
		if diff := cmp.Diff(want, have, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s\nof %q", diff, b.String())
		}
	})
}

func TestFormulaCells(t *testing.T) {
	var b bytes.Buffer
	w := csvdoc.NewWriter(&b, nil)
	for _, title := range []string{"=1+1", "+1", "-1", "@a", "\tx", "\rx", "'=1"} {
		if err := w.Row(plumbline.Row{Item: plumbline.Item{ID: "x", Title: title}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{",'=1+1,", ",'+1,", ",'-1,", ",'@a,", ",\"'\tx\",", ",\"'\rx\",", ",''=1,"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in %q", want, b.String())
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("id,title\n1,a\n\"2\",\"b\"\"c\"\n"))
	f.Add([]byte("\xff\xfei\x00d\x00"))
	f.Add([]byte("plumbline,title,version\nx,'=1,2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := csvdoc.Open("f", data, csvdoc.Guide{})
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatal(err)
			}
			return
		}
		line := 0
		for in := range s.Items() {
			if in.Line <= line {
				t.Fatalf("line %d after %d", in.Line, line)
			}
			line = in.Line
			if in.Skip == "" && (in.Title == "" || in.External == "" && !s.Own()) {
				t.Fatalf("a row without a name: %+v", in)
			}
		}
	})
}
