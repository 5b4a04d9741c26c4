package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

func line(n int) hcl.Range {
	return hcl.Range{Filename: "a.hcl", Start: hcl.Pos{Line: n, Column: 1, Byte: n}, End: hcl.Pos{Line: n, Column: 2, Byte: n + 1}}
}

func TestSettleTakesPlacesOffAndNotesThem(t *testing.T) {
	p := New("system", "us-east-1")
	p.Accounts = []*Account{{}, {}}
	stack := &Stack{}
	shared := Concat{String("a-"), From{Of: Concat{String("b"), Region}, At: line(1)}}
	r, _ := p.Add(&Resource{ID: "A", Stack: stack, Sources: []Place{{At: line(9)}}, Properties: Object{
		{Key: "Name", Value: shared},
		{Key: "Same", Value: shared},
		{Key: "Plain", Value: Int(1)},
		{Key: "a/b", Value: From{Of: From{Of: Int(2), At: line(2)}, At: line(3)}},
		{Key: "Items", Value: List{String("x"), From{Of: String("y"), At: line(4)}}},
		{Key: "Text", Value: JSONText{Of: Object{{Key: "port", Value: From{Of: Int(80), At: line(5)}}}}},
		{Key: "Data", Value: Base64{Of: Concat{From{Of: String("z"), At: line(6)}}}},
	}})
	output := &Output{ID: "O", Stack: stack, Value: From{Of: Ref{To: r}, At: line(7)}}
	p.Outputs = []*Output{output}
	p.Settle()

	want := Object{
		{Key: "Name", Value: Concat{String("a-"), String("b"), Region}},
		{Key: "Same", Value: Concat{String("a-"), String("b"), Region}},
		{Key: "Plain", Value: Int(1)},
		{Key: "a/b", Value: Int(2)},
		{Key: "Items", Value: List{String("x"), String("y")}},
		{Key: "Text", Value: JSONText{Of: Object{{Key: "port", Value: Int(80)}}}},
		{Key: "Data", Value: Base64{Of: Concat{String("z")}}},
	}
	if diff := cmp.Diff(want, r.Properties); diff != "" {
		t.Error(diff)
	}
	sources := []Place{
		{"", line(9)},
		{"/Properties/Name", line(1)},
		{"/Properties/Same", line(1)},
		{"/Properties/a~1b", line(3)},
		{"/Properties/a~1b", line(2)},
		{"/Properties/Items/1", line(4)},
		{"/Properties/Text/port", line(5)},
		{"/Properties/Data", line(6)},
	}
	if diff := cmp.Diff(sources, r.Sources); diff != "" {
		t.Error(diff)
	}
	if _, bare := output.Value.(Ref); !bare {
		t.Errorf("the output is %T", output.Value)
	}
	if diff := cmp.Diff([]Place{{"/Value", line(7)}}, output.Sources); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCarriesATemplateIsDecidedByWhatDecidesIt(t *testing.T) {
	p := New("system", "us-east-1")
	inside := &Stack{Name: "inside", Account: &Account{IDAt: line(1)}}
	carrier, _ := p.Add(&Resource{ID: "A", Stack: &Stack{}, Properties: Object{{Key: "Source", Value: Concat{String("x"), Archive{Of: []*Stack{inside}}}}}})
	if _, collision := p.Add(&Resource{ID: "B", Stack: inside, Properties: Object{{Key: "Size", Value: From{Of: Int(1), At: line(2)}}}}); collision != nil {
		t.Fatal(collision)
	}
	p.Settle()
	if diff := cmp.Diff([]Place{{"/Properties/Source", line(1)}, {"/Properties/Source", line(2)}}, carrier.Sources); diff != "" {
		t.Error(diff)
	}
}
