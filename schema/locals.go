package schema

func locals() Block {
	return Block{
		Type: "locals", Open: true,
		Doc: "Names for values: each attribute is one, and expressions call it `local.NAME`. They may refer to each other, to variables " +
			"and to accounts, in any order. There may be several such blocks.",
		Example: `locals {
  domain = "example.com"
  hosts  = ["shop.${local.domain}", "www.${local.domain}"]
}
`,
	}
}
