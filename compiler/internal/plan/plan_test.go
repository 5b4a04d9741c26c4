package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLabelsBecomeIDsAndNames(t *testing.T) {
	cases := []struct {
		labels   []string
		id, name string
	}{
		{[]string{"storefront"}, "Storefront", "storefront"},
		{[]string{"storefront", "staging"}, "StorefrontStaging", "storefront-staging"},
		{[]string{"a-b_c", "d1"}, "ABCD1", "a-b-c-d1"},
	}
	for _, c := range cases {
		if id := LogicalID(c.labels...); id != c.id {
			t.Errorf("%v: id %s, want %s", c.labels, id, c.id)
		}
		if name := PhysicalName(c.labels...); name != c.name {
			t.Errorf("%v: name %s, want %s", c.labels, name, c.name)
		}
	}
}

func TestTextJoins(t *testing.T) {
	if diff := cmp.Diff(Value(String("a")), Text("a")); diff != "" {
		t.Error(diff)
	}
	want := Concat{String("a"), String("b"), Region}
	if diff := cmp.Diff(Value(want), Text("a", Concat{String("b"), Region})); diff != "" {
		t.Error(diff)
	}
}

func TestSecondResourceOfAnIDIsRefused(t *testing.T) {
	p := New("system", "us-east-1")
	first, _ := p.Add(&Resource{ID: "A"})
	second := &Resource{ID: "A"}
	got, collision := p.Add(second)
	if collision == nil || collision.First != first || collision.Second != second || got != first || len(p.Resources) != 1 {
		t.Errorf("got %v, %v", got, collision)
	}
}

func TestSortKeepsTheOrderInsideAStack(t *testing.T) {
	p := New("system", "us-east-1")
	a, b := &Stack{Name: "a"}, &Stack{Name: "b"}
	p.Stacks = []*Stack{a, b}
	for _, r := range []*Resource{{ID: "B1", Stack: b}, {ID: "A1", Stack: a}, {ID: "B2", Stack: b}, {ID: "A2", Stack: a}} {
		if _, collision := p.Add(r); collision != nil {
			t.Fatal(collision)
		}
	}
	p.Sort()
	var got []string
	for _, r := range p.Resources {
		got = append(got, r.ID)
	}
	if diff := cmp.Diff([]string{"A1", "A2", "B1", "B2"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReferencesAreFoundEverywhere(t *testing.T) {
	r := func(id string) *Resource { return &Resource{ID: id} }
	refs := References(Object{
		{Key: "a", Value: List{Ref{To: r("1")}, Attr{Of: r("2"), Name: "Arn"}}},
		{Key: "b", Value: Concat{String("x"), Ref{To: r("3")}}},
		{Key: "c", Value: Base64{Of: Concat{Ref{To: r("4")}}}},
		{Key: "d", Value: JSONText{Of: Object{{KeyText: Ref{To: r("5")}, Value: Ref{To: r("6")}}}}},
		{Key: "e", Value: Select{From: Ref{To: r("7")}}},
	})
	var got string
	for _, ref := range refs {
		got += ref.ID
	}
	if got != "1234567" {
		t.Errorf("found %s", got)
	}
}
