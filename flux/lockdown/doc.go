// Package lockdown makes a Flux installation fit for tenants, and checks that
// one is.
//
// Out of the box Flux's controllers act as cluster-admin for whoever may create
// a Kustomization. The lockdown is a set of command line flags that end this:
// references stay within a namespace, kustomize fetches nothing from elsewhere,
// what names no ServiceAccount gets one without rights, kubeconfigs cannot run
// programs.
//
// [Kustomization] is the kustomization.yaml to keep beside gotk-components.yaml
// and gotk-sync.yaml, which flux bootstrap and flux install write:
//
//	k, err := lockdown.Kustomization(lockdown.Spec{WorkloadIdentity: true})
//
// Its patches append arguments. A controller takes the last of a flag that is
// given twice, and of feature gates the last of each gate, so it does not matter
// which arguments stand there already. The manager must be the first container,
// as it is in what Flux writes.
//
// [Check] reads the Deployments of an installation, from a cluster or from a
// built manifest, and lists what is missing on which of them:
//
//	findings, err := lockdown.Check(lockdown.Spec{WorkloadIdentity: true}, objects...)
//
// See https://fluxcd.io/flux/installation/configuration/multitenancy/
package lockdown

//go:generate go run ./gen
