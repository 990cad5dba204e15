package reading

import (
	"plumbline"
	"plumbline/internal/app/ledger"
)

// RedirectionView is where an item went that is not ours.
type RedirectionView struct {
	plumbline.Redirection
	Whose   string `json:"whose"`   // the team's name, or the place
	Opening bool   `json:"opening"` // an issue is being opened there
}

// loadAsked reads what came with an item and where it went.
func (v *viewing) loadAsked() (err error) {
	if v.has.Attachments {
		if v.Links, err = v.tx.Attachments(v.ID); err != nil {
			return err
		}
	}
	if !v.has.Redirected {
		return nil
	}
	r, ok, err := v.tx.Redirection(v.ID)
	if err != nil || !ok {
		return err
	}
	whose, err := ledger.WhoseIs(v.tx, r)
	v.Redirected = &RedirectionView{Redirection: r, Whose: whose, Opening: r.Action != "" && r.Ref == ""}
	return err
}
