package link

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"plumbline"
)

// Checked returns the configuration with its defaults filled in, or an Invalid
// error that names every field which is wrong. No text of it holds a secret.
func (c Config) Checked() (Config, error) {
	var bad plumbline.Problems
	c.URL = strings.TrimRight(strings.TrimSpace(c.URL), "/")
	c.Project = strings.Trim(strings.TrimSpace(c.Project), "/")
	checkURL(&bad, c.URL)
	if c.Project == "" {
		bad.Add("project", "Say which project: its path, for example group/project, or its numeric id.")
	}
	if c.Separator == "" {
		c.Separator = "::"
	}
	if c.Separator != "::" && c.Separator != "/" {
		bad.Add("separator", "The separator between a label's scope and its value is :: or /, not %q.", c.Separator)
	}
	if strings.ContainsAny(c.Token, "\r\n \t") {
		bad.Add("token", "The token contains a space or a line break.")
	}
	if skipsTLS(c.Client) {
		bad.Add("client", "The HTTP client does not verify certificates; add the tracker's authority to its trusted ones instead.")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, bad.Err()
}

func checkURL(bad *plumbline.Problems, address string) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		bad.Add("url", "The address is the tracker's own, for example https://gitlab.example.com.")
	case u.User != nil:
		bad.Add("url", "The address must not hold a user name or a password: the token has its own setting.")
	case u.RawQuery != "" || u.Fragment != "":
		bad.Add("url", "The address ends with the host or a path, without ? or #.")
	}
}

func skipsTLS(client *http.Client) bool {
	if client == nil {
		return false
	}
	tr, ok := client.Transport.(*http.Transport)
	return ok && tr.TLSClientConfig != nil && tr.TLSClientConfig.InsecureSkipVerify
}

// secrets are all values of the configuration that must never be shown.
func (c Config) secrets() []string {
	all := append([]string{c.Token}, c.Secrets...)
	all = append(all, c.Signing...)
	var out []string
	for _, s := range all {
		if len(s) < 4 { // shorter ones would blot out ordinary words
			continue
		}
		out = append(out, s)
		if esc := url.QueryEscape(s); esc != s {
			out = append(out, esc)
		}
		if key, ok := strings.CutPrefix(s, "whsec_"); ok && len(key) >= 4 {
			out = append(out, key)
		}
	}
	return out
}
