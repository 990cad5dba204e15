package demo

import (
	"strconv"
	"time"

	"plumbline"
)

// LimitTale is a constraint of the organisation and what came of it, day by day.
// Those without Told are judged by the facts of the demo's files: its bill, its
// findings, its controls, its tickets.
type LimitTale struct {
	Constraint plumbline.Constraint
	Put        plumbline.Time          // when it was agreed on
	Told       []plumbline.Observation // oldest first; all of it is made up
	Ended      bool                    // nobody tells any more: it gets old
	Exemption  *Exemption
	Mended     int // how many open items of the scope are said to mend it, at most
}

// Exemption is an exception that somebody asked for and somebody else approved.
type Exemption struct {
	Reason          string
	Asked, Approved plumbline.Time
	Until           plumbline.Time
	By, From        string // handles: who asks, and whom
}

// Limits are the constraints of the organisation, of all kinds. That they are agreed
// on is invented; what bills, findings, controls and tickets say of them is as their
// files have it.
func Limits(asOf plumbline.Time) []LimitTale {
	return append(fedLimits(asOf), serverAvailability(asOf), pagesAnswered(asOf), updateLoad(asOf), statesSpace(asOf), addressSpace(asOf), newMinor(asOf), windows(asOf))
}

// limit is a constraint with what all of them have.
func limit(id, name string, kind plumbline.ConstraintKind, scope, ref string) plumbline.Constraint {
	return plumbline.Constraint{ID: plumbline.ConstraintID(id), Name: name, Kind: kind, Scope: plumbline.Scope{Kind: scope, Ref: ref}, Source: inventedSource}
}

// fedLimits are judged by facts from files, but for the one that nothing was told of.
func fedLimits(asOf plumbline.Time) (out []LimitTale) {
	put := asOf.Add(-40 * day)
	add := func(c plumbline.Constraint) *LimitTale {
		out = append(out, LimitTale{Constraint: c, Put: put})
		return &out[len(out)-1]
	}
	for i, amount := range []plumbline.Decimal{"11", "1", "0.05"} {
		c := limit("cost-"+string(billed[i]), "Cloud budget of "+string(billed[i]), plumbline.Cost, plumbline.ScopeProduct, string(billed[i]))
		c.Objective = amount
		add(budget(c))
	}
	plane := limit("cost-control-plane", "Cloud budget of the control plane", plumbline.Cost, plumbline.ScopeGroup, "system.control-plane")
	plane.Objective = "17"
	add(budget(plane))
	for _, p := range []string{"ingress-nginx", "fluent-logshipping", "flux"} {
		c := limit("findings-"+p, "Findings of "+p+"-app", plumbline.Security, plumbline.ScopeProduct, p+"-app")
		c.Cycle, c.Source = 10*day, "Made up for the demo."
		if t := add(c); p == "flux" {
			t.Exemption = &Exemption{
				Reason: invented("The chart is replaced with the next release of the platform; until then it runs in an inner network only."),
				Asked:  asOf.Add(-12 * day), Approved: asOf.Add(-11 * day), Until: asOf.Add(33 * day), By: "ines", From: "avery",
			}
		}
	}
	c := limit("controls-kube-apiserver", "Access, audit and identity controls", plumbline.Compliance, plumbline.ScopeProduct, ControlledProduct)
	c.Source, c.Cycle = "framework:nist_ocp4", 14*day
	add(c)
	load := limit("interrupts-support", "Time that questions take", plumbline.Support, plumbline.ScopeProcess, "support")
	load.Objective, load.Window = "0.45", plumbline.Window{Days: 28}
	add(load)
	add(limit("access-reviews", "Reviews of who may see incidents", plumbline.Compliance, plumbline.ScopeProcess, "incident-management"))
	return out
}

// budget is a monthly budget whose bill comes once a week.
func budget(c plumbline.Constraint) plumbline.Constraint {
	c.Currency, c.Basis, c.Window, c.Cadence, c.Lead = "USD", plumbline.Billed, plumbline.Window{Calendar: plumbline.WindowMonth}, 7*day, 7*day
	return c
}

// told is an observation of the days before a midnight.
func told(asOf plumbline.Time, ago, days int) plumbline.Observation {
	to := asOf.Add(-time.Duration(ago) * day)
	return plumbline.Observation{From: to.Add(-time.Duration(days) * day), To: to, At: to, Source: inventedSource, External: "tale", Ref: "invented for the demo", Quality: plumbline.ByEstimate}
}

func whole(n int) plumbline.Decimal { return plumbline.Decimal(strconv.Itoa(n)) }

// serverAvailability is over its error budget since a bad day last week.
func serverAvailability(asOf plumbline.Time) LimitTale {
	c := limit("api-availability", "Availability of the API server", plumbline.Reliability, plumbline.ScopeProduct, "kube-apiserver")
	c.Objective, c.Window, c.Hard, c.Cycle, c.Lead = "0.9995", plumbline.Window{Days: 28}, true, 5*day, 7*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-60 * day), Mended: 2}
	for ago := 58; ago >= 0; ago-- {
		o := told(asOf, ago, 1)
		o.Total, o.Bad = whole(4_000_000+ago%7*90_000), whole(800+ago*37%11*45)
		if ago == 6 {
			o.Bad = "36400"
		}
		t.Told = append(t.Told, o)
	}
	return t
}

// pagesAnswered is a promise of a process that it keeps.
func pagesAnswered(asOf plumbline.Time) LimitTale {
	c := limit("pages-answered", "Pages answered within 15 minutes", plumbline.Reliability, plumbline.ScopeProcess, "incident-management")
	c.Objective, c.Window, c.Cadence = "0.95", plumbline.Window{Days: 90}, 7*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-90 * day)}
	for ago := 84; ago >= 0; ago -= 7 {
		o := told(asOf, ago, 7)
		o.Total, o.Bad = whole(24+ago%5*3), whole(ago%3)
		t.Told = append(t.Told, o)
	}
	return t
}

// updateLoad was not written down for weeks.
func updateLoad(asOf plumbline.Time) LimitTale {
	c := limit("interrupts-updates", "Time that failed updates take", plumbline.Support, plumbline.ScopeProcess, "cluster-update")
	c.Objective, c.Window = "0.4", plumbline.Window{Days: 90}
	t := LimitTale{Constraint: c, Put: asOf.Add(-70 * day), Ended: true}
	for ago := 66; ago >= 38; ago -= 7 {
		o := told(asOf, ago, 7)
		o.Total, o.Bad = "76", whole(12+ago%4*3)
		t.Told = append(t.Told, o)
	}
	return t
}

// statesSpace is inherited by all that belong to the control plane.
func statesSpace(asOf plumbline.Time) LimitTale {
	c := limit("state-storage", "Storage of the clusters' state", plumbline.Capacity, plumbline.ScopeGroup, "system.control-plane")
	c.Objective, c.Cadence, c.Cycle = "90", 7*day, 21*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-60 * day)}
	for i, left := range []int{190, 182, 171, 166, 148, 131, 119, 104} {
		o := told(asOf, 49-7*i, 7)
		o.Forecast, o.Early = o.At.Add(time.Duration(left)*day), o.At.Add(time.Duration(left*7/10)*day)
		t.Told = append(t.Told, o)
	}
	return t
}

// addressSpace lasts.
func addressSpace(asOf plumbline.Time) LimitTale {
	c := limit("pod-addresses", "Addresses for pods", plumbline.Capacity, plumbline.ScopeProduct, "kubelet")
	c.Objective, c.Cadence = "90", 7*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-60 * day)}
	for ago := 28; ago >= 0; ago -= 7 {
		o := told(asOf, ago, 7)
		o.Forecast, o.Early = asOf.Add(310*day), asOf.Add(240*day)
		t.Told = append(t.Told, o)
	}
	return t
}

// newMinor is a promise whose forecast slipped behind its date.
func newMinor(asOf plumbline.Time) LimitTale {
	c := limit("promise-new-minor", "All clusters on the new minor version", plumbline.Commitment, plumbline.ScopeProcess, "cluster-update")
	c.Opened, c.Due, c.Hard, c.Cadence = asOf.Add(-70*day), asOf.Add(31*day), true, 14*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-70 * day), Mended: 1}
	for i, spare := range []int{21, 19, 20, 12, 9, 3, -4, -8} {
		o := told(asOf, 52-7*i, 7)
		o.Forecast = c.Due.Add(-time.Duration(spare) * day)
		t.Told = append(t.Told, o)
	}
	return t
}

// windows is a promise that is likely to be kept.
func windows(asOf plumbline.Time) LimitTale {
	c := limit("promise-windows", "Teams choose their update window", plumbline.Commitment, plumbline.ScopeProduct, "kubeadm")
	c.Opened, c.Due, c.Cadence = asOf.Add(-50*day), asOf.Add(74*day), 14*day
	t := LimitTale{Constraint: c, Put: asOf.Add(-50 * day)}
	for ago := 42; ago >= 0; ago -= 14 {
		o := told(asOf, ago, 14)
		o.Forecast = c.Due.Add(-time.Duration(52-ago/4) * day)
		t.Told = append(t.Told, o)
	}
	return t
}
