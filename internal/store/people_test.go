package store_test

import (
	"fmt"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		mara := plumbline.Person{ID: "1", Handle: "mara", Name: "Mara Jade", Email: "mara@example.com", Role: plumbline.Admin,
			Cleared: true, Team: "reliability", Created: 5}
		jdoe := plumbline.Person{ID: "2", Handle: "gitlab:jdoe", Name: "Doe", Role: plumbline.Requester, External: true, Created: 6}
		zed := plumbline.Person{ID: "3", Handle: "zed", Name: "Zed", Role: plumbline.PM, Disabled: true, Created: 7}
		write(t, db, func(tx *store.Tx) error {
			for _, p := range []plumbline.Person{zed, mara, jdoe} {
				if err := tx.InsertPerson(p); err != nil {
					return err
				}
			}
			return nil
		})
		wantKind(t, db, plumbline.Conflict, func(tx *store.Tx) error {
			return tx.InsertPerson(plumbline.Person{ID: "4", Handle: "mara", Name: "Other", Role: plumbline.PM})
		})
		read(t, db, func(tx *store.Tx) error {
			got, err := tx.Person("1")
			same(t, got, mara)
			if err != nil {
				return err
			}
			got, err = tx.PersonByHandle("gitlab:jdoe")
			same(t, got, jdoe)
			if err != nil {
				return err
			}
			ours, err := tx.People(false, 10)
			same(t, ours, []plumbline.Person{mara, zed})
			if err != nil {
				return err
			}
			all, err := tx.People(true, 10)
			same(t, all, []plumbline.Person{mara, zed, jdoe})
			if err != nil {
				return err
			}
			few, err := tx.People(true, 1)
			same(t, few, []plumbline.Person{mara})
			if err != nil {
				return err
			}
			names, err := tx.Names([]plumbline.PersonID{"1", "2", "nobody"})
			same(t, names, map[plumbline.PersonID]string{"1": "Mara Jade", "2": "Doe"})
			return err
		})
		mara.Name, mara.Role, mara.Cleared, mara.Email, mara.Team, mara.Handle = "M", plumbline.PM, false, "", "", "m"
		write(t, db, func(tx *store.Tx) error { return tx.UpdatePerson(mara) })
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Person, error) { return tx.Person("1") }), mara)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.UpdatePerson(plumbline.Person{ID: "nobody"}) })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.Person("nobody"); return err })
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, err := tx.PersonByHandle("nobody"); return err })
	})
}

func TestManyNamesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var ids []plumbline.PersonID
		write(t, db, func(tx *store.Tx) error {
			for i := range 1200 {
				id := plumbline.PersonID(fmt.Sprint("p", i))
				ids = append(ids, id)
				if err := tx.InsertPerson(plumbline.Person{ID: id, Handle: string(id), Name: string(id), Role: plumbline.Requester}); err != nil {
					return err
				}
			}
			return nil
		})
		names := get(t, db, func(tx *store.Tx) (map[plumbline.PersonID]string, error) { return tx.Names(ids) })
		if len(names) != 1200 {
			t.Fatalf("got %d names, want 1200", len(names))
		}
	})
}

func TestPasswordsAndSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.PM)
		person(t, db, "oana", plumbline.PM)
		count := func() int { return get(t, db, (*store.Tx).CountSignIn) }
		same(t, count(), 0)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, _, err := tx.Password("mara"); return err })
		for _, hash := range []string{"first", "second"} {
			write(t, db, func(tx *store.Tx) error { return tx.SetPassword("mara", hash, 3) })
			read(t, db, func(tx *store.Tx) error {
				p, got, err := tx.Password("mara")
				same(t, got, hash)
				same(t, p.ID, plumbline.PersonID("mara"))
				return err
			})
		}
		same(t, count(), 1)
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.SetPassword("nobody", "x", 3) })

		write(t, db, func(tx *store.Tx) error {
			for _, h := range []string{"a", "b", "c"} {
				if err := tx.InsertSession(h, "mara", 10, 100); err != nil {
					return err
				}
			}
			return tx.InsertSession("d", "oana", 10, 50)
		})
		session := func(hash string, now plumbline.Time) plumbline.Kind {
			var err error
			read(t, db, func(tx *store.Tx) error { _, err = tx.Session(hash, now); return nil })
			return plumbline.KindOf(err)
		}
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Person, error) { return tx.Session("a", 99) }).Name, "mara")
		same(t, session("a", 100), plumbline.NotFound)
		same(t, session("x", 0), plumbline.NotFound)
		write(t, db, func(tx *store.Tx) error { return tx.DeleteSession("a") })
		same(t, session("a", 99), plumbline.NotFound)
		write(t, db, func(tx *store.Tx) error { return tx.PurgeSessions(60) })
		same(t, session("d", 20), plumbline.NotFound)
		same(t, get(t, db, func(tx *store.Tx) (plumbline.Person, error) { return tx.Session("b", 99) }).Name, "mara")
		write(t, db, func(tx *store.Tx) error {
			return tx.UpdatePerson(plumbline.Person{ID: "mara", Handle: "mara", Name: "mara", Role: plumbline.PM, Disabled: true})
		})
		same(t, session("b", 99), plumbline.NotFound)
		same(t, count(), 0)
		write(t, db, func(tx *store.Tx) error { return tx.DeleteSessions("mara") })
	})
}

func TestTokensAndInvites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		person(t, db, "mara", plumbline.PM)
		never := store.Token{ID: "1", Hash: "h1", Person: "mara", Name: "laptop", Scopes: []string{"read", "write"}, Created: 1}
		short := store.Token{ID: "2", Hash: "h2", Person: "mara", Name: "ci", Created: 2, Expires: 50, Used: 4}
		write(t, db, func(tx *store.Tx) error {
			if err := tx.InsertToken(never); err != nil {
				return err
			}
			return tx.InsertToken(short)
		})
		same(t, get(t, db, func(tx *store.Tx) ([]store.Token, error) { return tx.Tokens("mara") }), []store.Token{short, never})
		read(t, db, func(tx *store.Tx) error {
			got, p, err := tx.TokenByHash("h1", 1000)
			same(t, got, never)
			same(t, p.Handle, "mara")
			return err
		})
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { _, _, err := tx.TokenByHash("h2", 50); return err })
		write(t, db, func(tx *store.Tx) error { return tx.TouchToken("1", 77) })
		same(t, get(t, db, func(tx *store.Tx) ([]store.Token, error) { return tx.Tokens("mara") })[1].Used, plumbline.Time(77))
		wantKind(t, db, plumbline.NotFound, func(tx *store.Tx) error { return tx.DeleteToken("oana", "1") })
		write(t, db, func(tx *store.Tx) error { return tx.DeleteToken("mara", "1") })
		same(t, len(get(t, db, func(tx *store.Tx) ([]store.Token, error) { return tx.Tokens("mara") })), 1)

		write(t, db, func(tx *store.Tx) error { return tx.InsertInvite("i", "first admin", 50) })
		take := func(hash, purpose string, now plumbline.Time) (ok bool) {
			write(t, db, func(tx *store.Tx) (err error) { ok, err = tx.TakeInvite(hash, purpose, now); return err })
			return ok
		}
		has := func(now plumbline.Time) bool {
			return get(t, db, func(tx *store.Tx) (bool, error) { return tx.HasInvite("first admin", now) })
		}
		same(t, []bool{has(49), has(50), take("i", "other", 1), take("i", "first admin", 50), take("i", "first admin", 49),
			take("i", "first admin", 49), has(1)}, []bool{true, false, false, false, true, false, false})
	})
}
