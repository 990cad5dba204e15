package plumbline

// Alarm is one thing that a watching system says is wrong, or is over. What is
// said of the same Key later takes the place of what was said before.
type Alarm struct {
	Key      string            `json:"key"`             // its name there: what it is and when it began
	Group    string            `json:"group,omitempty"` // alarms of one group may be one incident
	Title    string            `json:"title"`
	Text     string            `json:"text,omitempty"`
	Severity string            `json:"severity,omitempty"` // in the words of the sender
	Labels   map[string]string `json:"labels,omitempty"`
	Started  Time              `json:"started"`
	Ended    Time              `json:"ended,omitempty"` // 0: it has not ended
	At       Time              `json:"at,omitempty"`    // of when this is; 0: the sender does not say
	URL      string            `json:"url,omitempty"`
}

// AlarmSource is a system that tells of alarms, and how it is.
type AlarmSource struct {
	ID       LinkID     `json:"id"`
	Kind     string     `json:"kind"`              // "alertmanager" or "pagerduty"
	Product  ProductRef `json:"product,omitempty"` // of alarms that name none
	Heard    Time       `json:"heard,omitempty"`   // the newest delivery
	Rejected int64      `json:"rejected,omitempty"`
	Problem  string     `json:"problem,omitempty"` // with the newest delivery that could not be read
}

// AlarmReading is a delivery as its adapter read it: its alarms, why there are none
// (Passed), or why it cannot be read (Fault).
type AlarmReading struct {
	Alarms []Alarm `json:"alarms,omitempty"`
	Passed string  `json:"passed,omitempty"`
	Fault  string  `json:"fault,omitempty"`
	More   int     `json:"more,omitempty"` // alarms that the sender left out
}
