package demo

import (
	"time"

	"plumbline"
)

// inventedSource is the provenance of what is made up from beginning to end.
const inventedSource = "demo: invented"

// InventedMark ends every text that was made up.
const InventedMark = "(Invented for the demo.)"

// invented marks a text as made up.
func invented(text string) string { return text + " " + InventedMark }

// opened is when the invented people joined: before the first proposal.
var opened = plumbline.At(time.Date(2018, 1, 1, 9, 0, 0, 0, time.UTC))

// cast makes the people to sign in as. Their addresses end in ".example", which
// belongs to nobody (RFC 2606).
func (b *builder) cast() {
	for _, p := range []plumbline.Person{
		{Handle: "mara", Name: "Mara Lindqvist", Role: plumbline.PM, Cleared: true},
		{Handle: "jonas", Name: "Jonas Weber", Role: plumbline.Requester},
		{Handle: "ines", Name: "Inês Duarte", Role: plumbline.Contributor, Team: "sig-node"},
		{Handle: "avery", Name: "Avery Okafor", Role: plumbline.Admin},
	} {
		p.Email, p.Created = p.Handle+"@plumbline.example", opened
		b.person(p)
	}
}

// processes are the three processes that the organisation is said to run.
var processes = []struct {
	ref               plumbline.ProductRef
	name, description string
	owner             plumbline.TeamRef
}{
	{"support", "Support", "Answers to the engineers and customers who use the platform: one queue, first answer within one working day.", "team-planeteers"},
	{"cluster-update", "Cluster update", "How a new version reaches the clusters: wave by wave, from development to production, with a pause between waves.", "sig-cluster-lifecycle"},
	{"incident-management", "Incident management", "From the first alert to the last corrective action.", "team-atlas"},
}

// customers are the accounts; nothing about them is true of anybody.
var customers = []struct {
	ref, name string
	arr       int64 // whole units a year
	currency  string
	seats     int64
	renewal   time.Duration // after the end of the data
}{
	{"harbourlight", "Harbourlight Logistics", 1_240_000, "EUR", 860, 160 * day},
	{"quillfeather", "Quillfeather Press", 96_000, "EUR", 70, 45 * day},
	{"borealis-rail", "Borealis Rail", 2_150_000, "EUR", 1_900, 410 * day},
	{"saltmarsh-bank", "Saltmarsh Savings Bank", 1_780_000, "USD", 640, 230 * day},
	{"tinderbox-games", "Tinderbox Games", 410_000, "USD", 215, 92 * day},
	{"oxbow-clinics", "Oxbow Clinics", 655_000, "EUR", 1_120, 300 * day},
	{"juniper-and-vale", "Juniper & Vale Insurance", 890_000, "GBP", 430, 540 * day},
	{"lanternfish", "Lanternfish Research", 0, "", 0, 0}, // a prospect: nothing is known yet
}

func (b *builder) accounts() {
	for _, c := range customers {
		a := plumbline.Account{
			Ref: plumbline.AccountRef(c.ref), Name: plumbline.Hide(c.name + " (invented)"), Seats: plumbline.Hide(c.seats), Invented: true,
			ARR: plumbline.Hide(plumbline.Money{Micros: c.arr * 1_000_000, Currency: c.currency}),
		}
		if c.renewal != 0 {
			a.Renewal = plumbline.Hide(b.org.AsOf.Add(c.renewal))
		}
		b.org.Accounts = append(b.org.Accounts, a)
	}
}
