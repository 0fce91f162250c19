package main

import (
	"github.com/spf13/pflag"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// platformFlags say what belongs to the platform and not to a tenant.
type platformFlags struct{ namespaces, tenants []string }

func (p *platformFlags) register(f *pflag.FlagSet) {
	f.StringSliceVar(&p.namespaces, "platform", nil, "further `namespaces` of the platform, separated by commas")
	f.StringSliceVar(&p.tenants, "platform-tenants", nil, "`tenants` that are the platform's own, separated by commas")
}

func (p platformFlags) options() []audit.Option {
	return []audit.Option{audit.Platform(p.namespaces), audit.PlatformTenants(p.tenants)}
}
