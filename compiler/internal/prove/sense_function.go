package prove

import (
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// Between a rule and a pipeline stands a function where a source has paths.
var functionSense = []rule{
	{
		of: eventRuleType, broken: func(s *survey, r *plan.Resource) string {
			for _, target := range items(r.Properties.Get("Targets")) {
				if s.resolve(r, at(target, "Arn"), functionType) != nil && at(target, "RoleArn") != nil {
					return "calls a function as a role, although what lets it in is the function's permission"
				}
			}
			return ""
		},
		remedy: "Leave RoleArn out for functions: events may not arrive.",
		source: `EventBridge user guide, "Using resource-based policies"`,
	},
	{
		of: permissionType, broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("Principal") != plan.String("events.amazonaws.com") {
				return s.letsIn(r)
			}
			rule := s.resolve(r, r.Properties.Get("SourceArn"), eventRuleType)
			return unless(rule != nil && rule.Stack == r.Stack, "lets in others than a rule of its stack, also those of other accounts")
		},
		advice: true,
		remedy: "SourceArn has to be the ARN of the rule, or of the target group, that calls the function, and everybody may call it by a URL alone.",
		source: "Lambda API reference, AddPermission, SourceArn and InvokedViaFunctionUrl",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			variables := at(r.Properties, "Environment", "Variables")
			told := at(variables, "INCLUDE") != nil && at(variables, "EXCLUDE") != nil
			return unless(s.startedBy(r) == nil || told || r.Own, "starts a pipeline, and is not told by which paths")
		},
		remedy: "INCLUDE and EXCLUDE have to stand in its environment.",
		source: "the function's program, which reads them when it is loaded",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			time, _ := number(r.Properties.Get("Timeout"))
			return unless(s.startedBy(r) == nil || r.Own || time >= filterTime, "has too little time to look at a large push, and starts the pipeline for each")
		},
		remedy: "Its Timeout has to be at least 300 seconds: it keeps 150 for its last calls.",
		source: "the function's program",
	},
}

// letsIn says what is wrong with a permission for others than EventBridge.
func (s *survey) letsIn(r *plan.Resource) string {
	p := r.Properties
	switch {
	case p.Get("Principal") == plan.String("elasticloadbalancing.amazonaws.com"):
		// The ARN of a target group ends in what nobody knows before.
		group := s.byText(r.Stack.Account, strings.TrimSuffix(written(p.Get("SourceArn")), "/*"), targetsType)
		return unless(group != nil && group.Stack.Account == r.Stack.Account, "lets in others than a target group of its account")
	case p.Get("Action") == plan.String("lambda:InvokeFunctionUrl"):
		return unless(p.Get("FunctionUrlAuthType") == plan.String("NONE") && s.openURL(r), "lets everybody use a URL that is not for everybody")
	case p.Get("Action") == plan.String("lambda:InvokeFunction") && p.Get("Principal") == plan.String("*"):
		return unless(plan.IsTrue(p.Get("InvokedViaFunctionUrl")) && s.openURL(r), "lets everybody of every account call the function")
	}
	return "lets in whom nothing in this system calls by"
}

// openURL tells whether the stack of a permission has a URL for everybody.
func (s *survey) openURL(r *plan.Resource) bool {
	for _, url := range s.kinds[kind{r.Stack, urlType}] {
		if url.Properties.Get("AuthType") == plan.String("NONE") {
			return true
		}
	}
	return false
}

// filterTime is what the function asks for that looks at pushes, in seconds.
const filterTime = 300

// calls tells whether a rule starts a pipeline by way of a function: it may call it, and that may start it.
func (s *survey) calls(rule, function, pipeline *plan.Resource) bool {
	if function == nil || s.startedBy(function) != pipeline {
		return false
	}
	policies := s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))
	if !s.allowedOn(policies, "codepipeline:StartPipelineExecution", pipeline, "") {
		return false
	}
	for _, permission := range s.permissionsOf(function) {
		p := permission.Properties
		if p.Get("Principal") == plan.String("events.amazonaws.com") && p.Get("Action") == plan.String("lambda:InvokeFunction") &&
			s.resolve(permission, p.Get("SourceArn"), eventRuleType) == rule {
			return true
		}
	}
	return false
}
