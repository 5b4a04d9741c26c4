package expand

import (
	"net/netip"
	"strings"
	"testing"
)

func TestSubnetBlocksAreApartAndStay(t *testing.T) {
	for _, cidr := range []string{"10.0.0.0/16", "172.31.0.0/18", "192.168.248.0/21"} {
		vpc := netip.MustParsePrefix(cidr)
		private, public := subnetBlocks(cidr, 6)
		all := append(append([]netip.Prefix{}, private...), public...)
		for i, block := range all {
			if !vpc.Contains(block.Addr()) || block.Masked() != block {
				t.Errorf("%s: %s is not a block of it", cidr, block)
			}
			// A load balancer needs at least eight free addresses in a subnet of at least /27.
			if block.Bits() > 27 {
				t.Errorf("%s: %s is too small for a load balancer", cidr, block)
			}
			for _, other := range all[:i] {
				if block.Overlaps(other) {
					t.Errorf("%s: %s overlaps %s", cidr, block, other)
				}
			}
		}
		fewerPrivate, fewerPublic := subnetBlocks(cidr, 2)
		for zone := range 2 {
			if fewerPrivate[zone] != private[zone] || fewerPublic[zone] != public[zone] {
				t.Errorf("%s: another zone moves the blocks of zone %d", cidr, zone)
			}
		}
	}
}

func TestShortNames(t *testing.T) {
	seen := map[string]string{}
	for _, label := range []string{"a", "production", "production-eu", "production-us", "production_eu2", "x-y-z-and-so-on"} {
		name := shortName(label, "alb")
		if len(name) > shortBase || strings.Contains(name, "--") || strings.Contains(name, "_") {
			t.Errorf("%s gives %s", label, name)
		}
		if other, taken := seen[name]; taken {
			t.Errorf("%s and %s both give %s", label, other, name)
		}
		seen[name] = label
	}
	if got := shortName("production", "alb"); got != "production-alb" {
		t.Errorf("a label that fits gives %s", got)
	}
}

func TestPipelineFolderHoldsNoSuffix(t *testing.T) {
	for _, label := range []string{"a", "web", "ninechars", "storefront", "a-longer-label"} {
		if name := pipelineName(label) + "-"; len(name) < folderLength {
			t.Errorf("%s: %s is shorter than the folder that CodePipeline makes of it", label, name)
		}
	}
}

func TestPrioritiesFitAListener(t *testing.T) {
	if last := bandEverything + priorityBand - 1; last > 50000 {
		t.Errorf("priority %d is more than a listener takes", last)
	}
}
