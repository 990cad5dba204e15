package objectives

import (
	"context"
	"strconv"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

const (
	perAsk   = 2016     // slices of one objective that are asked for at once: a week
	perRules = 288      // slices of all objectives with rules: a day
	listed   = 500      // objectives read at once
	backFor  = 35 * 288 // slices that are asked for when an objective is new: 35 days
	grace    = 20       // a slice is asked for a 20th of its length after its end
	ruleName = "slo:sli_error:ratio_rate5m"
)

// ruleSeries are the series of Sloth that are asked for at one moment, each for all
// objectives at once.
var ruleSeries = [...]string{
	"slo:objective:ratio", "slo:time_period:days", "slo:error_budget:ratio", "slo:period_error_budget_remaining:ratio", "slo:current_burn_rate:ratio",
	"slo:sli_error:ratio_rate30m", "slo:sli_error:ratio_rate1h", "slo:sli_error:ratio_rate2h", "slo:sli_error:ratio_rate6h",
	"slo:sli_error:ratio_rate1d", "slo:sli_error:ratio_rate3d", "slo:sli_error:ratio_rate30d",
}

// Round is what a source is to be asked now.
type Round struct {
	Source  plumbline.LinkID
	At      plumbline.Time // the end of the newest slice
	Queries []plumbline.FigureQuery
	Behind  bool // there is more to ask for than one round takes
}

// FigureQueries says what a source is to be asked now, when it is its turn; there
// is nothing to ask between two slices.
func (r *Room) FigureQueries(ctx context.Context, source plumbline.LinkID) (out Round, err error) {
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.round(tx, source)
		return err
	})
	return out, err
}

func (r *Room) round(tx *store.Tx, source plumbline.LinkID) (Round, error) {
	now := r.now()
	out := Round{Source: source, At: floor(now.Add(-r.step/grace), r.step)}
	sources, err := tx.FigureSources()
	if err != nil {
		return out, err
	}
	st, first := find(sources, source)
	if st == nil || st.Retry > now {
		return out, nil
	}
	rules := plumbline.Time(0) // the earliest moment until which rules were read
	for after := ""; ; {
		rows, err := tx.SLOs(after, listed)
		if err != nil {
			return out, err
		}
		for _, s := range rows {
			if s.Missing || s.Source != source && (s.Source != "" || !first) {
				continue
			}
			if readsRules(s) {
				if from := r.begin(s, out.At); rules == 0 || from < rules {
					rules = from
				}
				continue
			}
			r.ask(&out, s)
		}
		if len(rows) < listed {
			break
		}
		after = rows[len(rows)-1].ID
	}
	if st.Rules {
		r.askRules(&out, st, rules)
	}
	return out, nil
}

// find is a source by its id, and whether it is the first one, which reads what
// names no source.
func find(all []plumbline.SourceState, id plumbline.LinkID) (*plumbline.SourceState, bool) {
	for i := range all {
		if all[i].ID == id {
			return &all[i], i == 0
		}
	}
	return nil, false
}

// readsRules says whether an objective is measured by recording rules.
func readsRules(s store.SLORow) bool {
	return s.Indicator.Kind == plumbline.ByRules || s.Indicator.Kind == plumbline.ByPlugin
}

// begin is the moment from which an objective is still to be measured.
func (r *Room) begin(s store.SLORow, at plumbline.Time) plumbline.Time {
	earliest := floor(at.Add(-min(periodOf(s.Window)+day, backFor*r.step)), r.step)
	return max(s.ReadUntil, earliest)
}

// ask adds the queries of one objective.
func (r *Room) ask(out *Round, s store.SLORow) {
	from := r.begin(s, out.At)
	if from >= out.At {
		return
	}
	to := min(out.At, from+perAsk*micros(r.step))
	parts, _ := queries(s.SLO, r.step)
	for _, p := range parts {
		out.Queries = append(out.Queries, plumbline.FigureQuery{ID: strconv.FormatInt(s.N, 10) + " " + p.name, Query: p.query, From: from + micros(r.step), To: to, Step: r.step})
	}
	out.Behind = out.Behind || to < out.At && len(parts) > 0
}

// askRules adds one query for each series of Sloth. from is the moment until which
// the objectives are read; 0 when none is known yet.
func (r *Room) askRules(out *Round, st *plumbline.SourceState, from plumbline.Time) {
	if st.Answered >= out.At && from >= out.At {
		return
	}
	for _, name := range ruleSeries {
		out.Queries = append(out.Queries, plumbline.FigureQuery{ID: "rules " + name, Query: name, To: out.At})
	}
	if from == 0 {
		out.Behind = st.Found > 0
		return
	}
	if from < out.At {
		to := min(out.At, from+perRules*micros(r.step))
		out.Queries = append(out.Queries, plumbline.FigureQuery{ID: "rules " + ruleName, Query: ruleName, From: from + micros(r.step), To: to, Step: r.step})
		out.Behind = out.Behind || to < out.At
	}
}

// numberOf takes the id of a query apart: the number of an objective and the part.
func numberOf(id string) (n int64, part string, ok bool) {
	head, part, _ := strings.Cut(id, " ")
	n, err := strconv.ParseInt(head, 10, 64)
	return n, part, err == nil
}

// retryAfter is how long a source that failed so often is left alone.
func retryAfter(failures int64) time.Duration {
	return min(15*time.Second<<min(failures, 6), 10*time.Minute)
}
