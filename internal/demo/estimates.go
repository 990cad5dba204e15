package demo

import (
	"fmt"
)

// estimate is what the product manager is made to have written about a
// proposal. The values are those of the RICE scale in GitLab's product handbook:
// reach 10, 6, 3, 1.5 or 0.5, impact 3 to 0.25, confidence in per cent. An
// empty one is not yet said.
type estimate struct {
	kep                       int
	reach, impact, confidence string
	statement                 string
}

var estimates = []estimate{
	// Being validated; what is missing is missing on purpose.
	{4781, "6", "2", "80", "Restarting the kubelet takes healthy pods out of service for up to a minute, so every node patch is seen by users."},
	{4322, "3", "1", "80", "Teams with many clusters keep lists by hand; clusters and their certificates are forgotten."},
	{4595, "1.5", "0.25", "50", "Printed columns cannot show values from lists, so people read YAML to see a status."},
	{5313, "1.5", "", "", "Controllers that spread work over clusters each describe the result in their own way."},
	{5027, "", "", "", "What a device is called is up to its vendor, so rules about devices break with every driver."},
	// Worth pursuing, the solution being worked out.
	{5343, "10", "1", "80", "Teams with thousands of services wait half a minute for a rule change, because the present default rewrites everything."},
	{5975, "3", "1", "80", "API rules live in hand-written code, and one change in four has a mistake in it."},
	{6080, "1.5", "2", "50", "Jobs cannot ask for devices by what follows from their place in the machine."},
	// Handed off.
	{2021, "6", "2", "80", "Idle environments keep at least one pod each, day and night."},
	{2535, "10", "3", "100", "On a shared node a tenant can start another tenant's private image without its credential."},
	{4671, "3", "3", "80", "Jobs that need all their workers at once hold accelerators while they wait for the last one."},
	{5075, "1.5", "1", "50", "Devices are given out whole and used to a tenth."},
	{3314, "3", "2", "100", "Backups read everything to save little, and no longer end before the morning."},
	{5541, "6", "0.5", "80", "Nobody can tell which volumes are still used, so nobody deletes any."},
	{961, "6", "1", "100", "Updating a large stateful set one replica at a time does not fit into a maintenance window."},
	{2570, "6", "1", "80", "A neighbour that takes memory in bursts gets others killed."},
	{5679, "6", "2", "50", "When the source of metrics is down, the autoscaler stays where it happens to be."},
	{5707, "1.5", "1", "80", "External IPs on services let any user take over an address."},
	{6060, "10", "2", "80", "Admission webhooks answer to any caller inside the cluster."},
	{6063, "3", "1", "100", "One pod can use up the process ids of its node."},
	{5866, "1.5", "2", "80", "Controllers in shards each decode every object."},
	{3157, "6", "2", "100", "After a restart, informers ask for everything at once and push the API server out of memory."},
}

// estimates puts them into the items' fields.
func (b *builder) estimates() error {
	for _, e := range estimates {
		item, err := b.open(e.kep)
		if err != nil {
			return err
		}
		for _, f := range []struct{ name, value string }{
			{"statement", invented(e.statement)}, {"reach", e.reach}, {"impact", e.impact}, {"confidence", e.confidence},
		} {
			if f.value != "" {
				item.Item.Fields[f.name] = f.value
				item.mark(f.name)
			}
		}
	}
	return nil
}

// bodies says on the items' own texts which of their parts are made up.
func (b *builder) bodies() {
	for i := range b.org.Items {
		it := &b.org.Items[i]
		if len(it.Invented) > 0 && it.Invented[0] != "all" {
			it.Item.Body += fmt.Sprintf("\nInvented for the demo: %s.\n", list(it.Invented))
		}
	}
}

// list is "a, b and c".
func list(words []string) string {
	out := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			out += " and "
		default:
			out += ", "
		}
		out += w
	}
	return out
}

// invent adds what is made up.
func (b *builder) invent() error {
	b.accounts()
	for _, add := range []func() error{b.estimates, b.forcedWork, b.judgement, b.demands, b.evidence, b.comments, b.watchers} {
		if err := add(); err != nil {
			return err
		}
	}
	b.bodies()
	if err := b.made(); err != nil {
		return err
	}
	b.inTime()
	return nil
}
