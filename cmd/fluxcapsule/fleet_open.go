package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

// writeOpen lists the holes that the lockdown of each cluster leaves open to tenants.
// Clusters that leave the same open share a paragraph.
func writeOpen(w io.Writer, platform *fleet.Platform) error {
	if platform == nil {
		return nil
	}
	open, err := platform.Open()
	if err != nil {
		return err
	}
	clusters := map[string][]string{} // by their paragraph
	var paragraphs []string
	for _, cluster := range platform.Clusters {
		var text strings.Builder
		for _, hole := range open[cluster.Name] {
			fmt.Fprintf(&text, "- %s\n", hole)
		}
		if clusters[text.String()] == nil {
			paragraphs = append(paragraphs, text.String())
		}
		clusters[text.String()] = append(clusters[text.String()], cluster.Name)
	}
	for _, text := range paragraphs {
		if text != "" {
			fmt.Fprintf(w, "what the lockdown leaves open on %s:\n%s", strings.Join(clusters[text], ", "), text)
		}
	}
	return nil
}
