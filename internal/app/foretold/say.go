package foretold

import (
	"fmt"
	"slices"

	"plumbline"
	"plumbline/internal/flow"
	"plumbline/internal/forecast"
	"plumbline/internal/store"
)

// longDay is how a day is written out.
const longDay = "2 January 2006"

// saying is what a forecast told with 85 %.
func saying(f plumbline.KeptForecast) string {
	switch {
	case f.Kind == plumbline.ForecastOfItem && f.Level >= forecast.FarOff:
		return "not within two years"
	case f.Kind == plumbline.ForecastOfItem:
		return "done by " + later(f.At, f.Level).Std().Format(longDay)
	case f.Kind == plumbline.ForecastOfTeam && f.Level == 0:
		return fmt.Sprintf("no item is sure in %d weeks", f.Weeks)
	case f.Kind == plumbline.ForecastOfTeam:
		return fmt.Sprintf("at least %s in %d weeks", items(f.Level), f.Weeks)
	}
	return fmt.Sprintf("at least %.0f of %s by the end of %s", f.Level, items(float64(len(f.Items))), f.Period)
}

// coming is what came of it.
func coming(s store.ScoredForecast) string {
	if s.Kind != plumbline.ForecastOfItem {
		return items(s.Actual)
	}
	at := later(s.KeptForecast.At, s.Actual)
	if at >= s.Due {
		return "still open on " + s.Due.Std().Format(longDay)
	}
	return "done on " + at.Std().Format(longDay)
}

func items(n float64) string {
	if n == 1 {
		return "1 item"
	}
	return fmt.Sprintf("%.0f items", n)
}

// held is how often forecasts like one came true, as a half sentence; empty when nothing
// was scored.
func held(r store.ForecastRecord) string {
	if r.Scored == 0 {
		return "; none of such forecasts has come due yet"
	}
	return fmt.Sprintf("; such forecasts held %d times of %d", r.Held, r.Scored)
}

// ToldForecast is a forecast in words, for a page.
type ToldForecast struct {
	At     plumbline.Time   `json:"at,omitempty"` // when it was told; 0: it is not
	Text   string           `json:"sentence"`
	InTime *forecast.Chance `json:"in_time,omitempty"` // by Until
	Until  plumbline.Time   `json:"until,omitempty"`
}

// fresh is for how many days a forecast of an item is shown: the next one comes within
// a week, unless nothing can be told any more.
const fresh = 15

// OfItem is what is told of an item that is being worked on, and nil of others. any says
// that a forecast was ever kept of it. It takes at most one statement.
func OfItem(tx *store.Tx, def *flow.Definition, it plumbline.Item, any bool, now plumbline.Time) (*ToldForecast, error) {
	if !it.Open() || !slices.Contains(inWork(def), it.State) {
		return nil, nil
	}
	none := &ToldForecast{Text: "Not enough data for a forecast: too few items like it were finished, or none that were ever so old."}
	if !any {
		return none, nil
	}
	f, r, ok, err := tx.LastForecast(it.ID)
	if err != nil || !ok || now.Sub(f.At).Hours() > 24*fresh {
		return none, err
	}
	like := "of its team"
	if f.Alike != "team" {
		like = "of all teams"
	}
	v := &ToldForecast{At: f.At, Text: fmt.Sprintf("85 %%: %s (from %d like it %s%s).", saying(f), f.Basis, like, held(r))}
	if level := later(f.At, f.Level); level <= now && f.Level < forecast.FarOff {
		v.Text = fmt.Sprintf("Older than was forecast: with 85 %% it was to be done by %s (from %d like it %s%s).", level.Std().Format(longDay), f.Basis, like, held(r))
	}
	if f.P >= 0 && f.Until > now {
		c := forecast.Chance(f.P)
		v.InTime, v.Until = &c, f.Until
		v.Text += fmt.Sprintf(" In time for %s: %s.", f.Until.Std().Format(longDay), c)
	}
	return v, nil
}

// OfTeam is how much a team finishes in the next weeks, as it was told last. It takes
// one statement.
func OfTeam(tx *store.Tx, team plumbline.TeamRef, now plumbline.Time) ([]ToldForecast, error) {
	all, err := tx.TeamForecasts(team)
	out := []ToldForecast{}
	for _, t := range all {
		if now.Sub(t.At).Hours() > 24*fresh {
			continue
		}
		out = append(out, ToldForecast{At: t.At, Text: fmt.Sprintf("85 %%: %s, until %s; between %.0f and %s (from %d weeks%s).", saying(t.KeptForecast), t.Due.Std().Format(longDay), t.Low, items(t.High), t.Basis, held(t.Record))})
	}
	if len(out) == 0 {
		out = append(out, ToldForecast{Text: "Not enough data for a forecast: it needs eight weeks of this team's work, with something finished in them."})
	}
	return out, err
}
