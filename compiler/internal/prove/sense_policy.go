package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

var policySense = []rule{
	{of: roleType, advice: true, broken: foreignRole("AssumeRolePolicyDocument"), remedy: foreignRemedy, source: foreignSource},
	{of: bucketPolicyType, advice: true, broken: foreignRole("PolicyDocument"), remedy: foreignRemedy, source: foreignSource},
	{of: keyType, advice: true, broken: foreignRole("KeyPolicy"), remedy: foreignRemedy, source: foreignSource},
	{of: "AWS::ECR::Repository", advice: true, broken: foreignRole("RepositoryPolicyText"), remedy: foreignRemedy, source: foreignSource},
	{of: "AWS::SNS::TopicPolicy", advice: true, broken: foreignRole("PolicyDocument"), remedy: foreignRemedy, source: foreignSource},
	{
		of: roleType, broken: unwritable("Description", "AssumeRolePolicyDocument"), remedy: "Use letters of Latin-1.",
		source: "IAM API reference, CreateRole",
	},
	{
		of: "AWS::IAM::Policy", broken: unwritable("PolicyDocument"), remedy: "Use letters of Latin-1 in names of secrets.",
		source: "IAM API reference, PutRolePolicy",
	},
	{
		of: "AWS::IAM::Policy", broken: func(_ *survey, r *plan.Resource) string {
			return unless(len(items(at(r.Properties, "PolicyDocument", "Statement"))) > 0, "allows nothing, and IAM refuses a policy without a statement")
		},
		remedy: "Leave the policy out.",
		source: `IAM user guide, "Grammar of the IAM JSON policy language"`,
	},
	{
		of: roleType, broken: func(s *survey, r *plan.Resource) string {
			return unless(!s.opaque(r), "has rights of a policy whose text is in no template, where no proof sees them")
		},
		remedy: unseenRemedy, source: unseenSource, advice: true,
	},
	{of: managedPolicyType, advice: true, broken: attachedEarly, remedy: unseenRemedy, source: unseenSource},
	{of: "AWS::IAM::RolePolicy", advice: true, broken: attachedEarly, remedy: unseenRemedy, source: unseenSource},
	{
		of: "AWS::IAM::Policy", broken: func(_ *survey, r *plan.Resource) string {
			for _, statement := range items(at(r.Properties, "PolicyDocument", "Statement")) {
				if at(statement, "NotAction") != nil || at(statement, "NotResource") != nil {
					return "says what it does not allow, and so allows what nobody thought of"
				}
			}
			return ""
		},
		advice: true,
		remedy: "Name the actions and resources.",
		source: `IAM user guide, "IAM JSON policy elements: NotAction"`,
	},
	{
		of: keyType, broken: lockedOut,
		remedy: "A statement has to let the account's root change the key's policy: KMS refuses a key that its maker could not change, and one that nobody can change stays for ever.",
		source: "KMS API reference, CreateKey, Policy (lockout safety check)",
	},
	{
		of: "AWS::ECR::Repository", broken: func(_ *survey, r *plan.Resource) string {
			for _, statement := range items(at(r.Properties, "RepositoryPolicyText", "Statement")) {
				if at(statement, "Resource") != nil {
					return "names a resource in its policy, which ECR refuses"
				}
			}
			return ""
		},
		remedy: "Leave Resource out: the policy is the repository's.",
		source: "awsdocs/amazon-ecr-user-guide issue 20",
	},
	{
		of: "AWS::SNS::TopicPolicy", broken: sidTwice,
		remedy: "Each statement needs a Sid of its own.",
		source: `SNS developer guide, "Amazon SNS API permissions"`,
	},
	{
		of: topicType, broken: func(_ *survey, r *plan.Resource) string {
			return unless(written(r.Properties.Get("KmsMasterKeyId")) != "alias/aws/sns", "is encrypted with a key that no service may publish with")
		},
		remedy: "KmsMasterKeyId has to be a key of this system.",
		source: `SNS developer guide, "Key management"`,
	},
}

const (
	unseenRemedy = "Write the rights into an AWS::IAM::Policy that is attached to the role."
	unseenSource = "CloudFormation reference of AWS::IAM::Policy: whatever acts as the role waits for it"

	foreignRemedy = "The principal has to be the account, with a condition on aws:PrincipalArn: so accounts can be set up in any order."
	foreignSource = `IAM user guide, "AWS JSON policy elements: Principal"; re:Post knowledge centre, "Invalid principal in policy"`
)

// foreignRole finds principals that the stack of another account makes: AWS
// refuses one that does not exist, and forgets it when it is made again. A role
// of the same account is found by proof order.
func foreignRole(property string) func(s *survey, r *plan.Resource) string {
	return func(s *survey, r *plan.Resource) string {
		for _, statement := range items(at(r.Properties, property, "Statement")) {
			for _, principal := range slices.Concat(items(at(statement, "Principal", "AWS")), items(at(statement, "NotPrincipal", "AWS"))) {
				text := written(principal)
				if !strings.Contains(text, ":role/") && !strings.Contains(text, ":user/") && !strings.Contains(text, ":assumed-role/") {
					continue
				}
				if role := s.resolve(r, principal, roleType); role == nil || role.Stack.Account != r.Stack.Account {
					return "names " + text + " as principal, which no stack of its account makes"
				}
			}
		}
		return ""
	}
}

// unwritable finds characters that IAM takes neither in policies nor in descriptions: all outside of Latin-1.
func unwritable(properties ...string) func(s *survey, r *plan.Resource) string {
	return func(_ *survey, r *plan.Resource) string {
		fault := ""
		for _, property := range properties {
			plan.Walk(r.Properties.Get(property), func(v plan.Value) {
				text, ok := v.(plan.String)
				if !ok {
					return
				}
				for _, c := range string(text) {
					if c > 0xff || c < ' ' && c != '\t' && c != '\n' && c != '\r' || property == "Description" && 0x7f <= c && c <= 0xa0 {
						fault = fmt.Sprintf("holds %q in its %s, which IAM does not take", c, property)
						return
					}
				}
			})
		}
		return fault
	}
}

// attachedEarly finds rights that are no AWS::IAM::Policy, for which what acts as the role does not wait. A boundary gives none.
func attachedEarly(_ *survey, r *plan.Resource) string {
	attached := len(items(r.Properties.Get("Roles"))) > 0 || r.Properties.Get("RoleName") != nil
	return unless(!attached, "gives rights for which what acts as the role does not wait")
}

// always is for a type that should not be there.
func always(fault string) func(s *survey, r *plan.Resource) string {
	return func(*survey, *plan.Resource) string { return fault }
}

func lockedOut(s *survey, r *plan.Resource) string {
	if s.unread(r) {
		return "" // It is a text.
	}
	for _, statement := range statementsOf(r.Properties.Get("KeyPolicy")) {
		own := at(statement.condition, "StringEquals", "kms:CallerAccount")
		if !statement.covers("kms:PutKeyPolicy") || statement.condition != nil && inAccount(written(own), r.Stack.Account) != r.Stack.Account.ID {
			continue
		}
		for _, principal := range items(at(statement.principal, "AWS")) {
			text := written(principal)
			if strings.HasSuffix(text, "${"+string(plan.AccountID)+"}:root") || strings.HasSuffix(text, ":"+r.Stack.Account.ID+":root") || inAccount(text, r.Stack.Account) == r.Stack.Account.ID || text == "*" && own != nil {
				return ""
			}
		}
	}
	return "could not be changed by the policies of its account"
}

func sidTwice(_ *survey, r *plan.Resource) string {
	seen := map[string]bool{}
	for _, statement := range statementsOf(r.Properties.Get("PolicyDocument")) {
		if seen[statement.sid] {
			return "has two statements with the Sid " + statement.sid
		}
		seen[statement.sid] = true
	}
	return ""
}
