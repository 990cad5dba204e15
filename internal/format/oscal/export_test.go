package oscal

import "encoding/json"

// DecodeOnly is the floor of the benchmark: the same structs, and nothing else.
func DecodeOnly(data []byte) error {
	var doc document
	return json.Unmarshal(data, &doc)
}
