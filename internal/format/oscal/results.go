package oscal

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"plumbline"
)

// Assessment is what assessment results say about controls, each once: of several
// results the newest that says anything of it.
type Assessment struct {
	Records []Record
}

type results struct {
	Metadata metadata `json:"metadata"`
	Results  []result `json:"results"`
}

type result struct {
	UUID         string        `json:"uuid"`
	Title        string        `json:"title"`
	Start        string        `json:"start"`
	End          string        `json:"end"`
	Observations []observation `json:"observations"`
	Findings     []finding     `json:"findings"`
}

type finding struct {
	Line   int    `json:"#line"`
	UUID   string `json:"uuid"`
	Target struct {
		ID     string `json:"target-id"`
		Status struct {
			State string `json:"state"`
		} `json:"status"`
	} `json:"target"`
	Observed []reference `json:"related-observations"`
}

// maxFindings is how many findings of a file are read.
const maxFindings = 100_000

// span is when an observation was collected, and until when it holds; 0: not said.
type span struct{ collected, expires plumbline.Time }

// verdict is what the findings of one result come to for a control.
type verdict struct {
	line      int
	id        plumbline.ControlID
	good, bad int
	collected plumbline.Time // the oldest of what shows it
	expires   plumbline.Time // the first that runs out
}

// assessment reads assessment results. A control is satisfied when all findings about
// it and its parts are; its evidence is as old as the oldest of them.
func (r *reader) assessment(p *results) {
	out := &Assessment{}
	r.file.Assessment = out
	at, when, n := map[plumbline.ControlID]int{}, map[plumbline.ControlID]plumbline.Time{}, 0
	for _, res := range p.Results {
		ended := cmp.Or(r.time(0, res.UUID, "end", res.End), r.time(0, res.UUID, "start", res.Start))
		if n += len(res.Findings); n > maxFindings {
			r.remark(0, res.UUID, "It is left out: a file has at most %d findings.", maxFindings)
			break
		}
		for _, v := range r.verdicts(res) {
			record := v.record(res, ended)
			i, known := at[v.id]
			switch {
			case !known:
				at[v.id], when[v.id] = len(out.Records), ended
				out.Records = append(out.Records, record)
			case ended > when[v.id]:
				out.Records[i], when[v.id] = record, ended
			}
		}
	}
}

// verdicts are what a result says of each control, in order.
func (r *reader) verdicts(res result) []verdict {
	seen := map[string]span{}
	for _, o := range res.Observations {
		seen[o.UUID] = span{r.time(0, o.UUID, "collected", o.Collected), r.time(0, o.UUID, "expires", o.Expires)}
	}
	var out []verdict
	at := map[plumbline.ControlID]int{}
	for _, f := range res.Findings {
		line := r.seek.find("uuid", f.UUID, f.Line)
		name, _, _ := strings.Cut(f.Target.ID, "_") // ac-6.1_obj.a is a part of ac-6.1
		id, err := plumbline.ParseControlID(name)
		if err != nil {
			r.remark(line, f.UUID, "It is left out: %s", plumbline.TextOf(err))
			continue
		}
		state := strings.ToLower(clean(f.Target.Status.State))
		if state != "satisfied" && state != "not-satisfied" {
			r.remark(line, id.Label(), "It is left out: a finding is satisfied or not-satisfied, not %q.", clip(f.Target.Status.State))
			continue
		}
		i, known := at[id]
		if !known {
			i = len(out)
			at[id] = i
			out = append(out, verdict{line: line, id: id})
		}
		r.weigh(&out[i], f, state == "satisfied", seen)
	}
	return out
}

// weigh adds a finding to what is said of its control.
func (r *reader) weigh(v *verdict, f finding, satisfied bool, seen map[string]span) {
	if !satisfied {
		v.bad++
	} else {
		v.good++
	}
	for _, ref := range f.Observed {
		o, ok := seen[ref.Observation]
		if !ok {
			r.remark(v.line, v.id.Label(), "It refers to the observation %s, which is not in the result.", clip(ref.Observation))
			continue
		}
		v.collected, v.expires = earlier(v.collected, o.collected), earlier(v.expires, o.expires)
	}
}

// earlier is the earlier of two times of which either may be unknown.
func earlier(a, b plumbline.Time) plumbline.Time {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// record is a verdict about a control. Only what is satisfied has evidence that
// passed; how long that holds is its cadence, in whole days.
func (v verdict) record(res result, ended plumbline.Time) Record {
	at := cmp.Or(v.collected, ended)
	out := Record{Line: v.line, ControlRecord: plumbline.ControlRecord{Control: v.id, State: plumbline.ControlImplemented, Assessed: at, Evidence: clip200(res.Title)}}
	switch {
	case v.bad > 0 && v.good > 0:
		out.State = plumbline.ControlPartial
	case v.bad > 0:
		out.State = plumbline.ControlMissing
	default:
		out.Passed = at
		if days := v.expires.Sub(at) / (24 * time.Hour); v.expires != 0 && at != 0 && days >= 1 {
			out.Cadence = fmt.Sprintf("P%dD", min(days, 3660))
		}
	}
	return out
}
