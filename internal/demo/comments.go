package demo

import (
	"slices"
	"strconv"

	"plumbline"
)

// remark is a made-up comment on an open proposal.
type remark struct {
	kep      int
	by       string
	ago      int
	internal bool
	text     string
}

var remarks = []remark{
	{5343, "jonas", 17, false, "Two of the teams I look after ask which release this will be in. Is there a date to plan with?"},
	{5343, "mara", 16, false, "Not before it has been the default in one release of our own. I will write here when that is decided."},
	{5343, "ines", 14, true, "We should not do this in the same wave as the kernel update."},
	{6080, "mara", 12, false, "Who would use it besides the two teams in the list? One more example would help."},
	{4322, "mara", 46, false, "Validated with six teams. The inventory comes first, the placement of work later."},
	{4322, "ines", 45, true, "Two engineers for a quarter, if nobody wants a user interface."},
	{5313, "mara", 84, false, "This depends on the inventory of clusters; I would like to decide both together."},
	{4781, "ines", 60, false, "I can reproduce it on every version that we run. The test is attached as evidence."},
	{4781, "mara", 59, false, "Thank you, that settles how real it is. The open question is the size of the change."},
	{4781, "mara", 58, true, "Two renewals mention this. It should be decided before the autumn."},
	{4595, "mara", 114, false, "I see a nuisance and no harm. It stays here until somebody shows what it costs."},
	{2021, "jonas", 24, false, "Will the first request after zero wait, or fail?"},
	{2021, "ines", 23, false, "It waits. How long is what we measure now."},
	{2535, "avery", 72, true, "The finding has to be answered by the end of the quarter. Please tell me early if it slips."},
	{2535, "ines", 70, false, "Turned on in the test clusters since this morning; no complaints yet."},
	{4671, "mara", 39, false, "Handed to the scheduling group with the measured month as evidence."},
	{4671, "ines", 30, true, "The two add-ons in use can go one release later, not in the same one."},
	{3314, "jonas", 91, false, "Is there anything that the backup team can prepare?"},
	{3314, "mara", 90, false, "Yes: a volume of each size for the test. Please send them to the storage group."},
	{5707, "mara", 85, false, "Nobody loses an address before there is another way for the two stations."},
	{5573, "ines", 150, false, "Nearly all the nodes left use one old image; its owners are told."},
	{6063, "ines", 21, false, "Nine nodes in June. The limit is on in the build clusters."},
	{5679, "jonas", 44, false, "This would have saved us an evening."},
	{6060, "avery", 19, true, "Please keep the list of open webhooks out of the public text."},
	{961, "jonas", 105, false, "Three nights for one update. Any news is welcome."},
}

func (b *builder) comments() error {
	for i, r := range remarks {
		item, err := b.open(r.kep)
		if err != nil {
			return err
		}
		at, by := b.ago(r.ago, spread(i)), b.who(r.by)
		item.Comments = append(item.Comments, plumbline.Comment{
			ID: identity(at, "comment", strconv.Itoa(i)), Item: item.Item.ID, By: by.ID, ByName: by.Name,
			Body: invented(r.text), Internal: r.internal, At: at,
		})
		item.mark("comments")
	}
	return nil
}

// watchers are those who said or brought something; the engineering manager
// also watches what her team has been given and not begun.
func (b *builder) watchers() error {
	ines := b.who("ines")
	for i := range b.org.Items {
		it := &b.org.Items[i]
		var who []plumbline.PersonID
		for _, c := range it.Comments {
			who = append(who, c.By)
		}
		for _, e := range it.Evidence {
			who = append(who, e.By)
		}
		for _, d := range it.Demands {
			who = append(who, d.By)
		}
		if it.Item.State == triage && it.Item.Team == ines.Team {
			who = append(who, ines.ID)
		}
		slices.Sort(who)
		if it.Watchers = slices.Compact(who); len(who) > 0 {
			it.mark("watchers")
		}
	}
	return nil
}
