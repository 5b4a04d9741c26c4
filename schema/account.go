package schema

func account() Block {
	return Block{
		Type: "account", Min: 1,
		Labels: name("What other blocks call the account: `account.NAME`. It becomes part of the names of resources."),
		Doc: "An AWS account that the configuration deploys into. With a `network` it can run hosts and whatever stands behind a load balancer; without one, pipelines and functions. " +
			"Two blocks with one id are two environments of one account.",
		Attributes: []Attribute{{
			Name: "id", Type: String, Required: true,
			Pattern: `^[0-9]{12}$`, Words: "the 12 digits of an AWS account id in quotes", Example: `"123456789012"`,
			Doc: "The account's id. It is a string: HCL drops the leading zeros of a bare number.",
		}},
		Blocks: []Block{network(), artifacts()},
		Example: `account "staging" {
  id = "123456789012"

  network {
    cidr = "10.10.0.0/16"
  }
}
`,
	}
}
