package schema

func deployEC2() Block {
	return Block{
		Type: "deploy", Kind: "ec2",
		Doc:        "Runs the pipeline's image as a service: on a fleet of EC2 instances behind the load balancer of the account's `network`.",
		Attributes: append(fleet(), service()...),
		Blocks:     append([]Block{route(), blueGreen()}, alarms()...),
		Example: `deploy "ec2" {
  account       = account.production
  instance_type = "t3.medium"
  capacity      = { min = 3, max = 9 }
  health_check  = "/health"
  environment   = { LOG_LEVEL = "info" }
  secrets       = { DATABASE_URL = "storefront/database-url" }
}
`,
	}
}

func fleet() []Attribute {
	return []Attribute{
		deployName(),
		accountRef("The account to deploy into. It needs a `network`."),
		{
			Name: "instance_type", Type: String, Deferred: `[a-z0-9.-]`, Default: `"t3.small"`, MaxLength: 40, Example: `"t3.medium"`,
			Pattern: `^[a-z0-9-]+\.[a-z0-9-]+$`, Words: "an EC2 instance type",
			Doc: "The type of the instances. Images are built for x86_64, so Graviton types are refused.",
		},
		{
			Name: "capacity", Type: Object, Default: "{ min = 2, max = 4 }", Example: "{ min = 3, max = 9 }",
			Doc: "How many instances there are at least and at most.",
			Members: []Attribute{
				{
					Name: "min", Type: Integer, Required: true, Min: 1, Max: 1000, Example: "2",
					Doc: "The least number of instances.",
				},
				{
					Name: "max", Type: Integer, Required: true, Min: 1, Max: 1000, Example: "4",
					Doc: "The largest number of instances, not below `min`.",
				},
			},
		},
		{
			Name: "strategy", Type: String, Default: `"rolling"`, Values: []string{"rolling", "all_at_once", "blue_green"}, Example: `"blue_green"`,
			Doc: "How a release reaches the instances: one after another, so that the service stays up; all at the same time; or, with `blue_green`, new instances get it, " +
				"the requests go over to them when they are healthy, and the old ones end. For a while there are twice as many instances then. " +
				"A change of `environment`, `secrets`, `instance_type` or the machine image reaches a `blue_green` service with its next release, and before that only hosts that " +
				"come because the load grows or one fails. " +
				"Going over to `blue_green` or back exchanges the instances for others, without the service until the next release.",
		},
	}
}

func deployName() Attribute {
	return Attribute{
		Name: "name", Type: String, MaxLength: 40, Pattern: namePattern, Words: nameWords, Example: `"api"`,
		Condition: "needed when a stage has several deploys",
		Doc:       "Tells the deploys of one stage apart. It becomes part of the names of resources.",
	}
}

func service() []Attribute {
	return []Attribute{
		{
			Name: "port", Type: Integer, Default: "8080", Min: 1, Max: 65535, Example: "3000",
			Doc: "The port on which the container listens. It is told to the container in the variable `PORT`.",
		},
		{
			// Source: Elastic Load Balancing API, CreateTargetGroup, HealthCheckPath: 1 to 1024 characters.
			Name: "health_check", Type: String, Default: `"/"`, MaxLength: 1024, Example: `"/health"`,
			Pattern: `^/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]*$`, Words: "a path that begins with /, of characters that a URL may contain",
			Doc: "The path that answers with a status from 200 to 399 when an instance is healthy.",
		},
		{
			Name: "environment", Type: StringMap, Deferred: `[A-Za-z0-9 ._:/@%+=,?&~*-]`, Default: "{}", Keys: variablePattern, Holds: Data, Scalars: true, Example: `{ LOG_LEVEL = "info" }`,
			Doc: "Environment variables of the container. They belong to this deployment; the image is the same everywhere. " +
				"`PORT` is set to `port` unless it stands here. Names may not begin with `DOCKER_` or `LD_`.",
		},
		{
			// Sources: Secrets Manager API, CreateSecret, Name; Systems Manager API, PutParameter, Name.
			Name: "secrets", Type: StringMap, Deferred: `[A-Za-z0-9/_+=.@-]`, Default: "{}", Keys: variablePattern, MaxLength: 512,
			Pattern: secretPattern, Words: secretWords,
			Example: `{ DATABASE_URL = "storefront/database-url", API_KEY = "ssm:/storefront/api-key" }`,
			Doc: "Environment variables whose values are secrets, by reference: a name in Secrets Manager, `ssm:/path/name` in Parameter Store, " +
				"or a secret of a `resource` block: `resource.ID`, or what a database keeps its own in, `resource.ID.MasterUserSecret.SecretArn`. " +
				"The values are read on the instance and stand in no template.",
		},
	}
}

const (
	secretPattern = `^([A-Za-z0-9/_+=.@-]+|ssm:/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)$`
	secretWords   = "the name of a Secrets Manager secret, or ssm: and the path of a SecureString in Parameter Store"
)

const variablePattern = `^[A-Za-z_][A-Za-z0-9_]*$`
