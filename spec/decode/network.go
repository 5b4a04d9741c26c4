package decode

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/cfnpipe/cfnpipe/schema"
	"github.com/cfnpipe/cfnpipe/spec"
)

func (b *block) network(account *spec.Account, region spec.Text) *spec.Network {
	out := &spec.Network{
		VPCID:                b.deferred("vpc_id"),
		CertificateARN:       b.certificate(account, region),
		AllowedCIDRs:         b.allowedCIDRs(),
		AccessLogExpireAfter: b.number("access_log_expire_after_days"),
		Range:                b.header,
	}
	if b.has("vpc_id") {
		b.refuse("cidr", "availability_zones", "nat_gateways")
		out.PublicSubnetIDs = b.subnets("public_subnet_ids")
		out.PrivateSubnetIDs = b.subnets("private_subnet_ids")
		return out
	}
	for _, name := range []string{"public_subnet_ids", "private_subnet_ids"} {
		if b.has(name) {
			b.d.report(b.attributes[name].NameRange, fmt.Sprintf("Attribute %q without vpc_id", name),
				"Subnets are given only for an existing VPC; write vpc_id as well, or leave them out.")
		}
	}
	out.CIDR = b.cidr()
	out.AvailabilityZones = b.number("availability_zones")
	out.NATGateways = b.text("nat_gateways")
	return out
}

// refuse reports attributes that describe a VPC to be made.
func (b *block) refuse(names ...string) {
	for _, name := range names {
		if b.has(name) {
			b.d.report(b.attributes[name].NameRange, fmt.Sprintf("Attribute %q together with vpc_id", name),
				"It describes a VPC to be made, and vpc_id names one that exists; leave out one of the two.")
		}
	}
}

func (b *block) subnets(name string) spec.DeferredList {
	if !b.has(name) {
		row, _ := b.row.Attribute(name)
		b.missing(row)
		return spec.DeferredList{Range: b.header}
	}
	return b.deferreds(name)
}

// privateRanges are where a VPC's addresses may come from: RFC 1918, and RFC 6598 for carriers.
// AWS takes others, too, and then routes real addresses of the internet into the VPC.
func privateRanges() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("100.64.0.0/10"),
	}
}

// cidr reads the range of the VPC. Larger than /16 is refused by AWS; smaller than /21 leaves no room for two subnets in six
// zones. Source: VPC user guide, "VPC CIDR blocks".
func (b *block) cidr() spec.Text {
	v, ok := b.value("cidr")
	if !ok {
		return spec.Text{Range: b.header}
	}
	out := v.text()
	if out.Value == "" || v.origin != nil {
		return out
	}
	prefix, ok := v.prefix(out.Value)
	if !ok {
		return spec.Text{Range: out.Range}
	}
	fault := ""
	if bits := prefix.Bits(); bits < 16 || bits > 21 {
		fault = fmt.Sprintf(" The prefix is /%d.", bits)
	} else if !isPrivate(prefix) {
		fault = " It is not inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10."
	}
	if fault != "" {
		v.misfit(out.Value, fault)
		return spec.Text{Range: out.Range}
	}
	return out
}

func isPrivate(prefix netip.Prefix) bool {
	for _, private := range privateRanges() {
		if private.Contains(prefix.Addr()) {
			return true
		}
	}
	return false
}

// prefix parses an IPv4 network without host bits.
func (v value) prefix(text string) (netip.Prefix, bool) {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Is4() {
		advice := ""
		if v.row.Name == "allowed_cidrs" {
			advice = fmt.Sprintf(" For this one address write %q.", text+"/32")
		}
		v.misfit(text, advice)
		return netip.Prefix{}, false
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || !prefix.Addr().Is4() {
		v.misfit(text, "")
		return netip.Prefix{}, false
	}
	if masked := prefix.Masked(); masked != prefix {
		v.d.reportValue(v, fmt.Sprintf("Value %q is an address, not a network", text),
			fmt.Sprintf("The bits behind the prefix have to be zero; write %q.", masked))
		return netip.Prefix{}, false
	}
	return prefix, true
}

func (b *block) allowedCIDRs() spec.DeferredList {
	out := b.deferreds("allowed_cidrs")
	if !b.has("allowed_cidrs") {
		return out
	}
	row, _ := b.row.Attribute("allowed_cidrs")
	kept := out.Items[:0]
	for _, item := range out.Items {
		text, known := item.Text()
		if !known {
			kept = append(kept, item)
			continue
		}
		if _, ok := b.written(row, item).prefix(text); ok {
			kept = append(kept, item)
		}
	}
	out.Items = kept
	return out
}

// certificate reads the ARN. A load balancer takes certificates of its own account and region only.
// Source: Elastic Load Balancing, "Certificates for your Application Load Balancer".
func (b *block) certificate(account *spec.Account, region spec.Text) spec.Deferred {
	out := b.deferred("certificate_arn")
	text, _ := out.Text()
	parts := strings.Split(text, ":")
	if len(parts) < 5 {
		return out
	}
	v, _ := b.value("certificate_arn")
	if region.Value != "" && parts[3] != region.Value {
		v.d.reportValue(v, fmt.Sprintf("Certificate is in region %q", parts[3]),
			fmt.Sprintf("The load balancer is in %q and takes only certificates from there.", region.Value))
	}
	if account.ID.Value != "" && parts[4] != account.ID.Value {
		v.d.reportValue(v, fmt.Sprintf("Certificate belongs to account %s", parts[4]),
			fmt.Sprintf("Account %q is %s, and its load balancer takes only certificates of its own.", account.Label.Value, account.ID.Value))
	}
	return out
}

// written is a value for messages about a text that has been read already.
func (b *block) written(row schema.Attribute, text spec.Deferred) value {
	return value{d: b.d, row: row, expr: hcl.StaticExpr(cty.StringVal(text.String()), text.Range)}
}
