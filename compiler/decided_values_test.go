package compiler_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cfnpipe/cfnpipe/schema"
)

// legal are values that an attribute may take, of which at least two do.
func legal(p place) []string {
	out := append([]string{}, further()[p.name]...)
	row := p.row
	for _, value := range row.Values {
		out = append(out, `"`+value+`"`)
	}
	switch {
	case strings.HasSuffix(p.name, " value") && len(out) == 0:
		return append(out, `"one"`, `"two"`)
	case row.Type == schema.AccountRef:
		return append(out, "account.main", "account.other")
	case row.Type == schema.Bool:
		return append(out, "true", "false")
	case row.Type == schema.Integer:
		out = append(out, row.Example, fmt.Sprint(row.Min), fmt.Sprint(row.Min+1))
		if row.Max > 0 {
			out = append(out, fmt.Sprint(row.Max), fmt.Sprint(row.Max-1))
		}
		return out
	case strings.HasSuffix(p.name, " item"):
		return append(out, `"one"`, `"two"`)
	}
	out = append(out, row.Example)
	if text, ok := strings.CutPrefix(row.Example, `"`); ok && row.Type == schema.String {
		out = append(out, `"x`+text, `"`+text[:len(text)-1]+`x"`, `"`+strings.ToLower(text[:len(text)-1])+`2"`)
	}
	return out
}

// further are values for attributes whose other values cannot be worked out of the schema.
func further() map[string][]string {
	certificate := `"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-12345678901`
	subnets := func(last string) []string {
		return []string{`["subnet-0a1b2c3d4e5f6789` + last + `", "subnet-0a1b2c3d4e5f6780` + last + `"]`}
	}
	return map[string][]string{
		"region":                          {`"eu-west-1"`},
		"account.id":                      {`"210987654321"`},
		"network.cidr":                    {`"10.20.0.0/16"`},
		"network.vpc_id":                  {`"vpc-0a1b2c3d4e5f67891"`},
		"network.public_subnet_ids":       subnets("4"),
		"network.public_subnet_ids item":  {`"subnet-0a1b2c3d4e5f67890"`, `"subnet-0a1b2c3d4e5f67895"`},
		"network.private_subnet_ids":      subnets("6"),
		"network.private_subnet_ids item": {`"subnet-0a1b2c3d4e5f67892"`, `"subnet-0a1b2c3d4e5f67897"`},
		"network.certificate_arn":         {certificate + `2"`, certificate + `3"`},
		"network.allowed_cidrs":           {`["198.51.100.0/24", "192.0.2.0/24"]`},
		"network.allowed_cidrs item":      {`"198.51.100.0/24"`, `"192.0.2.0/24"`},
		"parameter.allowed_values":        {`["m5.large"]`},
		"paths.include":                   {`["services/web/**"]`},
		"paths.exclude":                   {`["docs/**", "*.txt"]`},
		`build "image".runtime`:           {`{ nodejs = "22" }`, `{}`},
		`build "image".test`:              {`["make test"]`, `[]`},
		`deploy "ec2".capacity`:           {`{ min = 2, max = 2 }`, `{ min = 2, max = 4 }`},
		`deploy "ec2".environment`:        {`{ LOG_LEVEL = "debug", COLOUR = "blue" }`},
		`deploy "ec2".secrets`:            {`{ TOKEN = "storefront/token" }`},
		"route.hosts":                     {`["www.example.com"]`},
		"route.hosts item":                {`"a.example.com"`, `"b.example.com"`},
		"route.paths":                     {`["/shop/*", "/cart"]`},
		"route.paths item":                {`"/a/*"`, `"/b"`},
		`alarm "latency".percentile`:      {"90", "99"},
		`alarm "metric".dimensions`:       {`{ QueueName = "mail", Region = "x" }`},
		`deploy "lambda".command`:         {`["main.handler", "--fast"]`},
		`deploy "lambda".environment`:     {`{ LOG_LEVEL = "debug", STACK = aws.stack_name }`},
		`deploy "lambda".secrets`:         {`{ TOKEN = "storefront/token" }`},
		`deploy "lambda".traffic`:         {`{ percent = 10, minutes = 5 }`, `{ percent = 30, minutes = 5 }`},
		"canary.every":                    {`"10 minutes"`, `"1 hour"`},
		"deployment_window.cron":          {`"* * 8-17 ? * MON-FRI"`},
		"notifications.emails":            {`["crew@example.com", "boss@example.com"]`},
		"notifications.emails item":       {`"crew@example.com"`, `"boss@example.com"`},
		"notifications.on":                {`["failed"]`, `["approval_needed"]`},
		"resource.properties":             {`{ MessageRetentionPeriod = 60, FifoQueue = true, Tags = [{ Key = "a", Value = "b" }] }`},
		"resource.properties value":       {`{ Key = "a", Value = "b" }`, `{ Key = "a", Value = "c" }`},
		"resource.stack":                  {`"hello-service"`},
		"resource.depends_on":             {`["MainInternetGateway", "MainVpc"]`},
		"resource.depends_on item":        {`"MainVpc"`, `"MainInternetGateway"`},
		"override.set":                    {`{ "/Properties/TimeoutInMinutes" = 91 }`},
		"override.set value":              {`"LOCAL_SOURCE_CACHE"`, `"LOCAL_CUSTOM_CACHE"`},
		"override.add":                    {`{ "/Properties/BadgeEnabled" = false }`, `{ "/Properties/Cache/Modes/-" = "LOCAL_SOURCE_CACHE" }`},
		"override.add value":              {`{ Key = "a", Value = "b" }`, `{ Key = "a", Value = "c" }`},
		"override.depends_on":             {`["HelloArtifactBucket", "HelloImageRepository"]`},
		"override.depends_on item":        {`"HelloArtifactBucket"`, `"HelloImageRepository"`},
	}
}

// elsewhere are attributes that decide nothing in a template by themselves, with the reason.
func elsewhere() map[string]string {
	const inputs = "what a variable is given decides through the attributes that use it"
	const gone = "what it takes away stands in no template; explain knows it"
	return map[string]string{
		"variable.type": inputs, "variable.default": inputs, "variable.description": inputs, "variable.sensitive": inputs,
		"validation.condition": inputs, "validation.error_message": inputs,
		"override.remove": gone, "override.remove item": gone,
		"pipeline.for_each": "it says how many pipelines a block stands for; what they are made of, the block decides",
	}
}

// prepared is the place in a configuration that uses what the place is about.
func prepared(t testing.TB, p place) place {
	text := string(p.base)
	if strings.HasPrefix(p.name, "parameter.") {
		text += "output \"Shown\" {\n  value = param.Example\n}\n"
		text = regexp.MustCompile(`parameter "[^"]*"`).ReplaceAllString(text, `parameter "Example"`)
	}
	text = strings.NewReplacer(`"/Properties/Text"`, `"/Properties/Tags"`, `{ "Text" =`, `{ "Tags" =`).Replace(text)
	if p.row.Type == schema.AccountRef {
		at := p.block(t).Start.Byte
		text += "account \"other\" {\n  id = \"210987654321\"\n  network {\n    cidr = \"10.10.0.0/16\"\n  }\n}\n"
		headers := regexp.MustCompile(`(pipeline|deploy) ".*\{\n`).FindAllStringIndex(text, -1)
		for _, header := range slices.Backward(headers) {
			if header[0] != at {
				text = text[:header[1]] + "account = account.main\n" + text[header[1]:]
			}
		}
	}
	switch p.name {
	case "parameter label":
		text += "output \"Shown\" {\n  value = param.example\n}\n"
	case "canary.account": // it stands where something is deployed
		text = strings.Replace(text, `deploy "ec2" {`, "deploy \"ec2\" {\nname = \"other\"\naccount = account.other\n}\ndeploy \"ec2\" {\nname = \"main\"", 1)
	case "output.account": // one that shows a resource stands where that is
		text = regexp.MustCompile(`value   = .*`).ReplaceAllString(text, `value = "shown"`)
	}
	p.base = []byte(text)
	return p
}
