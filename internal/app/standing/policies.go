package standing

import (
	"context"
	"slices"

	"plumbline"
	"plumbline/internal/app/rights"
	"plumbline/internal/limit"
	"plumbline/internal/store"
)

// PolicyEdition is an edition of the policies about constraints: the one that comes with
// the product, or one that was saved here.
type PolicyEdition struct {
	Version  string         `json:"version"`
	Name     string         `json:"name"`
	Active   bool           `json:"active"`
	Builtin  bool           `json:"builtin"`
	At       plumbline.Time `json:"at,omitempty"`
	By       string         `json:"by,omitempty"`
	Policies int            `json:"policies"` // how many are in it
	Text     string         `json:"text,omitempty"`
}

// editions are all editions, the newest first and the one of the product last.
func (r *Room) editions(tx *store.Tx) ([]PolicyEdition, error) {
	now, err := r.book(tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.LimitPolicies()
	if err != nil {
		return nil, err
	}
	var out []PolicyEdition
	for _, row := range rows {
		b, err := r.books.read(row)
		if err != nil {
			return nil, err
		}
		out = append(out, PolicyEdition{Version: b.Version, Name: b.Name, Active: b.Version == now.Version, At: row.At, By: row.ByName, Policies: len(b.Policies), Text: row.Body})
	}
	b := limit.Defaults()
	return append(out, PolicyEdition{Version: b.Version, Name: b.Name, Active: b.Version == now.Version, Builtin: true, Policies: len(b.Policies), Text: string(limit.DefaultsText())}), nil
}

// PolicyNames are the names of the editions by their versions.
func PolicyNames(tx *store.Tx) (map[string]string, error) {
	b := limit.Defaults()
	out := map[string]string{b.Version: b.Name}
	rows, err := tx.LimitPolicies()
	for _, row := range rows {
		out[row.Version] = row.Name
	}
	return out, err
}

// LimitPolicies are the editions of the policies about constraints, the newest first,
// without their texts.
func (r *Room) LimitPolicies(ctx context.Context, who plumbline.Actor) (out []PolicyEdition, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return nil, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.editions(tx)
		return err
	})
	for i := range out {
		out[i].Text = ""
	}
	return out, err
}

// LimitPolicy is an edition with its text; "" is the one in force.
func (r *Room) LimitPolicy(ctx context.Context, who plumbline.Actor, version string) (out PolicyEdition, err error) {
	if err := rights.Need(who, rights.See); err != nil {
		return out, err
	}
	err = r.db.Read(ctx, func(tx *store.Tx) error {
		out, err = r.edition(tx, version)
		return err
	})
	return out, err
}

func (r *Room) edition(tx *store.Tx, version string) (PolicyEdition, error) {
	all, err := r.editions(tx)
	if err != nil {
		return PolicyEdition{}, err
	}
	i := slices.IndexFunc(all, func(e PolicyEdition) bool { return version == "" && e.Active || e.Version == version })
	if i < 0 {
		return PolicyEdition{}, plumbline.Errorf(plumbline.NotFound, "There are no policies about constraints %q; \"plumbline limit policies\" lists those that there are.", version)
	}
	return all[i], nil
}

// CheckLimitPolicy says what is wrong with a text, as an error, or what it is.
func (r *Room) CheckLimitPolicy(_ context.Context, who plumbline.Actor, src string) (PolicyEdition, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return PolicyEdition{}, err
	}
	b, err := readBook(src)
	if err != nil {
		return PolicyEdition{}, err
	}
	return PolicyEdition{Version: b.Version, Name: b.Name, Policies: len(b.Policies)}, nil
}

func readBook(src string) (*limit.Book, error) {
	b, err := limit.ParsePolicies("policies", []byte(src))
	if err != nil {
		return nil, plumbline.FieldError("text", "%s", plumbline.TextOf(err))
	}
	return b, nil
}

// SaveLimitPolicy keeps an edition of one's own. It is not in force until it is used,
// and it is never changed: another text takes another version.
func (r *Room) SaveLimitPolicy(ctx context.Context, who plumbline.Actor, src string) (out PolicyEdition, err error) {
	if err := rights.Need(who, rights.ManagePolicy); err != nil {
		return out, err
	}
	b, err := readBook(src)
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		all, err := r.editions(tx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(e PolicyEdition) bool { return e.Version == b.Version }) {
			return plumbline.Errorf(plumbline.Conflict, "There are policies %s already, and what was judged under them keeps them. Give these another version.", b.Version)
		}
		row := store.PolicyRow{Version: b.Version, Name: b.Name, Body: src, By: who.Person, ByName: who.Name, At: r.now()}
		if err := tx.InsertLimitPolicy(row); err != nil {
			return err
		}
		out = PolicyEdition{Version: b.Version, Name: b.Name, At: row.At, By: who.Name, Policies: len(b.Policies)}
		return r.notePolicy(tx, who, "constraint policies saved", b.Version)
	})
	return out, err
}

// UseLimitPolicy puts an edition in force. All constraints are judged again soon:
// what it says follows from then on.
func (r *Room) UseLimitPolicy(ctx context.Context, who plumbline.Actor, version string) error {
	if err := rights.Need(who, rights.ManagePolicy); err != nil {
		return err
	}
	return r.db.Write(ctx, func(tx *store.Tx) error {
		e, err := r.edition(tx, version)
		if err != nil {
			return err
		}
		if e.Active {
			return plumbline.Errorf(plumbline.Conflict, "The policies %s are in force already.", e.Version)
		}
		if err := tx.UseLimitPolicy(store.PolicyUse{At: r.now(), Version: e.Version, By: who.Person, ByName: who.Name}); err != nil {
			return err
		}
		if err := tx.LookAgain(r.now()); err != nil {
			return err
		}
		return r.notePolicy(tx, who, "constraint policies used", e.Version)
	})
}

func (r *Room) notePolicy(tx *store.Tx, who plumbline.Actor, typ, version string) error {
	return r.note(tx, who, typ, said{Detail: version})
}
