package fleet

import (
	"errors"
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// Open returns the holes that the lockdown of each cluster leaves open, by cluster
// name. Clusters without holes are left out.
func (p Platform) Open() (map[string][]lockdown.Hole, error) {
	open := map[string][]lockdown.Hole{}
	var errs []error
	for _, cluster := range p.Clusters {
		locked, err := lockdown.Build(p.lockdown(cluster, nil))
		if err != nil {
			errs = append(errs, fmt.Errorf("cluster %s: %w", cluster.Name, err))
			continue
		}
		if len(locked.Open) > 0 {
			open[cluster.Name] = locked.Open
		}
	}
	return open, errors.Join(errs...)
}
