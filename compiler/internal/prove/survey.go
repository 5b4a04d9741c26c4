package prove

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// survey is a plan with what the proofs look up in it, worked out once.
type survey struct {
	plan      *plan.Plan
	resources []*plan.Resource                  // the plan's, and what its custom resources make
	makers    map[*plan.Resource]*plan.Resource // the custom resource that makes what is not in the plan

	rank  map[*plan.Stack]int // the place of a stack in the order of creation
	index map[*plan.Resource]int

	refs  [][]*plan.Resource // by index: what a resource's properties refer to, each once
	users [][]*plan.Resource // by index: whose properties refer to a resource
	own   map[*plan.Stack][]*plan.Resource
	types map[string][]*plan.Resource
	kinds map[kind][]*plan.Resource
	uses  map[use][]*plan.Resource // as they are asked for
	named map[name]*plan.Resource
	makes map[*plan.Stack]*plan.Resource // what makes and deletes a stack that a pipeline fills

	grants   map[*plan.Resource][]statement      // by policy, as they are asked for
	attached map[*plan.Resource][]*plan.Resource // policies by role; nil until asked for

	priorities map[priority]*plan.Resource // rules by their first owner; nil until asked for

	arns     map[*plan.Resource]string
	policies map[*plan.Resource][]*access.Document // of roles, as they are asked for
	guards   map[*plan.Resource]*access.Document   // the policies on resources, as they are asked for; nil for one without

	// The search that after went on last: what is made before searched bears its number.
	searched *plan.Resource
	search   int
	found    []int
}

// name is a physical name as the template will show it, where it has to be the only one.
type name struct {
	account            *plan.Account // nil: in all of AWS
	resourceType, text string
}

// use is the resources of one type that refer to a resource.
type use struct {
	of           *plan.Resource
	resourceType string
}

// kind is the resources of one type in one stack.
type kind struct {
	stack        *plan.Stack
	resourceType string
}

func surveyOf(p *plan.Plan) *survey {
	n := len(p.Resources)
	s := &survey{
		plan: p, rank: make(map[*plan.Stack]int, len(p.Stacks)), index: make(map[*plan.Resource]int, n),
		refs: make([][]*plan.Resource, n), users: make([][]*plan.Resource, n),
		own:   make(map[*plan.Stack][]*plan.Resource, len(p.Stacks)),
		types: map[string][]*plan.Resource{}, kinds: map[kind][]*plan.Resource{}, named: make(map[name]*plan.Resource, n),
		uses: map[use][]*plan.Resource{}, grants: map[*plan.Resource][]statement{}, found: make([]int, n),
		makes: map[*plan.Stack]*plan.Resource{}, makers: map[*plan.Resource]*plan.Resource{},
		arns: map[*plan.Resource]string{}, policies: map[*plan.Resource][]*access.Document{}, guards: map[*plan.Resource]*access.Document{},
	}
	for i, stack := range p.Stacks {
		s.rank[stack] = i
	}
	s.resources = slices.Clone(p.Resources)
	for i, r := range p.Resources {
		s.index[r] = i
		s.own[r.Stack] = append(s.own[r.Stack], r)
		for _, made := range aws.Made(r) {
			s.index[made], s.makers[made] = i, r
			s.resources = append(s.resources, made)
		}
	}
	for _, r := range s.resources {
		s.types[r.Type] = append(s.types[r.Type], r)
		k := kind{r.Stack, r.Type}
		s.kinds[k] = append(s.kinds[k], r)
		if name, ok := s.nameOf(r); ok && s.named[name] == nil {
			s.named[name] = r
		}
	}
	for _, keeper := range s.types[functionStackType] {
		if stack := s.stackNamed(keeper.Stack.Account, keeper.Properties.Get("StackName")); stack != nil {
			s.makes[stack] = keeper
		}
	}
	for i, r := range p.Resources {
		s.refs[i] = once(r.References())
		for _, to := range s.refs[i] {
			if j, known := s.index[to]; known {
				s.users[j] = append(s.users[j], r)
			}
		}
	}
	return s
}

// stackNamed is the stack of an account that has a name and is made by a pipeline.
func (s *survey) stackNamed(account *plan.Account, name plan.Value) *plan.Stack {
	text := written(name)
	for _, stack := range s.plan.Stacks {
		if stack.ByPipeline() && stack.Account == account && stack.Name+"-${"+s.plan.Suffix.Name+"}" == text {
			return stack
		}
	}
	return nil
}

// once returns a list without repeats; lists of references are short.
func once(list []*plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, r := range list {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// nameOf is the name that a resource has for itself; ok is false for one that AWS names.
func (s *survey) nameOf(r *plan.Resource) (n name, ok bool) {
	rule, known := aws.NameRuleOf(r.Type)
	if !known {
		return name{}, false
	}
	text := written(r.Properties.Get(rule.Property))
	if text == "" {
		return name{}, false
	}
	n = name{r.Stack.Account, r.Type, text}
	if r.Type == "AWS::S3::Bucket" {
		// The account's id in it tells the buckets of two accounts apart.
		n = name{nil, r.Type, inAccount(text, r.Stack.Account)}
	}
	return n, true
}

// usersOf returns the resources of a type whose properties refer to r. It is the
// same list each time, looked for once: what a whole environment shares has many users.
func (s *survey) usersOf(r *plan.Resource, resourceType string) []*plan.Resource {
	k := use{r, resourceType}
	known, ok := s.uses[k]
	if !ok {
		if i, there := s.index[r]; there {
			for _, user := range s.users[i] {
				if user.Type == resourceType {
					known = append(known, user)
				}
			}
		}
		s.uses[k] = known[:len(known):len(known)]
	}
	return s.uses[k]
}

// after tells whether r is made after other, and so deleted before it: through
// any chain of references and DependsOn and, where the two belong to different
// stacks, by the order of the stacks as well. What stands in a stack that a pipeline
// fills is made after what makes that stack, and deleted with it.
//
// What a custom resource makes has the custom resource's place.
func (s *survey) after(r, other *plan.Resource) bool {
	i, known := s.index[other]
	if !known || s.rank[other.Stack] > s.rank[r.Stack] {
		return false
	}
	if s.searched != r {
		s.searched = r
		s.search++
		s.mark(r)
	}
	return s.found[i] == s.search && r != other
}

func (s *survey) mark(r *plan.Resource) {
	i, known := s.index[r]
	if !known || s.found[i] == s.search {
		return
	}
	s.found[i] = s.search
	for _, to := range s.refs[i] {
		s.mark(to)
	}
	for _, to := range r.DependsOn {
		s.mark(to)
	}
	if keeper := s.makes[r.Stack]; keeper != nil {
		s.mark(keeper)
	}
}

// resolve returns the resource of a type that a property of r names: by Ref or
// Fn::GetAtt, or by a name or an ARN that is written down; nil if there is none.
func (s *survey) resolve(r *plan.Resource, v plan.Value, resourceType string) *plan.Resource {
	return s.find(r.Stack.Account, v, resourceType)
}

// find is resolve for whoever speaks in an account.
func (s *survey) find(account *plan.Account, v plan.Value, resourceType string) *plan.Resource {
	switch v := v.(type) {
	case nil:
		return nil
	case plan.Ref:
		return ofType(v.To, resourceType)
	case plan.Attr:
		return ofType(v.Of, resourceType)
	case plan.Concat:
		for _, part := range v {
			switch part.(type) {
			case plan.Ref, plan.Attr:
				if to := s.find(account, part, resourceType); to != nil {
					return to
				}
			}
		}
	}
	return s.byText(account, written(v), resourceType)
}

// inAccount is a text with the id of the account that it is written in for the pseudo parameter.
func inAccount(text string, account *plan.Account) string {
	return strings.ReplaceAll(text, "${"+string(plan.AccountID)+"}", account.ID)
}

func ofType(r *plan.Resource, resourceType string) *plan.Resource {
	if r.Type == resourceType {
		return r
	}
	return nil
}

// byText finds what a name or an ARN denotes. In an ARN the name comes last, or
// is followed by what it holds, as a bucket's by a key.
func (s *survey) byText(account *plan.Account, text, resourceType string) *plan.Resource {
	if owner, rest, isARN := s.parseARN(account, text); isARN {
		if owner == nil {
			return nil
		}
		account, text = owner, rest
	}
	if resourceType == "AWS::S3::Bucket" {
		text, _, _ = strings.Cut(text, "/")
		return s.named[name{nil, resourceType, inAccount(text, account)}]
	}
	for {
		if found := s.named[name{account, resourceType, text}]; found != nil {
			return found
		}
		cut := strings.IndexAny(text, "/:")
		if cut < 0 {
			return nil
		}
		if found := s.named[name{account, resourceType, text[cut:]}]; found != nil {
			return found // a name that begins with a slash
		}
		text = text[cut+1:]
	}
}

// parseARN parts arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE. The owner is nil
// if the account is none of the plan's; a bucket's ARN names none.
func (s *survey) parseARN(speaker *plan.Account, text string) (owner *plan.Account, resource string, ok bool) {
	rest, isARN := strings.CutPrefix(text, "arn:")
	parts := strings.SplitN(strings.ReplaceAll(rest, "AWS::", ""), ":", 5)
	if !isARN || len(parts) < 5 {
		return nil, "", isARN
	}
	resource = strings.ReplaceAll(parts[4], "{AccountId}", "{AWS::AccountId}")
	if id := parts[3]; id == "" || id == "${AccountId}" {
		return speaker, resource, true
	}
	for _, account := range s.plan.Accounts {
		if account.ID == parts[3] {
			return account, resource, true
		}
	}
	return nil, resource, true
}

// at follows a path of members and, by number, of list items; nil if there is nothing.
func at(v plan.Value, path ...any) plan.Value {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(plan.Object)
			v = object.Get(step)
		case int:
			list, _ := v.(plan.List)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func items(v plan.Value) plan.List { return plan.Items(v) }
