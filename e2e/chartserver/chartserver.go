// Package chartserver serves Helm charts over plain HTTP.
package chartserver

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"sigs.k8s.io/yaml"
)

// A Server is a Helm repository with the charts it was started with.
type Server struct {
	URL  string
	http *http.Server
}

// Chart is a chart, version 1.0.0, of files by path, such as
// templates/configmap.yaml and crds/thing.yaml.
func Chart(name string, files map[string]string) *chart.Chart {
	c := &chart.Chart{Metadata: &chart.Metadata{APIVersion: chart.APIVersionV2, Name: name, Version: "1.0.0"}}
	for path, content := range files {
		file := &chart.File{Name: path, Data: []byte(content)}
		if filepath.Dir(path) == "templates" {
			c.Templates = append(c.Templates, file)
		} else {
			c.Files = append(c.Files, file)
		}
	}
	return c
}

// Start packs the charts into dir and serves them on port 80 of a host.
func Start(dir, host string, charts ...*chart.Chart) (*Server, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	type entry struct {
		*chart.Metadata `json:",inline"`
		URLs            []string  `json:"urls"`
		Created         time.Time `json:"created"`
	}
	entries := map[string][]entry{}
	for _, c := range charts {
		archive, err := chartutil.Save(c, dir)
		if err != nil {
			return nil, err
		}
		entries[c.Name()] = []entry{{c.Metadata, []string{filepath.Base(archive)}, time.Now()}}
	}
	index, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "entries": entries})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "index.yaml"), index, 0o644); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", host+":80")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + host, http: &http.Server{Handler: http.FileServer(http.Dir(dir))}}
	go s.http.Serve(listener)
	return s, nil
}

// Close stops the server.
func (s *Server) Close() error { return s.http.Close() }
