package reading

import (
	"slices"

	"plumbline"
)

// Follower is somebody who follows an item.
type Follower struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

// EarlierText is what a comment said until it was changed.
type EarlierText struct {
	Comment string         `json:"comment"`
	Body    string         `json:"body"`
	Until   plumbline.Time `json:"until"`
}

// Named is what the texts of an item name: items that the reader sees, by key,
// and people, by handle.
type Named struct {
	Items  map[plumbline.Key]plumbline.Item // Key, Title and State
	People map[string]string                // their names
}

// loadNamed looks up what the texts of an item name.
func (v *viewing) loadNamed() error {
	texts := v.Row.Body + "\n" + v.Fields["statement"]
	for _, c := range v.Said {
		texts += "\n" + c.Body
	}
	v.Named = Named{Items: map[plumbline.Key]plumbline.Item{v.Key: v.Row.Item}, People: map[string]string{}}
	others := slices.DeleteFunc(plumbline.KeysIn(texts), func(k plumbline.Key) bool { return k == v.Key })
	items, err := v.tx.Seen(v.who, others)
	if err != nil {
		return err
	}
	for _, it := range items {
		v.Named.Items[it.Key] = it
	}
	people, err := v.tx.PeopleByHandles(plumbline.MentionsIn(texts))
	for _, p := range people {
		if !p.External {
			v.Named.People[p.Handle] = p.Name
		}
	}
	return err
}
