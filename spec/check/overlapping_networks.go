package check

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/cfnpipe/cfnpipe/spec"
)

// overlappingNetworks: VPCs with common addresses can never be peered or joined by a transit gateway, and a VPC's range cannot
// be changed afterwards.
func overlappingNetworks(config *spec.Config) hcl.Diagnostics {
	var diags hcl.Diagnostics
	prefixes := make([]netip.Prefix, len(config.Accounts))
	for i, account := range config.Accounts {
		prefixes[i] = cidr(account)
	}
	advice := "Give one of them another range" + proposal(prefixes) + "."
	for i, account := range config.Accounts {
		for j, other := range config.Accounts[:i] {
			if !prefixes[i].Overlaps(prefixes[j]) {
				continue
			}
			diags = append(diags, conflict(account.Network.CIDR.Range, other.Network.CIDR.Range,
				fmt.Sprintf("Networks of accounts %q and %q overlap", other.Label.Value, account.Label.Value),
				fmt.Sprintf("They have %s and %s. %s", prefixes[j], prefixes[i], advice)))
			break
		}
	}
	return diags
}

// cidr is the range of an account's network; none, which overlaps with nothing, if there is no network or it exists already.
func cidr(account *spec.Account) netip.Prefix {
	if account.Network == nil || account.Network.CIDR.Value == "" {
		return netip.Prefix{}
	}
	prefix, err := netip.ParsePrefix(account.Network.CIDR.Value)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

// proposal is a range that no network of the configuration has.
func proposal(taken []netip.Prefix) string {
	for second := 0; second < 256; second += 10 {
		free := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(second)}), 16)
		if !slices.ContainsFunc(taken, free.Overlaps) {
			return fmt.Sprintf(", such as cidr = %q", free)
		}
	}
	return ""
}
