package attack_test

// sourceAttacks are of sources and charts: what source-controller fetches, and as
// whom.
func sourceAttacks() []attack {
	var list []attack
	for _, name := range []string{"aws", "azure", "gcp"} {
		list = append(list, attack{
			name:   "OCIRepository: cloud identity of source-controller, " + name,
			object: source("OCIRepository", `url: "oci://registry.example.com/org/x", provider: `+name),
			judged: true,
			flags:  refusal{byEnvironment, "proxyconnect tcp"}, // it asks the registry first
			policy: refusal{byPolicy, "spec.serviceAccountName: with a cloud provider name the account"},
		})
	}
	for _, row := range []struct{ kind, name, spec, says string }{
		{"Bucket", "aws", `bucketName: x, endpoint: s3.example.com, provider: aws`, "service account '${me}/gitops-reconciler'"},
		{"Bucket", "azure", `bucketName: x, endpoint: "https://x.example.com", provider: azure`, "service account '${me}/gitops-reconciler'"},
		{"Bucket", "gcp", `bucketName: x, endpoint: storage.example.com, provider: gcp`, "failed to get provider audience"},
		{"GitRepository", "azure", `url: "https://dev.example.com/x", provider: azure`, "service account '${me}/gitops-reconciler'"},
	} {
		list = append(list, attack{
			name:   row.kind + ": cloud identity of source-controller, " + row.name,
			object: source(row.kind, row.spec),
			judged: true,
			gated:  refusal{byFlag, row.says},
			policy: refusal{byPolicy, "spec.serviceAccountName: with a cloud provider name the account"},
			rule:   "flux-cloud-identity",
		})
	}
	for _, row := range []struct{ kind, spec string }{
		{"GitRepository", `url: "https://git.example.com/x", proxySecretRef: {name: x}`},
		{"OCIRepository", `url: "oci://registry.example.com/org/x", proxySecretRef: {name: x}`},
		{"Bucket", `bucketName: x, endpoint: s3.example.com, proxySecretRef: {name: x}`},
	} {
		list = append(list, attack{
			name:   row.kind + ": by a proxy of its own",
			object: source(row.kind, row.spec),
			policy: refusal{byPolicy, "spec.proxySecretRef: "},
			rule:   "flux-proxy",
		})
	}
	return append(list, []attack{
		{
			name:   "GitRepository: file of the controller",
			object: source("GitRepository", `url: "file:///etc"`),
			always: refusal{byCRD, "spec.url in body should match"},
		},
		{
			name:   "HelmRepository: file server of source-controller",
			object: source("HelmRepository", `url: "http://`+sourceServer+`./helmrepository/${victim}/charts"`),
			judged: true,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			policy: refusal{byPolicy, "spec.url: must not be a service in Flux's namespace"},
		},
		{
			name:   "Bucket: file server of source-controller",
			object: source("Bucket", `bucketName: helmrepository, endpoint: "`+sourceServer+`", insecure: true`),
			judged: true,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			policy: refusal{byPolicy, "spec.insecure: must not be set"},
		},
		{
			name:   "GitRepository: file server of source-controller",
			object: source("GitRepository", `url: "http://`+sourceServer+`/gitrepository/${victim}/attacks"`),
			judged: true,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			policy: refusal{byPolicy, "spec.url: must not be a service in Flux's namespace"},
		},
		{
			name:   "HelmRepository: the node's metadata",
			object: source("HelmRepository", `url: "http://169.254.169.254/latest"`),
			judged: true,
			flags:  refusal{byEnvironment, "proxyconnect tcp"},
			policy: refusal{byPolicy, "spec.url: must not be plain http"},
		},
		{
			name:   "HelmChart: path out of the repository",
			object: source("HelmChart", `chart: ../../../../etc, sourceRef: {kind: GitRepository, name: attacks}`),
			judged: true,
			always: refusal{byFlux, "invalid chart reference"},
		},
		{
			name:   "HelmChart: values out of the repository",
			object: source("HelmChart", `chart: app, valuesFiles: [../../../../etc/hostname], sourceRef: {kind: HelmRepository, name: charts}`),
			judged: true,
			always: refusal{byFlux, "no values file found at path"},
		},
	}...)
}

// source is a source of the attacker's.
func source(kind, spec string) string {
	if kind != "HelmChart" {
		spec = "timeout: 20s, " + spec
	}
	return `{apiVersion: source.toolkit.fluxcd.io/v1, kind: ` + kind + `, metadata: {name: "${id}", namespace: "${me}"}, spec: {interval: 10m, ` + spec + `}}`
}
