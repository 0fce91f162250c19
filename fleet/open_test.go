package fleet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// closed is a lockdown that leaves nothing open.
func closed() *lockdown.Spec {
	return &lockdown.Spec{
		WorkloadIdentity: true,
		ArtifactHost:     "art-0123456789abcdef0123456789abcdef", HideArtifactHost: true,
		Egress:  lockdown.Egress{Sources: []string{"github.com"}},
		Network: lockdown.Network{APIServer: []string{"10.0.0.1/32"}, Cluster: []string{"10.0.0.0/8"}},
	}
}

func TestOpen(t *testing.T) {
	p := platform(t)
	p.Lockdown = closed()
	p.Clusters[1].Lockdown = closed()
	p.Clusters[1].Lockdown.WorkloadIdentity = false
	holes, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for cluster, open := range holes {
		for _, hole := range open {
			got[cluster] = append(got[cluster], hole.Name)
		}
	}
	if diff := cmp.Diff(map[string][]string{"production": {"workloadIdentity"}}, got); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	p.Clusters[1].Lockdown.WorkloadIdentity = true
	p.FluxVersion, p.Clusters[0].FluxVersion = "2.7", "v2.9.5"
	holes, err = p.Open()
	if want := "--feature-gates=CancelHealthCheckOnNewRevision=true"; err != nil || len(holes) != 1 || holes["production"][0].Name != want {
		t.Errorf("Flux 2.7 in production, 2.9 in staging: open are %v, %v, want %s in production", holes, err, want)
	}
	p.Clusters[1].Lockdown.Concurrent = -1
	if _, err := p.Open(); !apierrors.IsInvalid(err) {
		t.Errorf("an invalid lockdown: %v", err)
	}
}
