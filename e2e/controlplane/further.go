package controlplane

import "path/filepath"

// furtherControllers are those of notifications, images and artifacts, if the set runs
// them.
func (cp *ControlPlane) furtherControllers() []*controller {
	var controllers []*controller
	for _, c := range cp.Set.further {
		of := map[string]*controller{
			"notification-controller":     {podIP: notificationPodIP, last: []string{"--events-addr=" + notificationPodIP + ":9090", "--receiverAddr=" + notificationPodIP + ":9292"}},
			"image-reflector-controller":  {podIP: reflectorPodIP, last: []string{"--storage-path=" + filepath.Join(cp.dir, "tags")}},
			"image-automation-controller": {podIP: automationPodIP},
			// Without the lockdown source-controller has port 9090 on all addresses.
			watcher: {podIP: watcherPodIP, last: []string{"--storage-addr=" + watcherPodIP + ":9091", "--storage-path=" + filepath.Join(cp.dir, "artifacts")}},
		}[c.Name]
		of.component, of.first = c, append(of.first, "--metrics-addr=0")
		controllers = append(controllers, of)
	}
	return controllers
}

// serveEvents has Flux's controllers find notification-controller or, where it does
// not run, what stands for its event server.
func (cp *ControlPlane) serveEvents() error {
	if cp.Set.runs("notification-controller") {
		return forward(eventsServiceIP+":80", notificationPodIP+":9090")
	}
	var err error
	cp.events, err = receiveEvents(eventsServiceIP + ":80")
	return err
}
