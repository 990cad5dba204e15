package plumbline

import (
	"encoding/json"
	"testing"
	"time"
)

func TestDecimal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"0", "0"}, {"-0.00", "0"}, {"007", "7"}, {"1.50", "1.5"}, {".5", "0.5"}, {"5.", "5"}, {"+3", "3"}, {"35.2E-7", "0.00000352"}, {"1e3", "1000"},
		{"-12.5e1", "-125"}, {"0.27416448666", "0.27416448666"}, {"1.2.3", "!"}, {"1,000", "!"}, {"NaN", "!"}, {"+Inf", "!"}, {"1e99", "!"}, {"e5", "!"}, {"--1", "!"}, {"0x10", "!"},
	} {
		got, err := ParseDecimal(c.in)
		if err != nil {
			got = "!"
		}
		if string(got) != c.want {
			t.Errorf("%q: got %q, want %q (%v)", c.in, got, c.want, err)
		}
		if err != nil {
			continue
		}
		if again, err := ParseDecimal(string(got)); again != got || err != nil {
			t.Errorf("%q is read as %q, %v", got, again, err)
		}
		var back Decimal
		b, err := json.Marshal(got)
		if err != nil || json.Unmarshal(b, &back) != nil || back != got {
			t.Errorf("%q comes back from JSON %s as %q, %v", got, b, back, err)
		}
		if micros, ok := got.Micros(); ok {
			if want := got.Rat(); want.Num().Int64()*1_000_000/want.Denom().Int64() != micros {
				t.Errorf("%q has %d millionths", got, micros)
			}
		}
	}
}

func TestConstraintsAreChecked(t *testing.T) {
	good := Constraint{ID: "api", Kind: Reliability, Scope: Scope{ScopeProduct, "ci"}, Objective: "0.999", Window: Window{Days: 28}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		field string
		spoil func(*Constraint)
	}{
		"id":             {"id", func(c *Constraint) { c.ID = "Not An Id" }},
		"scope":          {"scope", func(c *Constraint) { c.Scope.Kind = "team" }},
		"kind":           {"kind", func(c *Constraint) { c.Kind = "weather" }},
		"all of it":      {"objective", func(c *Constraint) { c.Objective = "1" }},
		"nothing":        {"objective", func(c *Constraint) { c.Objective = "0" }},
		"not a number":   {"objective", func(c *Constraint) { c.Objective = "many" }},
		"no window":      {"window", func(c *Constraint) { c.Window = Window{} }},
		"two windows":    {"window", func(c *Constraint) { c.Window.Calendar = WindowMonth }},
		"method":         {"method", func(c *Constraint) { c.Method = "feeling" }},
		"budget rolls":   {"window", func(c *Constraint) { c.Kind = Cost }},
		"no basis":       {"basis", func(c *Constraint) { c.Kind = Cost }},
		"no currency":    {"currency", func(c *Constraint) { c.Kind = Cost }},
		"free":           {"objective", func(c *Constraint) { c.Kind, c.Objective = Cost, "-1" }},
		"no date":        {"due", func(c *Constraint) { c.Kind = Commitment }},
		"ends too early": {"to", func(c *Constraint) { c.From, c.To = 10, 10 }},
		"negative":       {"cadence", func(c *Constraint) { c.Lead = -1 }},
	} {
		bad := good
		c.spoil(&bad)
		if FieldsOf(bad.Validate())[c.field] == "" {
			t.Errorf("%s: got %v", name, bad.Validate())
		}
	}
}

func TestExceptionsAreChecked(t *testing.T) {
	day := 24 * time.Hour
	good := Exception{Constraint: "api", Reason: "r", Requester: "a", Approvers: []PersonID{"b", "c"}, From: 1, Until: Time(1).Add(90 * day)}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	if good.Holds(0) || !good.Holds(1) || good.Holds(good.Until) {
		t.Error("it holds from its first moment until just before its last")
	}
	for name, c := range map[string]struct {
		field string
		spoil func(*Exception)
	}{
		"no reason":    {"reason", func(e *Exception) { e.Reason = " " }},
		"own approval": {"approvers", func(e *Exception) { e.Approvers = []PersonID{"b", "a"} }},
		"nobody":       {"approvers", func(e *Exception) { e.Approvers = nil }},
		"twice":        {"approvers", func(e *Exception) { e.Approvers = []PersonID{"b", "b"} }},
		"for ever":     {"until", func(e *Exception) { e.Until = 0 }},
		"too long":     {"until", func(e *Exception) { e.Until++ }},
		"who asks":     {"requester", func(e *Exception) { e.Requester = "" }},
	} {
		bad := good
		c.spoil(&bad)
		if FieldsOf(bad.Validate())[c.field] == "" {
			t.Errorf("%s: got %v", name, bad.Validate())
		}
	}
}

func TestForces(t *testing.T) {
	for f := Inform; f <= Restrict; f++ {
		if ParseForce(f.String()) != f {
			t.Errorf("%q is read as %v", f.String(), ParseForce(f.String()))
		}
	}
	var f Force
	if ParseForce("") != 0 || ParseForce("shout") != 0 || f.UnmarshalText([]byte("shout")) == nil {
		t.Error("there is no such consequence")
	}
}
