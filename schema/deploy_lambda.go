package schema

func deployLambda() Block {
	return Block{
		Type: "deploy", Kind: "lambda",
		Doc: "Runs the pipeline's image as a Lambda function, in a stack of its own that the pipeline makes with its first release. Requests come to its alias " +
			"`live`: through the load balancer with a `route`, at a URL of the function's own with `function_url`, or from who may call it by rights of their own. " +
			"It may write its logs and read its `secrets`; further rights are an `AWS::IAM::Policy` of a `resource` in the stack of the service, attached to the role of the function. " +
			"What needs the function to be there, such as an event source or a permission, cannot stand in a `resource`, which is made before the first release.",
		Attributes: append(append([]Attribute{deployName(), accountRef("The account to deploy into. It needs a `network` for a `route` and for `vpc`.")}, function()...), release()...),
		Blocks:     append([]Block{route()}, functionAlarms()...),
		Example: `deploy "lambda" {
  account      = account.production
  memory_size  = 1024
  strategy     = "linear"
  traffic      = { percent = 20, minutes = 2 }
  environment  = { LOG_LEVEL = "info" }
  function_url = "AWS_IAM"
}
`,
	}
}

// Sources of the bounds: Lambda API, CreateFunction; Lambda developer guide, "Lambda quotas".
func function() []Attribute {
	return []Attribute{
		{
			Name: "memory_size", Type: Integer, Default: "512", Min: 128, Max: 10240, Example: "1024",
			Doc: "The function's memory in MB. Processing power grows with it.",
		},
		{
			Name: "timeout_seconds", Type: Integer, Default: "30", Min: 1, Max: 900, Example: "60",
			Doc: "How long one call may take.",
		},
		{
			// CloudFormation takes no word twice (resource schema of AWS::Lambda::Function, ImageConfig).
			Name: "command", Type: StringList, Unique: true, Once: "CloudFormation takes no word of a command twice. Write an option and its value as one word, such as --require=./a.js, or make it the image's own CMD.", Default: "[]", Holds: Data, MaxLength: 1024, Example: `["index.handler"]`,
			Doc: "What the image runs, instead of its own `CMD`; for images with Lambda's own entry point, the handler.",
		},
		{
			Name: "environment", Type: StringMap, Deferred: AnyCharacter, Default: "{}", Keys: functionVariable, Holds: Data, Scalars: true, Example: `{ LOG_LEVEL = "info" }`,
			Doc: "Environment variables of the function, 4 KB in all. They belong to this deployment; the image is the same everywhere. They reach the function with the next release.",
		},
		{
			Name: "secrets", Type: StringMap, Deferred: `[A-Za-z0-9/_+=.@-]`, Default: "{}", Keys: functionVariable, MaxLength: 512,
			Pattern: secretPattern, Words: secretWords,
			Example: `{ DATABASE_SECRET = "storefront/database", API_KEY_PARAMETER = "ssm:/storefront/api-key" }`,
			Doc: "Secrets that the function may read. Each variable holds the name of its secret, or of its parameter, and never its value: whoever may look at a function sees its variables. " +
				"The code asks for the value with `GetSecretValue` or `GetParameter`. A secret is named as in `deploy \"ec2\"`.",
		},
		{
			Name: "vpc", Type: Bool, Default: "false", Example: "true",
			Doc: "Whether the function runs in the private subnets of the account's `network`, with HTTPS as its way out; other ports, such as a database's, are an `override` of its security group. Without it a function reaches the internet, and nothing in the VPC.",
		},
		{
			Name: "function_url", Type: String, Values: []string{"AWS_IAM", "NONE"}, Example: `"AWS_IAM"`,
			Doc: "Gives the function a URL of its own, and says who may call it: principals of the account by their own policies, or, with `NONE`, everybody. The URL is an output of the function's stack.",
		},
		{
			Name: "reserved_concurrency", Type: Integer, Min: 1, Max: 100000, Example: "50",
			Doc: "How many calls may run at a time; as many are kept for this function of what the account has, of which Lambda wants 100 left over. Without it the function shares in all that is free.",
		},
		{
			Name: "dead_letter_queue", Type: Bool, Default: "false", Example: "true",
			Doc: "Whether asynchronous calls that fail at every attempt are kept, for 14 days, in a queue.",
		},
	}
}

// release is how a new version takes over.
func release() []Attribute {
	return []Attribute{
		{
			Name: "strategy", Type: String, Default: `"canary"`, Values: []string{"canary", "linear", "all_at_once"}, Example: `"all_at_once"`,
			Doc: "How requests reach a new version: a part of them first and after a while the rest, part by part, or all at the same time. " +
				"An alarm that rings meanwhile gives all requests back to the version before. It counts the calls of both versions together, and with `all_at_once` there is no meanwhile.",
		},
		{
			Name: "traffic", Type: Object, Default: "{ percent = 10, minutes = 5 }", Example: "{ percent = 25, minutes = 10 }",
			Condition: `not with strategy = "all_at_once"`,
			Doc:       "How the requests are shifted.",
			Members: []Attribute{
				{
					Name: "percent", Type: Integer, Required: true, Min: 1, Max: 99, Example: "10",
					Doc: "Of a hundred requests, how many go over at first, and with `linear` at each further step.",
				},
				{
					Name: "minutes", Type: Integer, Required: true, Min: 1, Max: 110, Example: "5",
					Doc: "How long after that the rest goes over or, with `linear`, the next part. All of it may take 110 minutes.",
				},
			},
		},
	}
}

// functionVariable is what Lambda takes as the name of a variable. Source: Lambda API, Environment, Variables.
const functionVariable = `^[A-Za-z][A-Za-z0-9_]+$`
