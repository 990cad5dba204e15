package incidents

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
	"plumbline/internal/yamlform"
)

// Rules say how alarms become incidents, as data; rules.yaml shows the form.
type Rules struct {
	Version    string               `yaml:"version"`
	Together   int                  `yaml:"together"`   // minutes
	Severities map[string]string    `yaml:"severities"` // "S1" to "S4" by the sender's word
	Labels     []string             `yaml:"labels"`     // that may name the product, in order
	Products   map[string]string    `yaml:"products"`   // refs by other names
	Clocks     map[string]hoursEach `yaml:"clocks"`
}

// hoursEach is a number of hours for each severity.
type hoursEach map[string]int

// The clocks of an incident.
const (
	Mitigate = "mitigate"
	Resolve  = "resolve"
	Act      = "action"
)

const (
	maxRules    = 64 << 10
	rulesKept   = "incident rules" // the name of the setting
	maxTogether = 7 * 24 * 60
)

//go:embed rules.yaml
var defaultRules string

var defaults = sync.OnceValues(func() (Rules, error) { return parseRules(defaultRules) })

// parseRules reads rules. The error is Invalid, with a line for what is wrong.
func parseRules(text string) (Rules, error) {
	var r Rules
	f, err := yamlform.Read("rules", []byte(text), maxRules, &r)
	if err != nil {
		return r, err
	}
	if r.Together < 0 || r.Together > maxTogether {
		f.Bad("$.together", "alarms are one incident when they are 0 to %d minutes apart, not %d", maxTogether, r.Together)
	}
	lower := map[string]string{}
	for word, s := range r.Severities {
		if !slices.Contains(severities[:], s) {
			f.Bad("$.severities", "a severity is S1 to S4, not %q", clip(s, 40))
		}
		lower[strings.ToLower(word)] = s
	}
	r.Severities = lower
	names := map[string]string{}
	for name, ref := range r.Products {
		if !plumbline.ValidRef(ref) {
			f.Bad("$.products", "%q is no name of a product or a process", clip(ref, 60))
		}
		names[strings.ToLower(name)] = ref
	}
	r.Products = names
	for clock, each := range r.Clocks {
		if clock != Mitigate && clock != Resolve && clock != Act {
			f.Bad("$.clocks", "the clocks are mitigate, resolve and action, not %q", clip(clock, 40))
		}
		for s, hours := range each {
			if !slices.Contains(severities[:], s) || hours < 1 || hours > 24*365 {
				f.Bad("$.clocks", "a clock has 1 to 8760 hours for S1 to S4, not %d for %q", hours, clip(s, 40))
			}
		}
	}
	return r, f.Err()
}

var severities = [...]string{"S1", "S2", "S3", "S4"}

// rules are those that hold.
func (r *Room) rules(tx *store.Tx) (Rules, error) {
	text, ok, err := tx.Setting(rulesKept)
	if err != nil {
		return Rules{}, err
	}
	if !ok {
		return defaults()
	}
	return parseRules(text)
}

// IncidentRulesView is the rules as they are written.
type IncidentRulesView struct {
	Version string `json:"version"`
	Text    string `json:"text"` // YAML
	Own     bool   `json:"own"`  // false: they come with the product
}

// IncidentRules are the rules by which alarms become incidents.
func (r *Room) IncidentRules(ctx context.Context, who plumbline.Actor) (out IncidentRulesView, err error) {
	if err := rights.Need(who, rights.ReadEvidence); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		text, own, err := tx.Setting(rulesKept)
		if err != nil {
			return err
		}
		if !own {
			text = defaultRules
		}
		rules, err := parseRules(text)
		out = IncidentRulesView{Version: rules.Version, Text: text, Own: own}
		return err
	})
	return out, err
}

// PutIncidentRules sets the rules by which alarms become incidents from now on.
func (r *Room) PutIncidentRules(ctx context.Context, who plumbline.Actor, text string) error {
	if err := rights.Need(who, rights.ManageCatalog); err != nil {
		return err
	}
	rules, err := parseRules(text)
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		was, ok, err := tx.Setting(rulesKept)
		if err != nil || ok && was == text {
			return err
		}
		if err := tx.PutSetting(rulesKept, text); err != nil {
			return err
		}
		return r.note(tx, who, plumbline.Confidential, "incident rules changed", told{Text: rules.Version})
	})
}

// severity is what a sender's word is here; empty: nobody knows.
func (r Rules) severity(word string) string {
	return r.Severities[strings.ToLower(strings.TrimSpace(word))]
}

// product is the product that an alarm names, else that of its source; empty: none
// that the catalog has.
func (r Rules) product(a plumbline.Alarm, source plumbline.ProductRef, known catalog) plumbline.ProductRef {
	for _, label := range r.Labels {
		name := strings.ToLower(strings.TrimSpace(a.Labels[label]))
		if name == "" {
			continue
		}
		if ref := plumbline.ProductRef(cmp.Or(r.Products[name], name)); known.has(ref) {
			return ref
		}
	}
	if known.has(source) {
		return source
	}
	return ""
}

// hours is how long a clock runs for a severity; 0: it does not run.
func (r Rules) hours(clock, severity string) time.Duration {
	return time.Duration(r.Clocks[clock][severity]) * time.Hour
}
