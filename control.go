package plumbline

import "strings"

// FrameworkRef names a set of controls: lower case, for example "nist-800-53-low".
type FrameworkRef string

// ControlID names a control within its framework, in one spelling: lower case,
// no leading zeros, an enhancement behind a dot. "AC-2(1)", "ac-02.01" and
// "ac-2.1" are one. [ParseControlID] makes it.
type ControlID string

// MaxControlID is the longest name of a control, in bytes.
const MaxControlID = 60

// controlMarks makes the marks around an enhancement a dot.
var controlMarks = strings.NewReplacer("(", ".", "[", ".", ")", "", "]", "", " ", "", "\t", "")

// ParseControlID reads the name of a control as catalogs, assessors and
// spreadsheets write it.
func ParseControlID(text string) (ControlID, error) {
	var b strings.Builder
	digits := false // within a number that has begun
	text = controlMarks.Replace(strings.ToLower(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '0' && !digits && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
		case c >= '0' && c <= '9':
			digits = true
			b.WriteByte(c)
		case c >= 'a' && c <= 'z', c == '-', c == '_', c == ':':
			digits = false
			b.WriteByte(c)
		case c == '.':
			digits = false
			if s := b.String(); s != "" && s[len(s)-1] != '.' {
				b.WriteByte('.')
			}
		default:
			return "", Errorf(Invalid, "%q is not the name of a control; write it as ac-2.1 or AC-2(1).", clipped(text))
		}
	}
	id := strings.Trim(b.String(), ".-_:")
	if id == "" || len(id) > MaxControlID {
		return "", Errorf(Invalid, "%q is not the name of a control; it has 1 to %d letters, digits, dots and dashes.", clipped(text), MaxControlID)
	}
	return ControlID(id), nil
}

// Label is the name as people write it: "AC-2(1)" for one of NIST's, else in
// capital letters.
func (id ControlID) Label() string {
	upper := strings.ToUpper(string(id))
	base, enhancement, ok := strings.Cut(upper, ".")
	family, number, dash := strings.Cut(base, "-")
	if ok && dash && len(family) == 2 && onlyDigits(number) && onlyDigits(enhancement) {
		return base + "(" + enhancement + ")"
	}
	return upper
}

// Family is what the name begins with, before its first number: "ac" of
// "ac-2.1". It is what a control belongs to whose catalog says nothing else.
func (id ControlID) Family() string {
	i := strings.IndexAny(string(id), "0123456789")
	if i < 0 {
		return string(id)
	}
	if family := strings.TrimRight(string(id)[:i], ".-_:"); family != "" {
		return family
	}
	family, _, _ := strings.Cut(string(id), ".")
	return family
}

func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// ControlState says how far a control is implemented. The empty one is that
// nobody has said.
type ControlState string

// The states of a control, in the words of NIST's system security plans.
// Alternative is met in another way; Missing is a gap that nobody has planned to
// close.
const (
	ControlImplemented   ControlState = "implemented"
	ControlAlternative   ControlState = "alternative"
	ControlPartial       ControlState = "partial"
	ControlPlanned       ControlState = "planned"
	ControlMissing       ControlState = "missing"
	ControlNotApplicable ControlState = "not_applicable"
)

// ControlStates lists them, the best first.
var ControlStates = [...]ControlState{ControlImplemented, ControlAlternative, ControlPartial, ControlPlanned, ControlMissing, ControlNotApplicable}

// Met says that the control does what it is for: partly is not met.
func (s ControlState) Met() bool { return s == ControlImplemented || s == ControlAlternative }

// Gap says that the control applies and is not met.
func (s ControlState) Gap() bool { return !s.Met() && s != ControlNotApplicable }

// stateWords are the words of plans, assessments and control files for a state.
// Those that mean that a control is met differ in the evidence that it needs.
var stateWords = map[string]ControlState{
	"": "", "implemented": ControlImplemented, "automated": ControlImplemented, "supported": ControlImplemented, "inherently met": ControlImplemented,
	"manual": ControlImplemented, "documentation": ControlImplemented, "satisfied": ControlImplemented, "met": ControlImplemented,
	"alternative": ControlAlternative, "partial": ControlPartial, "partially implemented": ControlPartial, "planned": ControlPlanned,
	"pending": ControlMissing, "missing": ControlMissing, "not implemented": ControlMissing, "does not meet": ControlMissing, "not satisfied": ControlMissing,
	"not applicable": ControlNotApplicable, "n/a": ControlNotApplicable,
}

// ParseControlState reads a state in any of those words, whatever its case and
// the blanks around it. need is the word itself when it says more than the
// state: "automated", "inherently met".
func ParseControlState(text string) (state ControlState, need string, err error) {
	word := strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '\t' }), " ")
	state, ok := stateWords[word]
	if !ok {
		return "", "", Errorf(Invalid, "%q is not the state of a control; use implemented, alternative, partial, planned, missing or not applicable.", clipped(text))
	}
	if word != strings.ReplaceAll(string(state), "_", " ") {
		need = word
	}
	return state, need, nil
}
