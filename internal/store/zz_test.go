package store_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"plumbline"
	"plumbline/internal/store"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestZZ(t *testing.T) {
	db, err := store.Open(t.Context(), os.Getenv("ZZ"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{"cluster", "cluster quota", "clu", "cl", "upgrade bacre", "cluster upgrade latency", "proxy", "queue throttle", "bacrekin", "postmortem cordon"} {
		for _, who := range []plumbline.Actor{pm, actors()["requester"]} {
			f := func(tx *store.Tx) error {
				rows, err := tx.List(who, plumbline.Filter{Text: text, Status: "all"})
				if err == nil {
					rows.Rows = nil
				}
				return err
			}
			var rows plumbline.Rows
			read(t, db, func(tx *store.Tx) (err error) {
				rows, err = tx.List(who, plumbline.Filter{Text: text, Status: "all"})
				return err
			})
			for range 5 {
				db.Read(t.Context(), f)
			}
			pids := []string{}
			if db.Kind() == "postgres" {
				read(t, db, func(tx *store.Tx) (err error) {
					pids, err = tx.Lines("select pid from pg_stat_activity where datname = current_database()")
					return err
				})
			}
			backend := func() (n time.Duration) {
				for _, p := range pids {
					b, _ := os.ReadFile("/proc/" + p + "/schedstat")
					var d int64
					fmt.Sscan(string(b), &d)
					n += time.Duration(d)
				}
				return n
			}
			pb := backend()
			b, w := cpu(), time.Now()
			for range 20 {
				db.Read(t.Context(), f)
			}
			fmt.Printf("%-30s %-10s cpu %6v wall %6v backend %v total %d about %d stretch %d\n", text, who.Role, (cpu()-b)/20, time.Since(w)/20, (backend()-pb)/20, rows.Total, rows.About, rows.Stretch)
		}
	}
	if os.Getenv("ZZE") != "" {
		plans, err := db.Explain(t.Context(), func(tx *store.Tx) error {
			_, err := tx.List(actors()["requester"], plumbline.Filter{Text: os.Getenv("ZZE"), Status: "all"})
			return err
		})
		fmt.Println(strings.Join(plans, "\n"), err)
	}
}
