package flux

import helmv2 "github.com/fluxcd/helm-controller/api/v2"

// Remediate sets how often a failed install and a failed upgrade are tried again,
// after what they left is uninstalled or rolled back: spec.install.remediation
// and spec.upgrade.remediation, both of them. The default of Flux is 0, and -1
// tries forever.
func Remediate(spec *helmv2.HelmReleaseSpec, retries int) {
	install, upgrade := actions(spec)
	if install.Remediation == nil {
		install.Remediation = &helmv2.InstallRemediation{}
	}
	install.Remediation.Retries = retries
	if upgrade.Remediation == nil {
		upgrade.Remediation = &helmv2.UpgradeRemediation{}
	}
	upgrade.Remediation.Retries = retries
}

// ManageCRDs sets how the CRDs in the chart's crds directory are handled, on install
// and on upgrade: spec.install.crds and spec.upgrade.crds. The defaults of Flux are
// Create on install and Skip on upgrade.
func ManageCRDs(spec *helmv2.HelmReleaseSpec, policy helmv2.CRDsPolicy) {
	install, upgrade := actions(spec)
	install.CRDs = policy
	upgrade.CRDs = policy
}

// actions replaces the two actions by copies that no other spec shares.
func actions(spec *helmv2.HelmReleaseSpec) (*helmv2.Install, *helmv2.Upgrade) {
	if spec.Install = spec.Install.DeepCopy(); spec.Install == nil {
		spec.Install = &helmv2.Install{}
	}
	if spec.Upgrade = spec.Upgrade.DeepCopy(); spec.Upgrade == nil {
		spec.Upgrade = &helmv2.Upgrade{}
	}
	return spec.Install, spec.Upgrade
}
