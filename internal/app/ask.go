package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/rights"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// AttachmentInput is a link that belongs to an item.
type AttachmentInput struct {
	Name string `json:"name,omitempty"` // "": the address
	URL  string `json:"url"`
}

// File makes a new item from a form, the API or the command line, with the
// demand and the links that came with it, in one transaction. What its template
// wants is checked, whichever door it came through. Who asked watches it from
// the start; so does who filed it for somebody else.
func (a *App) File(ctx context.Context, who plumbline.Actor, in FileInput) (plumbline.Item, error) {
	if err := rights.Need(who, rights.FileItem); err != nil {
		return plumbline.Item{}, err
	}
	if in.Mends != "" {
		if err := rights.Need(who, rights.EditItem); err != nil {
			return plumbline.Item{}, err
		}
	}
	var out plumbline.Item
	err := a.db.Write(ctx, func(tx *store.Tx) (err error) {
		if out, err = a.file(tx, who, in); err != nil || in.Mends == "" {
			return err
		}
		return a.Tie(tx, who, in.Mends, out)
	})
	return out, err
}

// file validates one Ask and files it within a transaction; imports call it for
// each of their rows. Its errors name the inputs that are wrong.
func (a *App) file(tx *store.Tx, who plumbline.Actor, in FileInput) (plumbline.Item, error) {
	def, err := a.Process(in.Process)
	if err != nil {
		return plumbline.Item{}, err
	}
	it := plumbline.Item{
		ID: plumbline.ItemID(store.NewID()), Kind: def.Kind, Process: def.ID, Title: strings.TrimSpace(in.Title), Body: in.Body,
		Class: in.Class, Visibility: in.Visibility, Product: in.Product, OnBehalfOf: strings.TrimSpace(in.OnBehalfOf),
		Severity: in.Severity, Fields: map[string]string{}, Requester: who.Person, Source: in.Source,
	}
	if it.Visibility == "" {
		it.Visibility = plumbline.Public
	}
	d, err := a.fillIn(tx, who, def, &it, in.Fields)
	if err != nil {
		return it, err
	}
	data := map[string]string{}
	if err := a.onBehalf(tx, &it, data); err != nil {
		return it, err
	}
	if err := a.Insert(tx, who, def, &it, nil, "item filed", "user", data); err != nil {
		return it, err
	}
	if who.Person != "" && it.Requester != who.Person {
		if _, err := tx.Watch(it.ID, who.Person); err != nil {
			return it, err
		}
	}
	if d != nil {
		if err := a.wants(tx, who, it, *d); err != nil {
			return it, err
		}
	}
	return it, a.attachLinks(tx, who, it, in.Links)
}

// fillIn puts what was filled in where it belongs and gives the demand that
// came with it, if one did. Everything wrong is said at once.
func (a *App) fillIn(tx *store.Tx, who plumbline.Actor, def *flow.Definition, it *plumbline.Item, values map[string]string) (*plumbline.Demand, error) {
	var bad plumbline.Problems
	t, _, err := a.TemplateFor(tx, def, *it)
	if err != nil {
		return nil, err
	}
	bad.Merge(ledger.KnownProduct(tx, it.Product))
	bad.Merge(it.Validate())
	bad.Merge(t.Check(values, true))
	own, wanted := splitValues(t, values)
	bad.Merge(moves.SetFields(def, t, it, own))
	if err := bad.Err(); err != nil {
		return nil, err
	}
	d, err := demandFrom(t, wanted)
	if err != nil || d == nil {
		return nil, err
	}
	if d.Account == "" && d.Team == "" {
		if _, customers := t.Field("account"); customers || who.Team == "" {
			return nil, plumbline.FieldError("account", "Say which customer it is: what you wrote of them is kept with the customer, where only cleared people read it.")
		}
		d.Team = who.Team
	}
	if err := findAccount(tx, d); err != nil {
		return nil, err
	}
	return d, d.Validate()
}

// findAccount finds the account that a person named, by its ref or by its exact
// name, and the team.
func findAccount(tx *store.Tx, d *plumbline.Demand) error {
	if d.Account == "" {
		_, _, err := demander(tx, *d)
		return err
	}
	d.Team = ""
	accounts, err := tx.Accounts()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(accounts, func(acc plumbline.Account) bool {
		return acc.Ref == d.Account || strings.EqualFold(acc.Name.Keep(), strings.TrimSpace(string(d.Account)))
	})
	if i < 0 {
		return plumbline.FieldError("account", "There is no account with this ref or name. A product manager adds it under Settings; until then leave everything about the customer empty.")
	}
	d.Account = accounts[i].Ref
	return nil
}

// onBehalf makes a colleague who is named by their handle, "@jonas", the one
// who asks; anybody else is kept as a name.
func (a *App) onBehalf(tx *store.Tx, it *plumbline.Item, data map[string]string) error {
	handle, ok := strings.CutPrefix(it.OnBehalfOf, "@")
	if !ok {
		return nil
	}
	p, err := tx.PersonByHandle(strings.ToLower(handle))
	if err != nil {
		if plumbline.KindOf(err) == plumbline.NotFound {
			return plumbline.FieldError("on_behalf_of", "Nobody here has the handle @%s. Write the name without @ for somebody outside.", handle)
		}
		return err
	}
	it.Requester, it.OnBehalfOf = p.ID, ""
	data["for"] = p.Name
	return nil
}

// wants records a demand that came with a new item.
func (a *App) wants(tx *store.Tx, who plumbline.Actor, it plumbline.Item, d plumbline.Demand) error {
	d.ID, d.Item, d.By, d.At = store.NewID(), it.ID, who.Person, a.now()
	if err := tx.InsertDemand(d); err != nil {
		return err
	}
	what := map[string]any{"demand": d.ID, "points": d.Points}
	if d.Team != "" {
		what["team"] = d.Team
	}
	return a.Note(tx, who, it, "demand recorded", "user", what)
}

// maxLinks is how many links may come with a new item.
const maxLinks = 20

func (a *App) attachLinks(tx *store.Tx, who plumbline.Actor, it plumbline.Item, links []AttachmentInput) error {
	if len(links) > maxLinks {
		return plumbline.FieldError("links", "At most %d links come with a new item; add the others on its page.", maxLinks)
	}
	for _, l := range links {
		if strings.TrimSpace(l.URL) == "" && strings.TrimSpace(l.Name) == "" {
			continue
		}
		if _, err := a.attachLink(tx, who, it, l); err != nil {
			return plumbline.FieldError("links", "%s", plumbline.TextOf(err))
		}
	}
	return nil
}

func (a *App) attachLink(tx *store.Tx, who plumbline.Actor, it plumbline.Item, in AttachmentInput) (plumbline.Attachment, error) {
	at := plumbline.Attachment{
		ID: store.NewID(), Item: it.ID, URL: strings.TrimSpace(in.URL), Name: strings.TrimSpace(in.Name), By: who.Person, ByName: who.Name, At: a.now(),
	}
	if at.Name == "" {
		at.Name = strings.TrimPrefix(strings.TrimPrefix(at.URL, "https://"), "http://")
		at.Name = at.Name[:min(len(at.Name), 200)]
	}
	if err := at.Validate(); err != nil {
		return at, err
	}
	if err := tx.InsertAttachment(at); err != nil {
		return at, err
	}
	return at, a.Note(tx, who, it, "link attached", "user", map[string]string{"url": at.URL, "detail": at.Name})
}

// AttachLink adds a link to an item.
func (a *App) AttachLink(ctx context.Context, who plumbline.Actor, key plumbline.Key, in AttachmentInput) (out plumbline.Attachment, err error) {
	err = a.AddTo(ctx, who, key, rights.Say, func(tx *store.Tx, it plumbline.Item) error {
		out, err = a.attachLink(tx, who, it, in)
		return err
	})
	return out, err
}

// Convert makes a request of a question: the same words, the same requester.
// The question ends, and says which request it became.
func (a *App) Convert(ctx context.Context, who plumbline.Actor, key plumbline.Key, class plumbline.Class) (plumbline.Item, error) {
	if err := rights.Need(who, rights.EditItem); err != nil {
		return plumbline.Item{}, err
	}
	var out plumbline.Item
	_, err := a.Change(ctx, who, key, rights.EditItem, 0, func(tx *store.Tx, it *plumbline.Item) (err error) {
		if it.Kind != plumbline.Question || !it.Open() {
			return plumbline.Errorf(plumbline.Conflict, "%s is not an open question, so no request can be made of it.", it.Key)
		}
		out, err = a.convert(tx, who, it, class)
		return err
	})
	return out, err
}

func (a *App) convert(tx *store.Tx, who plumbline.Actor, q *plumbline.Item, class plumbline.Class) (plumbline.Item, error) {
	def, err := a.Process("request")
	if err != nil {
		return plumbline.Item{}, err
	}
	it := plumbline.Item{
		ID: plumbline.ItemID(store.NewID()), Kind: def.Kind, Process: def.ID, Title: q.Title, Body: q.Body, Class: class, Visibility: q.Visibility,
		Product: q.Product, Requester: q.Requester, OnBehalfOf: q.OnBehalfOf, Fields: map[string]string{"related": string(q.Key)}, Source: q.Source,
	}
	if err := a.Insert(tx, who, def, &it, nil, "item filed", "user", map[string]string{"detail": string(q.Key)}); err != nil {
		return it, err
	}
	watchers, err := tx.Watchers(store.Family{Item: q.ID})
	if err != nil {
		return it, err
	}
	for _, p := range watchers {
		if _, err := tx.Watch(it.ID, p.ID); err != nil {
			return it, err
		}
	}
	qdef, err := a.Process(q.Process)
	if err != nil {
		return it, err
	}
	if _, ok := qdef.Field("lesson"); ok {
		q.Fields["lesson"] = "request"
	}
	if err := a.Note(tx, who, *q, "question became a request", "user", map[string]string{"detail": string(it.Key)}); err != nil {
		return it, err
	}
	f, err := a.Facts(tx, *q)
	if err != nil {
		return it, err
	}
	f.Note, f.Message = "It became "+string(it.Key)+".", plumbline.PublicText("This is followed as the request "+string(it.Key)+" from now on.")
	end, ok := qdef.Lane(q.State.Lane())
	if !ok || end.OnClosed == "" {
		return it, plumbline.Errorf(plumbline.Invalid, "The process %s has no end for questions that become requests.", qdef.Name)
	}
	return it, a.Step(tx, who, qdef, q, f, end.OnClosed, "user")
}

// dayOf reads a date; empty is unknown.
func dayOf(v string) (plumbline.Time, error) {
	if v == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil {
		return 0, plumbline.Errorf(plumbline.Invalid, "Write the date as 2026-11-22, not %q.", v)
	}
	return plumbline.At(t), nil
}
