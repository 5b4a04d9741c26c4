package langserver

import (
	"testing"
	"time"
)

// TestRouse holds that an analyst who waits for a pause is not kept from its work by changes that come in at that moment.
func TestRouse(t *testing.T) {
	a := &analyst{server: &server{host: Host{pause: time.Minute}}, rouse: make(chan struct{}, 1), done: make(chan struct{})}
	stop, idled := make(chan struct{}), make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				signal(a.rouse)
			}
		}
	}()
	go func() {
		for range 200000 {
			a.idle()
		}
		close(idled)
	}()
	select {
	case <-idled:
	case <-time.After(10 * time.Second):
		t.Error("the analyst waits for itself")
	}
}
