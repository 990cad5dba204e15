package plumbline_test

import (
	"testing"
	"time"

	"plumbline"
)

func TestEndingOf(t *testing.T) {
	for status, want := range map[string]plumbline.Ending{
		"": plumbline.StillOpen, "open": plumbline.StillOpen, "Planned": plumbline.StillOpen, "under review": plumbline.StillOpen, "opened": plumbline.StillOpen,
		"Closed": plumbline.EndedDone, "COMPLETED": plumbline.EndedDone, "workflow::complete": plumbline.EndedDone, " done ": plumbline.EndedDone,
		"Declined": plumbline.EndedDropped, "not_planned": plumbline.EndedDropped, "won't do": plumbline.EndedDropped, "Duplicate": plumbline.EndedDropped,
	} {
		if got := plumbline.EndingOf(status); got != want {
			t.Errorf("%q: got %q, want %q", status, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	day := func(h, m, s int) plumbline.Time { return plumbline.At(time.Date(2026, 3, 4, h, m, s, 0, time.UTC)) }
	for text, want := range map[string]plumbline.Time{
		"": 0, "2026-03-04": day(0, 0, 0), "2026-03-04T05:06:07Z": day(5, 6, 7), "2026-03-04T07:06:07+02:00": day(5, 6, 7),
		"2026-03-04 05:06:07": day(5, 6, 7), "2026-03-04 05:06:07 UTC": day(5, 6, 7), "2026-03-04 05:06:07 +0000": day(5, 6, 7),
		"2026-03-04 05:06": day(5, 6, 0), "Mar 4, 2026": day(0, 0, 0), "2026-03-04T05:06:07.000Z": day(5, 6, 7),
	} {
		got, err := plumbline.ParseTime(text)
		if err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, got.Std(), err, want.Std())
		}
	}
	for _, text := range []string{"04/03/2026", "yesterday", "2026-13-01", "2026-03-04 05:06:07 XYZ", "1812-01-01", "0"} {
		if got, err := plumbline.ParseTime(text); err == nil || plumbline.KindOf(err) != plumbline.Invalid {
			t.Errorf("%q: got %v, %v, want it refused", text, got.Std(), err)
		}
	}
}

func TestImportCount(t *testing.T) {
	var c plumbline.ImportCount
	for _, o := range []plumbline.RowOutcome{plumbline.RowNew, plumbline.RowNew, plumbline.RowChanged, plumbline.RowSame, plumbline.RowSkipped} {
		c.Add(o)
	}
	if c.New != 2 || c.Changed != 1 || c.Same != 1 || c.Skipped != 1 || c.Rows() != 5 {
		t.Errorf("got %+v, %d rows", c, c.Rows())
	}
}
