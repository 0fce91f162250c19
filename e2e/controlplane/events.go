package controlplane

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync"
)

// An Event is what one of Flux's controllers has told notification-controller.
type Event struct {
	InvolvedObject struct {
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"involvedObject"`
	Severity string `json:"severity"`
	Reason   string `json:"reason"`
	Message  string `json:"message"`
}

// events stands for notification-controller's event server.
type events struct {
	mu       sync.Mutex
	received []Event
}

func receiveEvents(address string) (*events, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	e := &events{}
	go http.Serve(listener, e)
	return e, nil
}

// ServeHTTP takes one event.
func (e *events) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var event Event
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.received = append(e.received, event)
}

// Events are those that Flux's controllers have sent so far.
func (cp *ControlPlane) Events() []Event {
	cp.events.mu.Lock()
	defer cp.events.mu.Unlock()
	return slices.Clone(cp.events.received)
}
