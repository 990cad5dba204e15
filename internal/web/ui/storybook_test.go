package ui

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/a-h/templ"

	"plumbline"
)

// The storybook: pages made of literals, which the tests check and a person can
// look at (STORYBOOK=folder go test ./internal/web/ui).

var storyNow = plumbline.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC))

func before(d time.Duration) plumbline.Time { return storyNow.Add(-d) }

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func storyPage(title, current string, width PageWidth) Page {
	return Page{
		Title: title, Nav: MainNav(current, 7), Width: width, Version: "0.1.0",
		Who: &Me{Name: "Mara Lindqvist", Handle: "mara", Role: "Product manager", Links: []Link{{"My requests", "/items?requester=mara"}, {"Tokens", "/settings/tokens"}}},
		New: Link{"New request", "/ask"}, Search: Search{Action: "/items", Palette: "/palette", Complete: "/complete"},
		Live: "/live", After: "41",
		Demo: "This is a demonstration with invented customers. Nothing leaves this machine.",
	}
}

func storyMoves(states ...string) []Move {
	var out []Move
	for _, s := range states {
		out = append(out, Move{To: plumbline.State(s)})
	}
	return out
}

func score(lo, mid, hi float64) *Interval {
	return &Interval{Low: lo, Mid: mid, High: hi, Max: 100, Text: short(mid), What: "Score"}
}

var storyTitles = []string{
	"Upgrade PostgreSQL 14 → 16 for the billing cluster", "GPU node pool for the inference team", "SLO dashboard for checkout latency",
	"Private DNS zones as a Terraform module", "Backup retention of 35 days for ISO 27001", "On-call rotation out of the directory",
	"VPN access for contractors in their first week", "Vault namespace for the payments squad", "S3-compatible bucket for ML artefacts, in the EU only",
	"Reduce the cost of egress from log shipping", "Kubernetes 1.33 on staging", "Rotate the TLS certificates of the ingress gateways without downtime",
	"Runners on ARM64", "Grafana groups from single sign-on", "Object lock on the audit bucket", "Kafka topic quotas for telemetry",
}

var storyPeople = []string{"Jonas Thiel", "Amira Haddad", "", "Tom Reyes", "Mei Kobayashi", "Olu Adeyemi"}

func storyItem(i int, state string) Item {
	labels := [][]string{{"database", "security"}, {"kubernetes"}, {"observability", "finops"}, {"network"}, nil, {"ci-cd", "cost", "kubernetes"}}
	it := Item{
		Key: plumbline.Key("REQ-" + itoa(118+i*3)), Title: storyTitles[i%len(storyTitles)], Kind: plumbline.Kinds[[]int{0, 0, 3, 0, 1, 0, 2, 0}[i%8]],
		State: plumbline.State(state), Labels: labels[i%6], Assignee: storyPeople[i%6], Touched: before(time.Duration(i*i+1) * 5 * hour),
		Votes: (i * 7) % 23, Comments: (i * 5) % 9, Version: int64(i), Pickable: true,
		Score: score(float64(12+i*5%60), float64(20+i*5%60), float64(32+i*5%60)),
		Moves: storyMoves("workflow::problem validation", "workflow::planning breakdown", "workflow-infra::Triage", "workflow-infra::In Progress", "workflow-infra::Verify"),
	}
	it.Href = "/items/" + string(it.Key)
	switch i % 7 {
	case 1:
		it.Held = &Held{Text: "Blocked by the quota of the cloud account", Tone: Bad, Icon: IconOctagonAlert}
	case 2:
		it.Urgency, it.Due, it.DueTone = "P1", storyNow.Add(30*hour), Bad
	case 3:
		it.Private = true
	case 4:
		it.Score, it.Urgency = &Interval{Unknown: true, What: "Score"}, "P2"
	case 5:
		it.Held = &Held{Text: "Waits for numbers from the requester", Tone: Warn, Icon: IconHourglass}
		it.Due, it.DueTone = storyNow.Add(9*day), Neutral
	}
	return it
}

func storyBoard() Board {
	b := Board{Now: storyNow}
	n := 0
	col := func(state string, cards, count, limit int) Column {
		c := Column{State: plumbline.State(state), Count: count, Limit: limit, Empty: "Nothing is here now."}
		for range cards {
			c.Cards = append(c.Cards, storyItem(n, state))
			n++
		}
		return c
	}
	product := Lane{Name: "Product", Hint: "workflow::", Columns: []Column{
		col("workflow::validation backlog", 5, 23, 0), col("workflow::problem validation", 4, 4, 5), col("workflow::planning breakdown", 3, 3, 2),
	}}
	product.Columns[0].More = "/items?state=backlog"
	engineering := Lane{Name: "Engineering", Hint: "workflow-infra::", Columns: []Column{
		col("workflow-infra::Triage", 2, 2, 0), col("workflow-infra::In Progress", 4, 4, 6), col("workflow-infra::Verify", 0, 0, 4), col("workflow-infra::Done", 3, 31, 0),
	}}
	engineering.Columns[3].Collapsed, engineering.Columns[3].Fold = true, "/board?unfold=done"
	engineering.Columns[1].Fold = "/board?fold=progress"
	b.Lanes = []Lane{product, engineering}
	return b
}

// parts renders components one after another.
func parts(list ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range list {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// with renders a component with children.
func with(outer templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, parts(children...)), w)
	})
}

func raw(html string) templ.Component { return templ.Raw(html) }

func do(list ...Do) templ.Component {
	var out []templ.Component
	for _, d := range list {
		out = append(out, Button(d))
	}
	return parts(out...)
}

// stories are the pages, by name.
func stories() map[string]templ.Component {
	views := []Tab{{Text: "List", Href: "/items", Icon: IconList}, {Text: "Board", Href: "/board", Icon: IconSquareKanban}, {Text: "Table", Href: "/items?view=table", Icon: IconTable2}}
	filters := parts(Filter(Tab{Text: "All", Href: "?", Current: true, Count: 42}), Filter(Tab{Text: "Mine", Href: "?mine"}), Filter(Tab{Text: "Blocked", Href: "?blocked", Icon: IconOctagonAlert}), Filter(Tab{Text: "Due soon", Href: "?due", Icon: IconAlarmClock}))
	boardViews, listViews := append([]Tab(nil), views...), append([]Tab(nil), views...)
	boardViews[1].Current, listViews[0].Current = true, true
	figures := Stats([]Stat{{What: "Throughput", Text: "14 a week", More: "+2", Tone: OK}, {What: "Cycle time, 85 %", Text: "6.2 d", More: "0.8 d less"}, {What: "Error budget left", Text: "71 %", Href: "/cockpit"}})

	board := storyPage("Board", "/board", Fill)
	board.Flash = []Flash{{Tone: OK, Text: "REQ-133 moved to Planning breakdown.", Undo: &Undo{Action: "/items/REQ-133/move", Fields: [][2]string{{"to", "workflow::problem validation"}}}}}
	return map[string]templ.Component{
		"board": with(Layout(board), with(PageHead(Head{Title: "Board", Lede: "From the first word of a request to the day it works."}), figures), with(box("div", "tools"), Segments("View", boardViews), filters), BoardView(storyBoard())),
		"items": with(Layout(storyPage("Items", "/items", Full)), with(PageHead(Head{Title: "Items"}), Segments("View", listViews)), with(box("div", "tools"), filters), storyList(), with(Bulk("/items/bulk"), do(Do{Text: "Move to…", Icon: IconArrowRight, Small: true}, Do{Text: "Decline", Small: true, Danger: true})), Pager(Paging{Shown: 16, Total: 142, Next: "?after=x", One: "item", Many: "items"})),
		"table": with(Layout(storyPage("Table", "/items", Full)), with(PageHead(Head{Title: "Ranking", Lede: "Forced work first, then by worth."})), storyTable()),
		"item":  storyItemPage(),
		"ask":   storyForm(),
		"inbox": storyInbox(),
		"parts": storyParts(),
		"error": with(Layout(Page{Title: "Not found"}), Failure(ErrorPage{Status: 404, Kind: plumbline.NotFound, Text: "There is no item REQ-9999, or it is not yours to see. Check the key, or search for its words.", Back: Link{"All items", "/items"}, Ref: "0f8a2c"})),
	}
}

// writeStories renders every story into a folder.
func writeStories(dir string) error {
	for name, c := range stories() {
		f, err := os.Create(filepath.Join(dir, name+".html"))
		if err != nil {
			return err
		}
		if err := c.Render(context.Background(), f); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// element is a plain element with a class around its children.
type element struct{ tag, class, more string }

// Render implements templ.Component.
func (e element) Render(ctx context.Context, w io.Writer) error {
	if _, err := io.WriteString(w, "<"+e.tag+` class="`+e.class+`" `+e.more+">"); err != nil {
		return err
	}
	if err := templ.GetChildren(ctx).Render(templ.ClearChildren(ctx), w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "</"+e.tag+">")
	return err
}
