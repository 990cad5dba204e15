package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"plumbline"
	"plumbline/internal/store"
	"plumbline/internal/store/storetest"
)

// writerVariable makes this test program a writer of the database it names.
const writerVariable = "PLUMBLINE_TEST_WRITER"

// writeUntilKilled writes items and says the number of each once it is
// acknowledged.
func writeUntilKilled(path string) {
	db, err := store.Open(context.Background(), path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := 1; ; i++ {
		err := db.Write(context.Background(), func(tx *store.Tx) error {
			if err := tx.InsertItem(item(i)); err != nil {
				return err
			}
			return tx.Append(plumbline.Event{Type: "item filed", Item: item(i).ID, Seen: plumbline.Public})
		})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// A server is killed in the middle of writing, three times. What it had
// acknowledged is there, whole, and the next server goes on.
func TestKilledServerLosesNothing(t *testing.T) {
	path := storetest.SQLitePath(t)
	for range 3 {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		acknowledged := killAfter(t, path, 25)
		db := storetest.Open(t, path)
		read(t, db, func(tx *store.Tx) error {
			for i := 1; i <= acknowledged; i++ {
				if _, err := tx.Item(item(i).ID); err != nil {
					t.Errorf("item %d of %d: %v", i, acknowledged, err)
				}
			}
			rows, err := tx.List(pm, plumbline.Filter{})
			if err != nil {
				return err
			}
			last, err := tx.LastSeq()
			same(t, last, int64(rows.Total))
			return err
		})
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter kills a writer when it has acknowledged n items and returns how
// many it had said by then.
func killAfter(t *testing.T, path string, n int) (acknowledged int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), writerVariable+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
			t.Error(lines.Text())
			break
		}
		if acknowledged == n {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the writer ended by itself")
	}
	return acknowledged
}
