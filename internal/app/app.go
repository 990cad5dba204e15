// Package app holds the use cases: every change inside happens here. A method
// asks whether this actor may, checks the input, decides with the judges and
// writes rows, at least one event, and the actions that will change the outside,
// all in one transaction. Doors (web, api, worker) call it and nothing below it.
//
// Laws: one method is one transaction. Nothing outside changes here: an
// [plumbline.Action] is written under a unique key and the worker carries it
// out. Private values leave only through views that ask for a clearance.
package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"plumbline"
	"plumbline/internal/app/accounts"
	"plumbline/internal/app/agenda"
	"plumbline/internal/app/bulk"
	"plumbline/internal/app/capacity"
	"plumbline/internal/app/controls"
	"plumbline/internal/app/cost"
	"plumbline/internal/app/desk"
	"plumbline/internal/app/editions"
	"plumbline/internal/app/estate"
	"plumbline/internal/app/exchange"
	"plumbline/internal/app/feeds"
	"plumbline/internal/app/findings"
	"plumbline/internal/app/flowmetrics"
	"plumbline/internal/app/foretold"
	"plumbline/internal/app/incidents"
	"plumbline/internal/app/judging"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/likeness"
	"plumbline/internal/app/monthly"
	"plumbline/internal/app/moves"
	"plumbline/internal/app/notices"
	"plumbline/internal/app/objectives"
	"plumbline/internal/app/order"
	"plumbline/internal/app/people"
	"plumbline/internal/app/planning"
	"plumbline/internal/app/prompt"
	"plumbline/internal/app/ranking"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rota"
	"plumbline/internal/app/saved"
	"plumbline/internal/app/sources"
	"plumbline/internal/app/standing"
	"plumbline/internal/app/templates"
	"plumbline/internal/app/trackers"
	"plumbline/internal/app/wording"
	"plumbline/internal/flow"
	"plumbline/internal/store"
)

// Config is what the use cases need to know of the installation.
type Config struct {
	BaseURL string // public address, without a slash at the end; used in links we send
	Demo    bool   // one click signs a visitor in

	Mail         bool // mail can be sent
	PrivateHooks bool // webhooks may lead into private networks, and without TLS

	Slice time.Duration // how finely objectives are measured, whole seconds; 0: five minutes
}

// App is the use cases over one database: what people do with items, and the
// verbs of the rooms.
type App struct {
	rooms

	db    *store.DB
	book  *flow.Book
	order *order.Keeper
	now   func() plumbline.Time
	conf  Config
	feed  *feed
}

// rooms are the nouns that have a room of their own; their verbs are App's. A
// method that takes a *store.Tx is there for other rooms: no door has one.
type rooms struct {
	*ledger.Ledger
	*trackers.Trackers
	*moves.Mover
	*reading.Reader
	*desk.Clerk
	*feeds.Printer
	*bulk.Batcher
	*people.Register
	*exchange.Gate
	*likeness.Finder
	*saved.Shelf
	*templates.Drawer
	*rota.Rota
	*notices.Desk
	*prompt.Prompter
	*judging.Judge
	*ranking.Ranker
	*sources.Sources
	*costs
	*constraints
	*goals
	*flows
	*estate.Estate
	*findings.Warden
	*frameworks
	*outages
	*crews
	*reports
	*plans
	*prophets
}

// constraints is the room of limits under a name that is no verb.
type constraints = standing.Room

// flows is the room of how work flows, likewise.
type flows = flowmetrics.Room

// prophets is the room of kept forecasts, likewise.
type prophets = foretold.Room

// goals is the room of service level objectives, likewise.
type goals = objectives.Room

// costs is the room of cost under a name that is no verb.
type costs = cost.Room

// frameworks is the room of controls under a name that is no verb.
type frameworks = controls.Room

// outages is the room of incidents and tickets, likewise.
type outages = incidents.Room

// plans is the room of planning under a name that is no verb.
type plans = planning.Room

// crews is the room of capacity under a name that is no verb.
type crews = capacity.Room

// reports is the room of what months were like, likewise.
type reports = monthly.Room

// New makes the use cases. The clock is the only one they read.
func New(db *store.DB, book *flow.Book, now func() plumbline.Time, conf Config) *App {
	shelf := editions.New(now)
	items := ledger.New(db, book, shelf, now)
	drawer, turns := templates.New(db, now), rota.New(db, now)
	tracked := trackers.New(items, db, book, now, conf.BaseURL)
	mover := moves.New(tracked, drawer, now)
	reader := reading.New(items, drawer, shelf, db, book, now)
	orders := order.New(book, shelf, now)
	land := estate.New(db, now)
	tell := notices.Config{BaseURL: conf.BaseURL, Mail: conf.Mail, PrivateHooks: conf.PrivateHooks}
	limits := standing.New(db, estate.Groups, now)
	limits.SettleBy(func(it plumbline.Item) bool { return book.Done(it.Process, it.State) })
	slos := objectives.New(db, limits, now, cmp.Or(conf.Slice, objectives.Step))
	land.FollowedBy(slos.FollowCatalog)
	spent := cost.New(db, limits, now)
	warden := findings.New(db, limits, now)
	limits.FeedFrom(plumbline.Security, warden.FeedFindings)
	held := controls.New(db, limits, now)
	hurts := incidents.New(db, limits, items, now)
	teams := capacity.New(db, limits, shelf, book, now)
	flowing := flowmetrics.New(db, book, now)
	kept := foretold.New(db, book, flowing, now)
	db.OnChange(agenda.New(items, now).Digest)
	return &App{
		rooms: rooms{
			Ledger:      items,
			Trackers:    tracked,
			Mover:       mover,
			Reader:      reader,
			Clerk:       desk.New(items, drawer, turns, land, db, book, now),
			Printer:     feeds.New(reader, limits, db, now, conf.BaseURL),
			Batcher:     bulk.New(mover, db, now),
			Register:    people.New(db, now, conf.Demo),
			Gate:        exchange.New(db, book, shelf, now),
			Finder:      likeness.New(db),
			Shelf:       saved.New(db, now),
			Drawer:      drawer,
			Rota:        turns,
			Desk:        notices.New(db, now, tell, wording.InWordsOf),
			Prompter:    prompt.New(db, book),
			Judge:       judging.New(items, orders, reader, db, now),
			Ranker:      ranking.New(items, orders, reader, db, now),
			constraints: limits,
			goals:       slos,
			Estate:      land,
			costs:       spent,
			Warden:      warden,
			frameworks:  held,
			outages:     hurts,
			flows:       flowing,
			prophets:    kept,
			crews:       teams,
			reports:     monthly.New(db, limits, now),
			plans:       planning.New(db, book, orders, limits, teams, kept, now),
			Sources: sources.New(db, now, slices.Concat(
				land.Formats(),
				slos.Formats(),
				spent.Formats(),
				warden.Formats(),
				held.ControlFormats(),
				hurts.Formats(),
				accounts.New(db, items, limits, now).Formats(),
				teams.CapacityFormats(),
			)...),
		},
		db: db, book: book, order: orders, now: now, conf: conf, feed: &feed{},
	}
}

// Demo says whether this is the demo, where one click signs a visitor in.
func (a *App) Demo() bool { return a.conf.Demo }

// BaseURL is the installation's public address.
func (a *App) BaseURL() string { return a.conf.BaseURL }

// Now is the time as the use cases see it.
func (a *App) Now() plumbline.Time { return a.now() }

// Ready says whether the database answers.
func (a *App) Ready(ctx context.Context) error { return a.db.Ping(ctx) }

// Subscribe wakes the receiver after changes, from this server and from others
// that share the database. Wake-ups coalesce; stop ends them.
func (a *App) Subscribe() (wake <-chan struct{}, stop func()) { return a.db.Subscribe() }

// Listen passes on the wake-ups of other servers until ctx ends; the worker
// runs it.
func (a *App) Listen(ctx context.Context) error { return a.db.Listen(ctx) }
