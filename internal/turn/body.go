package turn

import (
	"io"
	"net/http"
	"time"
)

// Step is how long one read or write of a long transfer may take.
const Step = time.Minute

// Body is a long body, each read of which has its own time: a bill may have a gigabyte.
func Body(from io.Reader, rc *http.ResponseController) io.Reader { return body{from, rc} }

type body struct {
	from io.Reader
	rc   *http.ResponseController
}

// Read implements io.Reader.
func (b body) Read(p []byte) (int, error) {
	_ = b.rc.SetReadDeadline(time.Now().Add(Step)) // not every connection has deadlines
	return b.from.Read(p)
}
