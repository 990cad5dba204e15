package opportunitycsv_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plumbline"
	"plumbline/internal/format/opportunitycsv"
)

func rows(t testing.TB, data string) []opportunitycsv.Row {
	t.Helper()
	s, err := opportunitycsv.Open("o.csv", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(s.Rows())
}

func day(t testing.TB, text string) plumbline.Time {
	t.Helper()
	at, err := plumbline.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The columns are those of an export from Salesforce, and two of our own.
func TestWhatIsRead(t *testing.T) {
	got := rows(t, "\ufeffId;Name;AccountId;Account.Name;StageName;Amount;CurrencyIsoCode;Probability;CloseDate;Type;IsClosed;IsWon;OwnerId;Wants;Promised;Points\r\n"+
		"0065g00000AbCdEAAV;\"Northwind\r\nPlatform\";0015g;Northwind;Proposal;120000.50;eur;75;2027-03-01;New;false;false;u1;req-1, REQ-7 REQ-1;;8\r\n"+
		"b;;acme;;Signed;;;;;;TRUE;TRUE;;REQ-2;2027-06-30;\r\n"+
		"c;;;Acme;Closed Lost;5;USD;0 %;;;true;false;;;;\r\n")
	want := []opportunitycsv.Row{
		{Line: 2, ID: "0065g00000abcdeaav", Name: "Northwind\r\nPlatform", Account: "0015g", Customer: "Northwind", Stage: "Proposal", Worth: plumbline.Money{Micros: 120_000_500_000, Currency: "EUR"},
			Chance: 0.75, Closes: day(t, "2027-03-01"), Items: []plumbline.Key{"REQ-1", "REQ-7"}, Points: 8},
		{Line: 4, ID: "b", Account: "acme", Stage: "Signed", End: opportunitycsv.Won, Chance: -1, Items: []plumbline.Key{"REQ-2"}, Promised: day(t, "2027-06-30"), Points: 1, Strength: "fast follow"},
		{Line: 5, ID: "c", Customer: "Acme", Stage: "Closed Lost", End: opportunitycsv.Lost, Worth: plumbline.Money{Micros: 5_000_000, Currency: "USD"}, Points: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Yes and no go before the words of the stage; what is closed and not won is lost.
func TestHowItStands(t *testing.T) {
	for _, c := range []struct {
		stage, closed, won string
		want               opportunitycsv.End
	}{
		{"Negotiation", "", "", opportunitycsv.Going}, {"Closed Won", "", "", opportunitycsv.Won}, {"closed-won", "", "", opportunitycsv.Won}, {"6 - Closed Lost", "", "", opportunitycsv.Lost},
		{"Closed", "", "", opportunitycsv.Lost}, {"Signed", "true", "true", opportunitycsv.Won}, {"Withdrawn", "1", "0", opportunitycsv.Lost}, {"Wonderful", "", "", opportunitycsv.Going},
		{"Closed Won", "true", "false", opportunitycsv.Lost}, {"Closed Lost", "false", "false", opportunitycsv.Going},
	} {
		got := rows(t, "id,account,stage,isclosed,iswon,items\nq,a,"+c.stage+","+c.closed+","+c.won+",REQ-1\n")
		if got[0].Skip != "" || got[0].End != c.want {
			t.Errorf("%+v: got %+v", c, got[0])
		}
	}
}

// A row that is wrong is told with its line, without what it says, and those after it
// are read.
func TestBrokenRows(t *testing.T) {
	for name, c := range map[string]struct{ cells, want string }{
		"no id":             {",Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,,1,", "its id is none"},
		"id":                {"a b,Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,,1,", "its id is none"},
		"no account":        {"q,Quillmark,,Open,77123,EUR,50,2027-01-01,REQ-1,,1,", "names no account"},
		"account":           {"q,Quillmark,Quillmark Inc,Open,77123,EUR,50,2027-01-01,REQ-1,,1,", "id of its account is none"},
		"no currency":       {"q,Quillmark,a,Open,77123,,50,2027-01-01,REQ-1,,1,", "three-letter currency"},
		"thousands":         {"q,Quillmark,a,Open,\"77,123\",EUR,50,2027-01-01,REQ-1,,1,", "three-letter currency"},
		"share":             {"q,Quillmark,a,Open,77123,EUR,0.5,2027-01-01,REQ-1,,1,", "nobody knows whether"},
		"more than certain": {"q,Quillmark,a,Open,77123,EUR,101,2027-01-01,REQ-1,,1,", "no per cent"},
		"nan":               {"q,Quillmark,a,Open,77123,EUR,NaN,2027-01-01,REQ-1,,1,", "no per cent"},
		"a sign alone":      {"q,Quillmark,a,Open,77123,EUR,%,2027-01-01,REQ-1,,1,", "no per cent"},
		"slashes":           {"q,Quillmark,a,Open,77123,EUR,50,03/04/2027,REQ-1,,1,", "close date is no day"},
		"without a century": {"q,Quillmark,a,Open,77123,EUR,50,03-04-27,REQ-1,,1,", "close date is no day"},
		"promised":          {"q,Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,next year,1,", "promised is none"},
		"no key":            {"q,Quillmark,a,Open,77123,EUR,50,2027-01-01,Quillmark,,1,", "no list of keys"},
		"points":            {"q,Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,,11,", "1 to 10"},
		"strength":          {"q,Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,,1,very", "its strength is"},
		"once more":         {"zz,Quillmark,a,Open,77123,EUR,50,2027-01-01,REQ-1,,1,", "in line 2 already"},
		"cells":             {"q,Quillmark", "it has 2 cells"},
		"a long name":       {"q," + strings.Repeat("Quillmark", 30) + ",a,Open,1,EUR,50,,REQ-1,,1,", "at most 200"},
		"too many items":    {"q,Quillmark,a,Open,77123,EUR,50,2027-01-01," + manyKeys() + ",,1,", "more than 50"},
	} {
		got := rows(t, "id,name,account,stage,amount,currency,probability,close date,items,promised,points,strength\nzz,First,a,Open,1,EUR,,,REQ-1,,,\n"+c.cells+"\nlast,Last,a,Open,1,EUR,,,REQ-1,,,\n")
		if len(got) != 3 || got[1].Line != 3 || !strings.Contains(got[1].Skip, c.want) || got[2].Skip != "" {
			t.Errorf("%s: got %+v", name, got)
		}
		if strings.Contains(got[1].Skip, "Quillmark") || strings.Contains(got[1].Skip, "77123") {
			t.Errorf("%s: the reason tells a private value: %s", name, got[1].Skip)
		}
	}
}

func manyKeys() string {
	var out []string
	for n := range opportunitycsv.MaxItems + 1 {
		out = append(out, "REQ-1"+strings.Repeat("0", n%8)+string(rune('1'+n/8)))
	}
	return strings.Join(out, " ")
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"empty": {"", "is empty"}, "no id": {"account,stage,items\n", "no column id"}, "no account": {"id,stage,items\n", "no column account id"}, "no stage": {"id,account,items\n", "no column stage"},
		"no items": {"id,account,stage\n", "no column items"}, "zero": {"id,account,stage,items\na\x00,b,c,\n", "zero byte"}, "workbook": {"PK\x03\x04", "save the table as CSV"},
	} {
		if _, err := opportunitycsv.Open("o.csv", []byte(c.data)); plumbline.KindOf(err) != plumbline.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Id;Account.Name;StageName;Amount;CurrencyIsoCode;Wants\r\nx;\"a\r\nb\";Closed Won;1,5;EUR;REQ-1\r\n"))
	f.Add([]byte("id,account,stage,amount,currency,seats,probability,close date,items,promised,points\na,acme,Open,120000.50,EUR,40,75 %,2027-03-01,REQ-1 REQ-2,2027-06-30,9\n"))
	f.Add([]byte("id,account,is won,is closed,items\na,acme,true,TRUE,\"REQ-1;REQ-1\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := opportunitycsv.Open("o.csv", data)
		if err != nil {
			if plumbline.KindOf(err) != plumbline.Invalid {
				t.Fatalf("an error of kind %v: %v", plumbline.KindOf(err), err)
			}
			return
		}
		for row := range s.Rows() {
			d := plumbline.Demand{Account: "a", Points: row.Points, Strength: row.Strength, Worth: plumbline.Hide(row.Worth), Seats: plumbline.Hide(row.Seats),
				Stage: plumbline.Hide(row.Stage), Probability: plumbline.Hide(row.Chance), Close: plumbline.Hide(row.Closes), Note: plumbline.Hide(row.Name)}
			if err := d.Validate(); row.Skip == "" && err != nil {
				t.Fatalf("%+v: %v", row, err)
			}
			if row.Skip == "" && len(row.Items) > opportunitycsv.MaxItems {
				t.Fatalf("%d items", len(row.Items))
			}
		}
	})
}
