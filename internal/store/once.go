package store

import (
	"context"

	"plumbline"
)

// once is a request that is to be carried out once, however often it comes.
type once struct {
	person plumbline.PersonID
	key    string
	hash   string // of the request
	at     plumbline.Time
	kept   bool // a transaction with the key has committed
}

type onceKey struct{}

// WithOnce makes the first transaction in the context that appends an event
// keep the person's key with it: the request then counts as carried out, though
// its answer may get lost. If the key is kept already, the transaction is a
// Conflict and changes nothing.
func WithOnce(ctx context.Context, who plumbline.PersonID, key, hash string, at plumbline.Time) context.Context {
	return context.WithValue(ctx, onceKey{}, &once{person: who, key: key, hash: hash, at: at})
}

func onceOf(ctx context.Context) *once {
	o, _ := ctx.Value(onceKey{}).(*once)
	return o
}

// keepOnce writes the key of the request that this transaction carries out. The
// body is the key of the item it is about, until there is an answer.
func (tx *Tx) keepOnce() error {
	o := onceOf(tx.ctx)
	if o == nil || o.kept || len(tx.events) == 0 {
		return nil
	}
	n, err := tx.exec(`
		insert into replies (person, key, status, body, hash, at) values ($1, $2, 0, $3, $4, $5)
		on conflict (person, key) do nothing`, o.person, o.key, []byte(tx.events[0].Key), o.hash, o.at)
	if err == nil && n == 0 {
		err = plumbline.Errorf(plumbline.Conflict, "A request with this Idempotency-Key was carried out already. Read what it changed.")
	}
	return err
}

// Reply is what was answered to a request that carried an idempotency key. With
// the status 0 the request was carried out, but there is no answer: the server
// stopped before it. Body is then the key of the item it was about, if any.
type Reply struct {
	Status int
	Body   []byte
	Hash   string // of the request
	At     plumbline.Time
}

// Idempotent is the reply kept for a person's key, if there is one.
func (tx *Tx) Idempotent(who plumbline.PersonID, key string) (Reply, bool, error) {
	return first(tx, func(r row) (a Reply, err error) {
		err = r.Scan(&a.Status, &a.Body, &a.Hash, &a.At)
		a.Body = orNil(a.Body)
		return a, err
	}, `select status, body, hash, at from replies where person = $1 and key = $2`, who, key)
}

// PutIdempotent keeps a reply; a key that has one is a Conflict, so that of two
// requests at once only one is carried out.
func (tx *Tx) PutIdempotent(who plumbline.PersonID, key string, r Reply) error {
	body := r.Body
	if body == nil {
		body = []byte{}
	}
	n, err := tx.exec(`
		insert into replies (person, key, status, body, hash, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (person, key) do update set status = excluded.status, body = excluded.body
		where replies.status = 0 and replies.hash = excluded.hash`,
		who, key, r.Status, body, r.Hash, r.At)
	if err == nil && n == 0 {
		err = plumbline.Errorf(plumbline.Conflict, "This Idempotency-Key has a reply already.")
	}
	return err
}

// PurgeIdempotent forgets replies kept before the time.
func (tx *Tx) PurgeIdempotent(before plumbline.Time) error {
	_, err := tx.exec(`delete from replies where at < $1`, before)
	return err
}
