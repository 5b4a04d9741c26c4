package prove

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/shape"
)

// shapeDamages are those of properties, by program, of the first resource of each type: what AWS's schema of it forbids.
var shapeDamages = []damages{
	ofEachType(func(r *plan.Resource) []damage {
		var out []damage
		add := func(what, says string, do func()) { out = append(out, damage{r.ID + ": " + what, "shapes", says, do}) }
		add("a property that is none", `there is no "Colour" here`, func() { put(r, plan.String("blue"), "Colour") })
		for _, field := range r.Properties {
			if len(field.Key) > 3 {
				name := field.Key[:len(field.Key)-1]
				add(field.Key+" with a letter less", fmt.Sprintf("there is no %q here", name), func() { put(r, field.Value, name) })
			}
			switch field.Value.(type) {
			case plan.Object:
				add(field.Key+" is a list", "is a list, not", func() { put(r, list(field.Value, plan.String("x")), field.Key) })
			case plan.List:
				add(field.Key+" is an object", "is an object, not", func() { put(r, object("a", plan.String("b")), field.Key) })
			default:
				add(field.Key+" is an object", "is an object, not", func() { put(r, object("a", plan.String("b")), field.Key) })
			}
		}
		return out
	}),
	ofEachType(func(r *plan.Resource) []damage {
		var out []damage
		schema, _ := shape.Of(r.Type)
		for _, name := range schema.Required {
			if r.Properties.Get(name) != nil {
				out = append(out, damage{r.ID + ": without " + name, "shapes", fmt.Sprintf("lacks %q", name), func() { put(r, nil, name) }})
			}
		}
		for _, path := range schema.ReadOnly {
			name := path[len("/properties/"):]
			out = append(out, damage{r.ID + ": with its own " + name, "shapes", "is set by AWS alone", func() { put(r, plan.String("x"), name) }})
		}
		return append(out, damage{r.ID + ": asked for what it does not give", "shapes", "gives no such attribute", func() {
			put(r, plan.Attr{Of: r, Name: "Colour"}, "Colour")
		}})
	}),
}

// ofEachType damages the first resource of each type that has a schema.
func ofEachType(of func(r *plan.Resource) []damage) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		seen := map[string]bool{}
		for _, r := range p.Resources {
			if _, known := shape.Of(r.Type); known && !r.Own && !seen[r.Type] {
				seen[r.Type] = true
				out = append(out, of(r)...)
			}
		}
		return out
	}
}

// TestEveryTypeHasASchema: whatever cfnpipe makes itself is held against AWS's schema of it.
func TestEveryTypeHasASchema(t *testing.T) {
	for _, name := range exampleNames(t) {
		for _, r := range examplePlan(t, name).Resources {
			if _, known := shape.Of(r.Type); !known && !r.Own && !strings.HasPrefix(r.Type, "Custom::") {
				t.Errorf("%s: there is no schema of %s; make schemas writes it", name, r.Type)
			}
		}
	}
}
