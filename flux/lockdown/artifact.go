package lockdown

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

var artifactHostPattern = regexp.MustCompile(`art-[0-9a-f]{32}`)

// NewArtifactHost returns a name for [Spec.ArtifactHost] that is derived from a
// secret of at least 16 random bytes and the name of the cluster. The same secret and
// name give the same host. To renew a leaked host, append a number to the cluster's
// name.
func NewArtifactHost(secret []byte, cluster string) (string, error) {
	if len(secret) < 16 {
		return "", errors.New("lockdown: the secret of an artifact host must have at least 16 bytes")
	}
	return hashedHost(string(secret), cluster), nil
}

// hashedHost does not reveal its secret, even to someone who knows the rest.
func hashedHost(secret, rest string) string {
	sum := sha256.Sum256([]byte(secret + "\x00" + rest))
	return "art-" + hex.EncodeToString(sum[:16])
}

// artifactService returns the name of the Service by which a shard's
// kustomize-controller reaches its artifact server. The name of one shard does not
// reveal another's.
func (p plan) artifactService(server, shard string) string {
	if server == fluxcmd.Source && shard == "" {
		return p.ArtifactHost
	}
	return hashedHost(p.ArtifactHost, server+"/"+shard)
}

// artifactServices are Services without an address, so that no reverse look-up
// finds their names.
func (p plan) artifactServices() []*corev1.Service {
	if p.ArtifactHost == "" {
		return nil
	}
	services := []*corev1.Service{p.externalName(p.artifactService(fluxcmd.SourceWatcher, ""), fluxcmd.SourceWatcher)}
	for _, shard := range p.allShards() {
		services = append(services, p.externalName(p.artifactService(fluxcmd.Source, shard), sharded(fluxcmd.Source, shard)))
	}
	return services
}

func (p plan) externalName(name, server string) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: name},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: server + "." + p.Namespace + ".svc." + p.ClusterDomain},
	}
}

// serviceHost is the full name of a Service of Flux. Because of its last dot it is
// not looked up in the domains of a pod's resolv.conf.
func (p plan) serviceHost(name string) string {
	return name + "." + p.Namespace + ".svc." + p.ClusterDomain + "."
}

// artifactServers are the names, without the last dot, under which the servers
// of artifacts can be reached.
func (s Spec) artifactServers() []string {
	servers := []string{fluxcmd.Source, fluxcmd.SourceWatcher}
	for _, shard := range s.Shards {
		servers = append(servers, sharded(fluxcmd.Source, shard))
	}
	var names []string
	for _, server := range servers {
		name := server + "." + s.Namespace
		names = append(names, name, name+".svc", name+".svc."+s.ClusterDomain)
	}
	return names
}

// redact removes artifact hosts from printed text.
func redact(text string) string { return artifactHostPattern.ReplaceAllString(text, "<artifact host>") }
