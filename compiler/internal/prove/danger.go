package prove

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/compiler/internal/access"
	"github.com/cfnpipe/cfnpipe/compiler/internal/authorization"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/spec"
)

// danger finds statements that let somebody do what nobody meant, whatever is called, and such that let nobody do anything.
func danger(s *survey) hcl.Diagnostics {
	d := &dangers{s: s, services: map[string]*authorization.Service{}, known: map[string][]authorization.Action{}}
	for _, r := range s.plan.Resources {
		if r.Type == roleType {
			d.managed(r)
			for _, document := range s.identity(r) {
				for i := range document.Statements {
					d.role(r, &document.Statements[i])
				}
			}
		}
		d.guarded(r)
	}
	return d.diags
}

// managed finds AWS's own policies that give everything, or the right to give it.
func (d *dangers) managed(role *plan.Resource) {
	for i, v := range items(role.Properties.Get("ManagedPolicyArns")) {
		arn := d.s.said(role.Stack.Account, v)
		if name := arn[strings.LastIndexByte(arn, '/')+1:]; slices.Contains([]string{"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"}, name) {
			d.say(&access.Statement{Of: role, Path: "/Properties/ManagedPolicyArns/" + strconv.Itoa(i)}, tooWide,
				"has %s: whatever acts as it may do nearly everything. Write the rights that it needs. Source: AWS managed policy reference, %s.", name, name)
		}
	}
}

type dangers struct {
	s        *survey
	services map[string]*authorization.Service // by their prefixes; nil for one that AWS does not have
	known    map[string][]authorization.Action // what names of actions stand for
	diags    hcl.Diagnostics
}

func (d *dangers) say(by *access.Statement, summary, detail string, args ...any) {
	judge := judge{}
	judge.add(by, summary, by.Of.ID+" "+fmt.Sprintf(detail, args...)+whose(by.Of))
	d.diags = append(d.diags, judge.diags...)
}

const (
	tooWide    = "Right that is too wide"
	escalates  = "Right to take more rights"
	nothingSo  = "Right to nothing"
	openToAll  = "Open to everybody"
	passSource = `Source: IAM user guide, "Granting a user permissions to pass a role to an AWS service".`
	reference  = "Source: Service Authorization Reference."
)

// role holds a statement of a role's policies.
func (d *dangers) role(role *plan.Resource, s *access.Statement) {
	if s.Deny || s.NotActions || s.NotResources { // Of the last two there is a rule.
		return
	}
	d.actions(s)
	d.resources(s)
	d.escalation(role, s)
	if !slices.ContainsFunc(s.Actions, func(action string) bool { return access.Covers(action, "iam:passrole") }) {
		return
	}
	for _, resource := range s.Resources {
		if strings.Contains(resource, "*") {
			d.say(s, escalates, "lets %s pass every role of %s on to a service, and so have what each of them may. Name the role. %s", role.ID, shown(resource), passSource)
		}
	}
	if !slices.ContainsFunc(s.Conditions, func(c access.Condition) bool {
		return strings.EqualFold(c.Key, "iam:PassedToService") && !c.Tolerates() && !strings.Contains(strings.Join(c.Values, ""), "*")
	}) {
		d.say(s, escalates, "lets %s pass a role on to any service. Add a condition on iam:PassedToService. %s", role.ID, passSource)
	}
}

// actions finds actions that are all, and such that AWS does not have.
func (d *dangers) actions(s *access.Statement) {
	for i, action := range s.Actions {
		prefix, name, _ := strings.Cut(action, ":")
		if prefix == "*" || strings.HasPrefix(name, "*") {
			d.say(s, tooWide, "allows %s. Name the actions.", s.Named[i])
			continue
		}
		service := d.service(prefix)
		if service == nil {
			d.say(s, nothingSo, "allows %s, and AWS has no service with the prefix %s. %s", s.Named[i], prefix, reference)
			continue
		}
		if len(d.matching(service, s.Named[i])) == 0 {
			_, written, _ := strings.Cut(s.Named[i], ":")
			hint := ""
			if best := spec.Closest(written, service.Names(), 3); best != "" {
				hint = fmt.Sprintf(" Did you mean %q?", best)
			}
			d.say(s, nothingSo, "allows %s, and AWS has no such action.%s %s", s.Named[i], hint, reference)
		}
	}
}

func (d *dangers) service(prefix string) *authorization.Service {
	service, known := d.services[prefix]
	if !known {
		service, _ = authorization.Of(prefix)
		d.services[prefix] = service
	}
	return service
}

// matching are the actions that a name, with the prefix, stands for.
func (d *dangers) matching(service *authorization.Service, name string) []authorization.Action {
	found, known := d.known[name]
	if !known {
		_, rest, _ := strings.Cut(name, ":")
		found = service.Matching(rest, access.Covers)
		d.known[name] = found
	}
	return found
}

// resources holds the resources of a statement against what its actions support: a star where they would know something narrower,
// and something narrower where they know the star alone, which allows nothing.
func (d *dangers) resources(s *access.Statement) {
	var narrower, idle []string
	for i, pattern := range s.Actions {
		prefix, _, _ := strings.Cut(pattern, ":")
		service := d.service(prefix)
		if service == nil {
			continue
		}
		for _, action := range d.matching(service, s.Named[i]) {
			switch {
			case len(action.ARNs) > 0 && everywhere(action, s.Resources) && !(prefix+":"+action.Name == "cloudwatch:PutMetricData" && ofNamespace(s)):
				narrower = append(narrower, prefix+":"+action.Name)
			case !slices.Contains(s.Resources, "*") && !strings.ContainsAny(pattern, "*?") && s.Resources != nil && !s.NotResources && !d.fits(action, s.Resources):
				idle = append(idle, prefix+":"+action.Name)
			}
		}
	}
	if len(narrower) > 0 {
		d.say(s, tooWide, "allows %s on everything, and AWS knows narrower resources for it. Write their ARNs; what supports * alone belongs into a statement of its own. %s", firstOf(narrower), reference)
	}
	if len(idle) > 0 {
		d.say(s, nothingSo, "allows %s on what it does not support, and so nowhere. %s", firstOf(idle), reference)
	}
}

// everywhere tells whether one of some resources is whatever an action supports.
func everywhere(action authorization.Action, resources []string) bool {
	return slices.ContainsFunc(resources, func(resource string) bool {
		return !slices.ContainsFunc(action.ARNs, func(form string) bool {
			return !access.Covers(resource, strings.Replace(form, "arn:*:", "arn:"+partition+":", 1))
		})
	})
}

// ofNamespace tells whether a statement is about the metrics of a namespace, which are in none of the datasets that are the resources
// of cloudwatch:PutMetricData (CloudWatch user guide, "Using condition keys to limit access to CloudWatch namespaces").
func ofNamespace(s *access.Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c access.Condition) bool { return strings.EqualFold(c.Key, "cloudwatch:namespace") })
}

func firstOf(list []string) string {
	const most = 3
	if len(list) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
	}
	return strings.Join(list, ", ")
}

// fits tells whether one of some resources can be one that an action supports.
func (d *dangers) fits(action authorization.Action, resources []string) bool {
	for _, resource := range resources {
		if !strings.HasPrefix(resource, "arn:") {
			return true // What it is nobody knows.
		}
		for _, form := range action.ARNs {
			if access.Overlaps(form, resource) {
				return true
			}
		}
	}
	return false
}

// escalations are the actions by which who has them can get the rights of others (salesforce/cloudsplaining,
// shared/constants.py, PRIVILEGE_ESCALATION_METHODS; Rhino Security Labs, "AWS IAM Privilege Escalation"). Those that hand over a role
// need iam:PassRole, which is held by itself; here are those that need it not.
var escalations = []struct {
	actions []string
	always  bool // it is one on whatever resource
}{
	{[]string{"iam:CreateAccessKey"}, true},
	{[]string{"iam:CreateLoginProfile"}, true},
	{[]string{"iam:UpdateLoginProfile"}, true},
	{[]string{"iam:AddUserToGroup"}, true},
	{[]string{"iam:CreatePolicyVersion"}, true},
	{[]string{"iam:SetDefaultPolicyVersion"}, true},
	{[]string{"iam:AttachUserPolicy"}, true},
	{[]string{"iam:AttachGroupPolicy"}, true},
	{[]string{"iam:AttachRolePolicy"}, true},
	{[]string{"iam:PutUserPolicy"}, true},
	{[]string{"iam:PutGroupPolicy"}, true},
	{[]string{"iam:PutRolePolicy"}, true},
	{[]string{"iam:UpdateAssumeRolePolicy"}, true},
	{[]string{"sts:AssumeRole"}, false},
	{[]string{"lambda:UpdateFunctionCode"}, false},
	{[]string{"lambda:UpdateFunctionConfiguration"}, false},
	{[]string{"glue:UpdateDevEndpoint"}, false},
	{[]string{"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"}, false},
	{[]string{"cloudformation:UpdateStack"}, false},
	{[]string{"codebuild:UpdateProject", "codebuild:StartBuild"}, false},
	{[]string{"codepipeline:UpdatePipeline"}, false},
	{[]string{"ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"}, false},
	{[]string{"ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"}, false},
	{[]string{"ecs:ExecuteCommand"}, false},
	{[]string{"ssm:SendCommand"}, false},
	{[]string{"ssm:StartSession"}, false},

	// and those by which a policy on a resource lets others in, or a release is approved (RESOURCE_EXPOSURE of the same list)
	{[]string{"kms:PutKeyPolicy"}, false},
	{[]string{"kms:CreateGrant"}, false},
	{[]string{"s3:PutBucketPolicy"}, false},
	{[]string{"ecr:SetRepositoryPolicy"}, false},
	{[]string{"lambda:AddPermission"}, false},
	{[]string{"secretsmanager:PutResourcePolicy"}, false},
	{[]string{"codebuild:StartBuild"}, false}, // with a buildspec of the caller's
	{[]string{"codepipeline:PutApprovalResult"}, false},
}

// escalation finds a right by which a role can get those of others: on any resource for what changes IAM itself, and on more than what
// is named for what changes a program that runs as another role.
func (d *dangers) escalation(role *plan.Resource, s *access.Statement) {
	for _, e := range escalations {
		if !slices.ContainsFunc(s.Actions, func(pattern string) bool { return means(pattern, e.actions[0]) }) {
			continue
		}
		if !e.always && !slices.ContainsFunc(s.Resources, unnamed) || !d.hasAll(role, e.actions) {
			continue
		}
		on := ""
		if !e.always {
			on = " of whatever it likes"
		}
		d.say(s, escalates, "lets %s call %s%s, and so take or give rights that it was not given. Source: salesforce/cloudsplaining, shared/constants.py; "+
			`Rhino Security Labs, "AWS IAM Privilege Escalation".`, role.ID, strings.Join(e.actions, " and "), on)
	}
}

// means tells whether a pattern, in lower case, is for an action. Most are names, of which few are of interest here.
func means(pattern, action string) bool {
	if strings.IndexByte(pattern, '*') < 0 && strings.IndexByte(pattern, '?') < 0 {
		return strings.EqualFold(pattern, action)
	}
	return access.Covers(pattern, strings.ToLower(action))
}

func (d *dangers) hasAll(role *plan.Resource, actions []string) bool {
	for _, action := range actions {
		if !slices.ContainsFunc(d.s.identity(role), func(document *access.Document) bool {
			return slices.ContainsFunc(document.Statements, func(s access.Statement) bool {
				return !s.Deny && slices.ContainsFunc(s.Actions, func(pattern string) bool { return means(pattern, action) })
			})
		}) {
			return false
		}
	}
	return true
}

// unnamed tells whether a pattern of resources leaves open which they are: there is a star where the name of one begins.
func unnamed(resource string) bool {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 {
		return strings.Contains(resource, "*")
	}
	name := parts[5]
	if strings.Contains(parts[4], "*") {
		return true
	}
	if at := strings.IndexAny(name, "/:"); at >= 0 && !strings.Contains(name[:at], "*") {
		name = name[at+1:]
	}
	return strings.HasPrefix(name, "*") || strings.HasPrefix(name, "?")
}

// guarded holds the policy on a resource.
func (d *dangers) guarded(r *plan.Resource) {
	switch r.Type {
	case roleType, keyType, repositoryType, functionType, bucketType, topicType, queueType:
	default:
		return
	}
	guard := d.s.guard(r)
	if guard == nil {
		return
	}
	if r.Type == keyType && !r.Own {
		d.grants(r, guard)
	}
	for i := range guard.Statements {
		s := &guard.Statements[i]
		if s.Deny || s.Principals == nil {
			continue
		}
		if !d.delegates(r, s) {
			d.actions(s)
		}
		pinned := slices.ContainsFunc(s.Conditions, pins)
		if len(s.Principals.Others) > 0 && !slices.ContainsFunc(s.Conditions, ofProvider) {
			d.say(s, openToAll, "lets in whomever %s vouches for. Add a condition on the provider's :sub, or :aud. "+
				`Source: IAM user guide, "Create a role for OpenID Connect federation".`, firstOf(s.Principals.Others))
		}
		if s.NotPrincipal || s.Principals.Everyone && !pinned {
			d.say(s, openToAll, "lets everybody of every account call %s. Name who may, or add a condition on aws:PrincipalArn, aws:PrincipalOrgID or aws:SourceArn. "+
				`Source: IAM user guide, "AWS JSON policy elements: Principal".`, firstOf(s.Named))
		}
		for _, named := range s.Principals.AWS {
			account, isRoot := strings.CutSuffix(named, ":root")
			account = account[max(strings.LastIndexByte(account, ':')+1, 0):]
			if (isRoot || len(named) == 12 && !strings.Contains(named, ":")) && (account != r.Stack.Account.ID || r.Type == roleType) && !pinned {
				d.say(s, tooWide, "lets everybody in account %s call %s. Add a condition on aws:PrincipalArn. Source: GitHub advisory GHSA-5pq3-h73f-66hr.", account, firstOf(s.Named))
			}
		}
	}
}

// delegates tells whether a statement leaves a key to the policies of its account, which is what KMS itself begins with (KMS developer
// guide, "Default key policy").
func (d *dangers) delegates(key *plan.Resource, s *access.Statement) bool {
	root := inAWS("iam::" + key.Stack.Account.ID + ":root")
	return key.Type == keyType && key.Own && len(s.Principals.AWS) == 1 && s.Principals.AWS[0] == root
}

// grants holds a key's policy against a grant that somebody of its account would make for somebody.
func (d *dangers) grants(key *plan.Resource, guard *access.Document) {
	account := key.Stack.Account.ID
	_, denies := access.Weigh(&access.Request{
		Principal: inAWS("iam::" + account + ":role/" + unknown("another")), Account: account, Action: "kms:CreateGrant", Resource: d.s.arn(key),
		Keys: []access.Key{{Name: "kms:GrantIsForAWSResource", Values: []string{"false"}}},
	}, guard)
	if denies == nil {
		d.say(&access.Statement{Of: key}, tooWide, "does not deny kms:CreateGrant, so that whoever is once allowed to make grants can hand the key on to anybody. "+
			"Deny it unless kms:GrantIsForAWSResource. Source: AWS Control Tower, control CT.KMS.PR.3.")
	}
}

// ofProvider tells whether a condition says whom of those that a provider vouches for.
func ofProvider(c access.Condition) bool {
	key := strings.ToLower(c.Key)
	return !c.Tolerates() && !slices.Contains(c.Values, "*") && (strings.HasSuffix(key, ":sub") || strings.HasSuffix(key, ":aud") || strings.HasPrefix(key, "saml:"))
}

// pins tells whether a condition says who or what for: a key that a caller cannot choose, with values that leave nobody open (IAM user
// guide, "AWS global condition context keys", sensitive condition keys: wildcards have no use in them).
func pins(c access.Condition) bool {
	if c.Tolerates() {
		return false
	}
	key := strings.ToLower(c.Key)
	isARN := slices.Contains([]string{"aws:principalarn", "aws:sourcearn"}, key)
	for _, value := range c.Values {
		parts := strings.SplitN(value, ":", 6)
		switch {
		case isARN && len(parts) < 6:
			return false
		case isARN && (strings.ContainsAny(parts[4], "*?") || parts[4] == "" && strings.HasPrefix(parts[5], "*")):
			return false
		case !isARN && strings.ContainsAny(value, "*?"):
			return false
		}
	}
	return isARN || slices.Contains([]string{
		"aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourcevpc",
		"aws:sourcevpce", "kms:calleraccount", "sts:externalid", "lambda:functionurlauthtype", "lambda:invokedviafunctionurl",
	}, key)
}
