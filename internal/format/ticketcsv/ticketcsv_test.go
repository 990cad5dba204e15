package ticketcsv_test

import (
	"fmt"
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/format/ticketcsv"
)

const full = "id,created_at,first_response_at,resolved_at,status,priority,product,customer,channel,category,minutes_spent,reopened\n" +
	"T-1,2026-03-02T08:00:00Z,2026-03-02T08:30:00Z,2026-03-03T08:00:00Z,solved,high,shop,Numbat Holdings,chat,access,45.5,1\n"

func open(t *testing.T, data string, given map[string]string) *ticketcsv.Sheet {
	t.Helper()
	s, err := ticketcsv.Open("t.csv", []byte(data), given)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// says is each row as one line: its line and id, or why it was skipped.
func says(s *ticketcsv.Sheet) string {
	var out []string
	for r := range s.Rows() {
		if r.Skip != "" {
			out = append(out, fmt.Sprintf("%d! %s", r.Line, r.Skip))
			continue
		}
		out = append(out, fmt.Sprintf("%d %s", r.Line, r.ID))
	}
	return strings.Join(out, "\n")
}

func TestARow(t *testing.T) {
	for r := range open(t, full, nil).Rows() {
		if r.Skip != "" || r.ID != "T-1" || r.Answered.Sub(r.Created).Minutes() != 30 || r.Resolved.Sub(r.Created).Hours() != 24 || r.Status != "solved" || r.Priority != "high" ||
			r.Product != "shop" || r.Channel != "chat" || r.Category != "access" || r.Minutes != "45.5" || r.Reopened != 1 || r.Line != 2 {
			t.Errorf("got %+v", r)
		}
		if r.Party != "Numbat Holdings" {
			t.Errorf("who asked is lost: %v", r)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := open(t, "\xef\xbb\xbfTicket ID;Opened at;Solved at;Time Spent (minutes);Reopens;Something\r\n7;2026-03-02 08:00;;12;yes;x\r\n", nil)
	if got := ticketcsv.WriteColumns(s.Columns); got != "Opened at=created_at, Reopens=reopened, Solved at=resolved_at, Ticket ID=id, Time Spent (minutes)=minutes_spent" {
		t.Errorf("got %s", got)
	}
	given, err := ticketcsv.ParseColumns("Nummer=id, Wann=created_at; created_at=")
	if err != nil {
		t.Fatal(err)
	}
	if got := says(open(t, "Nummer,Wann,created_at\n1,2026-03-02,x\n", given)); got != "2 1" {
		t.Errorf("got %s", got)
	}
	again, err := ticketcsv.ParseColumns(ticketcsv.WriteColumns(given))
	if err != nil || len(again) != 3 {
		t.Errorf("got %v, %v", again, err)
	}
	for _, text := range []string{"x", "A=b", "=id"} {
		if _, err := ticketcsv.ParseColumns(text); plumbline.KindOf(err) != plumbline.Invalid || err == nil {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct {
		data, want string
		given      map[string]string
	}{
		"no id":       {"created_at\n2026-03-02\n", "for id", nil},
		"no time":     {"id,when\n1,2026-03-02\n", "for created_at", nil},
		"empty":       {"", "is empty", nil},
		"zero bytes":  {"id,created_at\n1,a\x00\n", "zero byte", nil},
		"no column":   {"id,created_at\n", `no column "Nummer"`, map[string]string{"Nummer": "id"}},
		"not CSV":     {"PK\x03\x04", "CSV", nil},
		"field twice": {"a,b,created_at\n", "two columns", map[string]string{"a": "id", "b": "id"}},
	} {
		if _, err := ticketcsv.Open("t.csv", []byte(c.data), c.given); plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestBadRows(t *testing.T) {
	head := "id,created_at,first_response_at,resolved_at,minutes_spent,reopened,category\n"
	got := says(open(t, head+
		",2026-03-02,,,,,\n"+
		"1,,,,,,\n"+
		"2,03/04/2026,,,,,\n"+
		"3,2026-03-02,2026-03-01,,,,\n"+
		"4,2026-03-02,,2026-03-01,,,\n"+
		"5,2026-03-02,,,-3,,\n"+
		"6,2026-03-02,,,many,,\n"+
		"7,2026-03-02,,,,often,\n"+
		"8,2026-03-02,,,0,0,=cmd()\n"+
		"8,2026-03-02,,,,,\n"+
		"9,2026-03-02\n"+
		"10,2026-03-02,,,,,"+strings.Repeat("x", 201)+"\n"+
		"11,2026-03-02,,,,no,\"a\nb\"\n", nil))
	want := `2! it has no id
3! it has no created_at
4! created_at: "03/04/2026" is not a time; write it as 2026-11-22 or 2026-11-22T13:00:00Z
5! it was answered before it was made
6! it was resolved before it was made
7! minutes_spent: "-3" is no number of minutes
8! minutes_spent: "many" is no number of minutes
9! reopened: "often" is no number of times
10 8
11! the ticket 8 is in line 10 already
12! it has 2 cells, the header has 7
13! its category has more than 200 characters
14 11`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("id;created_at\r\n1;2026-03-02 08:00\r\n"))
	f.Add([]byte("\xff\xfei\x00d\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ticketcsv.Open("f.csv", data, nil)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("got %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for r := range s.Rows() {
			if r.Skip == "" && (r.ID == "" || r.Created == 0 || seen[r.ID] || r.Resolved != 0 && r.Resolved < r.Created) {
				t.Fatalf("taken: %+v", r)
			}
			if r.Skip == "" {
				seen[r.ID] = true
			}
		}
	})
}
