package main

import (
	"strings"
	"testing"
)

func TestShrink(t *testing.T) {
	const long = `package web

func f() {
	templ_7745c5c3_Err = templruntime.WriteString(templ_7745c5c3_Buffer, 12, "<a title=\"x\" href=\"")
	if templ_7745c5c3_Err != nil {
		return templ_7745c5c3_Err
	}
	var templ_7745c5c3_Var4 string
	templ_7745c5c3_Var4, templ_7745c5c3_Err = templ.JoinStringErrs(v.name("a)"))
	if templ_7745c5c3_Err != nil {
		return templ.Error{Err: templ_7745c5c3_Err, FileName: ` + "`cost.templ`" + `, Line: 42, Col: 70}
	}
	_, templ_7745c5c3_Err = templ_7745c5c3_Buffer.WriteString(templ.EscapeString(templ_7745c5c3_Var4))
	if templ_7745c5c3_Err != nil {
		return templ_7745c5c3_Err
	}
}
`
	const short = `package web

func f() {
	_, _ = templ_7745c5c3_Buffer.WriteString("<a title=\"x\" href=\"")
	markup.Text(templ_7745c5c3_Buffer, v.name("a)"))
}
`
	for _, src := range []string{long, short} {
		if got, err := shrink(src); err != nil || string(got) != short {
			t.Errorf("got %s, %v", got, err)
		}
	}
	strange := strings.Replace(long, "Line: 42", "Line: 42,\n", 1)
	if _, err := shrink(strange); err == nil || !strings.Contains(err.Error(), "line 6: templ.JoinStringErrs") {
		t.Errorf("what no rule knows: %v", err)
	}
}
