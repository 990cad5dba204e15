package crew_test

import (
	"strings"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/crew"
)

func book(t *testing.T) *crew.Book {
	t.Helper()
	b, err := crew.Default()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLoadOf(t *testing.T) {
	const day = 24 * time.Hour
	b := book(t)
	for _, c := range []struct {
		what string
		done crew.Done
		want string
	}{
		{"an incident", crew.Done{Kind: plumbline.Incident, Share: plumbline.ShareUpkeep, Decided: true}, crew.LoadIncidents},
		{"a question", crew.Done{Kind: plumbline.Question, Share: plumbline.ShareSupport}, crew.LoadSupport},
		{"an upgrade", crew.Done{Kind: plumbline.Change, Share: plumbline.ShareUpkeep, Took: 90 * day}, crew.LoadUpkeep},
		{"an upgrade that was decided on", crew.Done{Kind: plumbline.Request, Share: plumbline.ShareUpkeep, Decided: true, Took: 9 * day}, ""},
		{"a feature", crew.Done{Kind: plumbline.Request, Share: plumbline.ShareFeatures, Took: 15 * day}, ""},
		{"a feature that slipped in", crew.Done{Kind: plumbline.Request, Share: plumbline.ShareFeatures, Took: 14 * day}, crew.LoadUnplanned},
		{"a feature that was decided quickly", crew.Done{Kind: plumbline.Request, Share: plumbline.ShareFeatures, Decided: true, Took: day}, ""},
	} {
		if got := b.LoadOf(c.done); got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

// Each change of one line of the rules is refused, with its line.
func TestRulesRefused(t *testing.T) {
	for _, c := range []struct{ old, bad, want string }{
		{`version: "1"`, `version: ""`, "version"},
		{"enough: 0.85", "enough: 1", "between 0 and 1"},
		{"least: 8}", "least: 1}", "2 weeks or more"},
		{"features: 0.6,", "features: 0.5,", "90 %"},
		{"features: 0.6,", "features: -0.6,", "0 to 1"},
		{"clear: 0.05", "clear: 0.1", "smaller than alarm"},
		{"features: 4.35", "features: 0", "person-weeks"},
		{"tech debt: 2", "techdebt: 2", "no kind of work"},
		{"unplanned_days: 14", "unplanned_days: -1", "from 0 to 365"},
		{"gap_weeks: 4", "gap_weeks: 0", "from 1 to 104"},
		{"unplanned_days: 14", "unplaned_days: 14", "unplaned_days"},
	} {
		text := strings.Replace(crew.DefaultText, c.old, c.bad, 1)
		if text == crew.DefaultText {
			t.Fatalf("the rules have no %q", c.old)
		}
		_, err := crew.Parse("mine.yaml", []byte(text))
		if plumbline.KindOf(err) != plumbline.Invalid || !strings.Contains(plumbline.TextOf(err), c.want) || !strings.Contains(plumbline.TextOf(err), "mine.yaml:") {
			t.Errorf("%s: got %v, want an error with %q and the line", c.bad, err, c.want)
		}
	}
}

// spent are items of one size for each kind of work.
func spent(features, upkeep, debt, support int) map[plumbline.WorkShare]crew.Spent {
	out := map[plumbline.WorkShare]crew.Spent{}
	for i, n := range []int{features, upkeep, debt, support} {
		out[plumbline.WorkShares[i]] = crew.Spent{Items: n, Effort: float64(n), Squares: float64(n)}
	}
	return out
}

func shares(all []crew.Drift) string {
	var out []string
	for _, d := range all {
		out = append(out, string(d.Share))
	}
	return strings.Join(out, ", ")
}

// A drift begins at ten points, goes on until it is within five, and does not begin by
// chance.
func TestDrifts(t *testing.T) {
	b := book(t)
	standing := []crew.Drift{{Share: plumbline.ShareFeatures}}
	for _, c := range []struct {
		what     string
		spent    map[plumbline.WorkShare]crew.Spent
		weeks    int
		standing []crew.Drift
		want     string
		ok       bool
	}{
		{"as planned", spent(60, 20, 10, 10), 13, nil, "", true},
		{"nine points", spent(51, 29, 10, 10), 13, nil, "", true},
		{"ten points", spent(50, 30, 10, 10), 13, nil, "features, upkeep", true},
		{"more than planned", spent(75, 10, 10, 5), 13, nil, "features, upkeep", true},
		{"seven points go on", spent(53, 27, 10, 10), 13, standing, "features", true},
		{"four points end it", spent(56, 24, 10, 10), 13, standing, "", true},
		{"few items are chance", spent(5, 3, 1, 1), 13, nil, "", true},
		{"few items and far", spent(1, 7, 1, 1), 13, nil, "features, upkeep", true},
		{"too few weeks", spent(10, 70, 10, 10), 7, nil, "", false},
		{"too few weeks, and what stood", spent(60, 20, 10, 10), 7, standing, "features", false},
		{"nothing finished", spent(0, 0, 0, 0), 13, standing, "features", false},
	} {
		got, ok := b.Drifts(b.Mix, c.spent, c.weeks, c.standing)
		if shares(got) != c.want || ok != c.ok {
			t.Errorf("%s: got %q, %t, want %q, %t", c.what, shares(got), ok, c.want, c.ok)
		}
	}
	got, _ := b.Drifts(b.Mix, spent(50, 30, 10, 10), 13, nil)
	if want := "Features took 50 % of the work of the last 13 weeks, 60 % were planned: 10 points less, over 100 items. It is told from 10 points on and ends below 5 (rules 1)."; got[0].Why != want {
		t.Errorf("got %q, want %q", got[0].Why, want)
	}
}

// The same effort in ten large items says less than in a hundred small ones.
func TestDriftOfLargeItems(t *testing.T) {
	b := book(t)
	large := map[plumbline.WorkShare]crew.Spent{}
	for share, s := range spent(5, 3, 1, 1) {
		large[share] = crew.Spent{Items: s.Items, Effort: 10 * s.Effort, Squares: 100 * s.Squares}
	}
	if got, ok := b.Drifts(b.Mix, large, 13, nil); !ok || shares(got) != "" {
		t.Errorf("got %q, want none", shares(got))
	}
	if got, _ := b.Drifts(b.Mix, spent(50, 30, 10, 10), 13, nil); shares(got) != "features, upkeep" {
		t.Errorf("got %q, want both that left the plan", shares(got))
	}
}
