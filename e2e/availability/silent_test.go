package availability_test

import (
	"net"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

// listenSilently accepts connections at the attacker's host and never answers.
func listenSilently(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", controlplane.AttackerHost+":80")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		var open []net.Conn // kept, so that nothing closes them
		for {
			conn, err := listener.Accept()
			if err != nil {
				for _, conn := range open {
					conn.Close()
				}
				return
			}
			open = append(open, conn)
		}
	}()
}
