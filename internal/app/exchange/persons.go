package exchange

import (
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline"
	"plumbline/internal/store"
)

// handleOf is the handle here of somebody there: the source's name and theirs.
// Somebody known from another system cannot sign in, and is nobody else here
// though the names be the same: a name there proves nothing.
func (r *run) handleOf(login string) string {
	login = strings.ToLower(strings.Join(strings.Fields(login), " "))
	if login == "" {
		login = "unknown"
	}
	for len(login) > 200 {
		_, n := utf8.DecodeLastRuneInString(login)
		login = login[:len(login)-n]
	}
	return r.in.Source + ":" + login
}

// nameable says whether those that a row names can be kept.
func nameable(in plumbline.Incoming) bool {
	for login, name := range in.People {
		if !utf8.ValidString(login+name) || strings.Contains(login+name, "\x00") {
			return false
		}
	}
	return true
}

// people finds those that the rows name, makes those that are not known, and
// puts them in.
func (r *run) people(tx *store.Tx, b *batch) error {
	names := map[string]string{} // by handle
	var handles []string
	want := func(login, name string) string {
		h := r.handleOf(login)
		if _, ok := names[h]; !ok {
			handles = append(handles, h)
			if names[h] = nameOf(name, login); names[h] == "" {
				names[h] = "Somebody in " + r.in.Source
			}
		}
		return h
	}
	rows := slices.Concat(b.fresh, b.again)
	for _, w := range rows {
		for login, name := range w.in.People {
			want(nameOr(login, name), name)
		}
	}
	if r.in.DryRun || len(handles) == 0 {
		return nil
	}
	known, err := tx.PeopleByHandles(handles)
	if err != nil {
		return err
	}
	var made []plumbline.Person
	for _, h := range handles {
		if _, ok := known[h]; ok {
			continue
		}
		p := plumbline.Person{ID: plumbline.PersonID(store.NewID()), Handle: h, Name: names[h], Role: plumbline.Requester, External: true, Created: r.now()}
		known[h] = p
		made = append(made, p)
	}
	for _, w := range rows {
		r.name(w, known)
	}
	return tx.InsertPeople(made)
}

// name puts people's ids into a row.
func (r *run) name(w *row, known map[string]plumbline.Person) {
	w.item.Requester = known[r.handleOf(nameOr(w.in.Author, w.in.AuthorName))].ID
	for i, login := range w.authors {
		p := known[r.handleOf(login)]
		w.comments[i].By, w.comments[i].ByName = p.ID, p.Name
	}
	for i, login := range w.finders {
		w.evidence[i].By = known[r.handleOf(login)].ID
	}
	for i, login := range w.deciders {
		p := known[r.handleOf(login)]
		w.decisions[i].By, w.decisions[i].ByName = p.ID, p.Name
	}
	for i, login := range w.judges {
		p := known[r.handleOf(login)]
		w.estimates[i].By, w.estimates[i].ByName = p.ID, p.Name
	}
	w.people = map[string]plumbline.PersonID{}
	if w.in.Carried != nil {
		for _, f := range w.in.Carried.Followers {
			w.followers = append(w.followers, known[r.handleOf(nameOr(f.Login, f.Name))].ID)
		}
		for _, b := range w.in.Carried.Bonds {
			h := r.handleOf(nameOr(string(b.By), b.ByName))
			w.people[h] = known[h].ID
		}
	}
	w.voters = nil
	voted := map[plumbline.PersonID]bool{}
	for _, v := range w.in.Voters {
		if p := known[r.handleOf(nameOr(v.Login, v.Name))].ID; !voted[p] {
			voted[p] = true
			w.voters = append(w.voters, store.Voter{Person: p, At: within(v.At, w.item.Created, r.now())})
		}
	}
}

func nameOr(login, name string) string {
	if strings.TrimSpace(login) == "" {
		return name
	}
	return login
}

// watchers are who asked and who voted, each once, unless the source says who
// follows.
func (w *row) watchers() []plumbline.PersonID {
	var out []plumbline.PersonID
	seen := map[plumbline.PersonID]bool{"": true}
	add := func(p plumbline.PersonID) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	if w.in.Carried == nil {
		add(w.item.Requester)
		for _, v := range w.voters {
			add(v.Person)
		}
	}
	for _, p := range w.followers {
		add(p)
	}
	return out
}
