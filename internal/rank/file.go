package rank

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/chance"
	"plumbline/internal/clock"
	"plumbline/internal/yamlform"
)

// MaxFile is how many bytes [ParseFile] reads at most.
const MaxFile = 4 << 20

// File is a ranking written down: items, and how to rank them.
type File struct {
	Policy   *Policy
	Subjects []Subject
	Options  Options
}

// fileForm is a file as it is written.
type fileForm struct {
	Method     string           `yaml:"method"` // the model
	Policy     string           `yaml:"policy"`
	Top        int              `yaml:"top"`
	Seed       uint64           `yaml:"seed"`
	Now        string           `yaml:"now"`
	Zone       string           `yaml:"zone"`
	Confidence string           `yaml:"confidence"`
	Order      string           `yaml:"order"`
	Sampling   string           `yaml:"sampling"`
	Samples    int              `yaml:"samples"`
	Price      float64          `yaml:"price"`
	Items      []map[string]any `yaml:"items"`
}

// itemForm is what of an item is no factor.
type itemForm struct {
	ID       string            `yaml:"id"`
	Title    string            `yaml:"title"`
	Class    string            `yaml:"class"`
	Kind     string            `yaml:"kind"`
	Severity string            `yaml:"severity"`
	Priority string            `yaml:"priority"`
	Labels   yamlform.Words    `yaml:"labels"`
	Opened   string            `yaml:"opened"`
	Due      string            `yaml:"due"`
	Hardness string            `yaml:"hardness"`
	Category string            `yaml:"category"`
	Profile  string            `yaml:"profile"`
	Sponsor  string            `yaml:"sponsor"`
	Plan     *planForm         `yaml:"ready_for_plan"`
	Events   []clock.EventForm `yaml:"events"`
	Asks     []askForm         `yaml:"asks"`
	Score    *scoreForm        `yaml:"score"`
}

// itemKeys are the keys of an item that are no factors.
var itemKeys = [...]string{
	"id", "title", "class", "kind", "severity", "priority", "labels", "opened", "due", "hardness", "category", "profile",
	"sponsor", "ready_for_plan", "events", "asks", "score",
}

type planForm struct {
	Date       string  `yaml:"date"`
	Approved   string  `yaml:"approved"`
	Confidence float64 `yaml:"confidence"`
	Net        bool    `yaml:"net"`
}

type askForm struct {
	Account  string   `yaml:"account"`
	Pool     string   `yaml:"pool"`
	Priority int      `yaml:"priority"`
	Amount   *float64 `yaml:"amount"`
	Health   string   `yaml:"health"`
	Renewal  string   `yaml:"renewal"`
	Win      float64  `yaml:"win"`
	Close    string   `yaml:"close"`
	At       string   `yaml:"at"`
	Lost     bool     `yaml:"lost"`
}

type scoreForm struct {
	Mean float64 `yaml:"mean"`
	SD   float64 `yaml:"sd"`
}

// Found is what [ParseFile] needs from outside: a policy by its version, the
// policies that there are otherwise being those of [Builtin]; and time zones.
type Found struct {
	Policy func(version string) (*Policy, error)
	Zone   func(name string) (*time.Location, error)
	Now    plumbline.Time // when the file does not say
}

// ParseFile reads a ranking from YAML or JSON:
//
//	method: rice               # the model; else the policy's first
//	policy: gitlab-2026        # else the newest
//	top: 2
//	seed: 1
//	items:
//	  - {id: A, reach: [200, 800], impact: [0.5, 2], confidence: 0.8, effort: [2, 8]}
//	  - {id: V, labels: ["bug::vulnerability"], severity: S1, opened: 2026-11-02}
//	  - {id: C, score: {mean: 4, sd: 1}}
//
// A quantity is a number, [low, high], {low, high, dist, mode, none}, or text as
// people type it: "2-5", "~3", "20-40%", "?". Confidence multiplies, as RICE has
// it, unless the file says confidence: widen. Scores are ordered as promised, unless
// it says order: expected. The error is Invalid; it lists
// everything that is wrong, a line each, with name, line and column, naming the
// item and the factor.
func ParseFile(name string, src []byte, look Found) (*File, error) {
	var in fileForm
	form, err := yamlform.Read(name, src, MaxFile, &in)
	if err != nil {
		return nil, err
	}
	var loose struct {
		Items []itemForm `yaml:"items"`
	}
	if err := form.Loose(src, &loose); err != nil {
		return nil, err
	}
	r := &fileReader{Form: form, look: look, zone: time.UTC, f: &File{}}
	r.head(in)
	if form.Good() {
		for i, item := range loose.Items {
			r.item(fmt.Sprintf("$.items[%d]", i), item, in.Items[i])
		}
		r.unique()
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	return r.f, nil
}

type fileReader struct {
	*yamlform.Form
	look Found
	zone *time.Location
	f    *File
	m    *model
}

func (r *fileReader) head(in fileForm) {
	if in.Zone != "" && r.look.Zone != nil {
		z, err := r.look.Zone(in.Zone)
		if err != nil {
			r.Bad("$.zone", "%q is not a time zone: write its IANA name, for example Europe/Berlin.", in.Zone)
		} else {
			r.zone = z
		}
	}
	p, err := r.policy(in.Policy)
	if err != nil {
		r.Bad("$.policy", "%s", plumbline.TextOf(err))
		return
	}
	r.f.Policy = p
	if r.m, err = p.model(in.Method); err != nil {
		r.Bad("$.method", "%s", plumbline.TextOf(err))
	}
	if len(in.Items) == 0 {
		r.Bad("$.items", "The file has no items to rank.")
	}
	if in.Top < 0 {
		r.Bad("$.top", "The number of items that are wanted is 1 or more, not %d.", in.Top)
	}
	if in.Samples < 0 || in.Samples > 1_000_000 {
		r.Bad("$.samples", "The number of samples is 1 to 1000000, not %d.", in.Samples)
	}
	if in.Price < 0 || math.IsNaN(in.Price) || math.IsInf(in.Price, 0) {
		r.Bad("$.price", "The price of a place is a score above 0, not %g.", in.Price)
	}
	o := Options{Model: in.Method, Top: in.Top, Seed: in.Seed, Now: r.look.Now, Method: in.Sampling, Samples: in.Samples, Price: in.Price, Confidence: in.Confidence, Order: in.Order}
	if o.Confidence == "" {
		o.Confidence = Discount
	}
	if in.Now != "" {
		o.Now = r.time("$.now", in.Now)
	}
	check := o
	if err := check.fill(p); err != nil {
		key := map[string]string{"method": "sampling", "confidence": "confidence", "order": "order"}
		for f, text := range plumbline.FieldsOf(err) {
			r.Bad("$."+key[f], "%s", text)
		}
	}
	r.f.Options = o
}

func (r *fileReader) policy(version string) (*Policy, error) {
	if version != "" && r.look.Policy != nil {
		return r.look.Policy(version)
	}
	return Edition(version)
}

func (r *fileReader) time(path, text string) plumbline.Time {
	if text == "" {
		return 0
	}
	t, err := clock.ParseMoment(text, r.zone)
	if err != nil {
		r.Bad(path, "%s", plumbline.TextOf(err))
	}
	return t
}

func (r *fileReader) unique() {
	seen := map[string]bool{}
	for i, s := range r.f.Subjects {
		if seen[s.ID] {
			r.Bad(fmt.Sprintf("$.items[%d].id", i), "There are two items called %q.", s.ID)
		}
		seen[s.ID] = true
	}
}

func (r *fileReader) item(path string, in itemForm, all map[string]any) {
	s := Subject{
		ID: in.ID, Title: in.Title, Labels: in.Labels, Class: in.Class, Kind: in.Kind, Severity: in.Severity, Priority: in.Priority,
		Hardness: in.Hardness, Category: in.Category, Profile: in.Profile, Sponsor: in.Sponsor, Factors: map[plumbline.Factor]Factor{},
	}
	if in.ID == "" {
		r.Bad(path, "An item needs an id.")
	}
	s.Opened, s.Due = r.time(path+".opened", in.Opened), r.time(path+".due", in.Due)
	if in.Profile != "" && !slices.Contains(Profiles[:], in.Profile) {
		r.Bad(path+".profile", "Item %s: the profile is %s, not %q.", in.ID, either(Profiles[:]), in.Profile)
	}
	if p := in.Plan; p != nil {
		s.Plan = Plan{Wanted: true, Date: r.time(path+".ready_for_plan.date", p.Date), Approved: p.Approved, Confidence: p.Confidence, Net: p.Net}
	}
	if in.Score != nil {
		if !finite(in.Score.Mean) || !finite(in.Score.SD) || in.Score.SD < 0 {
			r.Bad(path+".score", "Item %s: a score has a finite mean, and a standard deviation of 0 or more.", in.ID)
		}
		s.Direct = &Score{Mean: in.Score.Mean, SD: in.Score.SD}
	}
	for i, e := range in.Events {
		s.Events = append(s.Events, e.Read(r.Form, fmt.Sprintf("%s.events[%d]", path, i), clock.CalendarTime, r.zone)...)
	}
	for i, a := range in.Asks {
		s.Asks = append(s.Asks, r.ask(fmt.Sprintf("%s.asks[%d]", path, i), in.ID, a))
	}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if slices.Contains(itemKeys[:], key) {
			continue
		}
		info := r.f.Policy.anyFactor(r.m, plumbline.Factor(key))
		if info == nil {
			r.Bad(path+"."+key, "Item %s: no model of the policy has a factor %q; %s has %s.", in.ID, key, r.m.Name, both(r.m.ids()))
			continue
		}
		if d, ok := r.quantity(path+"."+key, in.ID, info, all[key]); ok {
			s.Factors[info.ID] = Factor{Value: d}
		}
	}
	r.f.Subjects = append(r.f.Subjects, s)
}

func (r *fileReader) ask(path, id string, in askForm) Ask {
	a := Ask{Account: in.Account, Pool: in.Pool, Priority: in.Priority, Health: strings.ToLower(in.Health), Win: in.Win, Lost: in.Lost}
	if in.Account == "" {
		r.Bad(path, "Item %s: an ask names its account.", id)
	}
	if in.Pool == "" {
		a.Pool = Retention
	}
	if a.Pool != Retention && a.Pool != Growth {
		r.Bad(path+".pool", "Item %s: the pool is %s or %s, not %q.", id, Retention, Growth, in.Pool)
	}
	if in.Priority < 0 || in.Priority > 10 {
		r.Bad(path+".priority", "Item %s: the customer's priority is 1 to 10, not %d.", id, in.Priority)
	}
	if !(in.Win >= 0 && in.Win <= 1) {
		r.Bad(path+".win", "Item %s: the chance to win is between 0 and 1, not %g.", id, in.Win)
	}
	if a.Unknown = in.Amount == nil; !a.Unknown {
		if a.Amount = *in.Amount; !finite(a.Amount) || a.Amount < 0 {
			r.Bad(path+".amount", "Item %s: an amount is a number of 0 or more, not %g.", id, a.Amount)
		}
	}
	a.Renewal, a.Close, a.At = r.time(path+".renewal", in.Renewal), r.time(path+".close", in.Close), r.time(path+".at", in.At)
	return a
}

// quantity reads a factor.
func (r *fileReader) quantity(path, id string, info *FactorInfo, v any) (chance.Dist, bool) {
	d, err := chance.FromWritten(v, info.Share)
	if err == nil && !d.IsUnknown() {
		err = r.f.Policy.checkFactor(r.m, info, d)
	}
	if err != nil {
		r.Bad(path, "Item %s, %s: %s", id, info.ID, plumbline.TextOf(err))
	}
	return d, err == nil && !d.IsUnknown()
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
