package draw

import "testing"

func TestNameIsTakenOutAsAWord(t *testing.T) {
	for _, c := range []struct{ text, name, want string }{
		{"cart", "cart", "{name}"},
		{"cart.example.com, www.cart.example.com", "cart", "{name}.example.com, www.{name}.example.com"},
		{"services/cart/**", "cart", "services/{name}/**"},
		{"carts and cart", "cart", "carts and {name}"},
		{"my_cart", "cart", "my_cart"},
		{"äcart", "cart", "äcart"},
		{"a a", "a", "{name} {name}"},
		{"a", "", "a"},
	} {
		if got := without(c.text, c.name); got != c.want {
			t.Errorf("%q without %q is %q, want %q", c.text, c.name, got, c.want)
		}
	}
}
