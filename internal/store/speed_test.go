package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

func seedN(t testing.TB, db *store.DB, n int) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(1, 2))
	vocab := make([]string, 5000)
	for i := range vocab {
		vocab[i] = fmt.Sprintf("%c%cword%d", 'a'+i%26, 'a'+(i/26)%26, i)
	}
	zipf := rand.NewZipf(r, 1.2, 5, 4999)
	states := []plumbline.State{"workflow::a", "workflow::b", "workflow::c", "workflow::d", "workflow::e", "workflow::f"}
	start := cpu()
	for from := 0; from < n; from += 1000 {
		err := db.Write(ctx, func(tx *store.Tx) error {
			if from == 0 {
				for i := range 200 {
					id := "p" + strconv.Itoa(i)
					if err := tx.InsertPerson(plumbline.Person{ID: plumbline.PersonID(id), Handle: id, Name: id, Role: "requester"}); err != nil {
						return err
					}
				}
			}
			for i := from; i < min(n, from+1000); i++ {
				var b strings.Builder
				for range 40 {
					b.WriteString(vocab[zipf.Uint64()] + " ")
				}
				body := b.String()
				at := plumbline.Time(1e15 + int64(i)*1e7)
				it := plumbline.Item{ID: plumbline.ItemID(store.NewID()), Key: plumbline.Key("REQ-" + strconv.Itoa(i+1)), Kind: "request", Process: "request", Title: body[:60], Body: body,
					State: states[r.IntN(6)], Visibility: []plumbline.Visibility{"public", "internal", "internal", "confidential"}[r.IntN(4)],
					Team: plumbline.TeamRef("team" + strconv.Itoa(r.IntN(20))), Requester: plumbline.PersonID("p" + strconv.Itoa(r.IntN(200))),
					Labels: []string{"l" + strconv.Itoa(r.IntN(10)), "rare" + strconv.Itoa(r.IntN(1000))}, Created: at, Updated: at, Version: 1}
				if r.IntN(100) < 10 {
					it.Remit = ""
				} else {
					it.Remit = "in"
				}
				if r.IntN(100) < 50 {
					it.Closed = at + 1
				}
				if err := tx.InsertItem(it); err != nil {
					return err
				}
				if err := tx.Append(plumbline.Event{Type: "item filed", At: at, Item: it.ID, Seen: it.Visibility}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s: seeded %d in %v cpu", db.Kind(), n, cpu()-start)
	if db.Kind() == "postgres" {
		err := db.Write(ctx, func(tx *store.Tx) error { return tx.Exec("analyze") })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestSpeed(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SPEED"))
	if n == 0 {
		t.Skip()
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		seedN(t, db, n)
		clock := cpu
		if db.Kind() == "postgres" {
			t0 := time.Now()
			clock = func() time.Duration { return time.Since(t0) }
		}
		ctx := context.Background()
		pm := plumbline.Actor{Person: "p1", Role: "pm"}
		con := plumbline.Actor{Person: "p1", Role: "contributor"}
		req := plumbline.Actor{Person: "p1", Role: "requester"}
		states := []plumbline.State{"workflow::a", "workflow::b", "workflow::c", "workflow::d", "workflow::e", "workflow::f"}
		for _, c := range []struct {
			name string
			f    plumbline.Filter
		}{{"open", plumbline.Filter{}}, {"all", plumbline.Filter{Status: "all"}}, {"created", plumbline.Filter{Sort: "created"}}, {"state", plumbline.Filter{States: states[:1]}}, {"states3", plumbline.Filter{States: states[:3]}}, {"team", plumbline.Filter{Team: "team3"}},
			{"team+state", plumbline.Filter{Team: "team3", States: states[:1]}},
			{"label", plumbline.Filter{Label: "l3"}}, {"rare", plumbline.Filter{Label: "rare3"}}, {"label created", plumbline.Filter{Label: "l3", Sort: "created"}}, {"text common", plumbline.Filter{Text: "aaword0"}}, {"text prefix a", plumbline.Filter{Text: "a"}}, {"text 2", plumbline.Filter{Text: "baword1 caword2"}}, {"text mid", plumbline.Filter{Text: "iiword138"}}, {"text rare", plumbline.Filter{Text: "word4999 eeword4000"}}, {"mine", plumbline.Filter{Mine: true}}, {"inbox", plumbline.Filter{Inbox: true, Sort: "oldest"}}} {
			for _, who := range []plumbline.Actor{pm, con, req} {
				const k = 5
				var total int
				list := func() {
					err := db.Read(ctx, func(tx *store.Tx) error {
						r, err := tx.List(who, c.f)
						total = r.Total
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				board := func() {
					err := db.Read(ctx, func(tx *store.Tx) error {
						_, err := tx.Board(who, c.f, states, 20)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
				}
				list(); board()
				start := clock()
				for range k { list() }
				lt := (clock() - start) / k
				start = clock()
				for range k { board() }
				t.Logf("%-14s %-12s list %10v total %d board %10v", c.name, who.Role, lt.Round(time.Microsecond), total, ((clock()-start)/k).Round(time.Microsecond))
			}
		}
		start := clock()
		for i := range 300 {
			err := db.Write(ctx, func(tx *store.Tx) error {
				it, err := tx.ItemByKey(plumbline.Key("REQ-" + strconv.Itoa(i*7+1)))
				if err != nil {
					return err
				}
				it.Version++
				it.State = "workflow::b"
				it.Updated = plumbline.At(time.Now())
				if err := tx.UpdateItem(it, it.Version-1); err != nil {
					return err
				}
				return tx.Append(plumbline.Event{Type: "item moved", At: it.Updated, Item: it.ID, Seen: it.Visibility})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("move: %v", (clock()-start)/300)
		start = clock()
		for i := range 1000 {
			err := db.Read(ctx, func(tx *store.Tx) error {
				_, err := tx.ItemByKey(plumbline.Key("REQ-" + strconv.Itoa(i*7+1)))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("item: %v", (clock()-start)/1000)
		var m syscall.Rusage
		syscall.Getrusage(0, &m)
		t.Logf("max rss %d MB", m.Maxrss/1024)
	})
}
