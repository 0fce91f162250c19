package e2e

import (
	"cmp"
	"context"
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// platformObjects are the part of the platform that all tenants share, as it is
// now: the command lines of the controllers, the admission policies in force, and
// Capsule's configuration. The audit is given what runs, so that no list of ours
// can say otherwise.
func platformObjects(ctx context.Context) ([]runtime.Object, error) {
	var objects []runtime.Object
	for _, d := range cluster.Deployments() {
		objects = append(objects, d)
	}
	for _, kind := range []schema.GroupVersionKind{
		admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicy"),
		admissionv1.SchemeGroupVersion.WithKind("ValidatingAdmissionPolicyBinding"),
		{Group: "capsule.clastix.io", Version: "v1beta2", Kind: "CapsuleConfiguration"},
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := cluster.Client.List(ctx, list); err != nil {
			return nil, err
		}
		for i := range list.Items {
			objects = append(objects, &list.Items[i])
		}
	}
	return objects, nil
}

// runtimeObjects is a list of one interface as a list of the other.
func runtimeObjects[O client.Object](list []O) []runtime.Object {
	objects := make([]runtime.Object, len(list))
	for i, obj := range list {
		objects[i] = obj
	}
	return objects
}

// mustFind fails the test unless the audit finds the attack by its rule: in what
// the platform has, what the two tenants are made of, and what the attacker writes
// into the cluster and into git.
func (a *assault) mustFind(c *testCase, attack attack) {
	c.Helper()
	objects, err := platformObjects(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	objects = slices.Concat(objects, runtimeObjects(a.attacker.Objects()), runtimeObjects(a.victim.Objects()))
	inputs := audit.Inputs(objects)
	var brought []audit.Input
	for _, obj := range a.objects(c, attack) {
		brought = append(brought, audit.Input{Object: obj})
	}
	if attack.git != "" {
		brought = append(brought, audit.Input{Object: a.decode(c, attack.git), File: a.file(attack)})
	}
	findings := audit.Check(append(inputs, brought...)).Findings
	about := slices.ContainsFunc(findings, func(f audit.Finding) bool {
		return f.Rule == attack.rule && f.Severity > audit.Info && slices.ContainsFunc(brought, func(in audit.Input) bool { return isAbout(f, in) })
	})
	if !about {
		c.Errorf("nothing refuses the attack, and the audit's rule %q does not find it:\n%s", attack.rule, describe(findings))
	}
}

// isAbout tells whether a finding is about an object. What has no name, as the
// files of kustomize, goes by that of its file.
func isAbout(f audit.Finding, in audit.Input) bool {
	obj, ok := in.Object.(client.Object)
	if !ok {
		return false
	}
	return f.Object.Kind == obj.GetObjectKind().GroupVersionKind().Kind && f.Object.Namespace == obj.GetNamespace() &&
		f.Object.Name == cmp.Or(obj.GetName(), in.File)
}

// describe is a list of findings for who has to look into a failure.
func describe(findings []audit.Finding) string {
	text := ""
	for _, f := range findings {
		text += f.Severity.String() + " " + f.Rule + ": " + f.Object.String() + ": " + f.Field + ": " + f.Message + "\n"
	}
	return text
}
