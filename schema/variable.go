package schema

func variable() Block {
	return Block{
		Type: "variable",
		Labels: []Label{{
			Name: "name", Doc: "What expressions call the variable: `var.NAME`.",
			Pattern: valueName, Words: valueNameWords, MaxLength: 128,
		}},
		Doc: "A value that is given from outside, so that one configuration serves several systems: by `--var NAME=VALUE`, in a file " +
			"named by `--var-file`, in a file `*.auto.vars.hcl` beside the configuration, or in the environment as `CFNPIPE_VAR_NAME`. " +
			"Of several, the command line wins, in its order, then files, then the environment.",
		Attributes: []Attribute{
			{
				Name: "type", Type: Constraint, Example: "map(object({ port = number, hosts = list(string) }))",
				Doc: "What the value has to be: `string`, `number`, `bool`, `any`, or `list`, `set`, `map`, `tuple` or `object` of those, " +
					"with `optional` members. What is given is converted to it.",
			},
			{
				Name: "default", Type: Any, Example: `"us-east-1"`,
				Doc: "The value if none is given. It refers to nothing. Without a default one has to be given.",
			},
			{
				Name: "description", Type: String, Default: `""`, Holds: Lines, Example: `"The account that customers use."`,
				Doc: "What the variable is for.",
			},
			{
				Name: "sensitive", Type: Bool, Default: "false", Example: "true",
				Doc: "Whether messages hide the value. A template shows it all the same: secrets belong into `secrets` of a deploy.",
			},
		},
		Blocks: []Block{validation()},
		Example: `variable "production_account" {
  type        = string
  description = "The account that customers use."
}
`,
	}
}

func validation() Block {
	return Block{
		Type: "validation",
		Doc:  "A condition that the value of a variable has to meet.",
		Attributes: []Attribute{
			{
				Name: "condition", Type: Any, Required: true, Example: `length(var.services) <= 30`,
				Doc: "True for a value that is right. It refers to this variable and no other.",
			},
			{
				Name: "error_message", Type: String, Required: true, Holds: Lines, Example: `"At most 30 services share a load balancer."`,
				Doc: "What is said about a value that is wrong.",
			},
		},
		Example: `validation {
  condition     = length(var.services) <= 30
  error_message = "At most 30 services share a load balancer."
}
`,
	}
}

// Names of variables and locals are HCL's identifiers. Source: HCL Native Syntax Specification, "Identifiers".
const (
	valueName      = `^[A-Za-z_][A-Za-z0-9_-]*$`
	valueNameWords = "letters, digits, underscores and hyphens, beginning with a letter or an underscore"
)
