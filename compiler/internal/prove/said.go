package prove

import (
	"strconv"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// What only a deployment knows, such as the suffix, stands between these in texts of policies, and so is nothing that a policy
// means something by.
const opening, closing = "‹", "›"

func unknown(name string) string { return opening + name + closing }

// shown is a text of policies as a template writes it.
func shown(text string) string { return strings.NewReplacer(opening, "${", closing, "}").Replace(text) }

// said is the text that a value has in AWS once a stack of an account is made.
func (s *survey) said(account *plan.Account, v plan.Value) string {
	switch v := v.(type) {
	case plan.String:
		return string(v)
	case plan.Bool:
		if v {
			return "true"
		}
		return "false"
	case plan.Int:
		return strconv.Itoa(int(v))
	case plan.Decimal:
		return string(v)
	case plan.Param:
		return unknown(v.Of.Name)
	case plan.Pseudo:
		return s.pseudo(account, v)
	case plan.Ref:
		return s.referred(v.To)
	case plan.Attr:
		return s.attribute(v.Of, v.Name)
	case plan.Concat:
		var text strings.Builder
		for _, part := range v {
			text.WriteString(s.said(account, part))
		}
		return text.String()
	}
	return ""
}

func (s *survey) pseudo(account *plan.Account, v plan.Pseudo) string {
	switch v {
	case plan.AccountID:
		return account.ID
	case plan.Region:
		return s.plan.Region
	case plan.Partition:
		return partition
	case plan.URLSuffix:
		return "amazonaws.com"
	}
	return unknown(string(v))
}

// partition is that of AWS's commercial regions, which is the one of every ARN here.
const partition = "aws"

// referred is what Ref gives.
func (s *survey) referred(r *plan.Resource) string {
	id, known := aws.IdentityOf(r.Type)
	switch {
	case id.RefIsARN:
		return s.arn(r)
	case known && !id.RefIsID || r.Type == "AWS::CodeDeploy::DeploymentGroup":
		return s.physicalName(r)
	}
	return unknown(r.ID)
}

func (s *survey) attribute(r *plan.Resource, name string) string {
	id, known := aws.IdentityOf(r.Type)
	switch {
	case known && (name == "Arn" || name == id.ARNAttribute):
		return s.arn(r)
	case name == "Name" || name == "TargetGroupName" || name == "TopicName" || name == "QueueName":
		return s.physicalName(r)
	}
	return unknown(r.ID + "." + name)
}

// physicalName is the name of a resource; where AWS gives it one, its logical id stands for it.
func (s *survey) physicalName(r *plan.Resource) string {
	property := "Name"
	if rule, ok := aws.NameRuleOf(r.Type); ok {
		property = rule.Property
	}
	if r.Type == "AWS::DynamoDB::Table" {
		property = "TableName"
	}
	if name := s.said(r.Stack.Account, r.Properties.Get(property)); name != "" {
		return name
	}
	return unknown(r.ID)
}

// arn is the ARN of a resource; empty for a type whose form is not known here.
func (s *survey) arn(r *plan.Resource) string {
	if known, ok := s.arns[r]; ok {
		return known
	}
	id, ok := aws.IdentityOf(r.Type)
	if !ok {
		return ""
	}
	name := s.physicalName(r)
	if bus := s.said(r.Stack.Account, r.Properties.Get("EventBusName")); r.Type == eventRuleType && bus != "" && bus != "default" {
		name = bus[strings.LastIndexByte(bus, '/')+1:] + "/" + name
	}
	if r.Type == parameterType && !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	text := inAWS(strings.NewReplacer(
		"REGION", s.plan.Region, "ACCOUNT", r.Stack.Account.ID, "FUNCTION", s.said(r.Stack.Account, r.Properties.Get("FunctionName")),
		"NAME", name, "ID", unknown(r.ID),
	).Replace(id.ARN))
	s.arns[r] = text
	return text
}

// inAWS is an ARN of which everything behind the partition is given.
func inAWS(rest string) string { return "arn:" + partition + ":" + rest }
