package tenant_test

import (
	"flag"
	"testing"
)

// TestKubeconfigFlag: the README warns that an import of this package registers a flag.
func TestKubeconfigFlag(t *testing.T) {
	if flag.Lookup("kubeconfig") == nil {
		t.Error("there is no global flag kubeconfig any more: the README need not warn of it")
	}
}
