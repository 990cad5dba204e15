package limit

import (
	"fmt"
	"strings"

	"plumbline"
	"plumbline/internal/clock"
	"plumbline/internal/yamlform"
)

// reader turns what was written into what is used, and notes what is wrong.
type reader struct {
	*yamlform.Form
	file fileReading
}

func (r *reader) policies(path string, in []policyForm) []Policy {
	var out []Policy
	seen := map[string]bool{}
	for i, f := range in {
		at := fmt.Sprintf("%s[%d]", path, i)
		if seen[f.ID] {
			r.Bad(at+".id", "There are two policies called %q.", f.ID)
		}
		seen[f.ID] = true
		out = append(out, r.policy(at, f))
	}
	return out
}

func (r *reader) policy(at string, f policyForm) Policy {
	p := Policy{ID: f.ID, Name: f.Name, Source: f.Source, Approvers: max(f.Approvers, 1)}
	if !plumbline.ValidRef(f.ID) {
		r.Bad(at+".id", "An id is 1 to 60 lower-case letters, digits, dots, dashes or underscores, not %q.", f.ID)
	}
	if f.Name == "" {
		r.Bad(at+".name", "The policy has no name.")
	}
	for _, k := range f.Kinds {
		if !plumbline.ConstraintKind(k).Valid() {
			r.Bad(at+".kinds", "The kind is reliability, cost, compliance, security, support, capacity or commitment, not %q.", k)
		}
		p.Kinds = append(p.Kinds, plumbline.ConstraintKind(k))
	}
	p.start, p.end = r.rules(at+".start", f.Start), r.rules(at+".end", f.End)
	if len(p.start) == 0 {
		r.Bad(at+".start", "The policy has no start.")
	}
	p.Hold = r.duration(at+".hold", f.Hold)
	p.lasts = r.delay(at+".lasts", f.Lasts)
	if p.Hold > 0 && len(p.end) == 0 {
		r.Bad(at+".hold", "hold is how long the end has to hold: write the end, too.")
	}
	for i, c := range f.Then {
		p.Then = append(p.Then, r.consequence(fmt.Sprintf("%s.then[%d]", at, i), c))
	}
	if len(p.Then) == 0 {
		r.Bad(at+".then", "Nothing follows from the policy.")
	}
	return p
}

func (r *reader) rules(path string, texts yamlform.Words) []rule {
	var out []rule
	for _, t := range texts {
		parsed, err := parseRule(t)
		if err != nil {
			r.Bad(path, "%s", plumbline.TextOf(err))
		}
		out = append(out, parsed)
	}
	return out
}

func (r *reader) consequence(at string, f consequenceForm) Consequence {
	c := Consequence{Force: plumbline.ParseForce(f.Force), Allow: f.Allow, Concerns: f.Concerns, What: f.What}
	c.Share = r.share(at+".share", f.Share)
	c.within = r.delay(at+".within", f.Within)
	if c.Force == 0 {
		r.Bad(at+".force", "A consequence is inform, require_review, reserve_capacity, force_rank or restrict_work_types, not %q.", f.Force)
	}
	if c.What == "" {
		r.Bad(at+".what", "Say in a sentence what follows.")
	}
	for _, list := range []struct {
		path string
		of   plumbline.Force
		have []string
	}{{".allow", plumbline.Restrict, f.Allow}, {".concerns", plumbline.RequireReview, f.Concerns}} {
		if len(list.have) > 0 && c.Force != list.of {
			r.Bad(at+list.path, "Only %s has this list.", list.of)
		}
		for _, t := range list.have {
			if !plumbline.ValidWorkType(t) {
				r.Bad(at+list.path, "The type of work is one of %s, not %q.", strings.Join(plumbline.WorkTypes[:], ", "), t)
			}
		}
	}
	x := exact(c.Share)
	if reserve := c.Force == plumbline.Reserve; reserve != c.Share.Known() || reserve && (x.Sign() <= 0 || x.Cmp(whole(1)) > 0) {
		r.Bad(at+".share", "reserve_capacity has a share between 0 and 100 %%, and nothing else has one.")
	}
	return c
}

// delay reads an amount of time, which is working time when it says so.
func (r *reader) delay(path, text string) delay {
	if text == "" {
		return delay{}
	}
	kind := clock.CalendarTime
	if strings.Contains(text, "working") || strings.Contains(text, "business") {
		kind = clock.BusinessTime
	}
	s, err := clock.ParseSpan(text, kind)
	if err != nil {
		r.Bad(path, "%s", plumbline.TextOf(err))
	}
	return delay{s, kind}
}
