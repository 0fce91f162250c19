package lockdown

import (
	"fmt"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// A Hole is something that a lockdown leaves open.
type Hole struct {
	// Name is the setting or the field of the Spec.
	Name string

	// Lets is what a tenant can do.
	Lets string

	// Close is how to close it.
	Close string
}

// String describes the Hole in sentences.
func (h Hole) String() string { return h.Name + ": " + h.Lets + " " + h.Close }

// open lists the holes that the version of Flux or empty fields of the Spec leave
// open.
func (p plan) open() []Hole {
	var holes []Hole
	for _, s := range table {
		if p.version < s.since && s.value(p, "") != "" {
			holes = append(holes, Hole{
				Name: s.argument(p, ""), Lets: s.lets,
				Close: fmt.Sprintf("%s knows it from Flux %s on.", strings.Join(s.on, ", "), s.since),
			})
		}
	}
	if versions.ReadsKubeconfigFiles(p.FluxVersion) {
		holes = append(holes, Hole{Name: "fluxVersion",
			Lets:  "A kubeconfig in a tenant's Secret that names the controller's token file sends the controller's own token to the server it names.",
			Close: "Update to Flux 2.9.5, or apply the admission policies of package tenant with fluxVersion."})
	}
	if p.ArtifactHost == "" {
		holes = append(holes, Hole{Name: "artifactHost", Lets: letsSteal, Close: `Set artifactHost to a secret name: what NewArtifactHost makes, or "art-" and 32 hexadecimal digits (openssl rand -hex 16).`})
	}
	if p.ArtifactHost != "" && !p.HideArtifactHost {
		holes = append(holes, Hole{Name: "hideArtifactHost",
			Lets:  "A tenant reads the artifact host in the status of a Kustomization after 49 minutes without source-controller.",
			Close: "Set hideArtifactHost on Kubernetes 1.36 and newer, and renew the host after such an outage."})
	}
	if !p.sourcesLimited() {
		holes = append(holes, Hole{Name: "egress.sources", Lets: letsBorrow,
			Close: "Name the hosts of all sources in egress.sources, or a proxy that refuses addresses of the cluster in egress.sourceProxy."})
	}
	if !p.identities() {
		holes = append(holes, Hole{Name: "workloadIdentity",
			Lets:  "A tenant's kubeconfig without an account sends the controller's own token to the server it names, and a tenant's Kustomization decrypts with the controller's cloud identity.",
			Close: "Set workloadIdentity, or apply the admission policies of package tenant."})
	}
	if len(p.Network.APIServer) == 0 {
		holes = append(holes, Hole{Name: "network.apiServer",
			Lets:  "The network policies let the controllers connect to ports 443 and 6443 of every address.",
			Close: "Set network.apiServer to the addresses of the API server."})
	}
	if len(p.Network.Cluster) == 0 {
		holes = append(holes, Hole{Name: "network.cluster",
			Lets:  "The network policies let a tenant's source or notification provider name a server of the cluster.",
			Close: "Set network.cluster to the CIDRs of pods, Services and nodes."})
	}
	return holes
}
