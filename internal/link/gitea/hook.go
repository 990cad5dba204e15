package gitea

import (
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"plumbline"
	"plumbline/internal/link"
)

// payload is what is read of a webhook. It says that something happened to an
// issue, not what: after a replacement the labels in it are empty, after a
// clearing they are the old ones.
type payload struct {
	Action string `json:"action"`
	IsPull bool   `json:"is_pull"`
	Issue  *struct {
		Number  int64      `json:"number"`
		Pull    any        `json:"pull_request"`
		Updated link.Stamp `json:"updated_at"`
	} `json:"issue"`
	Repository struct {
		ID   int64  `json:"id"`
		Path string `json:"full_name"`
	} `json:"repository"`
	Sender user `json:"sender"`
}

// systems are the prefixes of the headers that tell Gitea and Forgejo apart
// from GitHub, whose headers they send too.
var systems = [...]string{"X-Forgejo-", "X-Gitea-"}

// Parse verifies a delivery and says which issue to look at. The signature is
// a bare hexadecimal HMAC-SHA256 of the raw body; without a secret Gitea
// sends it empty, and that is refused. An event of a pull request, of another
// repository or of another kind has no ref.
func (t *Tracker) Parse(header http.Header, body []byte) (plumbline.Delivery, error) {
	var none plumbline.Delivery
	if len(t.cfg.Secrets) == 0 {
		return none, link.Refused("This link has no secret for webhooks, so it accepts none: set one here and in Gitea's webhook.")
	}
	if !link.SameHMAC(body, signature(header), t.cfg.Secrets) {
		return none, link.Refused("The delivery's signature is missing or was not made with the secret of this link.")
	}
	text, err := content(header, body)
	if err != nil {
		return none, err
	}
	var p payload
	if err := link.Object(text, &p); err != nil {
		return none, err
	}
	event, id := "", ""
	for _, sys := range systems {
		if event = header.Get(sys + "Event"); event != "" {
			id = header.Get(sys + "Delivery")
			event = cmp.Or(header.Get(sys+"Event-Type"), event)
			break
		}
	}
	d := plumbline.Delivery{
		Link: t.cfg.ID, ID: link.DeliveryID(body, id), Event: strings.TrimSpace(event + " " + p.Action),
		Actor: p.Sender.Login, At: plumbline.At(t.cfg.Now()),
	}
	if event == "" || p.Issue == nil {
		return d, nil
	}
	if !p.Issue.Updated.IsZero() {
		d.At = p.Issue.Updated.Time
	}
	if p.Issue.Number > 0 && p.Issue.Pull == nil && !p.IsPull && t.ours(p.Repository.ID, p.Repository.Path) {
		d.Ref = strconv.FormatInt(p.Issue.Number, 10)
	}
	return d, nil
}

// signature is the first one that is not empty.
func signature(h http.Header) string {
	for _, sys := range systems {
		if s := h.Get(sys + "Signature"); s != "" {
			return s
		}
	}
	s, _ := strings.CutPrefix(h.Get("X-Hub-Signature-256"), "sha256=")
	return s
}

// content is the JSON of the body. Sent as a form, it is the field "payload";
// the signature covers the form as it was sent.
func content(h http.Header, body []byte) ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return body, nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &plumbline.Error{Kind: plumbline.Invalid, Text: "The delivery's form cannot be read.", Err: err}
	}
	return []byte(form.Get("payload")), nil
}

// ours says whether the repository is the one of this link: an organisation's
// webhook announces all of its repositories.
func (t *Tracker) ours(id int64, path string) bool {
	t.mu.Lock()
	known := t.id
	t.mu.Unlock()
	if known != 0 {
		return id == known
	}
	return strconv.FormatInt(id, 10) == t.cfg.Project || path != "" && strings.EqualFold(path, t.cfg.Project)
}
