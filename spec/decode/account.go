package decode

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/spec"
)

// accounts decodes the account blocks without their networks, which networks reads. All names and ids are known before
// anything is read that may refer to them.
func (d *decoder) accounts(root *block) []*block {
	blocks := d.labelled(root, "account")
	for _, n := range blocks {
		account := &spec.Account{Label: n.label, Range: n.header}
		d.declared = append(d.declared, account)
		d.byName[n.label.Value] = account
		if d.fitsLabel(n.row.Labels[0], n.label.Value) {
			d.names = append(d.names, n.label.Value)
		}
	}
	opened := make([]*block, len(blocks))
	for i, n := range blocks {
		opened[i] = d.open(n)
		d.scope.ids[n.label.Value] = &identity{account: d.declared[i], block: opened[i]}
	}
	for _, n := range blocks {
		d.identify(n.label.Value)
	}
	d.allLocals()
	return opened
}

// networks reads what stands in the account blocks: their networks, and the stores that their pipelines share.
func (d *decoder) networks(accounts []*block, region spec.Text) {
	for i, b := range accounts {
		if network, found := b.one("network", ""); found {
			d.declared[i].Network = network.network(d.declared[i], region)
		}
		if artifacts, found := b.one("artifacts", ""); found {
			d.declared[i].Artifacts = artifacts.artifacts()
		}
	}
}

// labelled returns the blocks of a type whose label has not been used before.
func (d *decoder) labelled(parent *block, typeName string) []nested {
	first := map[string]hcl.Range{}
	var out []nested
	for _, n := range parent.of(typeName) {
		if at, twice := first[n.label.Value]; twice {
			advice := "Give one of the two another name."
			if typeName == "override" {
				advice = "Write both into one block."
			}
			d.duplicate(n.label.Range, at, fmt.Sprintf("A second %s %q", typeName, n.label.Value), advice)
			continue
		}
		first[n.label.Value] = n.label.Range
		out = append(out, n)
	}
	return out
}

// accountID reads the id. A bare number gets an error of its own: HCL would drop its leading zeros without a word.
func (d *decoder) accountID(b *block) spec.Text {
	v, ok := b.value("id")
	if !ok {
		return spec.Text{Range: b.header}
	}
	written := d.sourceText(v.expr.Range())
	if val, diags := v.expr.Value(nil); !diags.HasErrors() && val.Type() == cty.Number && !val.IsNull() {
		detail := "Write the 12 digits in quotes"
		if d.matches(`^[0-9]{12}$`, written) {
			detail = fmt.Sprintf("Quote it: id = %q", written)
		}
		d.reportValue(v, "Account id is a number", detail+". HCL drops the leading zeros of a bare number.")
		return spec.Text{Range: v.expr.Range()}
	}
	return v.text()
}

// identify reads the id of an account; ok is false while that is under way: the id is made of itself.
func (d *decoder) identify(name string) (ok bool) {
	id := d.scope.ids[name]
	switch {
	case id == nil || id.state == done:
		return true
	case id.state == begun:
		return false
	}
	id.state = begun
	id.account.ID = d.scope.owner.accountID(id.block)
	id.state = done
	return true
}

func (d *decoder) unknownAccount(at hcl.Range, summary, name string) {
	if len(d.broken) > 0 {
		return // It may be declared in the part that could not be read.
	}
	detail := "No account is declared."
	if len(d.names) > 0 {
		detail = fmt.Sprintf("Accounts declared here: %s.%s", list(d.names), didYouMean(name, d.names))
	}
	d.report(at, summary, detail)
}

func (d *decoder) isDeclared(name string) bool { return d.byName[name] != nil }

// reference reads the attribute `account` of a block. who is the beginning of a sentence such as: Stage "prod" deploys to.
func (b *block) reference(who string) (*spec.Account, hcl.Range) {
	d := b.d
	if !b.has("account") {
		return b.onlyAccount(who), b.header
	}
	expr := b.attributes["account"].Expr
	if name, ok := b.indexedAccount(expr); ok {
		if account := d.byName[name]; account != nil || name == "" {
			return account, expr.Range()
		}
		d.unknownAccount(expr.Range(), fmt.Sprintf("%s unknown account %q", who, shorten(name)), name)
		return nil, expr.Range()
	}
	traversal, ok := staticReference(expr)
	if !ok || traversal.RootName() != "account" || len(traversal) < 2 {
		b.badReference(expr, traversal)
		return nil, expr.Range()
	}
	name, ok := stepName(traversal[1])
	if !ok || len(traversal) > 2 {
		b.badReference(expr, traversal)
		return nil, expr.Range()
	}
	account := d.byName[name]
	if account == nil {
		at := stepRange(traversal[1])
		if _, native := expr.(hclsyntax.Expression); !native {
			at = expr.Range() // Positions inside a JSON string are not exact.
		}
		d.unknownAccount(at, fmt.Sprintf("%s unknown account %q", who, name), name)
	}
	return account, expr.Range()
}

// indexedAccount reads account[KEY], where the key is worked out; the name is
// empty if that failed, which has been reported.
func (b *block) indexedAccount(expr hcl.Expression) (name string, ok bool) {
	index, isIndex := unwrapped(expr).(*hclsyntax.IndexExpr)
	if !isIndex {
		return "", false
	}
	root, isRoot := index.Collection.(*hclsyntax.ScopeTraversalExpr)
	if !isRoot || root.Traversal.RootName() != "account" || len(root.Traversal) != 1 {
		return "", false
	}
	row, _ := b.row.Attribute("account")
	key := value{d: b.d, row: row, expr: index.Key}
	val, known := key.evaluate()
	switch {
	case !known:
		return "", true
	case val.Type() != cty.String:
		key.wrongType(val, "the name of an account")
		return "", true
	}
	return val.AsString(), true
}

func (b *block) onlyAccount(who string) *spec.Account {
	d := b.d
	switch {
	case len(d.declared) == 1:
		return d.declared[0]
	case len(d.declared) > 1 && !d.broken[b.header.Filename]:
		d.report(b.header, `Missing attribute "account"`, fmt.Sprintf(
			"%s one of several accounts; write account = account.%s. Accounts declared here: %s.",
			who, firstOr(d.names, "NAME"), list(d.names)))
	}
	return nil
}

// staticReference takes account.NAME out of native syntax, and out of a JSON string with or without ${}.
func staticReference(expr hcl.Expression) (hcl.Traversal, bool) {
	if _, native := expr.(hclsyntax.Expression); !native {
		val, diags := expr.Value(nil)
		if diags.HasErrors() || val.IsNull() || val.Type() != cty.String {
			return nil, false
		}
		text := val.AsString()
		if len(text) > 3 && text[:2] == "${" && text[len(text)-1] == '}' {
			text = text[2 : len(text)-1]
		}
		if len(text) > maxText {
			return nil, false
		}
		traversal, diags := hclsyntax.ParseTraversalAbs([]byte(text), expr.Range().Filename, expr.Range().Start)
		return traversal, !diags.HasErrors() && len(traversal) > 0
	}
	traversal, diags := hcl.AbsTraversalForExpr(unwrapped(expr))
	return traversal, !diags.HasErrors()
}

func (b *block) badReference(expr hcl.Expression, traversal hcl.Traversal) {
	d := b.d
	write := "account." + firstOr(d.names, "NAME")
	if len(traversal) > 1 && traversal.RootName() == "account" {
		if name, ok := stepName(traversal[1]); ok && d.isDeclared(name) {
			write = "account." + name
		}
	}
	if len(traversal) == 1 && d.isDeclared(traversal.RootName()) {
		write = "account." + traversal.RootName()
	}
	if val, diags := expr.Value(nil); !diags.HasErrors() && val.Type() == cty.String && !val.IsNull() {
		if text := val.AsString(); d.isDeclared(text) {
			write = "account." + text
		} else if name, found := strings.CutPrefix(text, "account."); found && d.isDeclared(name) {
			write = text
		}
	}
	detail := fmt.Sprintf("Write a reference and nothing else, such as account = %s.", write)
	if _, native := expr.(hclsyntax.Expression); native {
		detail = fmt.Sprintf("Write a reference without quotes and nothing else, such as account = %s.", write)
	}
	if len(d.names) > 0 {
		detail += fmt.Sprintf(" Accounts declared here: %s.", list(d.names))
	}
	diag := d.report(expr.Range(), "Not a reference to an account", detail)
	diag.Expression, diag.EvalContext = expr, &hcl.EvalContext{}
}

func firstOr(names []string, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return names[0]
}
