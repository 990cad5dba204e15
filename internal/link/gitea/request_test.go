package gitea_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"plumbline/internal/link/giteatest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// request is somebody else's, with the bot's token.
func request(t *testing.T, s *giteatest.Server, method, below, body string) {
	t.Helper()
	req, err := http.NewRequest(method, s.URL+"/api/v1/repos/org/infra"+below, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "token gitea-fake")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, below, res.Status)
	}
}
