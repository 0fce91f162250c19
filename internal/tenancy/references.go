package tenancy

import "k8s.io/apimachinery/pkg/runtime/schema"

const stayAtHome = "refer to objects of your own namespace only: leave the namespace out"

// referenceRules keep an object's references within its namespace, and its
// targets out of the platform's.
func referenceRules() []Rule {
	rules := []Rule{
		reference("source", "spec.sourceRef.namespace",
			"applies, or announces as its own, what another tenant's private repository holds",
			kustomization, imageAutomation, externalArtifact),
		reference("chart-source", "spec.chart.spec.sourceRef.namespace",
			"installs charts with the credentials of another tenant's repository; helm-controller also makes the HelmChart in that namespace",
			helmRelease),
		reference("chart", "spec.chartRef.namespace", "installs another tenant's private chart", helmRelease),
		reference("dependency", "spec.dependsOn[].namespace",
			"reads every field of another tenant's object, one question at a time, with a readyExpr; no flag of Flux covers it",
			kustomization, helmRelease, resourceSet),
		reference("artifact-source", "spec.sources[].namespace",
			"packs what another tenant's private repository holds into an artifact of its own", artifactGenerator),
		reference("image-repository", "spec.imageRepositoryRef.namespace", "reads the tags of another tenant's private image", imagePolicy),
		reference("event-source", "spec.eventSources[].namespace", "is sent the events of another tenant's objects, with what their errors say", alert),
		reference("receiver-resource", "spec.resources[].namespace", "makes another tenant's objects reconcile as often as it calls", receiver),
	}
	for _, target := range []struct {
		id, field string
		kinds     []schema.GroupKind
	}{
		{"target", "spec.targetNamespace", kinds(kustomization, helmRelease)},
		{"storage", "spec.storageNamespace", kinds(helmRelease)},
		{"health-check", "spec.healthChecks[].namespace", kinds(kustomization)},
	} {
		rules = append(rules, Rule{
			ID: target.id, Class: References, Kinds: target.kinds, Field: target.field,
			Lets:    "aims at a namespace of the platform, where RBAC alone then stands in the way",
			Message: "must not be a namespace of Kubernetes, Flux or Capsule",
			must:    every{path(target.field), outsidePlatform()},
		})
	}
	return append(rules, Rule{
		ID: "access-from", Class: References, Kinds: kinds(helmRepository, imageRepository), Field: "spec.accessFrom",
		Lets:    "opens what is fetched with the tenant's credentials to other namespaces",
		Message: "must not open the object to other namespaces",
		must:    absent("spec.accessFrom"),
	})
}

func reference(id, field, lets string, kinds ...schema.GroupKind) Rule {
	return Rule{
		ID: id, Class: References, Kinds: kinds, Field: field, Lets: lets, Message: stayAtHome,
		must: every{path(field), ownNamespace()},
	}
}
