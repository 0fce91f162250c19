package controlplane

import (
	"bytes"
	"encoding/json"
	"os"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// Audit is what the API server has logged so far: every write by a user who is
// not one of its own controllers.
func (cp *ControlPlane) Audit() ([]auditv1.Event, error) {
	data, err := os.ReadFile(cp.auditLog)
	if err != nil {
		return nil, err
	}
	data = data[:bytes.LastIndexByte(data, '\n')+1] // the last line may still be being written
	var events []auditv1.Event
	for line := range bytes.Lines(data) {
		var event auditv1.Event
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	return events, nil
}
