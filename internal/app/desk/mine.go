package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/app/templates"
	"plumbline/internal/app/wording"
	"plumbline/internal/flow"
	"plumbline/internal/sorted"
	"plumbline/internal/store"
)

// MineView is what one person asked for and follows, and, of the customers that
// they recorded a demand for, what these asked for.
type MineView struct {
	Asked    []MineRow     `json:"asked"`    // first what waits for them, then what is open, newest change first, then what ended
	Followed []MineRow     `json:"followed"` // of others, in the same order
	Accounts []AccountMine `json:"accounts"`
	Seq      int64         `json:"-"`
}

// MineRow is one request as whoever asked for it wants to know of it.
type MineRow struct {
	plumbline.Row
	Where string         `json:"where"` // its state in words
	Why   string         `json:"why,omitempty"`
	When  string         `json:"when"` // what is due next, or that it is not known yet
	Due   plumbline.Time `json:"due"`
	Need  string         `json:"need,omitempty"` // what we need from whoever asked; empty: nothing
	Lacks bool           `json:"lacks"`          // Need is what a decision lacks, not a question that waits
	Ended string         `json:"ended,omitempty"`
	Again string         `json:"again,omitempty"` // the condition under which we look again
}

// AccountMine is what one customer asked for. Name is for cleared readers.
type AccountMine struct {
	Name  string        `json:"name"`
	Items []AccountLine `json:"items"`
}

// AccountLine is one of a customer's requests.
type AccountLine struct {
	Key     plumbline.Key        `json:"key"`
	Title   string               `json:"title"`
	State   plumbline.State      `json:"state"`
	Open    bool                 `json:"open"`
	Updated plumbline.Time       `json:"updated"`
	Say     plumbline.PublicText `json:"say"` // a sentence that is safe to send to the customer
}

// mineShown is how many open, and how many ended, items My requests has.
const mineShown = 100

// told are the events that a requester's clocks and answers hang on.
var told = append([]string{"comment added"}, agenda.ClockTypes[:]...)

// Mine is what who asked for and follows, in a fixed number of statements.
func (a *Clerk) Mine(ctx context.Context, who plumbline.Actor) (MineView, error) {
	if err := rights.Need(who, rights.See); err != nil {
		return MineView{}, err
	}
	var out MineView
	err := a.db.Read(ctx, func(tx *store.Tx) (err error) {
		if out.Seq, err = tx.LastSeq(); err != nil {
			return err
		}
		var rows []plumbline.Row
		for _, status := range []string{"open", "closed"} {
			page, err := tx.List(who, plumbline.Filter{Mine: true, Status: status, Limit: mineShown})
			if err != nil {
				return err
			}
			rows = append(rows, page.Rows...)
		}
		theirs, err := tx.AccountItems(who, who.Cleared, 200)
		if err != nil {
			return err
		}
		about, err := a.learn(tx, rows, theirs)
		if err != nil {
			return err
		}
		for _, r := range rows {
			m, err := a.mineRow(r, about)
			if err != nil {
				return err
			}
			if r.Requester == who.Person {
				out.Asked = append(out.Asked, m)
			} else {
				m.Need = ""
				out.Followed = append(out.Followed, m)
			}
		}
		out.Accounts, err = a.accountLines(tx, who, theirs, about)
		return err
	})
	sorted.By(out.Asked, waitingFirst)
	return out, err
}

func waitingFirst(a, b MineRow) int {
	rank := func(m MineRow) int {
		switch {
		case m.Need != "" && !m.Lacks:
			return 0
		case m.Need != "":
			return 1
		case m.Open():
			return 2
		}
		return 3
	}
	return rank(a) - rank(b)
}

// knowledge is what was read about items beside their rows.
type knowledge struct {
	decisions map[plumbline.ItemID]plumbline.Decision
	went      map[plumbline.ItemID]plumbline.Redirection
	fields    map[plumbline.ItemID]map[string]string
	demands   map[plumbline.ItemID][]plumbline.Demand
	events    map[plumbline.ItemID][]plumbline.Event
	teams     map[plumbline.TeamRef]string
	templates map[string]plumbline.Template
	reign     editions.Reign
}

func (a *Clerk) learn(tx *store.Tx, rows []plumbline.Row, theirs []store.AccountItem) (k knowledge, err error) {
	var ids []plumbline.ItemID
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	mine := slices.Clone(ids)
	for _, r := range theirs {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if k.decisions, err = tx.CurrentDecisions(ids); err != nil {
		return k, err
	}
	if k.went, err = tx.Redirections(ids); err != nil {
		return k, err
	}
	if k.fields, err = tx.FieldsOf(mine); err != nil {
		return k, err
	}
	if k.demands, err = tx.DemandsOf(mine); err != nil {
		return k, err
	}
	if k.teams, err = ledger.TeamNames(tx); err != nil {
		return k, err
	}
	if k.templates, err = a.TemplatesIn(tx); err != nil {
		return k, err
	}
	if k.reign, err = a.Shelf.Reign(tx); err != nil {
		return k, err
	}
	events, err := tx.EventsOf(mine, told, 20*mineShown)
	k.events = map[plumbline.ItemID][]plumbline.Event{}
	for _, e := range events {
		k.events[e.Item] = append(k.events[e.Item], e)
	}
	return k, err
}

func (a *Clerk) mineRow(r plumbline.Row, k knowledge) (MineRow, error) {
	def, err := a.Process(r.Process)
	if err != nil {
		return MineRow{}, err
	}
	r.Fields = k.fields[r.ID]
	d, decided := k.decisions[r.ID]
	m := MineRow{Row: r, Where: wording.InPlainWords(def, r, d, decided), Why: wording.LastSaid(def, r, d, decided)}
	if went, ok := k.went[r.ID]; ok && !r.Open() {
		m.Why = strings.TrimSpace(m.Why + " " + wording.WentInWords(went, k.teams))
	}
	if decided && d.Outcome != plumbline.Pursue {
		m.Ended, m.Again = wording.DecidedInWords(d.Outcome), d.Reopen
	}
	m.When, m.Due = a.nextDue(k.reign, def, r, k.events[r.ID])
	if r.Open() {
		m.Need, m.Lacks = needFrom(def, r, k, decided)
	}
	m.Fields = nil // they were read for what is lacking
	return m, nil
}

// nextDue is the running clock that is due first. Without one there is no date,
// and none is made up.
func (a *Clerk) nextDue(reign editions.Reign, def *flow.Definition, r plumbline.Row, events []plumbline.Event) (string, plumbline.Time) {
	if !r.Open() {
		return "", 0
	}
	t := agenda.Timed{Events: events}
	if i := slices.IndexFunc(events, func(e plumbline.Event) bool {
		return e.Type == "comment added" && e.Actor != r.Requester && e.Seen == plumbline.Public
	}); i >= 0 {
		t.Answered = events[i].At
	}
	when, due := "Not known yet", plumbline.Time(0)
	for _, c := range agenda.Clocks(reign, def, r.Item, t, a.now()) {
		running := c.State == "running" || c.State == "breached"
		if running && (due.IsZero() || c.Due < due) {
			when, due = c.Sentence, c.Due
		}
		if c.State == "paused" && due.IsZero() {
			when = c.Sentence
		}
	}
	return when, due
}

// theirTurn are the words of processes for whoever asked.
var theirTurn = []string{"Requester", "Who asked"}

// needFrom is what we need from whoever asked, and whether that is what a
// decision lacks rather than a question that waits.
func needFrom(def *flow.Definition, r plumbline.Row, k knowledge, decided bool) (need string, lacks bool) {
	sd, ok := def.State(r.State)
	if ok && sd.Kind == flow.Waiting && slices.Contains(theirTurn, sd.DRI) {
		if r.Kind == plumbline.Question {
			return "It is answered. Say whether that helps; without a word from you it closes by itself.", false
		}
		return "A question waits for your answer. Write it as a comment.", false
	}
	if r.Remit == plumbline.RemitAsked {
		return "We asked you something. Write the answer as a comment.", false
	}
	if decided || r.Kind != plumbline.Request {
		return "", false
	}
	t := k.templates[templates.ClassOf(r.Kind, r.Class)]
	var names []string
	for _, f := range t.Lacking(reading.Filled(r.Item, k.demands[r.ID])) {
		names = append(names, f.Label)
	}
	if len(names) == 0 {
		return "", false
	}
	return "It cannot be decided without: " + strings.Join(names, ", ") + ".", true
}

// accountLines groups what customers asked for, with a sentence for each that is
// safe to send.
func (a *Clerk) accountLines(tx *store.Tx, who plumbline.Actor, theirs []store.AccountItem, k knowledge) ([]AccountMine, error) {
	if len(theirs) == 0 {
		return nil, nil
	}
	accounts, err := tx.Accounts()
	if err != nil {
		return nil, err
	}
	names := map[plumbline.AccountRef]string{}
	for _, acc := range accounts {
		names[acc.Ref], _ = acc.Name.Reveal(who.Clearance())
	}
	var out []AccountMine
	place := map[plumbline.AccountRef]int{}
	seen := map[string]bool{}
	for _, r := range theirs {
		if seen[string(r.Account)+" "+string(r.Key)] {
			continue
		}
		seen[string(r.Account)+" "+string(r.Key)] = true
		i, ok := place[r.Account]
		if !ok {
			i = len(out)
			place[r.Account] = i
			out = append(out, AccountMine{Name: cmp.Or(names[r.Account], fmt.Sprintf("A customer you spoke for (%d)", i+1))})
		}
		say, err := a.safeToSay(r.Row, k)
		if err != nil {
			return nil, err
		}
		out[i].Items = append(out[i].Items, AccountLine{Key: r.Key, Title: r.Title, State: r.State, Open: r.Open(), Updated: r.Updated, Say: say})
	}
	return out, nil
}

// safeToSay is a sentence for a customer: made of fixed words and, of what is
// public, the decision's public sentence. No title, no name, no amount, no date,
// and nothing at all of what is not public.
func (a *Clerk) safeToSay(r plumbline.Row, k knowledge) (plumbline.PublicText, error) {
	def, err := a.Process(r.Process)
	if err != nil {
		return "", err
	}
	d, decided := k.decisions[r.ID]
	public := r.Visibility == plumbline.Public
	sd, _ := def.State(r.State)
	switch {
	case !public:
		return "We have received your request and will come back to you when we can say more.", nil
	case decided && d.Outcome == plumbline.Pursue && sd != nil && sd.Kind == flow.Done && r.State != def.HandOff.Ends:
		return "What you asked for is done.", nil
	case decided && d.Outcome == plumbline.Pursue:
		return plumbline.PublicText("We have decided to work on what you asked for. " + sentence(d.Sentence) + " We cannot promise a date yet."), nil
	case decided && d.Outcome == plumbline.Later:
		return plumbline.PublicText("We will not do this now. " + sentence(d.Sentence) + again(d)), nil
	case decided && d.Outcome == plumbline.Decline:
		return plumbline.PublicText("We have decided not to do this. " + sentence(d.Sentence) + again(d)), nil
	case decided:
		return plumbline.PublicText("We have passed your request to those who own this part. " + sentence(d.Sentence)), nil
	case r.Remit == plumbline.RemitIn:
		return "We are looking into your request: who needs it, and what it takes. It is not decided yet.", nil
	case !r.Open():
		return "Your request is closed.", nil
	}
	return "We have received your request and will look at it.", nil
}

func sentence(s plumbline.PublicText) string {
	text := strings.TrimSpace(string(s))
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

func again(d plumbline.Decision) string {
	if d.Reopen == "" {
		return ""
	}
	return " We look at it again when: " + strings.TrimSuffix(strings.TrimSpace(d.Reopen), ".") + "."
}
