package tenancy

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Bounds of an object that is not the platform's own.
const (
	// MaxTimeout bounds how long an object may hold a worker.
	MaxTimeout = 5 * time.Minute

	// MinInterval bounds how often an object may use a worker.
	MinInterval = 30 * time.Second
)

// timeRules bound how long and how often an object keeps a worker busy. Workers
// are shared by all tenants.
func timeRules() []Rule {
	return []Rule{
		timeout("timeout", "spec.timeout", kustomization, helmRelease, gitRepository, ociRepository, bucket, helmRepository, imageRepository, provider),
		timeout("step-timeout", "spec.steps[].timeout", resourceSet),
		timeout("operator-timeout", "metadata.annotations{"+names.FluxOperator+"/reconcileTimeout}", resourceSet, inputProvider),
		timeout("install-timeout", "spec.install.timeout", helmRelease),
		timeout("upgrade-timeout", "spec.upgrade.timeout", helmRelease),
		timeout("rollback-timeout", "spec.rollback.timeout", helmRelease),
		timeout("uninstall-timeout", "spec.uninstall.timeout", helmRelease),
		timeout("test-timeout", "spec.test.timeout", helmRelease),
		defaultTimeout("default-timeout", MaxTimeout+30*time.Second, "the interval less 30s", kustomization),
		defaultTimeout("default-image-timeout", MaxTimeout, "the interval", imageRepository),
		interval("interval", "spec.interval", kustomization, helmRelease, gitRepository, ociRepository, bucket, helmRepository, helmChart,
			receiver, imageRepository, imagePolicy, imageAutomation),
		interval("operator-interval", "metadata.annotations{"+names.FluxOperator+"/reconcileEvery}", resourceSet, inputProvider),
		interval("retry-interval", "spec.retryInterval", kustomization),
		interval("install-retry-interval", "spec.install.strategy.retryInterval", helmRelease),
		interval("upgrade-retry-interval", "spec.upgrade.strategy.retryInterval", helmRelease),
		interval("chart-interval", "spec.chart.spec.interval", helmRelease),
	}
}

func timeout(id, field string, kinds ...schema.GroupKind) Rule {
	return Rule{
		ID: id, Class: Times, Kinds: kinds, Field: field,
		Lets:    "holds a worker for as long as it likes; as many objects as there are workers stop everybody",
		Message: "at most 5m",
		must:    every{path(field), atMost(MaxTimeout)},
	}
}

// defaultTimeout is the rule for kinds whose default timeout is the interval.
func defaultTimeout(id string, interval time.Duration, is string, kinds ...schema.GroupKind) Rule {
	return Rule{
		ID: id, Class: Times, Kinds: kinds, Field: "spec.timeout",
		Lets:    "holds a worker for as long as the interval says",
		Message: "set it (at most 5m): it defaults to " + is + ", which is too long",
		must:    either{every{"spec.interval", atMost(interval)}, present("spec.timeout")},
	}
}

func interval(id, field string, kinds ...schema.GroupKind) Rule {
	return Rule{
		ID: id, Class: Times, Kinds: kinds, Field: field,
		Lets:    "comes back as often as it likes; a few hundred objects delay everybody",
		Message: "at least 30s",
		must:    every{path(field), atLeast(MinInterval)},
	}
}
