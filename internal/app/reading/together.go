package reading

import (
	"slices"

	"plumbline"
	"plumbline/internal/app/wording"
	"plumbline/internal/store"
)

// MentionView is another item as a page names it. Title, State and Open are
// empty when the reader may not see it.
type MentionView struct {
	ID    plumbline.ItemID `json:"-"`
	Key   plumbline.Key    `json:"key"`
	Title string           `json:"title,omitempty"`
	State plumbline.State  `json:"state,omitempty"`
	Open  bool             `json:"open"`
}

func viewMention(m store.Mention) MentionView {
	return MentionView{ID: m.ID, Key: m.Key, Title: m.Title, State: m.State, Open: m.Open}
}

// TogetherView is what belongs together with an item.
type TogetherView struct {
	MergedInto []MentionView  `json:"merged_into"` // its target, the target of that, …; the last is where it goes on
	Joined     []MentionView  `json:"joined"`      // what was merged into it, as far as the reader sees it
	Relations  []RelationView `json:"relations"`
	Voters     []string       `json:"voters"` // names, the reader first, then the earliest, at most some
	Voted      bool           `json:"voted"`  // by the reader
}

// loadTogether reads it.
func (v *viewing) loadTogether() error {
	t := &v.Together
	t.MergedInto, t.Joined, t.Relations, t.Voters = []MentionView{}, []MentionView{}, []RelationView{}, []string{}
	if err := v.loadMerges(); err != nil {
		return err
	}
	if v.has.Relations {
		related, err := v.tx.Relations(v.who, v.ID)
		if err != nil {
			return err
		}
		for _, r := range related {
			t.Relations = append(t.Relations, RelationView{MentionView: viewMention(r.Mention), Kind: wording.KindFrom(r.Kind, r.From), At: r.At})
		}
	}
	if v.has.Votes == 0 {
		return nil
	}
	voters, total, err := v.tx.Voters(v.has.Family, v.who.Person, votersShown)
	if err != nil {
		return err
	}
	v.Votes = total
	for _, x := range voters {
		t.Voters = append(t.Voters, x.Name)
		t.Voted = t.Voted || x.Person == v.who.Person
	}
	return nil
}

func (v *viewing) loadMerges() error {
	if v.Merged != "" {
		chain, err := v.tx.MergedInto(v.ID)
		if err != nil {
			return err
		}
		for _, m := range chain {
			seen, ok, err := v.tx.MentionOf(v.who, m.Key)
			if err != nil {
				return err
			}
			if !ok {
				seen = store.Mention{ID: m.ID, Key: m.Key}
			}
			v.Together.MergedInto = append(v.Together.MergedInto, viewMention(seen))
		}
	}
	joined, err := v.tx.Joined(v.who, v.has.Family)
	for _, m := range joined {
		v.Together.Joined = append(v.Together.Joined, viewMention(m))
	}
	return err
}

// shows says whether what hangs on an item with the id is to be shown.
func (v *viewing) shows(id plumbline.ItemID) bool {
	return id == v.ID || slices.ContainsFunc(v.Together.Joined, func(m MentionView) bool { return m.ID == id })
}

// RelationView is a relation as one of its items says it.
type RelationView struct {
	MentionView
	Kind string         `json:"kind"` // one of RelationKinds
	At   plumbline.Time `json:"at"`
}

// votersShown is how many names of voters a page has, at most.
const votersShown = 50
