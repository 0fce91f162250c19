package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
)

// Install configures how the chart is installed. It replaces what [Retries] and
// [CRDs] set before.
type Install helmv2.Install

// ApplyToHelmRelease sets spec.install.
func (i Install) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Install = (*helmv2.Install)(&i).DeepCopy()
	return nil
}

// Upgrade configures how the chart is upgraded. It replaces what [Retries] and
// [CRDs] set before.
type Upgrade helmv2.Upgrade

// ApplyToHelmRelease sets spec.upgrade.
func (u Upgrade) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Upgrade = (*helmv2.Upgrade)(&u).DeepCopy()
	return nil
}

// Rollback configures how a failed upgrade is rolled back.
type Rollback helmv2.Rollback

// ApplyToHelmRelease sets spec.rollback.
func (r Rollback) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Rollback = (*helmv2.Rollback)(&r).DeepCopy()
	return nil
}

// Uninstall configures how the release is removed.
type Uninstall helmv2.Uninstall

// ApplyToHelmRelease sets spec.uninstall.
func (u Uninstall) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Uninstall = (*helmv2.Uninstall)(&u).DeepCopy()
	return nil
}

// Test runs the chart's own tests after an install or upgrade, if enabled.
type Test helmv2.Test

// ApplyToHelmRelease sets spec.test.
func (t Test) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Test = (*helmv2.Test)(&t).DeepCopy()
	return nil
}

// Retries is how often a failed install or upgrade is tried again, after what it
// left is uninstalled or rolled back. The default is 0; -1 never gives up.
type Retries int

// ApplyToHelmRelease sets the retries of spec.install.remediation and
// spec.upgrade.remediation.
func (r Retries) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	install, upgrade := actions(release)
	if install.Remediation == nil {
		install.Remediation = &helmv2.InstallRemediation{}
	}
	install.Remediation.Retries = int(r)
	if upgrade.Remediation == nil {
		upgrade.Remediation = &helmv2.UpgradeRemediation{}
	}
	upgrade.Remediation.Retries = int(r)
	return nil
}

// CRDs tells what is done with the CRDs in the chart's crds directory: Skip;
// Create, only new ones, which is the default on install; CreateReplace, also
// update those that exist. Helm's, and Flux's, default on upgrade is Skip.
type CRDs string

// ApplyToHelmRelease sets spec.install.crds and spec.upgrade.crds.
func (c CRDs) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	install, upgrade := actions(release)
	install.CRDs = helmv2.CRDsPolicy(c)
	upgrade.CRDs = helmv2.CRDsPolicy(c)
	return nil
}

func actions(release *helmv2.HelmRelease) (*helmv2.Install, *helmv2.Upgrade) {
	if release.Spec.Install == nil {
		release.Spec.Install = &helmv2.Install{}
	}
	if release.Spec.Upgrade == nil {
		release.Spec.Upgrade = &helmv2.Upgrade{}
	}
	return release.Spec.Install, release.Spec.Upgrade
}
