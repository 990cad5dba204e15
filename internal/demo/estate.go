package demo

import (
	"time"

	"plumbline"
)

// Estate is what the organisation is said to stand on and how mature it is. That
// the parts of Kubernetes stand on each other is as its documentation has it; all
// else is invented.
type Estate struct {
	File    string // what the descriptors are said to stand in
	Entries []EstateEntry
	Answers []EstateAnswer
	Systems []plumbline.Product // that hold others
}

// EstateEntry is a product's entry in the catalog.
type EstateEntry struct {
	Product              plumbline.ProductRef
	Manager, Tier, Class string
	Users                []string // refs of teams
	Customers            []string // refs of accounts
	DependsOn, PartOf    []string // entities
}

// EstateAnswer is one answer of a self-assessment.
type EstateAnswer struct {
	Product  plumbline.ProductRef
	Aspect   string
	Level    int
	Evidence string
	By       plumbline.Person
	At       plumbline.Time
}

// EstateOf is the estate of the demo organisation.
func EstateOf(org Organisation) Estate {
	on := func(list ...string) (out []string) {
		for _, s := range list {
			out = append(out, "component:default/"+s)
		}
		return out
	}
	plane := []string{"system:default/control-plane"}
	out := Estate{File: inventedSource, Systems: []plumbline.Product{{
		Ref: "control-plane", Name: "Control plane", Kind: "product", Description: invented("What every cluster is steered by."), Owner: "sig-api-machinery", Tags: []string{"system"}, Source: inventedSource,
	}}}
	out.Entries = []EstateEntry{
		{Product: "control-plane", Tier: "1", Class: "confidential", Manager: "mara"},
		{Product: "kube-apiserver", Tier: "1", Class: "confidential", Manager: "mara", PartOf: plane, DependsOn: []string{"resource:default/etcd"}, Users: []string{"sig-apps", "sig-node", "team-atlas"}},
		{Product: "kube-scheduler", Tier: "1", Class: "internal", PartOf: plane, DependsOn: on("kube-apiserver")},
		{Product: "kube-controller-manager", Tier: "1", Class: "internal", PartOf: plane, DependsOn: on("kube-apiserver")},
		{Product: "cloud-controller-manager", Tier: "2", Class: "internal", PartOf: plane, DependsOn: on("kube-apiserver")},
		{Product: "kubelet", Tier: "1", Class: "internal", DependsOn: on("kube-apiserver")},
		{Product: "kube-proxy", Tier: "1", DependsOn: on("kube-apiserver")},
		{Product: "kubectl", Tier: "2", DependsOn: on("client-go")},
		{Product: "client-go", Tier: "2", DependsOn: on("kube-apiserver")},
		{Product: "kubeadm", Tier: "2", DependsOn: on("kube-apiserver", "kubelet")},
		{Product: "support", Tier: "2", Class: "confidential", Manager: "mara", Users: []string{"sig-apps", "team-atlas", "team-honeybadger"}, Customers: []string{"harbourlight", "oxbow-clinics"}, DependsOn: on("kubectl")},
		{Product: "cluster-update", Tier: "1", Manager: "mara", Customers: []string{"borealis-rail"}, DependsOn: on("kubeadm", "flux-app")},
		{Product: "incident-management", Tier: "1", Manager: "avery", DependsOn: []string{"process:default/support", "component:default/observability-bundle"}},
	}
	people := map[string]plumbline.Person{}
	for _, p := range org.People {
		people[p.Handle] = p
	}
	for _, a := range []struct {
		product, aspect string
		level, ago      int
		by, evidence    string
	}{
		{"kube-apiserver", "operations", 2, 300, "ines", "Updates are tested by hand before each wave."},
		{"kube-apiserver", "investment", 3, 120, "mara", "Funded as a product since spring, with a roadmap."},
		{"kube-apiserver", "interfaces", 3, 120, "ines", "Nobody opens a ticket to get a namespace."},
		{"kube-apiserver", "operations", 3, 60, "ines", "Each version runs through the conformance tests of what stands on it."},
		{"kube-apiserver", "measurement", 2, 60, "mara", "Latency is charted; nobody looks at it every week."},
		{"support", "investment", 2, 90, "mara", "Two people in turn, planned as such."},
		{"support", "adoption", 2, 90, "mara", "Teams are sent to the queue."},
		{"support", "measurement", 1, 90, "mara", "We hear of it when somebody complains."},
		{"cluster-update", "operations", 3, 45, "avery", "Waves go on by themselves between two gates."},
		{"cluster-update", "interfaces", 2, 45, "avery", "Teams move their window by asking."},
	} {
		out.Answers = append(out.Answers, EstateAnswer{Product: plumbline.ProductRef(a.product), Aspect: a.aspect, Level: a.level, Evidence: invented(a.evidence),
			By: people[a.by], At: org.AsOf.Add(-time.Duration(a.ago) * day)})
	}
	return out
}
