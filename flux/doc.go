// Package flux builds and validates Flux objects, as the types that Flux's
// controllers publish.
//
// A constructor takes the metadata and upstream's spec, and returns upstream's
// object, completed and validated:
//
//	repo, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"}, sourcev1.GitRepositorySpec{
//		URL:       "https://github.com/org/dev-team.git",
//		Reference: &sourcev1.GitRepositoryRef{Branch: "main"},
//	})
//	ks, err := flux.Kustomization(metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}, kustomizev1.KustomizationSpec{
//		SourceRef:          flux.SourceRef(repo),
//		Path:               "./apps",
//		Prune:              true,
//		ServiceAccountName: "gitops-reconciler",
//	})
//
// Fields are documented upstream. The comment of a constructor lists the zero fields
// that it fills in, such as an interval with [DefaultSourceInterval] or
// [DefaultReconcileInterval]. It changes nothing else.
//
//	to build                                          use
//	a source                                          GitRepository, OCIRepository, Bucket, HelmRepository, HelmChart, ExternalArtifact
//	what applies a source                             Kustomization, HelmRelease
//	notifications and webhooks                        Provider, Alert, Receiver
//	image updates                                     ImageRepository, ImagePolicy, ImageUpdateAutomation
//
//	to check                                          use
//	an object that was changed or read                Validate
//	what is legal and almost surely a mistake         Warnings
//	what is rejected otherwise                        an Allowance, passed last: AllowAnySigner, AllowEveryNamespace,
//	                                                  AllowTokenInAddress
//
//	to fill in                                        use
//	KustomizationSpec.SourceRef                       SourceRef
//	ImageUpdateAutomationSpec.SourceRef               SourceRef, converted
//	KustomizationSpec.DependsOn, HelmReleaseSpec.DependsOn
//	                                                  DependsOn
//	KustomizationSpec.HealthChecks                    HealthChecks
//	HelmReleaseSpec.ChartRef, of one chart            ChartRef
//	HelmReleaseSpec.Chart, out of several             Chart
//	HelmReleaseSpec.Values                            Values, ValuesYAML, MergeValues
//	HelmReleaseSpec.Install and Upgrade together      Remediate, ManageCRDs
//	AlertSpec.EventSources                            EventSources
//	ReceiverSpec.Resources                            ReceiverResources
//	ImagePolicySpec.ImageRepositoryRef                ImageRepositoryRef
//	ExternalArtifactSpec.SourceRef                    MadeFor
//	the shard of an object                            Shard, ShardKey
//	a scheme, for clients and decoders                AddToScheme
//
// Package [github.com/fluxcapsule/fluxcapsule/flux/lockdown] locks down a Flux
// installation for tenants.
//
// # Errors
//
// A constructor returns the object or an error, never both. The error is the API
// server's own (see IsInvalid in k8s.io/apimachinery/pkg/api/errors): it names the
// object and lists every invalid field. No error shows a credential.
//
// An object that was built without an error is accepted by the CRDs of the Flux
// version this module is pinned to, and the controller that reconciles it can process
// it. Not checked here are CEL expressions (healthCheckExprs, readyExpr,
// commitStatusExpr, resourceFilter and so on), since a CEL compiler would make this
// package much larger; package tenant checks those of a bundle's objects, and package
// schema those of any object.
//
// An object shares no memory with its spec.
package flux
