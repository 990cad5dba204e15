package ledger

import (
	"cmp"

	"plumbline"
	"plumbline/internal/store"
)

// KnownTeam checks that work can be handed to a team.
func KnownTeam(tx *store.Tx, it plumbline.Item, ref plumbline.TeamRef) error {
	team, err := tx.Team(ref)
	if err != nil {
		if plumbline.KindOf(err) == plumbline.NotFound {
			return plumbline.FieldError("team", "There is no team %q. Teams are listed under Settings.", ref)
		}
		return err
	}
	if team.Label == "" && (it.Link != "" || team.Link != "") {
		return plumbline.FieldError("team", "The team %s has no tracker label, so the tracker could not show whose work it is. Give it one under Settings.", team.Name)
	}
	return nil
}

// KnownProduct checks that there is such a product; none is fine.
func KnownProduct(tx *store.Tx, ref plumbline.ProductRef) error {
	if ref == "" {
		return nil
	}
	if _, err := tx.Product(ref); err != nil {
		if plumbline.KindOf(err) != plumbline.NotFound {
			return err
		}
		return plumbline.FieldError("product", "There is no product %q. Products are listed under Settings.", ref)
	}
	return nil
}

// TeamNames are the names of the teams.
func TeamNames(tx *store.Tx) (map[plumbline.TeamRef]string, error) {
	teams, err := tx.Teams()
	out := make(map[plumbline.TeamRef]string, len(teams))
	for _, t := range teams {
		out[t.Ref] = t.Name
	}
	return out, err
}

// WhoseIs is the name of the team, or of the place.
func WhoseIs(tx *store.Tx, r plumbline.Redirection) (string, error) {
	if r.Team == "" {
		return r.Place, nil
	}
	t, err := tx.Team(r.Team)
	if err != nil && plumbline.KindOf(err) != plumbline.NotFound {
		return "", err
	}
	return cmp.Or(t.Name, string(r.Team)), nil
}
