package app

import (
	"context"
	"maps"
	"slices"
	"strings"

	"plumbline"
	"plumbline/internal/app/ledger"
	"plumbline/internal/app/reading"
	"plumbline/internal/app/rights"
	"plumbline/internal/store"
)

// Comment says something about the item. Who is mentioned in it is told; an item
// that waits for a word comes back to the inbox.
func (a *App) Comment(ctx context.Context, who plumbline.Actor, key plumbline.Key, in CommentInput) (plumbline.Comment, error) {
	verb := rights.Say
	if in.Internal {
		verb = rights.SayInternally
	}
	c := plumbline.Comment{ID: store.NewID(), By: who.Person, ByName: who.Name, Body: in.Body, Internal: in.Internal, At: a.now()}
	if err := c.Validate(); err != nil {
		return plumbline.Comment{}, err
	}
	err := a.AddTo(ctx, who, key, verb, func(tx *store.Tx, it plumbline.Item) error {
		c.Item = it.ID
		if err := tx.InsertComment(c); err != nil {
			return err
		}
		if err := a.NoteFor(tx, who, it, "comment added", "user", saidTo(it, c), map[string]any{"comment": c.ID, "internal": c.Internal}); err != nil {
			return err
		}
		if err := a.mention(tx, who, it, c); err != nil {
			return err
		}
		return a.spoken(tx, who, it, c)
	})
	return c, err
}

// saidTo is who may read what a comment says.
func saidTo(it plumbline.Item, c plumbline.Comment) plumbline.Visibility {
	if c.Internal {
		return ledger.Narrower(it.Visibility, plumbline.InternalOnly)
	}
	return it.Visibility
}

// mention notes who a comment mentions: those who can sign in and may read it.
// The event is what tells them.
func (a *App) mention(tx *store.Tx, who plumbline.Actor, it plumbline.Item, c plumbline.Comment) error {
	people, err := tx.PeopleByHandles(plumbline.MentionsIn(c.Body))
	if err != nil {
		return err
	}
	for _, handle := range slices.Sorted(maps.Keys(people)) {
		p := people[handle]
		reader := plumbline.Actor{Person: p.ID, Role: p.Role}
		if p.External || p.Disabled || p.ID == who.Person || c.Internal && !rights.May(reader, rights.ReadInternal) {
			continue
		}
		part, err := tx.HasPart(it.ID, p.ID)
		if err != nil {
			return err
		}
		if !reader.Sees(it.Visibility, part) {
			continue
		}
		data := map[string]any{"handle": p.Handle, "person": p.ID, "comment": c.ID}
		if err := a.NoteFor(tx, who, it, "person mentioned", "user", saidTo(it, c), data); err != nil {
			return err
		}
	}
	return nil
}

// LastComment stands for the id of the newest comment that the actor wrote.
const LastComment = "last"

// EditComment changes what the actor said; what it said before is kept and can
// be read by whoever reads the comment. The id may be [LastComment].
func (a *App) EditComment(ctx context.Context, who plumbline.Actor, key plumbline.Key, id, body string) (plumbline.Comment, error) {
	return a.ownComment(ctx, who, key, id, func(tx *store.Tx, it plumbline.Item, c *plumbline.Comment) error {
		before := *c
		c.Body = body
		if err := c.Validate(); err != nil {
			return err
		}
		if before.Body == c.Body {
			return nil
		}
		c.Edited = a.now()
		if err := tx.UpdateComment(*c, a.now()); err != nil {
			return err
		}
		if err := a.NoteFor(tx, who, it, "comment edited", "user", saidTo(it, *c), map[string]any{"comment": c.ID}); err != nil {
			return err
		}
		fresh := *c // only who was not mentioned before is told
		old := plumbline.MentionsIn(before.Body)
		fresh.Body = "@" + strings.Join(slices.DeleteFunc(plumbline.MentionsIn(c.Body), func(h string) bool { return slices.Contains(old, h) }), " @")
		return a.mention(tx, who, it, fresh)
	})
}

// DeleteComment takes back what the actor said. That they said something stays;
// the words are kept for those who read the audit log.
func (a *App) DeleteComment(ctx context.Context, who plumbline.Actor, key plumbline.Key, id string) error {
	_, err := a.ownComment(ctx, who, key, id, func(tx *store.Tx, it plumbline.Item, c *plumbline.Comment) error {
		c.Body, c.Deleted = "", a.now()
		if err := tx.UpdateComment(*c, a.now()); err != nil {
			return err
		}
		return a.NoteFor(tx, who, it, "comment deleted", "user", saidTo(it, *c), map[string]any{"comment": c.ID})
	})
	return err
}

// ownComment is the frame of changes to a comment by its author.
func (a *App) ownComment(ctx context.Context, who plumbline.Actor, key plumbline.Key, id string, fn func(tx *store.Tx, it plumbline.Item, c *plumbline.Comment) error) (out plumbline.Comment, err error) {
	err = a.AddTo(ctx, who, key, rights.Say, func(tx *store.Tx, it plumbline.Item) error {
		c, err := ownOne(tx, who, it, id)
		unknown := err != nil && plumbline.KindOf(err) == plumbline.NotFound
		switch {
		case err != nil && !unknown:
			return err
		case unknown || c.Item != it.ID || c.Internal && !rights.May(who, rights.ReadInternal):
			return plumbline.Errorf(plumbline.NotFound, "There is no such comment on %s.", it.Key)
		case c.By != who.Person || who.Person == "":
			return plumbline.Errorf(plumbline.Denied, "Only who wrote a comment can change it. Add one of your own.")
		case !c.Deleted.IsZero():
			return plumbline.Errorf(plumbline.Conflict, "This comment was deleted.")
		}
		if err := fn(tx, it, &c); err != nil {
			return err
		}
		out = c
		return nil
	})
	return out, err
}

// ownOne finds a comment by its id, or the newest that the actor wrote.
func ownOne(tx *store.Tx, who plumbline.Actor, it plumbline.Item, id string) (plumbline.Comment, error) {
	if id != LastComment {
		return tx.Comment(id)
	}
	all, err := tx.Comments(store.Family{Item: it.ID})
	for _, c := range slices.Backward(all) {
		if c.By == who.Person && c.Deleted.IsZero() {
			return c, err
		}
	}
	if err == nil {
		err = plumbline.Errorf(plumbline.NotFound, "You have written no comment on %s.", it.Key)
	}
	return plumbline.Comment{}, err
}

// Handles are the people whose handle begins so, for a comment that mentions
// somebody; at most 8.
func (a *App) Handles(ctx context.Context, who plumbline.Actor, prefix string) (out []reading.Follower, err error) {
	if err := rights.Need(who, rights.Say); err != nil {
		return nil, err
	}
	err = a.db.Read(ctx, func(tx *store.Tx) error {
		people, err := tx.HandlesFrom(strings.ToLower(strings.TrimSpace(prefix)), 8)
		for _, p := range people {
			out = append(out, reading.Follower{Handle: p.Handle, Name: p.Name})
		}
		return err
	})
	return out, err
}
