package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"plumbline"
)

// wish is a made-up demand. Amounts are whole units of the account's currency.
type wish struct {
	kep      int
	by       string // ref of a team or an account
	points   int
	strength string
	users    int64
	worth    int64
	seats    int64
	stage    string
	percent  int           // probability of winning; 0: unknown
	closes   time.Duration // after the end of the data; 0: no date
	ago      int           // days before the end of the data
	note     string
}

// wishes are about open proposals only.
var wishes = []wish{
	{5343, "borealis-rail", 7, "retention", 1900, 310_000, 1900, "renewal", 70, 410 * day, 21, "Rule updates on their 4,000-service clusters take half a minute at peak."},
	{5343, "harbourlight", 4, "", 860, 90_000, 0, "renewal", 80, 160 * day, 18, "Wants one date for the change, to plan the kernel update with it."},
	{5343, "team-cabbage", 6, "", 40, 0, 0, "", 0, 0, 17, "Two backends in support is two of every runbook."},
	{6080, "lanternfish", 8, "blocker", 120, 240_000, 300, "technical evaluation", 35, 75 * day, 16, "Cannot place jobs by the topology of their accelerators today."},
	{6080, "sig-node", 5, "", 0, 0, 0, "", 0, 0, 14, "Saves a second driver in every node image."},
	{5975, "team-honeybadger", 4, "", 30, 0, 0, "", 0, 0, 30, "Would replace three generators of our own."},
	{4322, "borealis-rail", 6, "fast follow", 1900, 120_000, 0, "renewal", 60, 410 * day, 60, "Fourteen clusters, listed in a spreadsheet."},
	{4322, "team-honeybadger", 7, "", 120, 0, 0, "", 0, 0, 55, "Our own inventory breaks with every provider that is added."},
	{4322, "juniper-and-vale", 3, "", 430, 40_000, 0, "renewal", 0, 540 * day, 48, "Auditors ask which clusters exist; today the answer takes two days."},
	{5313, "team-honeybadger", 5, "", 60, 0, 0, "", 0, 0, 90, "Placement rules are copied between four controllers."},
	{5027, "lanternfish", 6, "", 120, 80_000, 0, "technical evaluation", 35, 75 * day, 33, "Operators must be able to rename what vendors call their devices."},
	{4595, "team-tinkerers", 3, "", 200, 0, 0, "", 0, 0, 120, "Printed columns with arrays are empty; people open the YAML instead."},
	{4781, "oxbow-clinics", 8, "retention", 1120, 210_000, 1120, "renewal", 55, 300 * day, 70, "Every kubelet restart drops their pods from the load balancer for a minute."},
	{4781, "saltmarsh-bank", 7, "retention", 640, 150_000, 640, "renewal", 65, 230 * day, 66, "Same as above, seen in each security patch."},
	{4781, "team-atlas", 6, "", 25, 0, 0, "", 0, 0, 64, "A page for each node in each patch wave."},
	{4785, "team-atlas", 5, "", 300, 0, 0, "", 0, 0, 100, "We run a fork of the metrics exporter for this."},
	{5008, "team-planeteers", 2, "", 50, 0, 0, "", 0, 0, 140, "People ask which user interface is the supported one."},
	{4326, "saltmarsh-bank", 6, "", 640, 60_000, 0, "renewal", 65, 230 * day, 210, "Their change rules need a tested way back."},
	{2021, "tinderbox-games", 9, "blocker", 215, 130_000, 215, "renewal", 45, 92 * day, 35, "Pays for idle game lobbies every night."},
	{2021, "quillfeather", 7, "retention", 70, 24_000, 70, "renewal", 50, 45 * day, 28, "Preview environments should cost nothing while nobody looks."},
	{2021, "team-shield", 4, "", 15, 0, 0, "", 0, 0, 26, "Scanners idle 22 hours a day."},
	{5679, "tinderbox-games", 6, "", 215, 50_000, 0, "renewal", 45, 92 * day, 50, "Lost a launch evening when the metrics source was down."},
	{961, "oxbow-clinics", 6, "fast follow", 1120, 70_000, 0, "renewal", 55, 300 * day, 110, "Updates of 60 replicas, one by one, do not fit in the maintenance window."},
	{2570, "harbourlight", 5, "", 860, 85_000, 0, "renewal", 80, 160 * day, 75, "Noisy neighbours on shared nodes in the evening peak."},
	{2535, "saltmarsh-bank", 9, "blocker", 640, 420_000, 640, "renewal", 65, 230 * day, 80, "A finding of their auditor: one tenant can start another tenant's private image."},
	{2535, "juniper-and-vale", 8, "retention", 430, 160_000, 430, "renewal", 60, 540 * day, 78, "Same finding, other auditor."},
	{4872, "saltmarsh-bank", 7, "", 640, 110_000, 0, "renewal", 65, 230 * day, 85, "Certificates of kubelets have to be checked both ways."},
	{6060, "juniper-and-vale", 6, "", 430, 90_000, 0, "renewal", 60, 540 * day, 22, "Webhooks accept calls from anywhere in the cluster."},
	{6063, "tinderbox-games", 4, "", 215, 20_000, 0, "renewal", 45, 92 * day, 24, "One build job took the node down with forks."},
	{4671, "lanternfish", 9, "blocker", 120, 380_000, 300, "technical evaluation", 35, 75 * day, 45, "Half-started training runs hold accelerators for nothing."},
	{4671, "sig-scheduling", 7, "", 0, 0, 0, "", 0, 0, 44, "Four schedulers outside the tree do this differently."},
	{5075, "lanternfish", 7, "", 120, 150_000, 0, "technical evaluation", 35, 75 * day, 43, "Wants to share one network card between jobs by bandwidth."},
	{4815, "lanternfish", 6, "", 120, 90_000, 0, "technical evaluation", 35, 75 * day, 42, "Wants to cut accelerators into slices on demand."},
	{3314, "oxbow-clinics", 8, "retention", 1120, 230_000, 1120, "renewal", 55, 300 * day, 95, "Full backups of imaging data no longer end before the morning."},
	{5541, "harbourlight", 5, "", 860, 45_000, 0, "renewal", 80, 160 * day, 40, "Nobody dares to delete 3,000 unused volumes."},
	{5541, "team-planeteers", 4, "", 20, 0, 0, "", 0, 0, 38, "Asked in every cost review."},
	{1979, "quillfeather", 3, "", 70, 12_000, 0, "renewal", 50, 45 * day, 130, "Buckets are ordered by ticket."},
	{5707, "borealis-rail", 8, "retention", 1900, 180_000, 0, "renewal", 70, 410 * day, 88, "Still uses external IPs in two stations; needs a way over before removal."},
	{5495, "borealis-rail", 5, "", 1900, 60_000, 0, "renewal", 70, 410 * day, 150, "Runs ipvs everywhere; asks for a tested path."},
	{5573, "harbourlight", 6, "", 860, 75_000, 0, "renewal", 80, 160 * day, 160, "A third of their nodes boots with cgroup v1."},
	{3104, "team-tinkerers", 2, "", 200, 0, 0, "", 0, 0, 170, "Aliases in one file instead of everybody's shell."},
	{2033, "juniper-and-vale", 4, "", 430, 30_000, 0, "renewal", 60, 540 * day, 190, "Wants node agents without root."},
}

// demands puts the wishes on their items.
func (b *builder) demands() error {
	for i, w := range wishes {
		item, err := b.open(w.kep)
		if err != nil {
			return err
		}
		if err := b.want(item, w, strconv.Itoa(i), i); err != nil {
			return err
		}
	}
	return nil
}

// want puts a wish on an item; name tells it from others.
func (b *builder) want(item *Item, w wish, name string, i int) error {
	currency, known := "EUR", false
	for _, c := range customers {
		if c.ref == w.by {
			currency, known = cmp.Or(c.currency, "EUR"), true
		}
	}
	if !known && !slices.ContainsFunc(b.org.Teams, func(t plumbline.Team) bool { return string(t.Ref) == w.by }) {
		return fmt.Errorf("demand %s is by %s, which is neither a team nor an account", name, w.by)
	}
	at := b.ago(w.ago, spread(i))
	d := plumbline.Demand{
		ID: identity(at, "demand", name), Item: item.Item.ID, Strength: w.strength, Points: w.points, Users: w.users,
		Seats: plumbline.Hide(w.seats), Stage: plumbline.Hide(w.stage), Probability: plumbline.Hide(-1.0),
		Note: plumbline.Hide(invented(w.note)), By: b.who("mara").ID, At: at, Invented: true,
	}
	if known {
		d.Account = plumbline.AccountRef(w.by)
		d.By = b.who("jonas").ID
	} else {
		d.Team = plumbline.TeamRef(w.by)
	}
	if w.worth > 0 {
		d.Worth = plumbline.Hide(plumbline.Money{Micros: w.worth * 1_000_000, Currency: currency})
	}
	if w.percent > 0 {
		d.Probability = plumbline.Hide(float64(w.percent) / 100)
	}
	if w.closes > 0 {
		d.Close = plumbline.Hide(b.org.AsOf.Add(w.closes))
	}
	item.Demands = append(item.Demands, d)
	item.mark("demands")
	return nil
}

// open is the item of a proposal, which has to be open still.
func (b *builder) open(kep int) (*Item, error) {
	i, ok := b.byNumber[kep]
	if !ok {
		return nil, fmt.Errorf("there is no proposal %d", kep)
	}
	if !b.org.Items[i].Item.Open() {
		return nil, fmt.Errorf("the proposal %d has ended", kep)
	}
	return &b.org.Items[i], nil
}

// mark notes that a part of the item is made up.
func (it *Item) mark(part string) {
	for _, p := range it.Invented {
		if p == part {
			return
		}
	}
	it.Invented = append(it.Invented, part)
}

// ago is a moment of a working day, days before the end of the data: so many
// minutes after eight.
func (b *builder) ago(days, minutes int) plumbline.Time {
	return b.org.AsOf.Add(-time.Duration(days)*day + 8*time.Hour + time.Duration(minutes)*time.Minute)
}

// spread spreads the n-th of many over the day.
func spread(n int) (minutes int) { return n * 37 % 540 }
