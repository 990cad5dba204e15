package demo

import "plumbline"

// The states of the other processes, and those of the request that only tales
// come to.
const (
	estimating plumbline.State = "workflow-infra::Triage-estimating"
	proposing  plumbline.State = "workflow-infra::Proposal"
	blocked    plumbline.State = "workflow-infra::Blocked"
	waiting    plumbline.State = "workflow-infra::Waiting"
	escalated  plumbline.State = "workflow-infra::Escalated"

	received plumbline.State = "question::received"
	answered plumbline.State = "question::answered"
	closed   plumbline.State = "question::closed"

	declared  plumbline.State = "incident::declared"
	mitigated plumbline.State = "incident::mitigated"
	resolved  plumbline.State = "incident::resolved"
	reviewed  plumbline.State = "incident::reviewed"

	unscheduled plumbline.State = "change::unscheduled"
	scheduled   plumbline.State = "change::scheduled"
	underWay    plumbline.State = "change::in-progress"
	complete    plumbline.State = "change::complete"
)

// tales are a dozen and some items that make every kind, and every corner of the
// board, exist. No customer is named in them: names are private.
func tales() []tale {
	return append(requests(), others()...)
}

func requests() []tale {
	return []tale{
		{
			slug: "egress addresses", kind: plumbline.Request, title: "Fixed egress addresses for each region", class: plumbline.ClassCustomer,
			text: "Two customers have to list our addresses in their firewalls. Today the addresses change with every node pool.",
			by:   "jonas", behalf: "Customer success", team: "team-cabbage", unseen: true, stops: []stop{{3, "jonas", problem}},
			fields: map[string]string{
				"nfr_category": "network", "consequence": "Their calls are refused after every change of a node pool.", "workaround": "Somebody mails them the new addresses.",
				"date_hardness": "contract", "channel": "ticket",
			},
			wants: []wish{{by: "harbourlight", points: 7, strength: "retention", users: 860, worth: 90_000, stage: "renewal", percent: 80, closes: 160 * day, ago: 2, note: "Their firewall team works on Tuesdays only."}},
		},
		{
			slug: "audit logs", kind: plumbline.Request, title: "Keep audit logs in the customer's own region", class: plumbline.ClassSecurity, visibility: plumbline.InternalOnly,
			text: "From January a regulation asks for it in two countries. Logs of all regions go to one bucket now.",
			by:   "jonas", behalf: "Legal", team: "team-atlas", unseen: true, stops: []stop{{2, "jonas", problem}},
		},
		{
			slug: "node image", kind: plumbline.Request, title: "Run the new node image on our own build clusters first", class: plumbline.ClassDogfooding,
			text:   "We would see boot problems a week before anybody else does.",
			fields: map[string]string{"dogfooding_goal": "test", "consequence": "Customers find the boot problems for us.", "users_affected": "45"},
			by:     "ines", team: "sig-node", product: "kubelet", unseen: true, stops: []stop{{1, "ines", problem}},
		},
		{
			slug: "energy", kind: plumbline.Request, title: "Show energy and cost for each namespace", class: plumbline.ClassCost,
			text: "Teams ask what their environments cost. Finance asks the same, with another total.",
			by:   "jonas", team: "team-atlas", unseen: true, stops: []stop{{1, "jonas", problem}},
		},
		{
			slug: "registry storage", kind: plumbline.Request, title: "Move old images to a cheaper class of storage", class: plumbline.ClassCost, visibility: plumbline.Confidential,
			text: "Images that nobody has pulled for a year are two thirds of the registry.",
			by:   "mara", team: "team-tinkerers", priority: "P3", assignee: "ines",
			fields: assessed("We pay the fast class of storage for images that nobody pulls.", "0.5", "1", "100", "size", "M", "blocker", "Waits for the report on pulls of the last 90 days."),
			stops:  []stop{{96, "mara", problem}, {75, "mara", triage}, {66, "ines", ready}, {61, "ines", inProgress}, {12, "ines", blocked}},
			says:   []saying{{12, "ines", true, "The report counts pulls by hand today; that is the blocker."}}, pursued: "Worth pursuing: a third of the bill for storage.",
		},
		{
			slug: "recovery time", kind: plumbline.Request, title: "Restore a hosted cluster within four hours", class: plumbline.ClassCustomer,
			text: "Contracts under negotiation ask for four hours; our last exercise took nine.",
			by:   "jonas", behalf: "Sales", team: "sig-cluster-lifecycle", priority: "P2", severity: "S3",
			fields: assessed("A lost cluster is back after nine hours; contracts under negotiation ask for four.", "3", "3", "80"),
			stops:  []stop{{80, "jonas", problem}, {50, "mara", triage}, {33, "ines", moreInfo}},
			says:   []saying{{33, "ines", false, "Four hours from the alarm, or from the decision to restore?"}}, pursued: "Worth pursuing: three contracts depend on it.",
		},
		{
			slug: "way off ipvs", kind: plumbline.Request, title: "A tested way from ipvs to nftables", class: plumbline.ClassCustomer,
			text: "Whoever runs ipvs everywhere cannot try the new backend on one cluster first.",
			by:   "jonas", behalf: "Sales", team: "sig-network", priority: "P2", effort: [2]float64{2, 5},
			fields: assessed("Stations that run ipvs stay on old versions, since nobody has shown them a way that can be taken back.", "3", "1", "80", "size", "M"),
			stops:  []stop{{60, "jonas", problem}, {44, "mara", triage}, {30, "ines", ready}, {1, "jonas", escalated}}, pursued: "Worth pursuing: before ipvs goes away.",
			says:  []saying{{1, "jonas", true, "The head of sales escalates it: a renewal hangs on it. What would have to go for it?"}},
			wants: []wish{{by: "borealis-rail", points: 9, strength: "retention", users: 1900, worth: 310_000, stage: "renewal", percent: 60, closes: 25 * day, ago: 2, note: "Will not renew on a version that is out of support."}},
		},
		{
			slug: "load balancer addresses", kind: plumbline.Request, title: "IPv6 addresses for load balancers", class: plumbline.ClassCustomer,
			text: "Mobile networks reach us through translation only.",
			by:   "jonas", team: "team-cabbage", priority: "P3", assignee: "ines",
			fields: assessed("Mobile networks reach us through translation only, which fails in the evening.", "6", "1", "80", "size", "L", "vendor_reference", "4471"),
			stops:  []stop{{140, "jonas", problem}, {118, "mara", triage}, {100, "ines", ready}, {90, "ines", inProgress}, {40, "ines", waiting}}, pursued: "Worth pursuing: one region at a time.",
		},
		{
			slug: "egress notice", kind: plumbline.Request, title: "Tell customers before egress addresses change", class: plumbline.ClassOutreach,
			text: "The move to the new gateways changes addresses in one region. Customers need two weeks.",
			by:   "mara", team: "team-planeteers", priority: "P2",
			fields: assessed("Customers who list our addresses lose their connection when these change.", "1.5", "2", "100"),
			stops:  []stop{{48, "mara", problem}, {30, "mara", triage}, {22, "ines", proposing}}, pursued: "Worth pursuing: before the gateways move.",
		},
		{
			slug: "pod lists", kind: plumbline.Request, title: "Stop listing all pods every minute", class: plumbline.ClassAppChange,
			text: "One of our own applications lists every pod of the cluster each minute: a fifth of the load on the API server.",
			by:   "ines", team: "team-honeybadger", product: "kube-apiserver", priority: "P2",
			fields: assessed("A fifth of the API server's load is one application that lists all pods each minute.", "10", "1", "100"),
			stops:  []stop{{27, "ines", problem}, {14, "mara", triage}, {9, "ines", estimating}}, pursued: "Worth pursuing: a small change for a fifth of the load.",
		},
	}
}

// assessed is the fields of an item that was validated, and further ones as
// pairs of name and value.
func assessed(statement, reach, impact, confidence string, more ...string) map[string]string {
	f := map[string]string{"statement": invented(statement), "reach": reach, "impact": impact, "confidence": confidence}
	for i := 0; i+1 < len(more); i += 2 {
		f[more[i]] = more[i+1]
	}
	return f
}

func others() []tale {
	return []tale{
		{
			slug: "which ingress", kind: plumbline.Question, title: "Which ingress should a new service use?", product: "support", team: "team-cabbage",
			text: "The documentation names two. Is one of them going away?",
			by:   "jonas", stops: []stop{{1, "jonas", received}},
		},
		{
			slug: "quota", kind: plumbline.Question, title: "How do I get a larger quota of accelerators?", product: "support", team: "sig-scheduling",
			text: "Our training jobs need sixteen for a week next month.",
			by:   "jonas", assignee: "ines", fields: map[string]string{"answer": "Ask in the queue of the scheduling group; sixteen for a week is given within two days.", "topic": "quota", "lesson": "docs"},
			stops: []stop{{6, "jonas", received}, {5, "ines", answered}},
			says:  []saying{{5, "ines", false, "Ask in the queue of the scheduling group; sixteen for a week is given within two days."}},
		},
		{
			slug: "log retention", kind: plumbline.Question, title: "How long are container logs kept?", product: "support", team: "team-atlas",
			text: "An auditor wants it in writing.",
			by:   "jonas", assignee: "ines", fields: map[string]string{"answer": "Thirty days, then deleted.", "topic": "logs", "lesson": "docs"},
			stops: []stop{{40, "jonas", received}, {39, "ines", answered}, {25, "jonas", closed}},
			says:  []saying{{39, "ines", false, "Thirty days, then deleted. It is now in the handbook under Logs."}},
		},
		{
			slug: "image pulls", kind: plumbline.Incident, title: "Image pulls fail in one region", product: "incident-management", team: "team-tinkerers", severity: "S2", priority: "P1",
			text: "New pods in one region wait for images. Running pods are not touched.",
			by:   "ines", assignee: "ines", fields: map[string]string{"summary": "The mirror in one region is full.", "lead": "ines"}, stops: []stop{{1, "ines", declared}},
			says: []saying{{1, "ines", false, "The mirror is full. Traffic goes to the second one."}, {1, "avery", true, "The cause is the clean-up that did not run on Sunday."}},
		},
		{
			slug: "webhook timeouts", kind: plumbline.Incident, title: "Deployments slow: admission webhook times out", product: "incident-management", team: "team-shield", severity: "S3", priority: "P2",
			text: "Every tenth deployment takes 30 seconds longer.",
			by:   "ines", assignee: "ines", fields: map[string]string{"lead": "ines"}, stops: []stop{{9, "ines", declared}, {8, "ines", mitigated}},
		},
		{
			slug: "dns", kind: plumbline.Incident, title: "Name resolution lost in two clusters for 23 minutes", product: "incident-management", team: "team-cabbage", severity: "S1", priority: "P1",
			text: "A changed configuration reached both clusters at once.",
			by:   "ines", assignee: "ines", labels: []string{"corrective action"},
			fields: map[string]string{"lead": "ines", "cause": "One change went to both clusters in the same minute.", "lessons": "Two waves, at least an hour apart.", "review": "https://plumbline.example/reviews/name-resolution"},
			stops:  []stop{{45, "ines", declared}, {45, "ines", mitigated}, {45, "ines", resolved}, {37, "mara", reviewed}},
		},
		{
			slug: "wave two", kind: plumbline.Change, title: "Update clusters to v1.36, second wave", product: "cluster-update", team: "sig-cluster-lifecycle",
			text: "Eleven clusters of internal teams. The first wave ran for a week without findings.",
			by:   "ines", assignee: "ines", starts: -2, fields: map[string]string{"change_class": "C2", "rollback": "Restore the nodes' image; the control planes stay.", "approved_by": "Avery Okafor"},
			stops: []stop{{12, "ines", unscheduled}, {9, "ines", scheduled}, {2, "ines", underWay}},
		},
		{
			slug: "wave one", kind: plumbline.Change, title: "Update clusters to v1.36, first wave", product: "cluster-update", team: "sig-cluster-lifecycle",
			text: "Four clusters for development.",
			by:   "ines", assignee: "ines", starts: -18, fields: map[string]string{"change_class": "C4"},
			stops: []stop{{25, "ines", unscheduled}, {21, "ines", scheduled}, {18, "ines", underWay}, {11, "ines", complete}},
		},
		{
			slug: "gateway move", kind: plumbline.Change, title: "Move egress to the new gateways in one region", product: "cluster-update", team: "team-cabbage",
			text: "Addresses change; customers are told two weeks before.",
			by:   "ines", starts: 21, fields: map[string]string{"change_class": "C1", "rollback": "Routes back to the old gateways, which stay for a month.", "affects": "Whoever lists our egress addresses."},
			stops: []stop{{10, "ines", unscheduled}, {4, "ines", scheduled}},
		},
	}
}
