package main

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/demo/digest"
	"plumbline/internal/format/kep"
	"plumbline/internal/sorted"
)

const enhancementsSource = "kubernetes/enhancements@64765b4b0238"

// readEnhancements turns the proposals and their changes into the digest, and
// the SIGs and components that they name into teams and products.
func readEnhancements(d *digest.Digest, files []entry) error {
	var changes []kep.FieldChange
	heads := map[string]kep.Proposal{}
	for _, f := range files {
		if path.Base(f.name) != "kep.yaml" {
			cs, notes, err := kep.ReadChanges(f.name, f.data)
			if err != nil {
				return err
			}
			changes = cs
			addNotes(d, notes)
			continue
		}
		p, notes, err := kep.Read(f.name, f.data)
		if err != nil {
			return err
		}
		if isTemplate(f.name) {
			d.Notes = append(d.Notes, f.name+": a template, no proposal; left out")
			continue
		}
		heads[f.name] = p
		addNotes(d, notes)
	}
	d.AsOf = endOf(changes)
	histories, notes := join(heads, changes)
	d.Notes = append(d.Notes, notes...)
	for _, name := range slices.Sorted(maps.Keys(heads)) {
		p, notes := proposal(heads[name], histories[name])
		d.Notes = append(d.Notes, notes...)
		if len(p.Changes) > 0 {
			d.Proposals = append(d.Proposals, p)
		}
	}
	d.Milestone = inFlight(d.Proposals)
	addComponents(d)
	addSIGs(d)
	return nil
}

// isTemplate says that a folder is there to be copied: it is called a template
// and has no number yet.
func isTemplate(name string) bool {
	folder := path.Base(path.Dir(name))
	number, _, _ := strings.Cut(folder, "-")
	return strings.HasSuffix(folder, "-template") && (number == "NNNN" || number == "0000")
}

// addNotes keeps the remarks that say something about the facts used here; who
// reviews is not used.
func addNotes(d *digest.Digest, notes []kep.Note) {
	for _, n := range notes {
		if n.Field != "reviewers" {
			d.Notes = append(d.Notes, n.String())
		}
	}
}

// endOf is the first midnight after the newest change.
func endOf(changes []kep.FieldChange) plumbline.Time {
	var last plumbline.Time
	for _, c := range changes {
		last = max(last, c.At)
	}
	day := last.Std().Truncate(24 * time.Hour)
	return plumbline.At(day.Add(24 * time.Hour))
}

// join gives every change to a proposal: by its path, else, since folders are
// renamed, by the number that was written at the old path. What belongs to no
// proposal of today is left out.
func join(heads map[string]kep.Proposal, changes []kep.FieldChange) (map[string][]kep.FieldChange, []string) {
	byNumber := map[string][]string{}
	for name, p := range heads {
		n := fmt.Sprint(p.Number)
		byNumber[n] = append(byNumber[n], name)
	}
	moved := map[string]string{}
	for _, c := range changes {
		if _, ok := heads[c.Path]; !ok && c.Field == "kep-number" && len(byNumber[c.New]) == 1 && c.New != "0" {
			moved[c.Path] = byNumber[c.New][0]
		}
	}
	out := map[string][]kep.FieldChange{}
	lost := map[string]bool{}
	for _, c := range changes {
		name := c.Path
		if _, ok := heads[name]; !ok {
			name = moved[name]
		}
		if name == "" {
			lost[c.Path] = true
			continue
		}
		out[name] = append(out[name], c)
	}
	var notes []string
	for _, old := range slices.Sorted(maps.Keys(moved)) {
		notes = append(notes, fmt.Sprintf("%s: moved to %s; its history is joined", old, moved[old]))
	}
	for _, old := range slices.Sorted(maps.Keys(lost)) {
		notes = append(notes, old+": no longer there under any path; its history is left out")
	}
	return out, notes
}

// proposal makes the digest of one proposal.
func proposal(p kep.Proposal, history []kep.FieldChange) (digest.Proposal, []string) {
	var notes []string
	out := digest.Proposal{
		Path: path.Dir(p.Path), Number: p.Number, Title: p.Title, SIG: p.SIG, Status: string(p.Status), Stage: p.Stage,
		Milestone: p.LatestMilestone, Milestones: p.Milestones, Authors: p.Authors, Approvers: p.Approvers, Created: p.Created,
		SeeAlso: named(p.SeeAlso), Replaces: named(p.Replaces), SupersededBy: named(p.SupersededBy),
	}
	if strings.EqualFold(p.Title, "KEP Template") {
		_, words, _ := strings.Cut(path.Base(out.Path), "-")
		out.Title = strings.ReplaceAll(words, "-", " ")
		notes = append(notes, fmt.Sprintf("%s: the title is still the template's; %q, from its folder, is used", p.Path, out.Title))
	}
	var now state
	out.Changes, now = commits(history)
	if len(out.Changes) == 0 {
		return out, append(notes, p.Path+": no history; left out")
	}
	end := state{string(p.Status), p.Stage, p.LatestMilestone, p.SIG}
	if now != end {
		notes = append(notes, fmt.Sprintf("%s: its history ends with %v, its file says %v; the file counts", p.Path, now, end))
	}
	for _, c := range p.Components {
		ref, ok := component(c)
		if !ok {
			notes = append(notes, fmt.Sprintf("%s: %q is not a component; left out", p.Path, c))
		} else if !slices.Contains(out.Components, ref) {
			out.Components = append(out.Components, ref)
		}
	}
	if len(out.Components) == 0 && strings.Contains(out.Path, "/kubeadm/") {
		out.Components = []string{"kubeadm"}
	}
	return out, notes
}

// named leaves out what people write when there is nothing to name.
func named(refs []string) []string {
	return slices.DeleteFunc(slices.Clone(refs), func(r string) bool {
		return slices.Contains([]string{"n/a", "none", "tbd", "todo"}, strings.ToLower(r))
	})
}

// state is what is followed of a proposal.
type state struct{ status, stage, milestone, sig string }

// commits groups the changes of each commit and leaves out what changed nothing,
// as when a folder is renamed or 1.30 becomes v1.30.
func commits(history []kep.FieldChange) (out []digest.Change, now state) {
	sorted.By(history, func(a, b kep.FieldChange) int { return cmp.Compare(a.At, b.At) })
	for len(history) > 0 {
		n := 1
		for n < len(history) && history[n].Commit == history[0].Commit && history[n].At == history[0].At {
			n++
		}
		next := now
		for _, c := range history[:n] {
			switch c.Field {
			case "status":
				if s, _ := kep.ParseStatus(c.New); s != kep.Unknown {
					next.status = string(s)
				}
			case "stage":
				next.stage, _ = kep.ParseStage(c.New)
			case "latest-milestone":
				next.milestone, _ = kep.ParseMilestone(c.New)
			case "owning-sig":
				next.sig = strings.ToLower(strings.TrimSpace(c.New))
			}
		}
		if next != now || len(out) == 0 {
			out = append(out, digest.Change{
				At: int64(history[0].At) / 1_000_000, Commit: history[0].Commit,
				Status: diff(now.status, next.status), Stage: diff(now.stage, next.stage), Milestone: diff(now.milestone, next.milestone), SIG: diff(now.sig, next.sig),
			})
		}
		now, history = next, history[n:]
	}
	return out, now
}

func diff(old, now string) string {
	switch {
	case old == now:
		return ""
	case now == "":
		return digest.Cleared
	}
	return now
}

// inFlight is the milestone that most proposals name as their latest, other than
// those that are settled.
func inFlight(ps []digest.Proposal) string {
	count := map[string]int{}
	for _, p := range ps {
		if p.Status == string(kep.Implementable) && p.Milestone != "" {
			count[p.Milestone]++
		}
	}
	return slices.MaxFunc(sorted.Of(maps.Keys(count), kep.CompareMilestones), func(a, b string) int {
		return cmp.Compare(count[a], count[b])
	})
}
