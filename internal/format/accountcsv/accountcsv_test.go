package accountcsv_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/accountcsv"
)

func rows(t testing.TB, data string) []accountcsv.Row {
	t.Helper()
	s, err := accountcsv.Open("a.csv", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(s.Rows())
}

// What a customer earns and how many people it has is not what it pays us.
func TestWhatIsRead(t *testing.T) {
	day, err := plumbline.ParseTime("2027-03-01")
	if err != nil {
		t.Fatal(err)
	}
	got := rows(t, "\ufeffId;Name;AnnualRevenue;NumberOfEmployees;ARR;CurrencyIsoCode;Seats;Renewal Date;Industry\r\n"+
		"0015g00000QqL1ZAAV;\"Northwind\r\nTraders\";9000000000;12000;120000.50;eur;40;2027-03-01;Trade\r\nacme;=HYPERLINK();;;;;;;\r\n")
	want := []accountcsv.Row{
		{Line: 2, Ref: "0015g00000qql1zaav", Name: "Northwind\r\nTraders", Revenue: plumbline.Money{Micros: 120_000_500_000, Currency: "EUR"}, Seats: 40, Renewal: day},
		{Line: 4, Ref: "acme", Name: "=HYPERLINK()"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A row that is wrong is told with its line, without what it says, and those after it
// are read.
func TestBrokenRows(t *testing.T) {
	for name, c := range map[string]struct{ cells, want string }{
		"no id":              {",Quillmark,1,EUR,1,2027-01-01", "its id is none"},
		"id":                 {"a b,Quillmark,1,EUR,1,2027-01-01", "its id is none"},
		"no name":            {"q,,1,EUR,1,2027-01-01", "its name has"},
		"no currency":        {"q,Quillmark,77123,,1,2027-01-01", "three-letter currency"},
		"thousands":          {"q,Quillmark,\"77,123\",EUR,1,2027-01-01", "three-letter currency"},
		"negative":           {"q,Quillmark,-77123,EUR,1,2027-01-01", "three-letter currency"},
		"seats":              {"q,Quillmark,77123,EUR,some,2027-01-01", "its seats are"},
		"slashes":            {"q,Quillmark,77123,EUR,1,03/04/2027", "its renewal is no day"},
		"without a century":  {"q,Quillmark,77123,EUR,1,03-04-27", "its renewal is no day"},
		"the same once more": {"zz,Quillmark,77123,EUR,1,2027-01-01", "in line 2 already"},
		"cells":              {"q,Quillmark", "it has 2 cells"},
	} {
		got := rows(t, "id,name,arr,currency,seats,renewal\nzz,First,1,EUR,1,\n"+c.cells+"\nlast,Last,1,EUR,1,\n")
		if len(got) != 3 || got[1].Line != 3 || !strings.Contains(got[1].Skip, c.want) || got[2].Skip != "" {
			t.Errorf("%s: got %+v", name, got)
		}
		if strings.Contains(got[1].Skip, "Quillmark") || strings.Contains(got[1].Skip, "77123") {
			t.Errorf("%s: the reason tells a private value: %s", name, got[1].Skip)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "is empty"}, "no id": {"name,arr\n", "no column ref"}, "no name": {"id,arr\n", "no column name"}, "zero": {"id,name\na\x00,b\n", "zero byte"}, "workbook": {"PK\x03\x04", "save the table as CSV"},
	} {
		if _, err := accountcsv.Open("a.csv", []byte(c.data)); plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Id;Name;ARR;CurrencyIsoCode\r\nx;\"a\r\nb\";1,5;EUR\r\n"))
	f.Add([]byte("id,name,arr,currency,seats,renewal\nacme,Acme,120000.50,EUR,40,2027-03-01\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := accountcsv.Open("a.csv", data)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("an error of kind %v: %v", plumbline.KindOf(err), err)
			}
			return
		}
		for row := range s.Rows() {
			a := plumbline.Account{Ref: row.Ref, Name: plumbline.Hide(row.Name), ARR: plumbline.Hide(row.Revenue), Seats: plumbline.Hide(row.Seats)}
			if err := a.Validate(); row.Skip == "" && err != nil {
				t.Fatalf("%+v: %v", row, err)
			}
		}
	})
}
