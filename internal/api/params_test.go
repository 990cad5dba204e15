package api

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"plumbline"
)

// hidden holds parameters for structs that embed it.
type hidden struct {
	Ref plumbline.ProductRef `path:"ref"`
}

// kinds has a parameter of every kind.
type kinds struct {
	hidden
	Text    string            `query:"text" maxLength:"5"`
	One     string            `query:"one" enum:"a,b"`
	Words   []plumbline.Key   `query:"words"`
	Many    []string          `query:"many,explode" maxItems:"3"`
	Numbers []int32           `query:"numbers" maximum:"9"`
	Whole   int64             `query:"whole" minimum:"-5" maximum:"1000" default:"7"`
	Small   int8              `query:"small"`
	Natural uint16            `query:"natural"`
	Part    float64           `query:"part"`
	Yes     bool              `query:"yes"`
	Force   plumbline.Force   `query:"force"`
	Forces  []plumbline.Force `query:"forces"`
	Head    string            `header:"X-Head"`
	Number  int               `header:"X-Number"`
}

// TestParameters sends each kind of parameter, right and wrong. What was read is
// written as Go does, without what is empty.
func TestParameters(t *testing.T) {
	s := bare()
	add(s, route{method: "GET", path: "/kinds/{ref}", id: "kinds"}, func(_ context.Context, _ plumbline.Actor, in *kinds) (*body[string], error) {
		var got []string
		note := func(name string, v any) {
			if text := fmt.Sprint(v); text != "" && text != "0" && text != "[]" && text != "false" {
				got = append(got, name+"="+text)
			}
		}
		for _, f := range []struct {
			name string
			v    any
		}{{"ref", in.Ref}, {"text", in.Text}, {"one", in.One}, {"words", in.Words}, {"many", strings.Join(in.Many, "|")}, {"numbers", in.Numbers}, {"whole", in.Whole},
			{"small", in.Small}, {"natural", in.Natural}, {"part", in.Part}, {"yes", in.Yes}, {"force", in.Force}, {"forces", in.Forces}, {"head", in.Head}, {"number", in.Number}} {
			note(f.name, f.v)
		}
		return &body[string]{strings.Join(got, " ")}, nil
	})
	add(s, route{method: "GET", path: "/needs", id: "needs"}, func(_ context.Context, _ plumbline.Actor, in *struct {
		Need string `query:"need" required:"true"`
		Also string `header:"Also" required:"true"`
	}) (*body[string], error) {
		return &body[string]{in.Need + in.Also}, nil
	})
	tests := []struct{ path, header, want, problems string }{
		{"/kinds/ci", "", "ref=ci whole=7", ""},
		{"/kinds/a%2Fb", "", "ref=a/b whole=7", ""},
		{"/kinds/ci?text=%C3%A4%20b", "", "ref=ci text=ä b whole=7", ""},
		{"/kinds/ci?text=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?text=a&text=b", "", "ref=ci text=a whole=7", ""},
		{"/kinds/ci?text=%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4", "", "ref=ci text=äääää whole=7", ""},
		{"/kinds/ci?text=abcdef", "", "", `text: "text" must be: length <= 5.`},
		{"/kinds/ci?one=b", "", "ref=ci one=b whole=7", ""},
		{"/kinds/ci?one=c", "", "", `one: "one" must be: value to be one of "a, b".`},
		{"/kinds/ci?words=REQ-1,REQ-2", "", "ref=ci words=[REQ-1 REQ-2] whole=7", ""},
		{"/kinds/ci?many=a,b&many=c", "", "ref=ci many=a,b|c whole=7", ""},
		{"/kinds/ci?many=a&many=b&many=c&many=d", "", "", `many: "many" must be: array length <= 3.`},
		{"/kinds/ci?numbers=1,-2,9", "", "ref=ci numbers=[1 -2 9] whole=7", ""},
		{"/kinds/ci?numbers=1,10", "", "", `numbers[1]: "numbers[1]" must be: number <= 9.`},
		{"/kinds/ci?numbers=1,x", "", "", `numbers: "numbers" must be: integer.`},
		{"/kinds/ci?numbers=1,", "", "", `numbers: "numbers" must be: integer.`},
		{"/kinds/ci?whole=-5", "", "ref=ci whole=-5", ""},
		{"/kinds/ci?whole=0", "", "ref=ci", ""},
		{"/kinds/ci?whole=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?whole=1001", "", "", `whole: "whole" must be: number <= 1000.`},
		{"/kinds/ci?whole=1.5", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?whole=ten", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?whole=9223372036854775808", "", "", `whole: "whole" must be: integer.`},
		{"/kinds/ci?small=127", "", "ref=ci whole=7 small=127", ""},
		{"/kinds/ci?small=128", "", "", `small: "small" must be: integer.`},
		{"/kinds/ci?natural=65535", "", "ref=ci whole=7 natural=65535", ""},
		{"/kinds/ci?natural=-1", "", "", `natural: "natural" must be: integer of 0 or more.`},
		{"/kinds/ci?part=-0.25", "", "ref=ci whole=7 part=-0.25", ""},
		{"/kinds/ci?part=NaN", "", "", `part: "part" must be: number.`},
		{"/kinds/ci?part=1e400", "", "", `part: "part" must be: number.`},
		{"/kinds/ci?yes=1", "", "ref=ci whole=7 yes=true", ""},
		{"/kinds/ci?yes", "", "ref=ci whole=7 yes=true", ""},
		{"/kinds/ci?text=a&yes", "", "ref=ci text=a whole=7 yes=true", ""},
		{"/kinds/ci?yes=", "", "ref=ci whole=7", ""},
		{"/kinds/ci?yes=perhaps", "", "", `yes: "yes" must be: boolean.`},
		{"/kinds/ci?text", "", "ref=ci whole=7", ""},
		{"/kinds/ci?force=inform", "", "ref=ci whole=7 force=inform", ""},
		{"/kinds/ci?forces=inform,restrict_work_types", "", "ref=ci whole=7 forces=[inform restrict_work_types]", ""},
		{"/kinds/ci?force=shout", "", "", "force: A consequence is inform, require_review, reserve_capacity, force_rank or restrict_work_types, not \"shout\"."},
		{"/kinds/ci", "X-Head: a, b", "ref=ci whole=7 head=a, b", ""},
		{"/kinds/ci", "X-Number: 3", "ref=ci whole=7 number=3", ""},
		{"/kinds/ci", "X-Number: three", "", `X-Number: "X-Number" must be: integer.`},
		{"/kinds/ci?zebra=1&ant=2&whole=x", "", "", `ant: "ant" is not a parameter here.; zebra: "zebra" is not a parameter here.`},
		{"/kinds/ci?X-Head=1", "", "", `X-Head: "X-Head" is not a parameter here.`},
		{"/kinds/ci?whole=x&part=y", "", "", `whole: "whole" must be: integer.; part: "part" must be: number.`},
		{"/needs?need=a", "Also: b", "ab", ""},
		{"/needs?need=a", "", "", "Also: Also is missing."},
		{"/needs", "", "", "need: Need is missing.; Also: Also is missing."},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", prefix+tt.path, nil)
		if name, value, ok := strings.Cut(tt.header, ": "); ok {
			r.Header.Set(name, value)
		}
		a := s.answer(r)
		a.holds(t, tt.path+" "+tt.header, tt.want, tt.problems)
	}
}

// TestOpenQuery leaves the query to the handler, as it was sent.
func TestOpenQuery(t *testing.T) {
	s := bare()
	add(s, route{method: "GET", path: "/open", id: "open", openQuery: true}, func(_ context.Context, _ plumbline.Actor, in *queried) (*body[string], error) {
		return &body[string]{in.query.Encode()}, nil
	})
	if got := read[string](t, s.answer(httptest.NewRequest("GET", prefix+"/open?b=2&a=1&b=3", nil))); got != "a=1&b=2&b=3" {
		t.Errorf("got %s", got)
	}
}
