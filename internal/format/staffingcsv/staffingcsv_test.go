package staffingcsv_test

import (
	"strings"
	"testing"

	"plumbline"
	"plumbline/internal/format/staffingcsv"
)

const good = "Team,Quarter,FTE,Weeks,Focus factor,Note\nci,2027Q1,4.5,12,0.7,from the roster\nDocs,2027-02,2,,70%,\n"

func rows(t *testing.T, text string) (out []staffingcsv.Row) {
	t.Helper()
	s, err := staffingcsv.Open("crew.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for r := range s.Rows() {
		out = append(out, r)
	}
	return out
}

func TestRows(t *testing.T) {
	got := rows(t, good)
	want := []plumbline.Staffing{
		{Team: "ci", Period: plumbline.CalendarPeriod{Unit: plumbline.InQuarters, Year: 2027, N: 1}, People: 4.5, Weeks: 12, Focus: 0.7, Source: "from the roster"},
		{Team: "docs", Period: plumbline.CalendarPeriod{Unit: plumbline.InMonths, Year: 2027, N: 2}, People: 2, Weeks: 4, Focus: 0.7},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d rows, want %d", len(got), len(want))
	}
	for i, w := range want {
		if got[i].Skip != "" || got[i].Staffing != w || got[i].Line != i+2 {
			t.Errorf("row %d: got %+v, want %+v", i, got[i], w)
		}
	}
}

// What is wrong names its column; the rows around it are read.
func TestRowsThatAreNotTaken(t *testing.T) {
	for _, c := range []struct{ row, want string }{
		{"ci,2027Q1,-2,12,0.7,", "column people"},
		{"ci,2027Q1,4,0,0.7,", "column weeks"},
		{"ci,2027Q1,4,15,0.7,", "column weeks"},
		{"ci,2027Q1,4,12,1.7,", "column focus"},
		{"ci,2027Q1,4,12,170%,", "column focus"},
		{"ci,2027Q1,four,12,0.7,", "column people"},
		{`ci,2027Q1,"4,5",12,0.7,`, "column people"},
		{"ci,2027Q1,,12,0.7,", "column people: it is empty"},
		{"ci,2027Q1,4,12,,", "column focus: it is empty"},
		{"ci,2027Q7,4,12,0.7,", "column period"},
		{"two words,2027Q1,4,12,0.7,", "column team"},
		{"ci,2027Q1,NaN,12,0.7,", "column people"},
		{"ci,2027Q1,1e9,12,0.7,", "column people"},
		{"ci,2027Q1", "cells"},
	} {
		got := rows(t, good+c.row+"\nci,2027Q2,4,12,0.7,\n")
		if len(got) != 4 || !strings.Contains(got[2].Skip, c.want) || got[2].Line != 4 || got[3].Skip != "" {
			t.Errorf("%s: got %+v, want it not to be taken for its %q", c.row, got, c.want)
		}
	}
	if _, err := staffingcsv.Open("crew.csv", []byte("team,people\nci,4\n")); plumbline.FieldsOf(err)["period"] == "" || plumbline.FieldsOf(err)["focus"] == "" {
		t.Errorf("got %v, want both missing columns", err)
	}
}

// Nothing breaks the reader, and what it takes is valid.
func FuzzRows(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("team;period;people;focus\nci;2027-W05;1;1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := staffingcsv.Open("fuzz.csv", data)
		if err != nil {
			return
		}
		for r := range s.Rows() {
			if err := r.Staffing.Validate(); r.Skip == "" && err != nil {
				t.Errorf("line %d is taken and not valid: %v", r.Line, err)
			}
		}
	})
}
