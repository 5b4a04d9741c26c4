package prove

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var opinions = flag.String("opinions", "", "where to write what access decides, for another evaluator to decide about")

// opinion is a request with what access makes of it. Policies are numbers of documents, of which many share one.
type opinion struct {
	Name      string              `json:"name"`
	Principal map[string]string   `json:"principal"`
	Action    string              `json:"action"`
	Resource  string              `json:"resource"`
	Account   string              `json:"account"`
	Context   map[string][]string `json:"context"`
	Identity  []int               `json:"identity"`
	Guard     *int                `json:"guard"`
	Want      string              `json:"want"`
}

// TestSecondOpinion writes down each call of each example, and each call that a damage of a policy is about, with what access
// decides. make conformance has an evaluator that is not ours decide about them.
func TestSecondOpinion(t *testing.T) {
	w := &witness{numbers: map[string]int{}, sound: map[string]string{}, told: map[string]bool{}}
	for _, name := range exampleNames(t) {
		p := examplePlan(t, name)
		w.testify(name, "", p, nil)
		if *opinions == "" {
			continue
		}
		for _, make := range slices.Concat(accessDamages, weakDamages) {
			for _, d := range make(p) {
				restore := keep(p)
				before := maps.Clone(resourcesOf(p))
				d.do()
				var touched []*plan.Resource
				for r, old := range before {
					if !plan.Equal(r.Properties, old) {
						touched = append(touched, r)
					}
				}
				w.testify(name, ": "+d.what, p, touched)
				restore()
			}
		}
	}
	if len(w.Cases) < 1_000 {
		t.Errorf("only %d cases", len(w.Cases))
	}
	if *opinions == "" {
		return
	}
	file, err := os.Create(*opinions)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(file).Encode(w); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func resourcesOf(p *plan.Plan) map[*plan.Resource]plan.Object {
	out := map[*plan.Resource]plan.Object{}
	for _, r := range p.Resources {
		out[r] = r.Properties
	}
	return out
}

// witness collects opinions, and the policies that they are about.
type witness struct {
	Documents []json.RawMessage `json:"documents"`
	Cases     []opinion         `json:"cases"`
	numbers   map[string]int
	sound     map[string]string // what comes of the calls of undamaged plans
	told      map[string]bool   // cases that are there, whatever damage they come from
}

// testify adds the calls of a plan, or of those that a change of some resources touches.
func (w *witness) testify(name, what string, p *plan.Plan, touched []*plan.Resource) {
	s := surveyOf(p)
	roles := map[*plan.Resource]bool{}
	for _, r := range touched {
		roles[r] = true
		for _, v := range items(r.Properties.Get("Roles")) {
			roles[s.resolve(r, v, roleType)] = true
		}
		for _, of := range []string{bucketType, topicType, queueType} {
			for _, owner := range s.refs[s.index[r]] {
				roles[owner] = roles[owner] || owner.Type == of
			}
		}
	}
	for i, m := range callsIn(s).list {
		if what != "" && !roles[m.by] && !roles[m.on.owner] || m.on.owner == nil && access.OwnerDecides(m.actions[0]) || m.on.owner != nil && m.on.owner.Type == functionType {
			continue // A key of somebody else's has a policy that nobody knows; a function's permissions are no document.
		}
		for k, action := range m.actions {
			if strings.Contains(action, "*") {
				continue
			}
			q := &access.Request{Service: m.service, Action: action, Resource: m.on.arn, Keys: m.keys}
			o := opinion{
				Name: fmt.Sprintf("%s%s: call %d, %s", name, what, i, action), Principal: map[string]string{}, Action: action, Resource: m.on.arn,
				Context: map[string][]string{},
			}
			o.Identity = []int{}
			var identity []*access.Document
			if m.by != nil {
				q.Principal, q.Account = s.arn(m.by), m.by.Stack.Account.ID
				o.Principal["arn"] = q.Principal
				identity = s.identity(m.by)
				for _, policy := range s.policiesOf(m.by) {
					o.Identity = append(o.Identity, w.number(s, policy, policy.Properties.Get("PolicyDocument")))
				}
			} else {
				o.Principal["service"] = m.service
			}
			var guard *access.Document
			if m.on.owner != nil {
				q.Account = m.on.owner.Stack.Account.ID
				guard = s.guard(m.on.owner)
				o.Guard = w.guard(s, m.on.owner)
			}
			o.Account = q.Account
			for _, key := range m.keys {
				o.Context[key.Name] = key.Values
			}
			o.Want = access.Decide(q, identity, guard).Verdict.String()
			same := fmt.Sprint(name, m.of.ID, m.because, o.Principal, action, o.Resource)
			if what == "" {
				w.sound[same] = o.Want
			}
			guardOf := -1
			if o.Guard != nil {
				guardOf = *o.Guard
			}
			if told := fmt.Sprint(o.Principal, action, o.Resource, o.Account, o.Context, o.Identity, guardOf); !w.told[told] && (what == "" || k == 0 || w.sound[same] != o.Want) {
				w.told[told] = true
				w.Cases = append(w.Cases, o)
			}
		}
	}
}

func (w *witness) guard(s *survey, owner *plan.Resource) *int {
	var document plan.Value
	of := owner
	switch owner.Type {
	case roleType, keyType, repositoryType:
		document = owner.Properties.Get(policyPlaces[owner.Type].property)
	default:
		for _, policies := range [][]*plan.Resource{s.policiesOfBucket(owner), s.policiesOfTopic(owner), s.usersOf(owner, "AWS::SQS::QueuePolicy")} {
			for _, policy := range policies {
				of, document = policy, policy.Properties.Get("PolicyDocument")
			}
		}
	}
	if document == nil {
		return nil
	}
	number := w.number(s, of, document)
	return &number
}

// number is that of a policy of a resource, as AWS will have it.
func (w *witness) number(s *survey, of *plan.Resource, document plan.Value) int {
	text, err := json.Marshal(s.inAWS(of.Stack.Account, document))
	if err != nil {
		panic(err)
	}
	n, known := w.numbers[string(text)]
	if !known {
		n = len(w.Documents)
		w.numbers[string(text)] = n
		w.Documents = append(w.Documents, text)
	}
	return n
}

// inAWS is a value of JSON once CloudFormation has filled it in.
func (s *survey) inAWS(account *plan.Account, v plan.Value) any {
	switch v := v.(type) {
	case plan.Object:
		out := map[string]any{}
		for _, field := range v {
			out[field.Key] = s.inAWS(account, field.Value)
		}
		return out
	case plan.List:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = s.inAWS(account, item)
		}
		return out
	case plan.Bool:
		return bool(v)
	}
	return s.said(account, v)
}
