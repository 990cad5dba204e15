package limit

import "plumbline"

// OpenPart is a gap or a finding that is open.
type OpenPart struct {
	Subject  string         `json:"subject"`
	Severity string         `json:"severity,omitempty"`
	Opened   plumbline.Time `json:"opened"`
	Due      plumbline.Time `json:"due,omitempty"` // 0: nobody has said
}

// OpenParts are the controls or findings of a case that are open at a moment, by name,
// without those that an exception lets rest.
func OpenParts(c Case, now plumbline.Time) []OpenPart {
	if c.Evidence == nil {
		return nil
	}
	var out []OpenPart
	for _, p := range parts(c, now) {
		if !p.met() && !p.exempt && p.State != plumbline.StateNotApplicable {
			out = append(out, OpenPart{p.Subject, p.Severity, p.opened, p.due})
		}
	}
	return out
}
