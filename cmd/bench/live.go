package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"plumbline"
	"plumbline/internal/app"
)

// watching is many browsers that follow what happens, in a process of their own.
type watching struct {
	Base            string
	Cookies         []string // of those who watch, in turn
	Browsers, Moves int
}

// seen is when the last browser saw a move, in microseconds of the clock that
// both processes read; and when the one in the middle did.
type seen struct{ Last, Middle int64 }

// run opens the streams, says so, and tells of each move when all have seen it.
func (w watching) run(ctx context.Context, _ *json.Decoder, out *json.Encoder) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := &http.Client{Transport: &http.Transport{MaxConnsPerHost: w.Browsers + 10}}
	moves := make([]chan int64, w.Moves)
	for i := range moves {
		moves[i] = make(chan int64, w.Browsers)
	}
	opened := make(chan error, w.Browsers)
	var wg sync.WaitGroup
	for i := range w.Browsers {
		wg.Go(func() { opened <- w.follow(ctx, c, w.Cookies[i%len(w.Cookies)], moves, opened) })
	}
	for range w.Browsers {
		if err := <-opened; err != nil {
			return err
		}
	}
	if err := out.Encode("open"); err != nil {
		return err
	}
	for _, m := range moves {
		var at []int64
		for range w.Browsers {
			select {
			case t := <-m:
				at = append(at, t)
			case err := <-opened:
				return errors.Join(errors.New("a stream ended"), err)
			case <-time.After(20 * time.Second):
				return fmt.Errorf("only %d of %d browsers saw the move", len(at), w.Browsers)
			}
		}
		slices.Sort(at)
		if err := out.Encode(seen{at[len(at)-1], at[len(at)/2]}); err != nil {
			return err
		}
	}
	stop()
	wg.Wait()
	return nil
}

// follow reads one stream and notes when it tells of a move.
func (w watching) follow(ctx context.Context, c *http.Client, cookie string, moves []chan int64, opened chan<- error) error {
	r, err := newRequest(ctx, request{Method: http.MethodGet, Path: "/live"}, w.Base, job{Cookie: cookie})
	if err != nil {
		return err
	}
	res, err := c.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New("/live: " + res.Status)
	}
	n, begun := 0, false
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if !begun { // the head has come, and its first line
			begun = true
			opened <- nil
		}
		if strings.HasPrefix(lines.Text(), "data:") && strings.Contains(lines.Text(), "item moved") && n < len(moves) {
			moves[n] <- time.Now().UnixMicro()
			n++
		}
	}
	if n < len(moves) {
		return errors.New("the stream ended")
	}
	return nil
}

// live opens browsers, moves items, and prints how long until all have seen it.
func (s *site) live(ctx context.Context, o options) error {
	const moves = 5
	w := watching{Base: s.base, Cookies: []string{s.cookie}, Browsers: o.live, Moves: moves}
	for _, handle := range []string{"jonas", "ines"} {
		cookie, err := s.app.SignInDemo(ctx, handle)
		if err != nil {
			return err
		}
		w.Cookies = append(w.Cookies, cookie)
	}
	keys, err := s.keys(ctx, plumbline.Filter{Process: "request", States: []plumbline.State{startState}}, 200)
	if err != nil {
		return err
	}
	var open []string
	for _, k := range keys {
		v, err := s.app.Item(ctx, s.who, plumbline.Key(k))
		if err != nil {
			return err
		}
		if v.Visibility == plumbline.Public {
			open = append(open, k)
		}
	}
	if len(open) < moves {
		return fmt.Errorf("only %d items to move", len(open))
	}
	return s.watchMoves(ctx, w, open)
}

func (s *site) watchMoves(ctx context.Context, w watching, keys []string) error {
	cmd, err := childCommand(ctx, "child-watch")
	if err != nil {
		return err
	}
	in, err := json.Marshal(w)
	if err != nil {
		return err
	}
	cmd.Stdin = strings.NewReader(string(in))
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	from := json.NewDecoder(pipe)
	var open string
	if err := from.Decode(&open); err != nil {
		return errors.Join(err, cmd.Wait())
	}
	var last, middle []time.Duration
	for i := range w.Moves {
		began, cpu := time.Now(), cpuTime()
		if _, err := s.app.Move(ctx, s.who, plumbline.Key(keys[i]), app.MoveInput{To: "workflow::problem validation"}); err != nil {
			return errors.Join(err, cmd.Wait())
		}
		var t seen
		if err := from.Decode(&t); err != nil {
			return errors.Join(err, cmd.Wait())
		}
		last = append(last, time.Duration(t.Last-began.UnixMicro())*time.Microsecond)
		middle = append(middle, time.Duration(t.Middle-began.UnixMicro())*time.Microsecond)
		if i == w.Moves-1 {
			fmt.Printf("\n%d browsers on /live, %d moves: all saw a move within %s ms (the middle one of the moves; slowest %s), half of the browsers within %s ms; %s ms of CPU for one; memory %d MB\n",
				w.Browsers, w.Moves, ms(median(last)), ms(slices.Max(last)), ms(median(middle)), ms(cpuTime()-cpu), memory()/1000)
		}
	}
	return cmd.Wait()
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// bigBoard measures a board of twenty thousand open cards and checks its counts.
func bigBoard(ctx context.Context, o options, kind string) (err error) {
	const cards = 20_000
	where, drop, err := database(ctx, o, kind, world{items: cards, open: 1, seed: 2})
	if err != nil {
		return err
	}
	s, err := openSite(ctx, where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(), drop()) }()
	total, all := 0, 0
	for _, process := range s.app.Processes() {
		b, err := s.app.Board(ctx, s.who, plumbline.Filter{Process: process.ID}, 15)
		if err != nil {
			return err
		}
		sum := 0
		for _, c := range b.Columns {
			sum += c.Total
		}
		listed, err := s.app.Items(ctx, s.who, plumbline.Filter{Process: process.ID})
		if err != nil {
			return err
		}
		if sum != listed.Total {
			return fmt.Errorf("the board of %s says %d, its list %d", process.ID, sum, listed.Total)
		}
		all += sum
		total = max(total, sum)
	}
	if all < cards {
		return fmt.Errorf("the boards have %d cards, want %d", all, cards)
	}
	fmt.Printf("\n### %s, a board of %d open cards of %d in all processes; the counts add up\n\n%s", kind, total, all, head)
	board := op{name: "board", requests: []request{get("/board", "</html>"), get("/board?"+url.Values{"process": {"request"}}.Encode(), "</html>")}}
	m, err := s.measureOp(ctx, o, board)
	fmt.Print(m.line())
	return err
}
