package prove

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
	"github.com/cfnpipe/cfnpipe/compiler/internal/template"
	"github.com/cfnpipe/cfnpipe/spec/lambda"
)

// What is known of a release of a function before there is one.
var releaseSense = []rule{
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			if s.platform(r) != "Lambda" {
				return ""
			}
			style := r.Properties.Get("DeploymentStyle")
			return unless(at(style, "DeploymentType") == plan.String("BLUE_GREEN") && at(style, "DeploymentOption") == plan.String("WITH_TRAFFIC_CONTROL"),
				"is a group for functions that does not shift requests")
		},
		remedy: "DeploymentType has to be BLUE_GREEN, and DeploymentOption WITH_TRAFFIC_CONTROL.",
		source: "CloudFormation reference of AWS::CodeDeploy::DeploymentGroup, DeploymentStyle",
	},
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			if s.platform(r) != "Lambda" {
				return ""
			}
			named := r.Properties.Get("DeploymentConfigName")
			own := s.resolve(r, named, "AWS::CodeDeploy::DeploymentConfig")
			if own != nil {
				return unless(own.Properties.Get("ComputePlatform") == plan.String("Lambda"), "shifts requests as a configuration says that is not for functions")
			}
			return unless(strings.HasPrefix(written(named), "CodeDeployDefault.Lambda"), "shifts requests as no configuration says that is for functions")
		},
		remedy: "DeploymentConfigName has to be that of a configuration for Lambda.",
		source: `CodeDeploy user guide, "Deployment configurations on an AWS Lambda compute platform"`,
	},
	{
		of: groupType, broken: func(s *survey, r *plan.Resource) string {
			of := 0
			for _, alias := range s.types[aliasType] {
				if s.shifts(alias) == r {
					of++
				}
			}
			return unless(of < 2, "shifts several aliases, whose deployments stop each other")
		},
		remedy: "One deployment group to an alias.",
		source: "aws/serverless-application-model issue 291",
	},
	{
		of: aliasType, broken: func(s *survey, r *plan.Resource) string {
			group := s.shifts(r)
			if group == nil || s.platform(group) != "Lambda" {
				return "takes on a new version at one blow: no deployment group for functions shifts it"
			}
			application := s.resolve(r, at(r.UpdatePolicy, "CodeDeployLambdaAliasUpdate", "ApplicationName"), applicationType)
			return unless(application != nil && application == s.resolve(group, group.Properties.Get("ApplicationName"), applicationType),
				"is shifted by a group of another application")
		},
		advice: true,
		remedy: "CodeDeployLambdaAliasUpdate in its UpdatePolicy has to name the application and the group of its account.",
		source: `CloudFormation template reference, "UpdatePolicy attribute"`,
	},
	{
		of: aliasType, broken: func(s *survey, r *plan.Resource) string {
			version := s.resolve(r, r.Properties.Get("FunctionVersion"), versionType)
			return unless(version != nil, "leads to no version of its stack, so that a release changes nothing for who calls it")
		},
		remedy: "FunctionVersion has to be the attribute Version of the version.",
		source: `CloudFormation template reference, "UpdatePolicy attribute"`,
	},
	{
		of: versionType, broken: staleVersion,
		remedy: "Both descriptions have to be one, and to name the release.",
		source: "Lambda API reference, PublishVersion; aws-cdk-lib, aws-lambda/lib/function-hash.js; serverless/serverless issue 8392",
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("PackageType") != plan.String("Image") {
				return ""
			}
			for _, property := range []string{"Runtime", "Handler", "Layers"} {
				if r.Properties.Get(property) != nil {
					return "is an image and has a " + property
				}
			}
			_, given := at(r.Properties, "Code", "ImageUri").(plan.Param)
			return unless(given, "has an image that no release gives it")
		},
		remedy: "ImageUri has to be a parameter, and Runtime, Handler and Layers are for functions without an image.",
		source: "Lambda API reference, CreateFunction",
	},
	{
		of: functionType, broken: beyondLambda,
		remedy: "Timeout goes from 1 to 900 seconds, MemorySize from 128 to 10240 MB, and Lambda sets the variables itself whose names it reserves.",
		source: `Lambda API reference, CreateFunction; Lambda developer guide, "Working with Lambda environment variables"`,
	},
	{
		of: functionType, broken: func(s *survey, r *plan.Resource) string {
			for _, parameter := range dynamicReferences(r) {
				if s.named[name{r.Stack.Account, parameterType, parameter}] == nil {
					return "reads " + parameter + " from Parameter Store, where nothing puts it"
				}
			}
			return ""
		},
		remedy: "The name has to be that of a parameter of its account.",
		source: `CloudFormation user guide, "Get a plaintext value from Systems Manager Parameter Store"`,
	},
	{
		of: urlType, broken: func(s *survey, r *plan.Resource) string {
			if r.Properties.Get("AuthType") != plan.String("NONE") {
				return ""
			}
			url, call := false, false
			for _, permission := range s.kinds[kind{r.Stack, permissionType}] {
				p := permission.Properties
				if p.Get("Principal") != plan.String("*") {
					continue
				}
				url = url || p.Get("Action") == plan.String("lambda:InvokeFunctionUrl") && p.Get("FunctionUrlAuthType") == plan.String("NONE")
				call = call || p.Get("Action") == plan.String("lambda:InvokeFunction")
			}
			return unless(url && call, "is open to everybody, and answers nobody: the function does not let everybody in")
		},
		remedy: "It needs a permission for lambda:InvokeFunctionUrl and one for lambda:InvokeFunction.",
		source: `Lambda developer guide, "Control access to Lambda function URLs"`,
	},
	{
		of: pipelineType, broken: deploysNoStack,
		remedy: "ActionMode has to be CREATE_UPDATE, StackName that of a stack that a Custom::FunctionStack of the action's account makes, and RoleArn the role that it is made with.",
		source: `CodePipeline user guide, "CloudFormation deploy action reference"`,
	},
	{
		of: pipelineType, broken: deploysNoTemplate,
		remedy: "The build has to put it into the artifact.",
		source: `CodePipeline user guide, "CloudFormation deploy action reference", TemplatePath and TemplateConfiguration`,
	},
	{
		of: ruleType, broken: func(s *survey, r *plan.Resource) string {
			for _, group := range s.forwardedTo(r) {
				if group.Properties.Get("TargetType") == plan.String("lambda") && !s.registered(group) {
					return "sends requests to " + group.ID + ", in which no function is put"
				}
			}
			return ""
		},
		remedy: "A Custom::FunctionTarget has to put a function there.",
		source: `Elastic Load Balancing guide, "Use Lambda functions as targets"`,
	},
}

// earlySense are the rules of what is of a function, which outside of the function's stack nothing can be.
var earlySense = early("AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig", permissionType, aliasType, versionType, urlType)

func early(types ...string) []rule {
	var out []rule
	for _, of := range types {
		out = append(out, rule{
			of: of, broken: func(s *survey, r *plan.Resource) string {
				for _, property := range []string{"FunctionName", "TargetFunctionArn"} {
					if function := s.released(r, r.Properties.Get(property)); function != nil && function.Stack != r.Stack {
						return "needs " + function.ID + ", which is not there before its first release"
					}
				}
				return ""
			},
			remedy: "Make it after that release, by a stack of your own, with the ARN of the function's alias live.",
			source: "Lambda API reference, CreateEventSourceMapping and AddPermission (ResourceNotFoundException)",
		})
	}
	return out
}

// released is the function that v, as r writes it, means, with or without the name of an alias, if a pipeline makes it.
func (s *survey) released(r *plan.Resource, v plan.Value) *plan.Resource {
	function := s.resolve(r, v, functionType)
	if text := written(v); function == nil && strings.Contains(text, ":") {
		function = s.byText(r.Stack.Account, text[:strings.LastIndex(text, ":")], functionType)
	}
	if function == nil || !function.Stack.ByPipeline() {
		return nil
	}
	return function
}

// beyondLambda finds what Lambda refuses of a function.
func beyondLambda(_ *survey, r *plan.Resource) string {
	for _, bound := range []struct {
		property    string
		least, most int
	}{{"Timeout", 1, 900}, {"MemorySize", 128, 10240}} {
		n, known := number(r.Properties.Get(bound.property))
		if known && (n < bound.least || n > bound.most) {
			return fmt.Sprintf("has a %s of %d", bound.property, n)
		}
	}
	variables, _ := at(r.Properties, "Environment", "Variables").(plan.Object)
	for _, variable := range variables {
		if lambda.Reserved(variable.Key) {
			return "has the variable " + variable.Key + ", which Lambda sets itself"
		}
	}
	return ""
}

// staleVersion: a version is what the function was when it was made. CloudFormation makes another only when its Description
// changes, and Lambda makes another only when the function has changed.
func staleVersion(s *survey, r *plan.Resource) string {
	function := s.resolve(r, r.Properties.Get("FunctionName"), functionType)
	if function == nil {
		return "is a version of no function of its stack"
	}
	description := r.Properties.Get("Description")
	release := false
	plan.Walk(description, func(v plan.Value) {
		p, is := v.(plan.Param)
		release = release || is && p.Of.Name == "Release"
	})
	if !release {
		return "stays what it is when a release comes"
	}
	return unless(plan.Equal(description, function.Properties.Get("Description")), "may be made anew without a change of its function, which Lambda refuses")
}

func deploysNoStack(s *survey, r *plan.Resource) string {
	for _, action := range actionsOf(r) {
		if provider(action) != "CloudFormation" {
			continue
		}
		if mode := written(at(action, "Configuration", "ActionMode")); mode != "CREATE_UPDATE" {
			return "may do more to a stack than create and update it: " + mode
		}
		stack := s.deployedBy(r, action)
		if stack == nil || s.makes[stack] == nil {
			return "deploys a stack in the action " + written(at(action, "Name")) + " that nothing deletes"
		}
		keeper := s.makes[stack]
		role := s.resolve(keeper, keeper.Properties.Get("RoleARN"), roleType)
		if role == nil || s.resolve(r, at(action, "Configuration", "RoleArn"), roleType) != role {
			return "deploys " + stack.Name + " as another role than it is made and deleted with"
		}
	}
	return ""
}

// deploysNoTemplate looks for the files that an action names in what makes its artifact.
func deploysNoTemplate(s *survey, r *plan.Resource) string {
	made, packed := map[string]*plan.Resource{}, map[*plan.Resource][]string{}
	for _, action := range actionsOf(r) {
		for _, artifact := range items(at(action, "OutputArtifacts")) {
			made[written(at(artifact, "Name"))] = s.resolve(r, at(action, "Configuration", "ProjectName"), projectType)
		}
	}
	for _, action := range actionsOf(r) {
		if provider(action) != "CloudFormation" {
			continue
		}
		for _, property := range []string{"TemplatePath", "TemplateConfiguration"} {
			artifact, path, _ := strings.Cut(written(at(action, "Configuration", property)), "::")
			project := made[artifact]
			file := path[strings.LastIndex(path, "/")+1:]
			if project == nil || file == "" {
				return "deploys " + path + ", which no build makes"
			}
			program := at(project.Properties, "Source", "BuildSpec")
			if packed[project] == nil {
				packed[project] = template.Archived(program)
			}
			if !slices.Contains(packed[project], file) && !contains(program, file) {
				return "deploys " + path + ", which no build makes"
			}
		}
	}
	return ""
}

// forwardedTo are the target groups that a rule sends requests to.
func (s *survey) forwardedTo(rule *plan.Resource) []*plan.Resource {
	var out []*plan.Resource
	for _, action := range items(rule.Properties.Get("Actions")) {
		out = append(out, some(s.resolve(rule, at(action, "TargetGroupArn"), targetsType))...)
	}
	return out
}

// registered tells whether a function is put into a target group.
func (s *survey) registered(group *plan.Resource) bool {
	for _, target := range s.types[functionTargetType] {
		handler := s.function(target)
		if handler != nil && s.resolve(handler, at(handler.Properties, "Environment", "Variables", "TARGET_GROUP"), targetsType) == group {
			return true
		}
	}
	return false
}
