package demo

import (
	"strconv"
	"time"

	"plumbline"
)

// proof is a made-up piece of evidence on an open proposal.
type proof struct {
	kep      int
	grade    plumbline.Grade
	by       string
	ago      int // days before the end of the data when it was attached
	age      int // days before that when it was true
	internal bool
	source   string
	text     string
}

var proofs = []proof{
	{5343, plumbline.Measured, "ines", 20, 3, false, "load test", "With 5,000 services a full sync takes 27 s with iptables and 1.1 s with nftables, on the same node type."},
	{5343, plumbline.Sampled, "mara", 19, 10, false, "survey of 14 teams", "9 of 14 teams run a kernel that is new enough; 3 do not know."},
	{5343, plumbline.Anecdote, "jonas", 16, 2, true, "call", "A customer's network team first heard of the change from a blog post."},
	{5343, plumbline.Opinion, "ines", 15, 0, false, "", "Changing the default will find the last users of marks in iptables rules."},
	{6080, plumbline.Anecdote, "jonas", 15, 4, true, "call", "An evaluator writes node labels by script to get the same effect."},
	{6080, plumbline.Opinion, "ines", 13, 0, false, "", "Derived attributes belong in the driver until three drivers need the same ones."},
	{5975, plumbline.Sampled, "mara", 29, 5, false, "review of 40 changes", "11 of 40 API changes had a mistake that a declaration would have excluded."},
	{5975, plumbline.Opinion, "avery", 27, 0, false, "", "Worth it for new groups only; old ones will never move."},
	{4322, plumbline.Sampled, "mara", 58, 20, false, "interviews", "Five of six teams with more than three clusters keep their own list; none agrees with the cloud bill."},
	{4322, plumbline.Measured, "avery", 54, 7, true, "billing export", "Four clusters ran for 61 days without an owner in any list."},
	{4322, plumbline.Anecdote, "jonas", 47, 12, true, "support ticket", "A certificate expired on a cluster that nobody had in the list."},
	{5313, plumbline.Opinion, "ines", 88, 0, false, "", "A common form for decisions is worth more than a common way to make them."},
	{5313, plumbline.Anecdote, "mara", 85, 30, false, "interview", "One team moved controllers twice and rewrote its placement rules each time."},
	{5027, plumbline.Anecdote, "jonas", 32, 6, true, "call", "Firmware bugs are worked around by renaming a device in a patched driver."},
	{5027, plumbline.Opinion, "ines", 31, 0, false, "", "Administrators should be able to mark a device as broken without the vendor."},
	{4595, plumbline.Sampled, "mara", 118, 15, false, "support queue", "23 of the last 400 questions are about empty columns."},
	{4595, plumbline.Opinion, "avery", 115, 0, false, "", "A nuisance, not a problem."},
	{4781, plumbline.Measured, "ines", 69, 2, false, "test on 50 nodes", "On restart of the kubelet, ready pods are not ready for 48 s at the median and 94 s at the worst."},
	{4781, plumbline.Measured, "avery", 67, 9, true, "pager export", "31 pages in one patch wave, all closed without action."},
	{4781, plumbline.Anecdote, "jonas", 65, 8, true, "ticket", "A ward's screens lost their backend for a minute during the night's patching."},
	{4781, plumbline.Sampled, "mara", 61, 14, false, "interviews", "Four of five operators patch at night only for this reason."},
	{4785, plumbline.Sampled, "mara", 98, 25, false, "repository search", "Seven teams carry their own configuration for custom resource metrics."},
	{5008, plumbline.Opinion, "jonas", 138, 0, false, "", "Nobody asks for a new interface, only for one that is looked after."},
	{4326, plumbline.Anecdote, "jonas", 205, 40, true, "change board", "An update was refused since no way back had been rehearsed."},
	{2021, plumbline.Measured, "avery", 34, 5, true, "cost export", "38 % of the pod hours in preview environments had no request at all."},
	{2021, plumbline.Sampled, "mara", 33, 12, false, "survey of 14 teams", "6 of 14 teams scale to zero by a script of their own."},
	{2021, plumbline.Anecdote, "jonas", 27, 3, true, "call", "A customer switches namespaces off by hand on Fridays."},
	{2021, plumbline.Opinion, "ines", 25, 0, false, "", "The first request after zero will be the next complaint."},
	{5679, plumbline.Anecdote, "jonas", 49, 6, true, "incident review", "With the metrics source down, the autoscaler kept 4 replicas through the busiest hour."},
	{5679, plumbline.Sampled, "mara", 46, 20, false, "incident reviews of a year", "3 of 58 incidents got worse because scaling stopped without its metrics."},
	{961, plumbline.Measured, "ines", 108, 15, false, "rollout records", "A rollout of 60 replicas takes 5 h 10 min one by one, and 52 min at ten at once."},
	{961, plumbline.Anecdote, "jonas", 107, 10, true, "call", "An update was split over three nights."},
	{2570, plumbline.Measured, "ines", 73, 12, false, "two weeks on 20 nodes", "Memory throttling cut out-of-memory kills from 212 to 31, with 3 % more latency at the 99th percentile."},
	{2570, plumbline.Opinion, "ines", 72, 0, false, "", "The default has to stay off until the latency is understood."},
	{2535, plumbline.Measured, "avery", 79, 1, true, "test", "A pod of one tenant started a private image of another, cached on the node, without any credential."},
	{2535, plumbline.Sampled, "mara", 76, 18, false, "policy review", "Two of three policies written against this can be passed by naming the image by digest."},
	{2535, plumbline.Anecdote, "jonas", 74, 5, true, "audit report", "Two auditors call it a finding, one a remark."},
	{4872, plumbline.Opinion, "avery", 83, 0, false, "", "Low risk inside one network, high when nodes are rented."},
	{6060, plumbline.Sampled, "mara", 21, 7, false, "scan of 120 webhooks", "112 of 120 webhooks take any caller."},
	{6060, plumbline.Anecdote, "ines", 20, 3, false, "", "A test found a mutating webhook that answers to curl from any pod."},
	{6063, plumbline.Measured, "ines", 23, 4, false, "node logs", "Nine nodes ran out of process ids in June, each through one pod."},
	{4671, plumbline.Measured, "ines", 43, 9, false, "one month of queue records", "17 % of accelerator hours went to jobs that waited for their last worker."},
	{4671, plumbline.Anecdote, "jonas", 41, 5, true, "call", "A research group starts its jobs by hand on Sunday to have them complete."},
	{4671, plumbline.Opinion, "mara", 40, 0, false, "", "If the scheduler does it, three add-ons can go."},
	{5075, plumbline.Anecdote, "jonas", 39, 6, true, "call", "Network cards are given out whole and used to a tenth."},
	{5075, plumbline.Sampled, "ines", 37, 14, false, "ten nodes for a week", "Cards given out whole carried 8 to 14 % of their bandwidth."},
	{4815, plumbline.Opinion, "ines", 36, 0, false, "", "Slices that are fixed at boot are enough for most."},
	{3314, plumbline.Measured, "avery", 93, 4, true, "backup records", "The nightly backup read 41 TB to save 0.6 TB of changes."},
	{3314, plumbline.Anecdote, "jonas", 92, 3, true, "ticket", "Two restores in a year were a day older than promised."},
	{5541, plumbline.Sampled, "mara", 38, 8, true, "cost review", "Of 200 volumes looked at by hand, 143 had not been mounted for a quarter."},
	{5541, plumbline.Opinion, "jonas", 36, 0, false, "", "A date of last use would end the yearly clean-up."},
	{5707, plumbline.Sampled, "mara", 87, 16, false, "scan of 46 clusters", "External IPs are set in 5 of 46 clusters, on 19 services."},
	{5707, plumbline.Anecdote, "jonas", 86, 9, true, "call", "Two stations have hardware that knows one address only."},
	{5495, plumbline.Sampled, "mara", 149, 30, false, "survey of 14 teams", "Three of 14 teams run ipvs; one knows why."},
	{5573, plumbline.Measured, "avery", 158, 6, true, "node inventory", "31 % of nodes still boot with cgroup v1, nearly all of one image."},
	{1979, plumbline.Anecdote, "mara", 128, 40, false, "interview", "A bucket takes a ticket and two days."},
	{3104, plumbline.Opinion, "jonas", 168, 0, false, "", "Nice to have."},
	{4858, plumbline.Anecdote, "ines", 60, 10, false, "", "An address with a leading zero was read as octal by one component and as decimal by another."},
	{5284, plumbline.Opinion, "avery", 57, 0, false, "", "Support staff need to see as a customer without being able to act as one."},
	{5866, plumbline.Measured, "ines", 52, 11, false, "profile", "A controller in eight shards decodes every object eight times: 7 of 8 cores for nothing."},
	{3157, plumbline.Measured, "ines", 50, 20, false, "load test", "Memory of the API server at 300 restarting informers: 19 GB with lists, 2.4 GB with streams."},
}

// evidence puts the proofs on their items.
func (b *builder) evidence() error {
	for i, p := range proofs {
		item, err := b.open(p.kep)
		if err != nil {
			return err
		}
		at := b.ago(p.ago, spread(i))
		item.Evidence = append(item.Evidence, plumbline.Evidence{
			ID: identity(at, "evidence", strconv.Itoa(i)), Item: item.Item.ID, Grade: p.grade, Text: invented(p.text),
			Source: p.source, Observed: at.Add(-time.Duration(p.age) * day), Internal: p.internal, By: b.who(p.by).ID, At: at,
		})
		item.mark("evidence")
	}
	return nil
}
