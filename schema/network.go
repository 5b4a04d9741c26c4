package schema

func network() Block {
	return Block{
		Type: "network", Max: 1,
		Doc: "The VPC that services of the account run in, with one load balancer in front of all of them. Without `vpc_id` a VPC is made; " +
			"with it, the VPC and its subnets are taken as they are.",
		Attributes: append(newNetwork(), append(existingNetwork(), loadBalancer()...)...),
		Example: `network {
  cidr               = "10.20.0.0/16"
  availability_zones = 3
  nat_gateways       = "one_per_zone"
  allowed_cidrs      = ["203.0.113.0/24"]
}
`,
	}
}

func newNetwork() []Attribute {
	return []Attribute{
		{
			Name: "cidr", Type: String, Default: `"10.0.0.0/16"`, Condition: "not together with vpc_id", Example: `"10.10.0.0/16"`,
			Pattern: ".", Words: "a private network of prefix /16 to /21",
			Doc: "The address range of the VPC: a network of prefix /16 to /21 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10. " +
				"The networks of two accounts may not overlap.",
		},
		{
			Name: "availability_zones", Type: Integer, Default: "2", Min: 2, Max: 6, Condition: "not together with vpc_id", Example: "3",
			Doc: "Over how many availability zones subnets and instances are spread: the first that the account's list of zones names.",
		},
		{
			Name: "nat_gateways", Type: String, Default: `"one"`, Values: []string{"one", "one_per_zone", "none"},
			Condition: "not together with vpc_id", Example: `"one_per_zone"`,
			Doc: "How instances reach the internet. `one` is the cheapest way; `one_per_zone` survives the loss of a zone; " +
				"with `none` instances reach only AWS, through VPC endpoints.",
		},
	}
}

func existingNetwork() []Attribute {
	const subnet, words = `^subnet-[0-9a-f]{8,17}$`, "the id of a subnet, such as subnet-0a1b2c3d4e5f67890"
	return []Attribute{
		{
			Name: "vpc_id", Type: String, Deferred: `[a-z0-9-]`, Pattern: `^vpc-[0-9a-f]{8,17}$`, Words: "the id of a VPC", Example: `"vpc-0a1b2c3d4e5f67890"`,
			Doc: "An existing VPC to use instead of making one.",
		},
		{
			Name: "public_subnet_ids", Type: StringList, Deferred: `[a-z0-9-]`, Unique: true, Min: 2, Pattern: subnet, Words: words,
			Condition: "required with vpc_id, and only then", Example: `["subnet-0a1b2c3d4e5f67890", "subnet-0a1b2c3d4e5f67891"]`,
			Doc: "Subnets for the load balancer, in at least two availability zones, with a route to an internet gateway.",
		},
		{
			Name: "private_subnet_ids", Type: StringList, Deferred: `[a-z0-9-]`, Unique: true, Min: 2, Pattern: subnet, Words: words,
			Condition: "required with vpc_id, and only then", Example: `["subnet-0a1b2c3d4e5f67892", "subnet-0a1b2c3d4e5f67893"]`,
			Doc: "Subnets for instances, in at least two availability zones, with a way out to AWS through NAT or VPC endpoints.",
		},
	}
}

func loadBalancer() []Attribute {
	return []Attribute{
		{
			Name: "certificate_arn", Type: String, Deferred: `[A-Za-z0-9:/-]`,
			Pattern: `^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
			Words:   "the ARN of an ACM certificate",
			Example: `"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"`,
			Doc: "The certificate of the load balancer, from this account and the configuration's region. With it the load balancer speaks HTTPS " +
				"and redirects plain HTTP; without it, it speaks plain HTTP.",
		},
		{
			Name: "allowed_cidrs", Type: StringList, Deferred: `[0-9./]`, Unique: true, Default: `["0.0.0.0/0"]`, Min: 1, Words: "an IPv4 network", Example: `["203.0.113.0/24"]`,
			Doc: "From which networks the load balancer may be reached.",
		},
		{
			Name: "access_log_expire_after_days", Type: Integer, Default: "30", Min: 1, Max: 3650, Example: "90",
			Doc: "For how many days the access logs of the load balancer are kept.",
		},
	}
}
