package controllers_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

func TestMain(m *testing.M) { harness.Main(m) }
