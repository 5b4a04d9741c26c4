package expand

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// scope is where a block's resources go: the stack, the labels that their ids
// and names begin with, and the label in the source to which a fault is pointed.
type scope struct {
	*expander
	stack  *plan.Stack
	labels []string
	origin hcl.Range

	because []hcl.Range // what its resources are there for
	account hcl.Range   // where the account is named
}

// add puts a resource into the plan. why is one sentence for the reader of the template.
func (s scope) add(id, why string, r aws.Resource) *plan.Resource {
	resource := &plan.Resource{
		ID:         plan.LogicalID(s.labels...) + id,
		Type:       r.ResourceType(),
		Stack:      s.stack,
		Why:        why,
		Properties: aws.Properties(r),
		Origin:     s.origin,
		Sources:    s.reasons(),
	}
	added, collision := s.plan.Add(resource)
	if collision != nil {
		s.collision(collision)
		return resource
	}
	return added
}

// reasons are what the resources of the scope are there for, and why in this account, as their sources.
func (s scope) reasons() []plan.Place {
	out := make([]plan.Place, 0, len(s.because)+1)
	for _, at := range s.because {
		out = append(out, plan.Place{At: at})
	}
	if !s.account.Empty() {
		out = append(out, plan.Place{Path: "/Condition", At: s.account})
	}
	return out
}

func (s scope) collision(c *plan.Collision) {
	for _, d := range s.diags {
		if d.Summary == collisionSummary && d.Subject.String() == s.origin.String() {
			return // one resource is enough to tell that two labels collide
		}
	}
	s.errorf(s.origin, collisionSummary,
		"This label and the one at %s both give resources the logical id %s. Rename one of them.",
		c.First.Origin, c.First.ID)
}

const collisionSummary = "Labels that become one logical id"

// suffixed joins parts and the suffix: the physical name of something.
func (s scope) suffixed(parts ...any) plan.Value {
	return plan.Text(append(parts, "-", plan.Param{Of: s.plan.Suffix})...)
}

// name is the physical name of this scope's resource of a kind: LABELS-KIND-SUFFIX.
func (s scope) name(kind string) plan.Value {
	return from(s.suffixed(plan.PhysicalName(append(append([]string{}, s.labels...), kind)...)), s.origin)
}

// bucketName is name for a bucket, whose name is taken in all of AWS: it carries the account's id too.
func (s scope) bucketName(kind string) plan.Value {
	return from(s.suffixed(plan.PhysicalName(append(append([]string{}, s.labels...), kind)...)+"-", plan.AccountID), s.origin)
}

// arn is an ARN in this scope's account and region.
func (s scope) arn(service string, resource ...any) plan.Value {
	return s.arnIn(s.stack.Account, service, resource...)
}

// arnIn is an ARN in an account and this region, written down rather than
// passed: what stands in another account is known by its name alone.
func (s scope) arnIn(account *plan.Account, service string, resource ...any) plan.Value {
	region := plan.Value(plan.Region)
	if service == "iam" {
		region = plan.String("") // IAM's ARNs have no region
	}
	return plan.Text(append([]any{"arn:", plan.Partition, ":" + service + ":", region, ":", s.accountID(account), ":"}, resource...)...)
}

// accountID is the id of an account as this scope's stack writes it.
func (s scope) accountID(account *plan.Account) plan.Value {
	if account == s.stack.Account {
		return plan.AccountID
	}
	return from(plan.String(account.ID), account.IDAt)
}

// tags is the Name tag, for what has no name of its own.
func (s scope) tags(kind string) []aws.Tag {
	return []aws.Tag{{Key: "Name", Value: s.name(kind)}}
}

// output shows a value to the operator.
func (s scope) output(id, description string, value plan.Value) *plan.Output {
	out := &plan.Output{
		ID: plan.LogicalID(s.labels...) + id, Description: description, Value: value, Stack: s.stack, Origin: s.origin, Sources: s.reasons(),
	}
	s.plan.Outputs = append(s.plan.Outputs, out)
	return out
}

// logGroup declares a log group, so that it goes with the stack and no role needs logs:CreateLogGroup.
func (s scope) logGroup(id, kind, why string, days plan.Value) *plan.Resource {
	return s.add(id, why, aws.LogsLogGroup{LogGroupName: s.name(kind), RetentionInDays: days})
}

func ref(r *plan.Resource) plan.Value { return plan.Ref{To: r} }

func attr(r *plan.Resource, name string) plan.Value { return plan.Attr{Of: r, Name: name} }
