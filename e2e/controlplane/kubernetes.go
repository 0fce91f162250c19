package controlplane

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// auditPolicy has the API server log who wrote what, and as whom; not reads,
// and not the traffic of its own controllers.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  verbs: [get, list, watch]
- level: None
  users: ["system:apiserver"]
- level: None
  userGroups: ["system:serviceaccounts:kube-system"]
- level: Metadata
`

// startKubernetes starts etcd and kube-apiserver, and makes kube-controller-manager
// ready to run. That comes after the CRDs: it looks for new kinds, to count them for
// quotas, every 30 seconds only.
func (cp *ControlPlane) startKubernetes(ctx context.Context) error {
	for _, sub := range []string{"pki/apiserver", "pki/admin", "pki/manager", "pki/capsule", "kubeconfig", "tmp", "storage", "artifacts"} {
		if err := os.MkdirAll(filepath.Join(cp.dir, sub), 0o755); err != nil {
			return err
		}
	}
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	etcdPort, peerPort, managerPort := ports[0], ports[1], ports[2]
	ca, err := NewCA("fluxcapsule e2e")
	if err != nil {
		return err
	}
	signingKeyFile, err := signingKey(filepath.Join(cp.dir, "pki"))
	if err != nil {
		return err
	}
	servingCert, servingKey, err := ca.Issue(filepath.Join(cp.dir, "pki", "apiserver"), "kube-apiserver")
	if err != nil {
		return err
	}
	adminCert, adminKey, err := ca.Issue(filepath.Join(cp.dir, "pki", "admin"), "fluxcapsule-e2e", "system:masters")
	if err != nil {
		return err
	}
	managerCert, managerKey, err := ca.Issue(filepath.Join(cp.dir, "pki", "manager"), "system:kube-controller-manager")
	if err != nil {
		return err
	}
	caFile := filepath.Join(cp.dir, "pki", "ca.crt")
	if err := os.WriteFile(caFile, ca.PEM(), 0o644); err != nil {
		return err
	}
	policyFile := filepath.Join(cp.dir, "audit-policy.yaml")
	if err := os.WriteFile(policyFile, []byte(auditPolicy), 0o644); err != nil {
		return err
	}
	cp.auditLog = filepath.Join(cp.dir, "audit.log")
	cp.ca = ca
	cp.Server = "https://" + apiServerIP + ":443"
	cp.Admin = &rest.Config{
		Host:            cp.Server,
		TLSClientConfig: rest.TLSClientConfig{CAData: ca.PEM(), CertFile: adminCert, KeyFile: adminKey},
		QPS:             -1, // no client-side rate limit
		WarningHandler:  rest.NoWarnings{},
	}
	managerConfig, err := cp.kubeconfig("kube-controller-manager", &clientcmdapi.AuthInfo{ClientCertificate: managerCert, ClientKey: managerKey})
	if err != nil {
		return err
	}

	etcdURL := "http://" + loopback(etcdPort)
	cp.etcd, err = cp.process(cp.Set.etcd, "etcd", serves(http.DefaultClient, etcdURL+"/readyz"),
		"--data-dir="+filepath.Join(cp.dir, "etcd"),
		"--unsafe-no-fsync",
		"--listen-client-urls="+etcdURL,
		"--advertise-client-urls="+etcdURL,
		"--listen-peer-urls=http://"+loopback(peerPort),
	)
	if err != nil {
		return err
	}
	apiClient, err := rest.HTTPClientFor(cp.Admin)
	if err != nil {
		return err
	}
	cp.APIServer, err = cp.process(cp.Set.kubernetes, "kube-apiserver", serves(apiClient, cp.Server+"/readyz"),
		"--etcd-servers="+etcdURL,
		"--bind-address="+apiServerIP,
		"--advertise-address="+apiServerIP,
		"--endpoint-reconciler-type=none",
		"--secure-port=443",
		"--tls-cert-file="+servingCert,
		"--tls-private-key-file="+servingKey,
		"--client-ca-file="+caFile,
		"--authorization-mode=RBAC",
		"--allow-privileged=true",                    // as kubeadm sets it: what refuses such pods is not the API server
		"--enable-admission-plugins=PodNodeSelector", // without it a tenant's nodeSelector is an annotation that nobody reads
		"--service-account-issuer="+cp.Server,
		"--service-account-signing-key-file="+signingKeyFile,
		"--service-account-key-file="+signingKeyFile,
		"--service-cluster-ip-range=10.0.0.0/24",
		"--audit-policy-file="+policyFile,
		"--audit-log-path="+cp.auditLog,
		"--audit-log-maxsize=1000", // megabytes: one file for the whole run
		"--profiling=false",
	)
	if err != nil {
		return err
	}
	insecure := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	cp.manager, err = cp.process(cp.Set.kubernetes, "kube-controller-manager", serves(insecure, "https://"+loopback(managerPort)+"/healthz"),
		"--kubeconfig="+managerConfig,
		"--authentication-kubeconfig="+managerConfig,
		"--authorization-kubeconfig="+managerConfig,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", managerPort),
		"--service-account-private-key-file="+signingKeyFile,
		"--root-ca-file="+caFile,
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		"--kube-api-qps=200",
		"--kube-api-burst=400",
		"--resource-quota-sync-period=10s",
		"--profiling=false",
	)
	if err != nil {
		return err
	}
	for _, p := range []*Process{cp.etcd, cp.APIServer} {
		if err := p.Start(ctx); err != nil {
			return err
		}
	}
	cp.Client, err = client.New(cp.Admin, client.Options{Scheme: Scheme})
	return err
}

// AdminKubeconfig writes a kubeconfig of a member of system:masters and returns its
// path.
func (cp *ControlPlane) AdminKubeconfig() (string, error) {
	tls := cp.Admin.TLSClientConfig
	return cp.kubeconfig("admin", &clientcmdapi.AuthInfo{ClientCertificate: tls.CertFile, ClientKey: tls.KeyFile})
}

// AccountKubeconfig writes a kubeconfig of a ServiceAccount, good for a day, and
// returns its path.
func (cp *ControlPlane) AccountKubeconfig(ctx context.Context, namespace, name string) (string, error) {
	token, err := cp.Token(ctx, namespace, name)
	if err != nil {
		return "", err
	}
	return cp.kubeconfig(namespace+"-"+name, &clientcmdapi.AuthInfo{Token: token})
}

// kubeconfig writes a kubeconfig that reaches the API server as the user.
func (cp *ControlPlane) kubeconfig(name string, user *clientcmdapi.AuthInfo) (string, error) {
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: cp.Server, CertificateAuthorityData: cp.ca.PEM()}
	config.AuthInfos[name] = user
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	path := filepath.Join(cp.dir, "kubeconfig", name)
	return path, clientcmd.WriteToFile(*config, path)
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// freePorts are ports of 127.0.0.1 on which nothing listens.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all at the end, so that no port comes twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
