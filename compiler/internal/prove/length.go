package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
)

// jsonLength is how many characters a value has as JSON without white space once
// CloudFormation has worked it out, at the most: with the longest suffix, and
// with more for what only AWS knows than it gives.
func (s *survey) jsonLength(v plan.Value) int {
	switch v := v.(type) {
	case nil:
		return len("null")
	case plan.Int:
		return s.textLength(v)
	case plan.Decimal:
		return len(v)
	case plan.Bool:
		return len("false")
	case plan.List:
		sum := len("[]") + max(len(v)-1, 0)*len(",")
		for _, item := range v {
			sum += s.jsonLength(item)
		}
		return sum
	case plan.Object:
		sum := len("{}") + max(len(v)-1, 0)*len(",")
		for _, field := range v {
			sum += template.StringLength(field.Key) + len(":") + s.jsonLength(field.Value)
			if field.KeyText != nil {
				sum += s.textLength(field.KeyText)
			}
		}
		return sum
	}
	return s.quotedLength(v)
}

// quotedLength is how many characters a text has as a JSON string.
func (s *survey) quotedLength(v plan.Value) int {
	switch v := v.(type) {
	case plan.String:
		return template.StringLength(string(v))
	case plan.Concat:
		sum := len(`""`)
		for _, part := range v {
			sum += s.quotedLength(part) - len(`""`)
		}
		return sum
	}
	return s.textLength(v) + len(`""`) // names and ARNs have no character that JSON escapes
}

// textLength is how many characters a text has at the most.
func (s *survey) textLength(v plan.Value) int {
	switch v := v.(type) {
	case plan.String:
		return len(v)
	case plan.Int:
		digits := 1
		for n := int(v); n >= 10; n /= 10 {
			digits++
		}
		return digits
	case plan.Param:
		if v.Of.MaxLength > 0 {
			return v.Of.MaxLength
		}
		return unknownText
	case plan.Pseudo:
		switch v {
		case plan.AccountID:
			return len("123456789012")
		case plan.Region:
			return len(s.plan.Region)
		case plan.Partition:
			return len(s.partition())
		case plan.URLSuffix:
			return len("amazonaws.com")
		}
		return unknownText
	case plan.Ref:
		return s.longestRef(v.To)
	case plan.Attr:
		return s.longestAttr(v.Of, v.Name)
	case plan.Concat:
		sum := 0
		for _, part := range v {
			sum += s.textLength(part)
		}
		return sum
	case plan.JSONText:
		length := s.jsonLength(v.Of)
		if v.NoDoubleBraces {
			plan.Walk(v.Of, func(v plan.Value) {
				if text, ok := v.(plan.String); ok {
					length += strings.Count(string(text), "{{") * (len(template.SafeBraces) - len("{{"))
				}
			})
		}
		return length
	case plan.Base64:
		return (s.textLength(v.Of) + 2) / 3 * 4
	}
	return unknownText
}

const (
	unknownText = 128 // of a stack's name at the longest, of most ids by far less
	arnFrame    = 96  // arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:targetgroup/ and an id behind the name
)

// partition is the part of AWS that the plan's region belongs to.
func (s *survey) partition() string {
	if strings.HasPrefix(s.plan.Region, "us-gov-") {
		return "aws-us-gov"
	}
	return "aws"
}

// longestRef is the length of what Ref gives: a name, an id, or an ARN.
func (s *survey) longestRef(r *plan.Resource) int {
	switch r.Type {
	case targetsType, listenerType, ruleType, topicType, "AWS::ElasticLoadBalancingV2::LoadBalancer":
		return s.lengthOfName(r) + arnFrame
	}
	return s.lengthOfName(r)
}

func (s *survey) longestAttr(r *plan.Resource, attribute string) int {
	if attribute != "Arn" {
		return s.lengthOfName(r) + len("123456789012.dkr.ecr.ap-southeast-1.amazonaws.com/")
	}
	switch r.Type {
	case bucketType:
		return len("arn::s3:::") + len(s.partition()) + s.lengthOfName(r)
	case roleType:
		return len("arn::iam::123456789012:role/") + len(s.partition()) + s.lengthOfName(r)
	case keyType:
		return len("arn::kms::123456789012:key/12345678-1234-1234-1234-123456789012") + len(s.partition()) + len(s.plan.Region)
	}
	return s.lengthOfName(r) + arnFrame
}

// lengthOfName is of a name that is written; one that another resource gives is no longer than the longest of AWS's ids.
func (s *survey) lengthOfName(r *plan.Resource) int {
	if rule, named := aws.NameRuleOf(r.Type); named {
		if value := r.Properties.Get(rule.Property); value != nil && len(plan.References(value)) == 0 {
			return s.textLength(value)
		}
	}
	return len("12345678-1234-1234-1234-123456789012")
}
