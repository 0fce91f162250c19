package model

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// fluxInstance is the part of a FluxInstance that makes the controllers' flags.
type fluxInstance struct {
	Spec struct {
		Components []string
		Cluster    struct {
			Multitenant                           bool
			MultitenantWorkloadIdentity           bool
			ObjectLevelWorkloadIdentity           bool
			TenantDefaultServiceAccount           string
			TenantDefaultDecryptionServiceAccount string
			TenantDefaultKubeConfigServiceAccount string
		}
		Kustomize struct {
			Patches []struct {
				Patch  string
				Target struct{ Kind, Name string }
			}
		}
	}
}

// readFluxInstance reads the installation that the Flux Operator makes for a
// FluxInstance. Of its patches only the flags that they mention are seen.
func readFluxInstance(o *Object) []Controller {
	var instance fluxInstance
	text, err := yaml.Marshal(o.Raw)
	if err != nil || yaml.Unmarshal(text, &instance) != nil {
		return nil
	}
	components := instance.Spec.Components
	if len(components) == 0 {
		components = []string{fluxcmd.Source, fluxcmd.Kustomize, fluxcmd.Helm, fluxcmd.Notification}
	}
	var controllers []Controller
	for _, name := range components {
		flags := instance.clusterFlags(name)
		instance.patchFlags(name, flags)
		controllers = append(controllers, Controller{Object: o, Name: name, Flags: flags, Account: name})
	}
	return controllers
}

// clusterFlags returns the flags that spec.cluster stands for.
func (i fluxInstance) clusterFlags(controller string) fluxcmd.Flags {
	cluster, flags := i.Spec.Cluster, fluxcmd.Flags{}
	applies := controller == fluxcmd.Kustomize || controller == fluxcmd.Helm
	if cluster.Multitenant {
		flags["no-cross-namespace-refs"] = "true"
		if applies {
			flags["default-service-account"] = cmp.Or(cluster.TenantDefaultServiceAccount, "default")
		}
		if controller == fluxcmd.Kustomize {
			flags["no-remote-bases"] = "true"
		}
	}
	if cluster.ObjectLevelWorkloadIdentity {
		flags["feature-gates"] = WorkloadIdentityGate + "=true"
	}
	if cluster.MultitenantWorkloadIdentity {
		if applies {
			flags["default-kubeconfig-service-account"] = cmp.Or(cluster.TenantDefaultKubeConfigServiceAccount, "default")
		} else {
			flags["default-service-account"] = cmp.Or(cluster.TenantDefaultServiceAccount, "default")
		}
		if controller == fluxcmd.Kustomize {
			flags["default-decryption-service-account"] = cmp.Or(cluster.TenantDefaultDecryptionServiceAccount, "default")
		}
	}
	return flags
}

// patchFlags adds the flags that spec.kustomize.patches mention.
func (i fluxInstance) patchFlags(controller string, flags fluxcmd.Flags) {
	for _, patch := range i.Spec.Kustomize.Patches {
		target, err := regexp.Compile("^(" + patch.Target.Name + ")$")
		if err != nil || patch.Target.Name != "" && !target.MatchString(controller) {
			continue
		}
		for _, match := range flagsIn.FindAllStringSubmatch(patch.Patch, -1) {
			flags[match[1]] = cmp.Or(match[2], "true")
		}
	}
}

var flagsIn = regexp.MustCompile(`--([a-z-]+)(?:=([^\s"']+))?`)

// PatchesMention returns a text if the patches of a FluxInstance mention it, and
// nothing otherwise.
func PatchesMention(o *Object, text string) string {
	patches, _, _ := unstructured.NestedSlice(o.Raw, "spec", "kustomize", "patches")
	for _, p := range patches {
		if patch, ok := p.(map[string]any); ok && strings.Contains(fmt.Sprint(patch["patch"]), text) {
			return text
		}
	}
	return ""
}
