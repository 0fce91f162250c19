package tenancy

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// harmless are the fields that take no object out of its tenant, by kind, with the
// reason after the colon. Braces list fields below a field; "*" is every kind.
var harmless = map[string][]string{
	"*": {
		"spec.suspend: stops the object itself",
		"spec.{secretRef,certSecretRef}.name: a Secret of the same namespace",
		"spec.verify.{mode,provider,secretRef.name,trustedRootSecretRef.name}: refuses what is not signed, with keys of the same namespace",
		"spec.verify.matchOIDCIdentity[].{issuer,subject}: refuses what others have signed",
		"spec.ignore: leaves files out",
		"spec.commonMetadata.{annotations,labels}: is applied in the account's name, and policies see it then",
		"spec.healthCheckExprs[].{apiVersion,kind,current,inProgress,failed}: is asked about what the object applied",
		"spec.sourceRef.{apiVersion,kind,name}: an object of the same namespace",
		"spec.dependsOn[].{name,readyExpr}: an object of the same namespace",
	},
	"Kustomization": {
		"spec.path: must lie within the source; kustomize-controller refuses others",
		"spec.components[]: must lie within the source; kustomize-controller refuses others",
		"spec.ignoreMissingComponents: leaves out what is not there",
		"spec.postBuild.{substituteStrategy,substitute}: changes what the object applies",
		"spec.postBuild.substituteFrom[].{kind,name,optional}: ConfigMaps and Secrets of the same namespace",
		"spec.{prune,deletionPolicy,force}: deletes or replaces in the account's name what the object applied",
		"spec.healthChecks[].{apiVersion,kind,name}: is read in the account's name",
		"spec.{namePrefix,nameSuffix}: changes the names of what the object applies",
		"spec.patches[].patch: is inline, and changes what the object applies",
		"spec.patches[].target.{group,version,kind,namespace,name,annotationSelector,labelSelector}: picks from what the object applies",
		"spec.images[].{name,newName,newTag,digest}: changes what the object applies",
		"spec.wait: waits no longer than the timeout",
		"spec.buildMetadata[]: adds annotations on where a file came from",
		"spec.decryption.provider: there is one",
		"spec.ignore[].paths[]: leaves differences alone",
		"spec.ignore[].target.{group,version,kind,namespace,name,annotationSelector,labelSelector}: picks from what the object applies",
	},
	"HelmRelease": {
		"spec.chart.metadata.{labels,annotations}: of the HelmChart, which helm-controller makes in the same namespace",
		"spec.chart.spec.{chart,version,reconcileStrategy,valuesFiles[],ignoreMissingValuesFiles}: picks from the source",
		"spec.chart.spec.sourceRef.{apiVersion,kind,name}: an object of the same namespace",
		"spec.chart.spec.verify.{provider,secretRef.name}: refuses what is not signed, with keys of the same namespace",
		"spec.chartRef.{apiVersion,kind,name}: an object of the same namespace",
		"spec.releaseName: names the release in the target namespace",
		"spec.maxHistory: bounds the Secrets that the release keeps in the tenant's namespaces",
		"spec.persistentClient: is how the controller keeps its client",
		"spec.driftDetection.{mode,ignore[].paths[]}: corrects in the account's name what the object applied",
		"spec.driftDetection.ignore[].target.{group,version,kind,namespace,name,annotationSelector,labelSelector}: picks from what the object applied",
		"spec.install.{disableTakeOwnership,disableWait,disableWaitForJobs,disableHooks,disableOpenAPIValidation,disableSchemaValidation,replace,skipCRDs,crds,createNamespace,serverSideApply}: is done in the account's name",
		"spec.install.{strategy.name,remediation.retries,remediation.ignoreTestFailures,remediation.remediateLastFailure}: is done in the account's name",
		"spec.upgrade.{disableTakeOwnership,disableWait,disableWaitForJobs,disableHooks,disableOpenAPIValidation,disableSchemaValidation,force,preserveValues,cleanupOnFail,crds,serverSideApply,chartNameChangeStrategy}: is done in the account's name",
		"spec.upgrade.{strategy.name,remediation.retries,remediation.ignoreTestFailures,remediation.remediateLastFailure,remediation.strategy}: is done in the account's name",
		"spec.test.{enable,ignoreFailures,filters[].name,filters[].exclude}: is done in the account's name",
		"spec.rollback.{disableWait,disableWaitForJobs,disableHooks,recreate,force,cleanupOnFail,serverSideApply}: is done in the account's name",
		"spec.uninstall.{disableHooks,keepHistory,disableWait,deletionPropagation}: is done in the account's name",
		"spec.values: changes what the object applies",
		"spec.valuesFrom[].{kind,name,valuesKey,targetPath,optional,literal}: ConfigMaps and Secrets of the same namespace",
		"spec.postRenderers[].kustomize.patches[].patch: is inline, and changes what the object applies",
		"spec.postRenderers[].kustomize.patches[].target.{group,version,kind,namespace,name,annotationSelector,labelSelector}: picks from what the object applies",
		"spec.postRenderers[].kustomize.images[].{name,newName,newTag,digest}: changes what the object applies",
		"spec.postRenderStrategy: is what the inline post renderers see",
		"spec.waitStrategy.name: waits no longer than the timeout",
	},
	"GitRepository": {
		"spec.ref.{branch,tag,semver,name,commit}: picks from the repository",
		"spec.recurseSubmodules: fetches what the repository names, as the URL could",
		"spec.include[].{repository.name,fromPath,toPath}: a GitRepository of the same namespace",
		"spec.sparseCheckout[]: leaves files out",
	},
	"OCIRepository": {
		"spec.ref.{digest,semver,semverFilter,tag}: picks from the repository",
		"spec.layerSelector.{mediaType,operation}: picks from the artifact",
	},
	"Bucket": {
		"spec.bucketName: is read with the identity of the account or of the Secret",
		"spec.{region,prefix}: picks from the bucket",
		"spec.sts.{provider,secretRef.name,certSecretRef.name}: Secrets of the same namespace",
	},
	"HelmRepository": {
		"spec.type: is how the repository is read",
	},
	"HelmChart": {
		"spec.{chart,version,reconcileStrategy,valuesFiles[],ignoreMissingValuesFiles}: picks from the source",
	},
	"Provider": {
		"spec.interval: is not used any more",
		"spec.{channel,username}: is for the readers of the events at the address",
		"spec.commitStatusExpr: is about the event, the Provider and the Alert",
	},
	"Alert": {
		"spec.providerRef.name: a Provider of the same namespace",
		"spec.{eventSeverity,inclusionList[],exclusionList[]}: leaves events out",
		"spec.eventSources[].{apiVersion,kind,name,matchLabels}: objects of the same namespace",
		"spec.{eventMetadata,summary}: is added to the events",
	},
	"Receiver": {
		"spec.type: is how calls are authenticated; the audit has a rule on gcr",
		"spec.events[]: leaves calls out",
		"spec.resources[].{apiVersion,kind,name,matchLabels,filter}: objects of the same namespace",
		"spec.resourceFilter: leaves resources out",
		"spec.oidcProviders[].{audience,variables[].name,variables[].expression,validations[].expression,validations[].message}: is about the token of a call",
	},
	"ImageRepository": {
		"spec.image: is read with the identity of the account or of the Secret",
		"spec.exclusionList[]: leaves tags out",
	},
	"ImagePolicy": {
		"spec.imageRepositoryRef.name: an object of the same namespace",
		"spec.{policy.semver.range,policy.alphabetical.order,policy.numerical.order}: picks a tag",
		"spec.filterTags.{pattern,extract}: leaves tags out",
		"spec.digestReflectionPolicy: is when the digest is read",
	},
	"ImageUpdateAutomation": {
		"spec.git.checkout.ref.{branch,tag,semver,name,commit}: picks from the GitRepository, which is of the same namespace",
		"spec.git.commit.{author.name,author.email,messageTemplate,messageTemplateValues}: is what the commit says",
		"spec.git.commit.signingKey.{secretRef.name,type}: a Secret of the same namespace",
		"spec.git.push.{branch,refspec,options}: pushes with the credentials of the GitRepository",
		"spec.policySelector: picks ImagePolicies of the same namespace",
		"spec.update.{strategy,path}: is what changes in the GitRepository",
	},
}

// TestEveryFieldIsClassified: a field that upstream adds is in neither list.
func TestEveryFieldIsClassified(t *testing.T) {
	unused := expand(t)
	known := maps.Clone(unused)
	for gvk, typ := range fluxKinds().AllKnownTypes() {
		spec, ok := typ.FieldByName("Spec")
		if !ok || !strings.HasSuffix(gvk.Group, ".toolkit.fluxcd.io") {
			continue
		}
		for _, leaf := range leaves(spec.Type, "spec") {
			own, common := gvk.Kind+" "+leaf, "* "+leaf
			delete(unused, own)
			delete(unused, common)
			if !known[own] && !known[common] && !ruled(gvk.GroupKind(), leaf) {
				t.Errorf("%s is new: give it a rule, or say why it is harmless", own)
			}
		}
	}
	for gone := range unused {
		t.Errorf("%s is gone: remove it from the harmless fields", gone)
	}
}

// expand lists the harmless fields one by one, after their kind.
func expand(t *testing.T) map[string]bool {
	fields := map[string]bool{}
	for kind, entries := range harmless {
		for _, entry := range entries {
			text, reason, _ := strings.Cut(entry, ": ")
			if reason == "" {
				t.Errorf("%s %s has no reason", kind, text)
			}
			before, rest, _ := strings.Cut(text, "{")
			list, after, _ := strings.Cut(rest, "}")
			for name := range strings.SplitSeq(list, ",") {
				fields[kind+" "+before+name+after] = true
			}
		}
	}
	return fields
}

// ruled reports whether a rule of the kind reads the field or one above it.
func ruled(kind schema.GroupKind, leaf string) bool {
	return slices.ContainsFunc(byKind()[kind], func(rule Rule) bool {
		return slices.ContainsFunc(rule.must.paths(), func(p path) bool {
			rest, ok := strings.CutPrefix(leaf, string(p))
			return ok && (rest == "" || rest[0] == '.')
		})
	})
}

// leaves lists the JSON paths of a type's fields that hold no further fields.
func leaves(t reflect.Type, at string) []string {
	switch {
	case t.Kind() == reflect.Pointer:
		return leaves(t.Elem(), at)
	case t.Kind() == reflect.Slice:
		return leaves(t.Elem(), at+"[]")
	case t.Kind() != reflect.Struct || strings.HasPrefix(t.PkgPath(), "k8s.io/"):
		return []string{at}
	}
	var found []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" {
			found = append(found, leaves(t.Field(i).Type, at)...)
			continue
		}
		found = append(found, leaves(t.Field(i).Type, at+"."+name)...)
	}
	return found
}

// TestProviderTypesAreKnown: a type that upstream adds to its CRD must be reviewed.
// Until then it needs an account.
func TestProviderTypesAreKnown(t *testing.T) {
	withIdentity := []string{"azuredevops", "azureeventhub", "googlepubsub"}
	newer := []string{"incident.io", "zoom"} // of Flux 2.10, which the pinned version does not accept
	want := slices.Sorted(slices.Values(slices.Concat(providersWithoutIdentity, withIdentity, newer)))
	if diff := cmp.Diff(want, enum(t, "notification.toolkit.fluxcd.io_v1beta3_Provider", "type")); diff != "" {
		t.Error(diff)
	}
}

// TestSourceProvidersAreKnown: likewise the providers of sources.
func TestSourceProvidersAreKnown(t *testing.T) {
	clouds := []string{"aws", "azure", "gcp", "generic"}
	for kind, want := range map[string][]string{
		"source.toolkit.fluxcd.io_v1_GitRepository":  {"aws", "azure", "generic", "github"},
		"source.toolkit.fluxcd.io_v1_OCIRepository":  clouds,
		"source.toolkit.fluxcd.io_v1_Bucket":         clouds,
		"source.toolkit.fluxcd.io_v1_HelmRepository": clouds,
		"image.toolkit.fluxcd.io_v1_ImageRepository": clouds,
	} {
		if diff := cmp.Diff(want, enum(t, kind, "provider")); diff != "" {
			t.Error(kind, diff)
		}
	}
}

// enum reads the values that any supported version's CRD allows for a field of the
// spec, sorted.
func enum(t *testing.T, kind, name string) []string {
	t.Helper()
	files, err := filepath.Glob("../../schema/schemas/" + kind + "_*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas of %s: %v", kind, err)
	}
	var values []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(data, &crd); err != nil {
			t.Fatal(err)
		}
		for _, value := range crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"].Properties[name].Enum {
			values = append(values, strings.Trim(string(value.Raw), `"`))
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
