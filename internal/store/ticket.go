package store

import (
	"plumbline"
)

// TicketRow is a ticket of a desk. Product and Process are refs of the catalog, or
// empty; what the desk says is in Ticket.Product.
type TicketRow struct {
	plumbline.Ticket
	Desk    string
	Of      plumbline.ProductRef
	Process plumbline.ProductRef
	Ref     string // where it stands: file and line
	Party   plumbline.Private[string]
}

const ticketColumns = `desk, id, product, process, created, answered, resolved, status, priority, says, channel, category, minutes, reopened, party, ref`

func scanTicket(r row) (t TicketRow, err error) {
	var party string
	err = r.Scan(&t.Desk, &t.ID, &t.Of, &t.Process, &t.Created, &t.Answered, &t.Resolved, &t.Status, &t.Priority, &t.Product, &t.Channel, &t.Category,
		&t.Minutes, &t.Reopened, &party, &t.Ref)
	t.Party = plumbline.Hide(party)
	return t, err
}

// PutTickets adds tickets, or replaces those of the same desk and id.
func (tx *Tx) PutTickets(all []TicketRow) error {
	rows := make([][]any, len(all))
	for i, t := range all {
		rows[i] = []any{t.Desk, t.ID, t.Of, t.Process, t.Created, t.Answered, t.Resolved, t.Status, t.Priority, t.Product, t.Channel, t.Category,
			t.Minutes, t.Reopened, t.Party.Keep(), t.Ref}
	}
	return tx.insertRows(`insert into tickets (`+ticketColumns+`)`, rows, `on conflict (desk, id) do update set product = excluded.product, process = excluded.process,
		created = excluded.created, answered = excluded.answered, resolved = excluded.resolved, status = excluded.status, priority = excluded.priority, says = excluded.says,
		channel = excluded.channel, category = excluded.category, minutes = excluded.minutes, reopened = excluded.reopened, party = excluded.party, ref = excluded.ref`)
}

// TicketsByID are the tickets of a desk with the ids; what is not there is left out.
func (tx *Tx) TicketsByID(desk string, ids []string) (map[string]TicketRow, error) {
	found, err := byMany(tx, scanTicket, ids, func(in string) string {
		return `select ` + ticketColumns + ` from tickets where desk = $1 and id in ` + in
	}, desk)
	return keyed(found, func(t TicketRow) string { return t.ID }, itself), err
}

// TicketFact is what is counted of a ticket.
type TicketFact struct {
	Created, Answered, Resolved plumbline.Time
	Minutes                     plumbline.Decimal
	Category                    string
	Reopened                    int64
}

// TicketFacts are the tickets of products and processes that were made or resolved
// since a time, or are open, by when they were made.
func (tx *Tx) TicketFacts(refs []plumbline.ProductRef, since plumbline.Time) ([]TicketFact, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	w := where{}
	w.and("(created >= " + w.arg(since) + " or resolved = 0 or resolved >= " + w.arg(since) + ")")
	of := where{args: w.args}
	in(&of, "product", refs)
	in(&of, "process", refs)
	return list(tx, func(r row) (t TicketFact, err error) {
		err = r.Scan(&t.Created, &t.Answered, &t.Resolved, &t.Minutes, &t.Category, &t.Reopened)
		return t, err
	}, `select created, answered, resolved, minutes, category, reopened from tickets `+w.text()+` and (`+of.conds[0]+` or `+of.conds[1]+`) order by created, desk, id`, of.args...)
}

// TicketPlace is a place in a list of tickets, newest first.
type TicketPlace struct {
	Created plumbline.Time
	ID      string
}

// Tickets are those of a product or a process that were made in a time, newest first,
// behind a place, at most n.
func (tx *Tx) Tickets(ref plumbline.ProductRef, from, to plumbline.Time, after TicketPlace, n int) ([]TicketRow, error) {
	w := where{}
	w.and("(product = " + w.arg(ref) + " or process = " + w.arg(ref) + ")")
	w.and("created >= " + w.arg(from) + " and created < " + w.arg(to))
	if after.ID != "" {
		w.and("(created, id) < (" + w.arg(after.Created) + ", " + w.arg(after.ID) + ")")
	}
	return list(tx, scanTicket, `select `+ticketColumns+` from tickets `+w.text()+` order by created desc, id desc `+atMost(pageSize(n)), w.args...)
}

// PutSupportCapacity says how many hours there are from a day on.
func (tx *Tx) PutSupportCapacity(p plumbline.ProductRef, c plumbline.SupportCapacity) error {
	_, err := tx.exec(`insert into support_capacity (product, begins, body) values ($1, $2, $3) on conflict (product, begins) do update set body = excluded.body`, p, c.From, asJSON(c))
	return err
}

// SupportCapacities are the hours that there are for products and processes, each by
// when they begin.
func (tx *Tx) SupportCapacities(refs []plumbline.ProductRef) (map[plumbline.ProductRef][]plumbline.SupportCapacity, error) {
	found, err := byMany(tx, func(r row) (p pair[plumbline.ProductRef, plumbline.SupportCapacity], err error) {
		err = r.Scan(&p.key, fromJSON{&p.value})
		return p, err
	}, refs, func(in string) string {
		return `select product, body from support_capacity where product in ` + in + ` order by product, begins`
	})
	return grouped(found, keyOf, valueOf), err
}
