package oscal

import (
	"cmp"
	"fmt"

	"plumbline"
)

// Plan is a plan of action and milestones: its risks, in order, and the items
// that name no risk as risks of their own.
type Plan struct {
	Risks []Risk
}

// Risk is a risk and the line where it begins; 0 when that is not known.
type Risk struct {
	plumbline.PlanRisk
	Line int
}

type plan struct {
	Metadata     metadata      `json:"metadata"`
	Observations []observation `json:"observations"`
	Findings     []struct {
		UUID string `json:"uuid"`
	} `json:"findings"`
	Risks []risk     `json:"risks"`
	Items []planItem `json:"poam-items"`
}

type observation struct {
	UUID      string `json:"uuid"`
	Collected string `json:"collected"`
	Expires   string `json:"expires"`
}

type risk struct {
	Line       int    `json:"#line"`
	UUID       string `json:"uuid"`
	Title      string `json:"title"`
	Text       string `json:"description"`
	Statement  string `json:"statement"`
	Status     string `json:"status"`
	Deadline   string `json:"deadline"`
	Props      []prop `json:"props"`
	Mitigating []struct {
		UUID string `json:"uuid"`
	} `json:"mitigating-factors"`
	Remediations []struct {
		UUID  string `json:"uuid"`
		Tasks []task `json:"tasks"`
	} `json:"remediations"`
	Observed []reference `json:"related-observations"`
}

type task struct {
	UUID   string `json:"uuid"`
	Title  string `json:"title"`
	Timing struct {
		On *struct {
			Date string `json:"date"`
		} `json:"on-date"`
		Within *struct {
			Start string `json:"start"`
			End   string `json:"end"`
		} `json:"within-date-range"`
	} `json:"timing"`
}

type planItem struct {
	Line     int         `json:"#line"`
	UUID     string      `json:"uuid"`
	Title    string      `json:"title"`
	Text     string      `json:"description"`
	Risks    []reference `json:"related-risks"`
	Observed []reference `json:"related-observations"`
	Findings []reference `json:"related-findings"`
}

// reference names something else in the file; only one of them is set.
type reference struct {
	Risk        string `json:"risk-uuid"`
	Observation string `json:"observation-uuid"`
	Finding     string `json:"finding-uuid"`
}

// maxRisks is how many risks and items of a plan are read.
const maxRisks = 20_000

// index knows what the UUIDs of a plan name.
type index struct {
	risks        map[string]int // place in the plan
	observations map[string]plumbline.Time
	others       map[string]string // what else has the UUID, in words
}

func (r *reader) plan(p *plan) {
	out := &Plan{}
	r.file.Plan = out
	ix := index{risks: map[string]int{}, observations: map[string]plumbline.Time{}, others: map[string]string{}}
	for _, o := range p.Observations {
		ix.observations[o.UUID], ix.others[o.UUID] = r.time(0, o.UUID, "collected", o.Collected), "an observation"
	}
	for _, f := range p.Findings {
		ix.others[f.UUID] = "a finding"
	}
	for _, in := range p.Risks {
		line := r.seek.find("uuid", in.UUID, in.Line)
		if _, twice := ix.risks[in.UUID]; twice || uuid(in.UUID) == "" || len(out.Risks) == maxRisks {
			r.remark(line, in.UUID, "It is left out: a risk needs a UUID of its own, and a plan has at most %d.", maxRisks)
			continue
		}
		ix.risks[in.UUID] = len(out.Risks)
		for _, m := range in.Mitigating {
			ix.others[m.UUID] = "a mitigating factor"
		}
		for _, m := range in.Remediations {
			ix.others[m.UUID] = "a remediation"
		}
		out.Risks = append(out.Risks, r.risk(in, ix, line))
	}
	r.seek.again()
	for _, it := range p.Items {
		r.item(out, it, ix)
	}
}

// risk reads a risk: it was opened when it was first observed.
func (r *reader) risk(in risk, ix index, line int) Risk {
	id := uuid(in.UUID)
	out := Risk{Line: line, PlanRisk: plumbline.PlanRisk{ID: id, Title: cmp.Or(clip200(in.Title), id), Text: clean(in.Text), Status: plumbline.RiskStatus(clean(in.Status))}}
	if out.Text == "" {
		out.Text = clean(in.Statement)
	}
	tell := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		r.remark(line, in.UUID, "%s", text)
		out.Remarks = append(out.Remarks, text)
	}
	if !out.Status.Valid() {
		tell("%q is not the status of a risk; it counts as open.", clip(in.Status))
		out.Status = plumbline.RiskOpen
	}
	out.Deadline = r.time(line, in.UUID, "deadline", in.Deadline)
	for _, o := range in.Observed {
		at, ok := ix.observations[o.Observation]
		if !ok {
			tell("%s", dangling("observation", o.Observation, ix))
		}
		if at != 0 && (out.Opened == 0 || at < out.Opened) {
			out.Opened = at
		}
	}
	for _, m := range in.Remediations {
		for _, t := range m.Tasks {
			one := r.task(t, line)
			if out.Deadline != 0 && one.End > out.Deadline {
				tell("The task %q ends on %s, behind the deadline of its risk on %s.", clip(one.Title), day(one.End), day(out.Deadline))
			}
			out.Tasks = append(out.Tasks, one)
		}
	}
	for _, p := range in.Props {
		if p.Name == "control-id" || p.Name == "impacted-control-id" {
			out.Controls = append(out.Controls, clip(clean(p.Value)))
		}
	}
	return out
}

func (r *reader) task(t task, line int) plumbline.RiskTask {
	out := plumbline.RiskTask{Title: clip200(t.Title)}
	switch {
	case t.Timing.On != nil:
		out.End = r.time(line, t.UUID, "date", t.Timing.On.Date)
		out.Start = out.End
	case t.Timing.Within != nil:
		out.Start = r.time(line, t.UUID, "start", t.Timing.Within.Start)
		out.End = r.time(line, t.UUID, "end", t.Timing.Within.End)
	}
	return out
}

// item ties an item to its risks. References are looked up: one that leads
// nowhere is told, with what the name belongs to instead.
func (r *reader) item(out *Plan, it planItem, ix index) {
	line := r.seek.find("uuid", it.UUID, it.Line)
	var remarks []string
	tell := func(what, uuid string) {
		text := dangling(what, uuid, ix)
		r.remark(line, it.UUID, "%s", text)
		remarks = append(remarks, text)
	}
	for _, ref := range it.Risks {
		if i, ok := ix.risks[ref.Risk]; ok {
			out.Risks[i].Items = append(out.Risks[i].Items, cmp.Or(clip200(it.Title), uuid(it.UUID)))
			continue
		}
		tell("risk", ref.Risk)
	}
	opened := plumbline.Time(0)
	for _, ref := range it.Observed {
		at, ok := ix.observations[ref.Observation]
		if !ok {
			tell("observation", ref.Observation)
		}
		if at != 0 && (opened == 0 || at < opened) {
			opened = at
		}
	}
	for _, ref := range it.Findings {
		if ix.others[ref.Finding] != "a finding" {
			tell("finding", ref.Finding)
		}
	}
	switch {
	case len(it.Risks) > 0:
	case uuid(it.UUID) == "" || len(out.Risks) >= maxRisks:
		r.remark(line, it.Title, "It is left out: an item needs a UUID, and a plan has at most %d risks.", maxRisks)
	default:
		out.Risks = append(out.Risks, Risk{Line: line, PlanRisk: plumbline.PlanRisk{
			ID: uuid(it.UUID), Title: cmp.Or(clip200(it.Title), uuid(it.UUID)), Text: clean(it.Text), Status: plumbline.RiskOpen, Opened: opened, Remarks: remarks,
		}})
	}
}

// dangling says that a reference leads to nothing of its kind.
func dangling(what, uuid string, ix index) string {
	text := "It refers to the " + what + " " + clip(uuid) + ", which is not in the file."
	if other := ix.others[uuid]; other != "" {
		text = "It refers to the " + what + " " + clip(uuid) + ", which is " + other + " and no " + what + "."
	}
	return text
}

func day(t plumbline.Time) string { return t.Std().UTC().Format("2006-01-02") }

// uuid is the name of a part of the file; one that is too long to be one is none.
func uuid(s string) string {
	if s = clean(s); len(s) > 200 {
		return ""
	}
	return s
}

// clip200 is a title as it can be kept.
func clip200(s string) string {
	const most = 200
	s = clean(s)
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
