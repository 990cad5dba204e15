package kev_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/format/kev"
)

// The digest of the real catalog of 2025-08-25 has every entry with its dates and
// its flag; the texts are left out.
func TestTheRealCatalog(t *testing.T) {
	data, err := os.ReadFile("testdata/kev-2025-08-25.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := kev.Parse("kev.json", data)
	if err != nil {
		t.Fatal(err)
	}
	days := map[int]int{}
	known, past := 0, 0
	for _, e := range c.Entries {
		if e.Skip != "" {
			t.Fatalf("line %d: %s", e.Line, e.Skip)
		}
		if e.Ransomware {
			known++
		}
		if e.Due < e.Added {
			past++
		}
		days[int(e.Due.Sub(e.Added)/(24*time.Hour))]++
	}
	for what, pair := range map[string][2]int{
		"entries": {len(c.Entries), 1404}, "known use by ransomware": {known, 293}, "due before they were listed": {past, 15},
		"21 days": {days[21], 911}, "181 days": {days[181], 223}, "14 days": {days[14], 199}, "7 days": {days[7], 13}, "4 days": {days[4], 8}, "1 day": {days[1], 4},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %d, want %d", what, pair[0], pair[1])
		}
	}
	if c.Version != "2025.08.25" || c.Released == 0 {
		t.Errorf("got version %q of %v", c.Version, c.Released)
	}
}

func TestBadEntries(t *testing.T) {
	c, err := kev.Parse("k", []byte("\xef\xbb\xbf{\"catalogVersion\":\"1\",\r\n\"vulnerabilities\":[\r\n"+strings.Join([]string{
		`{"cveID":"cve-2021-44228","dateAdded":"2021-12-10","dueDate":"2021-12-24","knownRansomwareCampaignUse":"Known","vendorProject":"<script>","new":{"a":[1]}}`,
		`{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10"}`, `{"dateAdded":"2021-12-10"}`, `{"cveID":"CVE-1-1"}`, `{"cveID":"CVE-1-2","dateAdded":"soon"}`,
		`{"cveID":"CVE-1-3","dateAdded":"2021-12-10","product":"a\u0000b"}`, `7`, `{"cveID":["CVE-1-4"]}`, "{\"cveID\":\"CVE-1-5\xff\"}", `{"cveID":"CVE-1-6","dateAdded":"2021-12-10","dueDate":"2020-01-01"}`,
	}, ",\r\n")+"]}"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"", "CVE-2021-44228 stands in the catalog before", "it has no CVE", "CVE-1-1 does not say when it was listed", `"soon" is not a time; write it as 2026-11-22 or 2026-11-22T13:00:00Z`,
		"it holds a NUL character", "it is no object", "Text is wanted where something else is", "it has bytes that are not UTF-8 text", ""}
	for i, e := range c.Entries {
		if e.Skip != want[i] || e.Line != i+3 {
			t.Errorf("entry %d, line %d: got %q, want %q", i, e.Line, e.Skip, want[i])
		}
	}
	if e := c.Entries[0]; e.CVE != "CVE-2021-44228" || !e.Ransomware || e.Vendor != "<script>" {
		t.Errorf("got %+v", e)
	}
	if e := c.Entries[9]; e.Due >= e.Added || e.Due == 0 {
		t.Errorf("a clock in the past is kept: got %+v", e)
	}
}

func TestNoCatalog(t *testing.T) {
	for _, text := range []string{"", "a,b", "{}", `{"vulnerabilities":{}}`, `{"vulnerabilities":[{}`, "[]", strings.Repeat(`{"vulnerabilities":[`, 20000)} {
		if _, err := kev.Parse("k", []byte(text)); plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%.40q: got %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"catalogVersion":"1","vulnerabilities":[{"cveID":"CVE-2021-44228","dateAdded":"2021-12-10","dueDate":"2021-12-24"}]}`))
	f.Add([]byte(`{"vulnerabilities":[{"cveID":"CVE-1-1","dateAdded":"2021-12-10","dueDate":"2020-12-24","knownRansomwareCampaignUse":"Known"},7`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := kev.Parse("f", data)
		if err != nil {
			return
		}
		for _, e := range c.Entries {
			if e.Skip == "" && (e.CVE == "" || e.Added == 0 || strings.ContainsRune(e.Vendor+e.Product+e.Name+e.Action, 0)) {
				t.Fatalf("got %+v", e)
			}
		}
	})
}
