package store_test
import ("testing";"context";"fmt";"plumbline/internal/store/storetest";"plumbline";"plumbline/internal/store";"strings";"os")
func TestPG(t *testing.T) {
	db := storetest.Open(t, "postgres://postgres@127.0.0.1:54329/perf")
	if n := get(t, db, (*store.Tx).LastSeq); n == 0 { seedN(t, db, 50000) }
	con := plumbline.Actor{Person: "p1", Role: "contributor"}
	var f plumbline.Filter
	switch os.Getenv("Q") { case "mine": f.Mine = true; case "open": case "text": f.Text="aaword0"; case "team": f.Team="team3"}
	plans, err := db.Explain(context.Background(), func(tx *store.Tx) error { _, err := tx.List(con, f); return err })
	if err != nil { t.Fatal(err) }
	fmt.Println(strings.Join(plans, "\n"))
}
