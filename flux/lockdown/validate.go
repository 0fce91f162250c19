package lockdown

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// planned completes and validates the Spec. The error satisfies apierrors.IsInvalid
// and lists every invalid field.
func (s Spec) planned() (plan, error) {
	s = s.withDefaults()
	version, errs := parseVersion(field.NewPath("fluxVersion"), s.FluxVersion)
	errs = append(errs, validate.Subdomain(field.NewPath("serviceAccount"), s.ServiceAccount)...)
	errs = append(errs, validate.Label(field.NewPath("namespace"), s.Namespace)...)
	errs = append(errs, validate.Subdomain(field.NewPath("clusterDomain"), s.ClusterDomain)...)
	errs = append(errs, validateShards(field.NewPath("shards"), s.Shards)...)
	errs = append(errs, validateArtifactHost(field.NewPath("artifactHost"), s.ArtifactHost)...)
	if s.Concurrent < 1 {
		errs = append(errs, field.Invalid(field.NewPath("concurrent"), s.Concurrent, "must be greater than 0"))
	}
	errs = append(errs, s.validateEgress(field.NewPath("egress"))...)
	errs = append(errs, validateCIDRs(field.NewPath("network", "apiServer"), s.Network.APIServer)...)
	errs = append(errs, validateCIDRs(field.NewPath("network", "cluster"), s.Network.Cluster)...)
	return plan{Spec: s, version: version}, build.Invalid(schema.GroupKind{Kind: "Lockdown"}, s.Namespace, errs)
}

// validateShards checks names that become suffixes of the names of Services.
func validateShards(path *field.Path, shards []string) field.ErrorList {
	const longest = validation.DNS1123LabelMaxLength - len("kustomize-controller-")
	var errs field.ErrorList
	for i, shard := range shards {
		at := path.Index(i)
		errs = append(errs, validate.Label(at, shard)...)
		if len(shard) > longest {
			errs = append(errs, field.TooLong(at, shard, longest))
		}
		if slices.Contains(shards[:i], shard) {
			errs = append(errs, field.Duplicate(at, shard))
		}
	}
	return errs
}

// validateArtifactHost does not repeat the host, which is secret.
func validateArtifactHost(path *field.Path, host string) field.ErrorList {
	if host == "" || artifactHostPattern.FindString(host) == host {
		return nil
	}
	return field.ErrorList{field.Invalid(path, "REDACTED", `must be "art-" and 32 hexadecimal digits, as NewArtifactHost makes it`)}
}

func (s Spec) validateEgress(path *field.Path) field.ErrorList {
	errs := s.validateHost(path.Child("capsuleProxy"), s.Egress.CapsuleProxy)
	for _, list := range []struct {
		name  string
		hosts []string
	}{{"clusters", s.Egress.Clusters}, {"keyServices", s.Egress.KeyServices}, {"sources", s.Egress.Sources}} {
		for i, host := range list.hosts {
			errs = append(errs, s.validateHost(path.Child(list.name).Index(i), host)...)
		}
	}
	if s.Egress.SourceProxy != "" {
		errs = append(errs, validate.URL(path.Child("sourceProxy"), s.Egress.SourceProxy, "http", "https")...)
	}
	return errs
}

// validateHost checks an entry of NO_PROXY. It must be exact: a CIDR or a
// domain may contain an attacker's host. An entry that contains
// source-controller would give tenants the artifacts of others.
func (s Spec) validateHost(path *field.Path, value string) field.ErrorList {
	host := value
	if h, port, err := net.SplitHostPort(value); err == nil {
		host = h
		if errs := validation.IsValidPortNum(portNumber(port)); len(errs) > 0 {
			return field.ErrorList{field.Invalid(path, value, "the port "+errs[0])}
		}
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if len(validation.IsDNS1123Subdomain(name)) > 0 || !strings.Contains(name, ".") {
		return field.ErrorList{field.Invalid(path, value, "must be the full name of a host or an address, with or without a port")}
	}
	for _, artifacts := range s.artifactServers() {
		if artifacts == name || strings.HasSuffix(artifacts, "."+name) {
			return field.ErrorList{field.Forbidden(path, "contains "+artifacts+", which serves the artifacts of all tenants")}
		}
	}
	return nil
}

// portNumber is 0, which is not a port, for text that is not a number.
func portNumber(text string) int {
	port, err := net.LookupPort("tcp", text)
	if err != nil || strings.Trim(text, "0123456789") != "" {
		return 0
	}
	return port
}

func validateCIDRs(path *field.Path, cidrs []string) field.ErrorList {
	var errs field.ErrorList
	for i, cidr := range cidrs {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil || prefix != prefix.Masked() {
			errs = append(errs, field.Invalid(path.Index(i), cidr, "must be a CIDR, such as 10.0.0.0/8"))
		}
	}
	return errs
}
