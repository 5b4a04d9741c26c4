package prove

import (
	"slices"
	"strings"

	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// functionsSource is what no example shows: functions in the account of their pipeline, and one that everybody may call.
const functionsSource = `
account "main" {
  id = "123456789012"

  network {
    cidr = "10.0.0.0/16"
  }
}

pipeline "p" {
  source "codecommit" {
    repository = "p"
  }

  stage "build" {
    build "image" {}
  }

  stage "live" {
    deploy "lambda" {
      name              = "open"
      function_url      = "NONE"
      dead_letter_queue = true
      strategy          = "all_at_once"
    }

    deploy "lambda" {
      name     = "shop"
      strategy = "linear"
      vpc      = true

      route {
        hosts = ["shop.example.com"]
      }
    }
  }
}
`

// ofRelease tells whether a resource is a function that a pipeline deploys, or what shifts one.
func ofRelease(p *plan.Plan, r *plan.Resource) bool {
	return (r.Type == functionType || r.Type == permissionType) && r.Stack.ByPipeline() || r.Type == groupType && surveyOf(p).platform(r) == "Lambda"
}

// onRelease damages each resource of a type that is about the functions that pipelines deploy.
func onRelease(proof, says, resourceType, what string, do func(p *plan.Plan, r *plan.Resource)) damages {
	return func(p *plan.Plan) []damage {
		var out []damage
		for _, r := range p.Resources {
			if r.Type == resourceType && (r.Stack.ByPipeline() || ofRelease(p, r) || resourceType == functionStackType) {
				out = append(out, damage{r.ID + ": " + what, proof, says, func() { do(p, r) }})
			}
		}
		return out
	}
}

// released sets a property of each such resource.
func released(proof, says, resourceType string, value plan.Value, path ...any) damages {
	return onRelease(proof, says, resourceType, written(text("has another ", plan.String(path[len(path)-1].(string)))), func(_ *plan.Plan, r *plan.Resource) {
		put(r, value, path...)
	})
}

// onReleases damages each action of a pipeline that deploys a function.
func onReleases(says string, do func(r *plan.Resource, path ...any)) damages {
	return onActions(func(action plan.Value) bool { return provider(action) == "CloudFormation" }, says, do)
}

// where keeps the damages of what meets a condition.
func where(fits func(p *plan.Plan, id string) bool, make damages) damages {
	return func(p *plan.Plan) []damage {
		return slices.DeleteFunc(make(p), func(d damage) bool {
			id, _, _ := strings.Cut(d.what, ":")
			return !fits(p, id)
		})
	}
}

func inVPC(p *plan.Plan, id string) bool { return p.Resource(id).Properties.Get("VpcConfig") != nil }

func reads(p *plan.Plan, id string) bool { return len(dynamicReferences(p.Resource(id))) > 0 }

func open(p *plan.Plan, id string) bool {
	return p.Resource(id).Properties.Get("AuthType") == plan.String("NONE")
}

// keeperOf is what makes the stack of a resource.
func keeperOf(p *plan.Plan, r *plan.Resource) *plan.Resource { return surveyOf(p).makes[r.Stack] }

// deployerOf is the policy of the role that a function is deployed with.
func deployerOf(p *plan.Plan, r *plan.Resource) *plan.Resource {
	s, keeper := surveyOf(p), keeperOf(p, r)
	return s.policiesOf(s.resolve(keeper, keeper.Properties.Get("RoleARN"), roleType))[0]
}

// forget takes an action out of a policy.
func forget(policy *plan.Resource, action string) {
	for i, statement := range items(at(policy.Properties, "PolicyDocument", "Statement")) {
		var left plan.List
		for _, v := range items(at(statement, "Action")) {
			if v != plan.String(action) {
				left = append(left, v)
			}
		}
		put(policy, left, "PolicyDocument", "Statement", i, "Action")
	}
}

var releaseDamages = []damages{
	// what shifts requests
	released("sense", "does not shift requests", groupType, plan.String("IN_PLACE"), "DeploymentStyle", "DeploymentType"),
	released("sense", "does not shift requests", groupType, plan.String("WITHOUT_TRAFFIC_CONTROL"), "DeploymentStyle", "DeploymentOption"),
	released("sense", "no configuration says that is for functions", groupType, plan.String("CodeDeployDefault.OneAtATime"), "DeploymentConfigName"),
	onRelease("sense", "says that is not for functions", groupType, "a configuration for hosts", func(p *plan.Plan, r *plan.Resource) {
		config := addTo(p, r, "HostConfig", "AWS::CodeDeploy::DeploymentConfig", object("ComputePlatform", plan.String("Server")))
		put(r, plan.Ref{To: config}, "DeploymentConfigName")
	}),
	onRelease("sense", "ApplicationName have to name", groupType, "no application", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.String("another"), "ApplicationName")
	}),
	onRelease("sense", "whose deployments stop each other", aliasType, "a second alias", func(p *plan.Plan, r *plan.Resource) {
		addTo(p, r, "SecondAlias", aliasType, r.Properties).UpdatePolicy = r.UpdatePolicy
	}),
	onRelease("sense", "at one blow", aliasType, "no update policy", func(_ *plan.Plan, r *plan.Resource) { r.UpdatePolicy = nil }),
	onRelease("sense", "at one blow", aliasType, "another group", func(_ *plan.Plan, r *plan.Resource) {
		r.UpdatePolicy = with(r.UpdatePolicy, plan.String("another"), "CodeDeployLambdaAliasUpdate", "DeploymentGroupName").(plan.Object)
	}),
	onRelease("sense", "a group of another application", aliasType, "another application", func(_ *plan.Plan, r *plan.Resource) {
		r.UpdatePolicy = with(r.UpdatePolicy, plan.String("another"), "CodeDeployLambdaAliasUpdate", "ApplicationName").(plan.Object)
	}),
	released("sense", "leads to no version", aliasType, plan.String("1"), "FunctionVersion"),

	// what a release changes
	released("sense", "stays what it is", versionType, plan.String("the version"), "Description"),
	released("sense", "stays what it is", versionType, nil, "Description"),
	onRelease("sense", "made anew without a change", functionType, "its description stays", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.String("the function"), "Description")
	}),
	released("sense", "is a version of no function", versionType, plan.String("another"), "FunctionName"),
	released("sense", "is an image and has a Runtime", functionType, plan.String("nodejs22.x"), "Runtime"),
	released("sense", "is an image and has a Handler", functionType, plan.String("index.handler"), "Handler"),
	released("sense", "that no release gives it", functionType, plan.String("123456789012.dkr.ecr.us-east-1.amazonaws.com/x:latest"), "Code", "ImageUri"),
	where(reads, onRelease("sense", "where nothing puts it", functionType, "its values are gone", func(p *plan.Plan, r *plan.Resource) {
		without(p, readWhenMade(surveyOf(p), r)...)
	})),

	// who may fetch the image
	onRelease("access", refused, functionType, "the function has another name", func(p *plan.Plan, r *plan.Resource) {
		put(r, text("renamed-", plan.Param{Of: p.Suffix}), "FunctionName")
	}),

	// who may call
	where(open, onRelease("sense", "answers nobody", urlType, "nobody may use it", func(p *plan.Plan, r *plan.Resource) {
		without(p, surveyOf(p).kinds[kind{r.Stack, permissionType}]...)
	})),
	onRelease("sense", "What AWS would not run", permissionType, "lets in a service that does not call", func(_ *plan.Plan, r *plan.Resource) {
		put(r, plan.String("s3.amazonaws.com"), "Principal")
	}),
	onRelease("sense", "What AWS would not run", permissionType, "lets everybody call", func(_ *plan.Plan, r *plan.Resource) {
		r.Properties = object("FunctionName", r.Properties.Get("FunctionName"), "Action", plan.String("lambda:InvokeFunction"), "Principal", plan.String("*"))
	}),
	tooEarly("AWS::Lambda::EventSourceMapping", "FunctionName"), tooEarly("AWS::Lambda::EventInvokeConfig", "FunctionName"), tooEarly(permissionType, "FunctionName"),
	tooEarly(aliasType, "FunctionName"), tooEarly(versionType, "FunctionName"), tooEarly(urlType, "TargetFunctionArn"),
	released("sense", "has a Timeout of 901", functionType, plan.Int(901), "Timeout"),
	released("sense", "has a MemorySize of 64", functionType, plan.Int(64), "MemorySize"),
	released("sense", "which Lambda sets itself", functionType, object("AWS_REGION", plan.String("here")), "Environment", "Variables"),
	released("sense", "which Lambda sets itself", functionType, object("AWS_LAMBDA_FUNCTION_NAME", plan.String("x")), "Environment", "Variables"),
	onRelease("sense", "lets in others than a target group", functionTargetType, "a permission for any load balancer", func(p *plan.Plan, r *plan.Resource) {
		put(first(p, r, permissionType), nil, "SourceArn")
	}),
	onRelease("sense", "in which no function is put", functionTargetType, "it is gone", func(p *plan.Plan, r *plan.Resource) { without(p, r) }),
	onRelease("order", "no function that does not let it in", functionTargetType, "it does not wait for the permission", func(_ *plan.Plan, r *plan.Resource) {
		r.DependsOn = nil
	}),
	onRelease("order", "of an alias that does not exist", urlType, "it does not wait for the alias", func(_ *plan.Plan, r *plan.Resource) { r.DependsOn = nil }),

	// the stack
	onReleases("that nothing deletes", func(r *plan.Resource, path ...any) {
		put(r, plan.String("another"), append(path, "Configuration", "StackName")...)
	}),
	onReleases("may do more to a stack", func(r *plan.Resource, path ...any) {
		put(r, plan.String("REPLACE_ON_FAILURE"), append(path, "Configuration", "ActionMode")...)
	}),
	onReleases("as another role than", func(r *plan.Resource, path ...any) {
		put(r, at(r.Properties, append(path, "RoleArn")...), append(path, "Configuration", "RoleArn")...)
	}),
	onReleases("which no build makes", func(r *plan.Resource, path ...any) {
		put(r, plan.String("Bundle::another.json"), append(path, "Configuration", "TemplatePath")...)
	}),
	onReleases("which no build makes", func(r *plan.Resource, path ...any) {
		put(r, plan.String("Bundle::another.json"), append(path, "Configuration", "TemplateConfiguration")...)
	}),
	onReleases("which no build makes", func(r *plan.Resource, path ...any) {
		put(r, plan.String("Source::cfnpipe-functions/release.json"), append(path, "Configuration", "TemplateConfiguration")...)
	}),
	onRelease("teardown", "nobody deletes", functionStackType, "it is gone", func(p *plan.Plan, r *plan.Resource) { without(p, r) }),
	released("teardown", "nobody deletes", functionStackType, plan.String("another"), "StackName"),
	released("teardown", "no role to deploy with", functionStackType, plan.String("another"), "RoleARN"),
	keeperWithout("cloudformation:CreateStack"), keeperWithout("cloudformation:DeleteStack"), keeperWithout("cloudformation:CancelUpdateStack"),
	keeperWithout("cloudformation:DescribeStacks"), keeperWithout("cloudformation:DescribeStackEvents"),
	keeperWithout("lambda:InvokeFunction"), keeperWithout("iam:PassRole"),
	released("teardown", "does not fit the time", functionStackType, plan.Int(600), "ServiceTimeout"),
	where(inVPC, onRelease("teardown", "network interfaces in a VPC", functionType, "nobody sees when it has left the VPC", func(p *plan.Plan, r *plan.Resource) {
		forget(deployerOf(p, r), "ec2:DescribeNetworkInterfaces")
	})),
}

// tooEarly puts a resource that is of a function into the stack that is there before the function.
func tooEarly(resourceType, property string) damages {
	return onRelease("sense", "not there before its first release", functionStackType, "its stack has a "+resourceType, func(p *plan.Plan, r *plan.Resource) {
		for _, function := range p.Resources {
			if function.Type == functionType && surveyOf(p).makes[function.Stack] == r {
				properties := object(property, plan.Text(function.Properties.Get("FunctionName"), ":live"))
				addTo(p, r, "Early", resourceType, properties)
				return
			}
		}
	})
}

func keeperWithout(action string) damages {
	return onRelease("access", refused, functionStackType, "its function may not "+action, func(p *plan.Plan, r *plan.Resource) {
		s := surveyOf(p)
		function := s.function(r)
		forget(s.policiesOf(s.resolve(function, function.Properties.Get("Role"), roleType))[0], action)
	})
}
