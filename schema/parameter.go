package schema

// parameter is a further parameter of the templates.
func parameter() Block {
	return Block{
		Type: "parameter",
		Labels: []Label{{
			Name: "Name", Doc: "What the templates call the parameter, and expressions: `param.NAME`.",
			Pattern: idPattern, Words: idWords, MaxLength: 255,
		}},
		Doc: "A value that CloudFormation asks for when a stack is made or updated, as the parameter EnvironmentSuffix that every template has. " +
			"`param.NAME` may stand in a string wherever the value need not be known before. A `variable`, in contrast, has its value when cfnpipe runs.",
		Attributes: append([]Attribute{
			{
				Name: "type", Type: String, Default: `"String"`, Values: parameterTypes(), Example: `"AWS::EC2::VPC::Id"`,
				Doc: "The parameter's type, as CloudFormation calls it. Of a type `AWS::SSM::Parameter::Value<...>` the parameter is the name of one in " +
					"Parameter Store, whose value is used: it has to be there in each account that a template is deployed to.",
			},
			{
				Name: "default", Type: String, Holds: Data, MaxLength: 4096, Scalars: true, Example: `"https://api.example.com"`,
				Doc: "The value if none is given. Without a default one has to be given.",
			},
			{
				Name: "description", Type: String, Default: `""`, Holds: Lines, MaxLength: 4000, Example: `"Where the payment service answers."`,
				Doc: "What the parameter is for.",
			},
		}, constraints()...),
		Example: `parameter "PaymentUrl" {
  description     = "Where the payment service answers."
  default         = "https://payments.example.com"
  allowed_pattern = "https://[a-z0-9./-]+"
}
`,
	}
}

func constraints() []Attribute {
	return []Attribute{
		{
			Name: "allowed_values", Type: StringList, Unique: true, Min: 1, Scalars: true, Holds: Data, MaxLength: 4096,
			Example: `["t3.small", "t3.medium"]`,
			Doc:     "The only values that it may have.",
		},
		{
			Name: "allowed_pattern", Type: String, MaxLength: 1000, Condition: "with type String", Pattern: ".", Words: "a regular expression",
			Example: `"https://[a-z0-9./-]+"`,
			Doc: "A regular expression that the whole value has to match. Where the parameter stands next to text that somebody reads by rules, " +
				"as in `environment` or `secrets`, its characters have to be limited, by this or by `allowed_values`.",
		},
		{
			Name: "constraint_description", Type: String, Default: `""`, Holds: Line, MaxLength: 4000, Example: `"An address that begins with https://."`,
			Doc: "What CloudFormation answers to a value that is not allowed.",
		},
		{
			Name: "min_length", Type: Integer, Min: 1, Max: 4096, Condition: "with type String", Example: "1",
			Doc: "The least number of characters.",
		},
		{
			Name: "max_length", Type: Integer, Min: 1, Max: 4096, Condition: "with type String", Example: "64",
			Doc: "The largest number of characters.",
		},
	}
}

// parameterTypes are those whose value is one text. Source: CloudFormation user guide, "Specify existing resources at runtime
// with CloudFormation-supplied parameter types".
func parameterTypes() []string {
	return []string{
		"String", "Number",
		"AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id", "AWS::EC2::KeyPair::KeyName", "AWS::EC2::SecurityGroup::Id",
		"AWS::EC2::Subnet::Id", "AWS::EC2::VPC::Id", "AWS::Route53::HostedZone::Id",
		"AWS::SSM::Parameter::Value<String>", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
	}
}

// Names of a template: of parameters, resources and outputs. Source: CloudFormation user guide, "Template anatomy".
const (
	idPattern = `^[A-Za-z][A-Za-z0-9]*$`
	idWords   = "letters and digits, beginning with a letter"
)
