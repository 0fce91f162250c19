package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// groups are the flags that the controllers bind together, by the names of the
// variables in their main.go.
var groups = map[string]string{
	"aclOptions":            "no-cross-namespace-refs",
	"artifactOptions":       "artifact-digest-algo artifact-retention-records artifact-retention-ttl storage-addr storage-adv-addr storage-path",
	"clientOptions":         "kube-api-burst kube-api-qps",
	"featureGates":          "feature-gates",
	"intervalJitterOptions": "interval-jitter-percentage",
	"kubeConfigOpts":        "insecure-kubeconfig-exec insecure-kubeconfig-tls",
	"leaderElectionOptions": "enable-leader-election leader-election-lease-duration leader-election-release-on-cancel leader-election-renew-deadline leader-election-retry-period",
	"logOptions":            "log-encoding log-level",
	"rateLimiterOptions":    "max-retry-delay min-retry-delay",
	"tokenCacheOptions":     "token-cache-max-duration token-cache-max-size",
	"watchOptions":          "watch-all-namespaces watch-configs-label-selector watch-label-selector",
}

// constants are the flags whose names are constants of Flux's packages.
var constants = map[string]string{
	"ControllerFlagAuthorizedArtifactClientSPIFFEID": "authorized-artifact-client-spiffe-id",
	"ControllerFlagAuthorizedArtifactServerSPIFFEID": "authorized-artifact-server-spiffe-id",
	"ControllerFlagAuthorizedEventServerSPIFFEID":    "authorized-event-server-spiffe-id",
	"ControllerFlagDefaultDecryptionServiceAccount":  "default-decryption-service-account",
	"ControllerFlagDefaultKubeConfigServiceAccount":  "default-kubeconfig-service-account",
	"ControllerFlagDefaultServiceAccount":            "default-service-account",
	"ControllerFlagSPIFFEBrokerEndpoint":             "spiffe-broker-endpoint",
	"ControllerFlagSPIFFEBrokerID":                   "spiffe-broker-id",
}

var (
	boundGroup  = regexp.MustCompile(`(\w+)\.BindFlags\(`)
	boundFlag   = regexp.MustCompile(`VarP?\(\s*&?[^,]+,\s*(?:"([^"]+)"|\w+\.(\w+))`)
	featureGate = regexp.MustCompile(`(?m)^\s+(?:\w+\.)?(?:FeatureGate)?(\w+): +(?:true|false),`)
)

const identityGate = "ObjectLevelWorkloadIdentity"

// printFlags prints the lines of testdata/flags.txt for controllers of a Flux
// version, given as controller@version.
func printFlags(flux string, controllers []string) error {
	for _, controller := range controllers {
		dir, err := download("github.com/fluxcd/" + controller)
		if err != nil {
			return err
		}
		flags, err := flagsOf(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", controller, err)
		}
		gates, err := gatesOf(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", controller, err)
		}
		name, version, _ := strings.Cut(controller, "@")
		fmt.Println(flux, name, version, "flags:", strings.Join(flags, " "), "gates:", strings.Join(gates, " "))
	}
	return nil
}

// flagsOf fails on unknown code, for a person to check.
func flagsOf(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if errors.Is(err, os.ErrNotExist) {
		text, err = os.ReadFile(filepath.Join(dir, "cmd", "main.go"))
	}
	if err != nil {
		return nil, err
	}
	flags := map[string]bool{}
	for _, match := range boundFlag.FindAllStringSubmatch(string(text), -1) {
		name := match[1]
		if name == "" {
			name = constants[match[2]]
		}
		if name == "" {
			return nil, fmt.Errorf("unknown constant %s", match[2])
		}
		flags[name] = true
	}
	for _, match := range boundGroup.FindAllStringSubmatch(string(text), -1) {
		if groups[match[1]] == "" {
			return nil, fmt.Errorf("unknown group of flags %s", match[1])
		}
		for _, name := range strings.Fields(groups[match[1]]) {
			flags[name] = true
		}
	}
	return slices.Sorted(maps.Keys(flags)), nil
}

func gatesOf(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "internal", "features", "features.go"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var gates []string
	for _, match := range featureGate.FindAllStringSubmatch(string(text), -1) {
		gates = append(gates, match[1])
	}
	switch {
	case strings.Contains(string(text), "retiredFeatures"):
		gates = append(gates, "("+identityGate+")")
	case strings.Contains(string(text), "auth.SetFeatureGates"):
		gates = append(gates, identityGate)
	}
	slices.Sort(gates)
	return gates, err
}
