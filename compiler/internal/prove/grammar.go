package prove

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// policyKind is what a policy is on, by which the grammar differs.
type policyKind int

const (
	ofCaller     policyKind = iota // it says what who has it may
	onRole                         // it says who may assume the role
	onRepository                   // it names no resource
	onOther
)

// policyPlaces are the properties that hold policies, by type of resource.
var policyPlaces = map[string]struct {
	property string
	kind     policyKind
}{
	policyType: {"PolicyDocument", ofCaller}, managedPolicyType: {"PolicyDocument", ofCaller},
	"AWS::IAM::RolePolicy": {"PolicyDocument", ofCaller}, "AWS::IAM::UserPolicy": {"PolicyDocument", ofCaller}, "AWS::IAM::GroupPolicy": {"PolicyDocument", ofCaller},
	roleType: {"AssumeRolePolicyDocument", onRole}, repositoryType: {"RepositoryPolicyText", onRepository},
	keyType: {"KeyPolicy", onOther}, bucketPolicyType: {"PolicyDocument", onOther},
	"AWS::SNS::TopicPolicy": {"PolicyDocument", onOther}, "AWS::SNS::TopicInlinePolicy": {"PolicyDocument", onOther},
	"AWS::SQS::QueuePolicy": {"PolicyDocument", onOther}, "AWS::SQS::QueueInlinePolicy": {"PolicyDocument", onOther},
}

// grammar finds policies that AWS takes for none, or reads otherwise than who wrote them.
func grammar(s *survey) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, r := range s.plan.Resources {
		place, has := policyPlaces[r.Type]
		if !has {
			continue
		}
		g := &reader{s: s, r: r, kind: place.kind}
		g.document("/Properties/"+place.property, r.Properties.Get(place.property))
		diags = append(diags, g.diags...)
	}
	return diags
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// reader reads one policy.
type reader struct {
	s     *survey
	r     *plan.Resource
	kind  policyKind
	diags hcl.Diagnostics
}

func (g *reader) fault(path, says string, args ...any) {
	detail := fmt.Sprintf("%s of %s %s. Source: IAM user guide, \"Grammar of the IAM JSON policy language\".%s", path, g.r.ID, fmt.Sprintf(says, args...), whose(g.r))
	g.diags = append(g.diags, exact(g.r, path, "Policy that AWS does not take", detail))
}

func (g *reader) members(path string, object plan.Object, known ...string) {
	for _, field := range object {
		if !slices.Contains(known, field.Key) {
			g.fault(path+plan.Step(field.Key), "is no part of a policy.%s It takes %s", spec.DidYouMean(field.Key, known), strings.Join(known, ", "))
		}
	}
}

func (g *reader) document(path string, v plan.Value) {
	if v == nil {
		return
	}
	object, isObject := v.(plan.Object)
	if !isObject {
		diag := exact(g.r, path, "Policy that nobody looks into", fmt.Sprintf("%s of %s is a text. Written as an object, without jsonencode, it would be held against what AWS takes and against what is called.", path, g.r.ID))
		diag.Severity = hcl.DiagWarning
		g.diags = append(g.diags, diag)
		return
	}
	g.members(path, object, "Version", "Id", "Statement")
	if version := object.Get("Version"); version != nil && !slices.Contains([]string{"2012-10-17", "2008-10-17"}, written(version)) {
		g.fault(path+"/Version", "is %q, and there are \"2012-10-17\" and \"2008-10-17\"", written(version))
	}
	seen := map[string]bool{}
	for i, statement := range items(object.Get("Statement")) {
		g.statement(path+"/Statement/"+strconv.Itoa(i), statement, seen)
	}
}

func (g *reader) statement(path string, v plan.Value, seen map[string]bool) {
	statement, isObject := v.(plan.Object)
	if !isObject {
		g.fault(path, "is no object")
		return
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return statement.Get(name) != nil })
	}
	g.members(path, statement, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
	if effect := written(statement.Get("Effect")); effect != "Allow" && effect != "Deny" {
		g.fault(path+"/Effect", "is %q, and has to be \"Allow\" or \"Deny\"", effect)
	}
	sid := written(statement.Get("Sid"))
	if sid != "" && seen[sid] {
		g.fault(path+"/Sid", "is that of another statement, %q, too", sid)
	}
	seen[sid] = true
	if g.kind == ofCaller && strings.ContainsFunc(sid, func(c rune) bool { return !strings.ContainsRune(alphanumeric, c) }) {
		g.fault(path+"/Sid", "is %q, and takes letters and digits alone", sid)
	}
	switch {
	case !has("Action", "NotAction"):
		g.fault(path, "has no Action")
	case has("Principal", "NotPrincipal") && g.kind == ofCaller:
		g.fault(path, "has a Principal, which is who has the policy")
	case !has("Principal", "NotPrincipal") && g.kind != ofCaller:
		g.fault(path, "has no Principal")
	case !has("Resource", "NotResource") && (g.kind == ofCaller || g.kind == onOther):
		g.fault(path, "has no Resource")
	case has("Resource", "NotResource") && g.kind == onRole:
		g.fault(path, "has a Resource, which is the role itself")
	}
	for _, name := range []string{"Action", "NotAction"} {
		for i, action := range items(statement.Get(name)) {
			if text := written(action); text != "*" && text != "" && strings.Count(text, ":") != 1 {
				g.fault(pathOf(path+"/"+name, statement.Get(name), i), "is %q, and actions have the form SERVICE:NAME", text)
			}
		}
	}
	for _, name := range []string{"Resource", "NotResource"} {
		for i, resource := range items(statement.Get(name)) {
			if text := g.s.said(g.r.Stack.Account, resource); text != "*" && !strings.HasPrefix(text, "arn:") && !strings.HasPrefix(text, opening) && strings.Trim(text, "*") != "" {
				g.fault(pathOf(path+"/"+name, statement.Get(name), i), "is %q, and has to be an ARN or *", shown(text))
			}
		}
	}
	operators, _ := statement.Get("Condition").(plan.Object)
	for _, operator := range operators {
		if !access.KnownOperator(operator.Key) {
			g.fault(path+"/Condition"+plan.Step(operator.Key), "is no condition operator")
		}
		keys, isObject := operator.Value.(plan.Object)
		if !isObject {
			g.fault(path+"/Condition"+plan.Step(operator.Key), "names no key")
		}
		for _, key := range keys {
			g.key(path+"/Condition"+plan.Step(operator.Key)+plan.Step(key.Key), key.Key)
		}
	}
}

// key finds a slip in a key of AWS's own. IAM takes any, and the condition never holds.
func (g *reader) key(path, key string) {
	if !strings.HasPrefix(strings.ToLower(key), "aws:") || slices.ContainsFunc(globalKeys, func(known string) bool { return strings.EqualFold(known, key) }) {
		return
	}
	best := spec.Closest(key, globalKeys, 2)
	if best == "" {
		return // AWS adds some from time to time.
	}
	diag := exact(g.r, path, "Condition on a key that AWS does not have",
		fmt.Sprintf("%s of %s is not among AWS's keys. Did you mean %q? Source: IAM user guide, \"AWS global condition context keys\".%s", path, g.r.ID, best, whose(g.r)))
	if diag.Extra != nil {
		diag.Severity = hcl.DiagWarning
	}
	g.diags = append(g.diags, diag)
}

// globalKeys are the condition keys of AWS as a whole, but for those that end in the name of a tag (IAM user guide, "AWS global condition
// context keys").
var globalKeys = strings.Fields("aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime aws:FederatedProvider " +
	"aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID " +
	"aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:referer aws:RequestedRegion " +
	"aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity " +
	"aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime " +
	"aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpcSourceIp aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths")

// pathOf is the path of an item of a list; a single value stands for a list of one.
func pathOf(path string, v plan.Value, i int) string {
	if _, isList := v.(plan.List); isList {
		return path + "/" + strconv.Itoa(i)
	}
	return path
}
